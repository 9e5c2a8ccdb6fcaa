from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from archlab.domain.latency import (
    CutoverPlan,
    Defect,
    Rollback,
    Shift,
    cut_over,
    error_budget,
)

PER_MINUTE = Decimal(100_000) / 1440
"""100,000 requests a day, 1.157 a second."""


def share(percent: str) -> Decimal:
    return Decimal(percent) / 100


def plan(**changes: object) -> CutoverPlan:
    """The clock of a cutover that meets a defect above 20 % of the traffic."""
    shifts = ((0, "5"), (480, "15"), (960, "30"), (1440, "50"), (2160, "100"))
    whole = CutoverPlan(
        tuple(Shift(start, share(percent)) for start, percent in shifts),
        ((0, Decimal(60)),),
        2880,
        Decimal(0),
        Decimal(0),
        Defect(share("20"), share("5")),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def test_a_fifth_of_a_hundred_thousand_a_day_with_5_percent_errors_hurts_42_an_hour() -> None:
    one = CutoverPlan(
        (Shift(0, share("20")),), ((0, PER_MINUTE),), 60, Decimal(0), new_errors=share("5")
    )
    assert round(cut_over(one).failed) == 42


def test_users_hurt_are_minutes_times_rate_times_share_times_errors() -> None:
    found = cut_over(plan())
    assert found.failed == 60 * share("5") * (480 * share("30") + 720 * share("50") + 720)
    assert found.defect_min == 480 + 720 + 720
    assert found.requests == 60 * 2880


def test_exactly_at_its_share_the_defect_sleeps() -> None:
    asleep = cut_over(plan(shifts=(Shift(0, share("20")),)))
    assert asleep.failed == 0
    assert asleep.defect_min == 0
    assert cut_over(plan(shifts=(Shift(0, share("21")),))).failed > 0


def test_both_systems_fail_at_their_own_rates() -> None:
    both = plan(defect=None, old_errors=share("1"), new_errors=share("3"))
    half = replace(both, shifts=(Shift(0, share("50")),))
    assert cut_over(half).failed == 60 * 2880 * share("2")
    assert cut_over(half.never()).failed == 60 * 2880 * share("1")
    assert cut_over(half.at_once()).failed == 60 * 2880 * share("3")


def test_traffic_that_changes_while_the_share_stands_is_counted_by_its_own_rate() -> None:
    rates = ((0, Decimal(10)), (1000, Decimal(90)))
    stood = plan(shifts=(Shift(0, Decimal(1)),), rates=rates)
    assert cut_over(stood).failed == share("5") * (10 * 1000 + 90 * 1880)


def test_the_rule_fires_at_the_end_of_its_window_and_all_goes_back() -> None:
    found = cut_over(plan(rule=Rollback(share("2"), 10, 5)))
    assert found.fired_min == 970
    assert found.failed == 60 * share("30") * share("5") * 15
    assert [one.share for one in found.stretches][-1] == 0
    assert found.stretches[-1].start_min == 975


def test_the_mean_over_both_systems_hides_the_new_one_until_half_of_the_traffic() -> None:
    rule = Rollback(share("2"), 10, 5, alone=False)
    assert cut_over(plan(rule=rule)).fired_min == 1450
    assert cut_over(plan(rule=replace(rule, above=share("5")))).fired_min is None


def test_a_window_that_ends_with_the_plan_is_full() -> None:
    only = plan(shifts=(Shift(0, share("30")),))
    assert cut_over(replace(only, rule=Rollback(share("2"), 2880, 0))).fired_min == 2880
    assert cut_over(replace(only, rule=Rollback(share("2"), 2881, 0))).fired_min is None


def test_a_threshold_that_is_met_but_not_passed_fires_nothing() -> None:
    assert cut_over(plan(rule=Rollback(share("5"), 10, 5))).fired_min is None


def test_a_window_may_span_stages_but_not_a_pause() -> None:
    rule = Rollback(share("2"), 700, 0)
    assert cut_over(plan(rule=rule)).fired_min == 960 + 700
    paused = (Shift(0, share("30")), Shift(600, share("5")), Shift(1200, share("30")))
    assert cut_over(plan(rule=rule, shifts=paused)).fired_min == 1900


def test_while_all_goes_back_no_further_stage_begins() -> None:
    shifts = (Shift(0, share("30")), Shift(12, Decimal(1)))
    found = cut_over(plan(shifts=shifts, rule=Rollback(share("2"), 10, 20)))
    assert {one.share for one in found.stretches} == {share("30"), Decimal(0)}
    assert found.failed == 60 * share("30") * share("5") * 30


def test_a_rollback_after_the_end_of_the_plan_changes_nothing() -> None:
    late = plan(shifts=(Shift(0, share("30")),), rule=Rollback(share("2"), 2870, 60))
    found = cut_over(late)
    assert found.fired_min == 2870
    assert found.failed == cut_over(replace(late, rule=None)).failed


def test_without_requests_the_new_system_has_no_errors_to_watch() -> None:
    rule = Rollback(share("2"), 1, 0)
    assert cut_over(plan(new_errors=share("50"), rule=rule).never()).fired_min is None


def test_errors_never_pass_all_requests() -> None:
    worst = plan(new_errors=share("80"), defect=Defect(Decimal(0), share("80"))).at_once()
    assert cut_over(worst).failed == 60 * 2880


def test_an_objective_leaves_a_budget_of_requests() -> None:
    assert error_budget(Decimal("0.999"), Decimal(3_000_000)) == 3000
    with pytest.raises(ValueError, match="between 0 and 1"):
        error_budget(Decimal(1), Decimal(1))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"shifts": ()}, "write 0 first"),
        ({"shifts": (Shift(5, Decimal(1)),)}, "write 0 first"),
        ({"rates": ((0, Decimal(1)), (0, Decimal(2)))}, "rising minutes"),
        ({"horizon_min": 2160}, "before the horizon"),
        ({"old_errors": Decimal(2)}, "share from 0 to 1"),
        ({"rates": ((0, Decimal(-1)),)}, "rate from 0 up"),
        ({"rule": Rollback(Decimal(0), 0, 0)}, "window from 1 minute"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_write(
    changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        plan(**changes)
