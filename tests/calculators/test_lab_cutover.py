"""The cutover: the sum behind it is tested in the domain, here what the page makes of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from archlab.calculators.labs.cutover import LAB
from archlab.calculators.labs.lab import Answer
from archlab.domain.pack.settings import SettingRefused, read

FLAT = {"swing": "0", "old": "0", "new": "0"}
"""The same rate at every hour, and no errors but the defect's."""


def told(**changes: str) -> Answer:
    settings = read(LAB, changes)
    assert not settings.problems
    return LAB.answer(settings.values)


def failed(**changes: str) -> Decimal:
    return (told(**changes).measured or {})["failed"]


def reading(answer: Answer, label: str) -> str:
    return next(one.text for one in answer.readings if one.label == label)


def table(answer: Answer) -> dict[str, tuple[str, ...]]:
    return {name: cells for name, *rest in answer.tables[0].rows for cells in [tuple(rest)]}


def test_a_fifth_of_the_traffic_with_5_percent_errors_hurts_42_an_hour() -> None:
    shares = {f"share{stage}": "20" for stage in range(1, 7)}
    hurt = failed(swing="0", old="0", new="5", route="0", rule="false", **shares)
    assert round(hurt / 48) == 42


def test_the_rule_on_the_mean_waits_for_half_of_the_traffic_and_the_other_does_not() -> None:
    assert "hour 24:10" in told(**FLAT).notes[0]
    assert "hour 16:10" in told(**FLAT, watches="new").notes[0]


def test_a_rule_that_never_fires_says_how_far_it_was() -> None:
    note = told(**FLAT, limit="6").notes[0]
    assert "at most 5.00 % errors, its limit is 6.00 %" in note


def test_three_nines_leave_43_minutes_or_a_thousandth_of_the_month() -> None:
    answer = told(**FLAT)
    assert reading(answer, "error budget") == "3,000 requests"
    budget = next(one for one in answer.readings if one.label == "error budget")
    assert "43.2 minutes" in budget.why


def test_the_day_and_night_of_two_days_add_up_to_the_daily_requests() -> None:
    for clock in ("0", "8", "17"):
        assert reading(told(clock=clock), "requests") == "200,000"


def test_at_night_the_same_minutes_of_a_defect_hurt_fewer() -> None:
    assert failed(watches="new", clock="8") < failed(watches="new", clock="20")


def test_all_at_once_meets_the_defect_with_all_requests_of_its_first_minutes() -> None:
    once = table(told(**FLAT))["all at once, with this rule"]
    assert once == ("52", "1.7 %", "hour 0:10", "15.0 min")
    assert round(100_000 / 1440 * 15 * 0.05) == 52


def test_without_a_rule_it_is_compared_with_nothing_that_has_one() -> None:
    assert list(table(told(rule="false"))) == [
        "this plan",
        "all at once, without a rule",
        "nothing moves",
    ]


def test_the_rows_of_the_file_add_up_to_those_who_failed() -> None:
    answer = told()
    assert sum(Decimal(str(row[-1])) for row in answer.rows) == pytest.approx(failed())


def test_a_stage_before_the_one_above_it_is_refused() -> None:
    with pytest.raises(SettingRefused, match="Stage 2 starts at hour 8: write a later hour") as no:
        told(hour3="8")
    assert no.value.control == "hour3"
