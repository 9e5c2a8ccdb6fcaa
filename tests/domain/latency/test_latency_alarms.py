"""Alarm rules against arithmetic: false pages, missed incidents, time to a page."""

from __future__ import annotations

import math

import pytest

from archlab.domain.latency import Alarm, Watched, alarm_quality


@pytest.mark.parametrize(("threshold", "datapoints"), [(0.03, 1), (0.03, 2), (0.02, 3), (0.05, 1)])
def test_drawn_false_pages_agree_with_the_chance_of_a_run(
    threshold: float, datapoints: int
) -> None:
    """A false page is a calm period and then so many breaching ones: four standard errors."""
    found = alarm_quality(Alarm(threshold, datapoints, 60), seed=3)
    weeks = 200_000 * 60 / 604_800
    error = math.sqrt(found.expected_false_week / weeks)
    assert abs(found.false_pages_week - found.expected_false_week) < 4 * error


def test_the_chance_of_a_breach_is_that_of_the_binomial() -> None:
    """Two requests in each period, half of which fail: both with 1/4, at least one with 3/4."""
    watched = Watched(per_second=0.2, usual_share=0.5)
    assert alarm_quality(Alarm(1.0, 1, 10), seed=1, watched=watched).quiet_breach == pytest.approx(
        0.25
    )
    assert alarm_quality(Alarm(0.5, 1, 10), seed=1, watched=watched).quiet_breach == pytest.approx(
        0.75
    )


def test_an_outage_of_everything_pages_at_the_end_of_the_wanted_periods() -> None:
    """It begins in the middle of a period on average, and half of one is enough to breach."""
    watched = Watched(per_second=100, usual_share=1e-9, incident_share=1.0, incident_s=1e9)
    for datapoints in (1, 3):
        found = alarm_quality(Alarm(1e-3, datapoints, 60), seed=2, watched=watched)
        assert found.missed_share == 0
        assert found.minutes_to_page == pytest.approx(datapoints - 0.5, abs=0.06)


def test_what_is_too_short_for_the_rule_is_missed() -> None:
    watched = Watched(incident_s=30)
    found = alarm_quality(Alarm(0.05, 60, 60), seed=1, watched=watched)
    assert found.missed_share == 1
    assert math.isnan(found.minutes_to_page)


def test_more_periods_in_a_row_are_calmer_and_later() -> None:
    one, three = (alarm_quality(Alarm(0.03, n, 60), seed=1) for n in (1, 3))
    assert three.false_pages_week < one.false_pages_week / 100
    assert three.minutes_to_page > one.minutes_to_page + 1.5
    assert three.missed_share > one.missed_share


def test_the_same_seed_rates_a_rule_the_same() -> None:
    rule = Alarm(0.02, 1, 60)
    assert alarm_quality(rule, seed=1) == alarm_quality(rule, seed=1)
    assert alarm_quality(rule, seed=1) != alarm_quality(rule, seed=2)


@pytest.mark.parametrize("rule", [(0, 1, 60), (1.01, 1, 60), (0.5, 0, 60), (0.5, 61, 60),
                                  (0.5, 1, 9), (0.5, 1, 3601)])  # fmt: skip
def test_a_rule_that_cannot_be_is_refused_with_a_sentence(rule: tuple[float, int, int]) -> None:
    with pytest.raises(ValueError, match="write"):
        Alarm(*rule)
