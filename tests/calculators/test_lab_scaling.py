"""The scaling rule: what it says in closed form happens in the simulation."""

from __future__ import annotations

from decimal import Decimal

import pytest

from archlab.calculators.labs.lab import Answer
from archlab.calculators.labs.scaling import LAB
from archlab.domain.latency import settled
from archlab.domain.pack.settings import SettingRefused, read

QUIET = {"shape": "steady", "factor": "1", "minutes": "60"}
"""10 requests per second that take 440 ms each: 55 % of the 8 workers of one task."""


def told(**changes: str) -> Answer:
    settings = read(LAB, changes)
    assert not settings.problems
    return LAB.answer(settings.values)


def measured(answer: Answer, name: str) -> Decimal:
    return (answer.measured or {})[name]


def reading(answer: Answer, label: str) -> str:
    return next(one.text for one in answer.readings if one.label == label)


def column(answer: Answer, name: str) -> list[float]:
    place = answer.heading.index(name)
    return [float(str(row[place])) for row in answer.rows]


def tasks(answer: Answer) -> list[float]:
    return column(answer, "tasks")


def test_inside_its_restless_band_the_rule_flaps_for_an_hour() -> None:
    answer = told(**QUIET)
    assert "from 9.1 to 10.9 requests per second" in answer.notes[0]
    assert measured(answer, "turns") > 8
    assert answer.finding.startswith("It flaps")


@pytest.mark.parametrize("rate", ["6", "12"])
def test_below_and_above_its_band_the_same_rule_rests(rate: str) -> None:
    answer = told(**{**QUIET, "rate": rate, "rest_out": "300"})
    assert len(answer.notes) == 1
    assert measured(answer, "turns") == 0


def test_without_a_pause_it_orders_again_before_the_first_task_serves() -> None:
    hasty = told(**{**QUIET, "rate": "12", "provision": "120"})
    assert "add again after 60 s" in hasty.notes[1]
    assert "only after 180 s" in hasty.notes[1]
    assert max(tasks(hasty)) > 2
    assert measured(hasty, "turns") > 0
    assert not hasty.finding.startswith("It flaps")


def test_two_tasks_at_least_end_the_flapping() -> None:
    answer = told(**QUIET, tasks="2")
    assert "this rule rests" in answer.notes[0]
    assert measured(answer, "turns") == 0
    assert reading(answer, "tasks") == "2 \N{EN DASH} 2"


def test_a_lower_threshold_of_half_the_upper_one_rests_on_one_task_too() -> None:
    assert "this rule rests" in told(**QUIET, in_below="25").notes[0]


def test_a_target_is_moved_by_chance_only_where_steps_flap() -> None:
    answer = told(**QUIET, rule="target")
    assert "stays there" in answer.notes[0]
    assert measured(answer, "turns") <= 3
    assert not answer.finding.startswith("It flaps")


def test_workers_that_wait_use_no_cpu_so_the_cpu_rule_sleeps() -> None:
    asleep, awake = told(metric="cpu"), told()
    assert asleep.finding.startswith("No task is ever added")
    (note,) = asleep.notes
    assert "uses 18.2 % of its CPU on average, less than the 50 %" in note
    assert measured(asleep, "over_min") == 0
    assert set(tasks(asleep)) == {1}
    assert max(tasks(awake)) >= 6


def test_at_the_peak_it_rests_with_the_workers_between_its_thresholds() -> None:
    peak = told(shape="steady", minutes="30")
    fewest, most = (settled(50, 0.44, 8, share, 1, 10).tasks for share in (0.5, 0.3))
    assert (fewest, most) == (6, 10)
    assert fewest <= tasks(peak)[-1] < most
    assert "of 6 tasks" in next(r.why for r in peak.readings if r.label == "a constant fleet")


@pytest.mark.parametrize(
    ("changes", "band"),
    [
        ({"metric": "requests"}, "from 16.7 to 20.0 requests per second"),
        ({"metric": "cpu", "cpu": "100", "query": "100"}, "from 5.0 to 6.0 requests per second"),
    ],
)
def test_its_restless_loads_are_told_as_requests(changes: dict[str, str], band: str) -> None:
    assert band in told(**changes).notes[0]


def test_metrics_of_a_task_are_those_of_all_divided_among_them() -> None:
    one, two = (told(**QUIET, rate="30", tasks=count, most=count) for count in ("1", "2"))
    full = sum(column(one, "requests")) / 60
    assert full == pytest.approx(1800, rel=0.02)
    assert sum(column(two, "requests")) / 60 == pytest.approx(900, rel=0.02)
    halves = [2 * each for each in column(two, "backlog")]
    assert column(two, "depth") == pytest.approx(halves, abs=0.02)


def test_a_constant_fleet_is_paid_for_its_whole_time() -> None:
    answer = told()
    assert reading(answer, "a constant fleet") == "3.00"
    assert Decimal(reading(answer, "task-hours")) < 3


def test_of_two_targets_the_larger_demand_wins() -> None:
    two = {"rule": "two", "tasks": "2", "most": "6", "rate": "20", "query": "200"}
    answer = told(**two, out_above="60", in_below="54", out_count="1000", in_count="900")
    assert max(tasks(answer)) == 6
    assert "uses 38.1 % of its CPU on average, less than the 60 %" in answer.notes[0]
    assert max(column(answer, "cpu")) < 60


def test_a_thousand_waiting_in_all_keep_people_longer_than_fifty_per_task() -> None:
    late = told(metric="depth", most="4", factor="2", in_count="10", minutes="60")
    soon = told(metric="backlog", most="4", factor="2", out_count="50", in_count="10", minutes="60")
    assert measured(late, "worst_p99_s") > measured(soon, "worst_p99_s")
    assert "An empty queue" in late.notes[0]


def test_a_slower_start_keeps_the_metric_above_for_longer() -> None:
    slow, quick = told(provision="300"), told(provision="0")
    assert measured(slow, "over_min") > measured(quick, "over_min")


def test_own_work_beyond_the_vcpus_is_named() -> None:
    assert not any("vCPUs" in note for note in told().notes)
    assert any("vCPUs" in note for note in told(cpu="100", query="100").notes)


def test_the_rule_hears_no_metric_that_never_passes_its_threshold() -> None:
    assert told(shape="steady", rate="1", factor="1").finding == (
        "The metric never passes its threshold"
    )


@pytest.mark.parametrize(
    ("changes", "control", "sentence"),
    [
        ({"tasks": "3", "most": "2"}, "most", "at least the 3 tasks"),
        ({"out_above": "30", "in_below": "31"}, "in_below", "at most the 30"),
        ({"out_count": "500", "in_count": "510"}, "in_count", "at most the 500"),
        ({"rule": "target", "metric": "depth"}, "metric", "choose requests waiting per task"),
    ],
)
def test_settings_that_do_not_fit_say_which_one_to_change(
    changes: dict[str, str], control: str, sentence: str
) -> None:
    with pytest.raises(SettingRefused, match=sentence) as no:
        told(**changes)
    assert no.value.control == control


def test_too_much_traffic_is_said_and_not_simulated() -> None:
    assert "too many for an answer at once" in told(rate="400").finding
