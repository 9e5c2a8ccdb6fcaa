from __future__ import annotations

import pytest

from archlab.domain.latency import (
    concurrency,
    erlang_b,
    postgres_connections,
    ramp_s,
    restless,
    settled,
    turns,
)


def test_the_black_friday_hour_settles_at_five_tasks() -> None:
    found = settled(300, 0.122, 16, 0.5, 2, 10)
    assert (found.tasks, found.growth_per_s) == (5, 0.0)
    assert found.busy_workers == pytest.approx(36.6)
    assert found.utilisation == pytest.approx(0.4575)


@pytest.mark.parametrize(("rate", "tasks"), [(399.9, 5), (400.0, 5), (400.1, 6)])
def test_exactly_at_the_threshold_no_further_task_is_needed(rate: float, tasks: int) -> None:
    assert settled(rate, 0.1, 16, 0.5, 1, 10).tasks == tasks


def test_a_rounding_error_needs_no_task_of_its_own() -> None:
    assert 3 * 0.1 / 0.1 > 3
    assert settled(3, 0.1, 1, 0.1, 1, 10).tasks == 3


def test_the_limits_win_and_what_they_leave_undone_grows() -> None:
    assert settled(0, 0.1, 16, 0.5, 2, 10).tasks == 2
    over = settled(2000, 0.1, 16, 0.5, 2, 10)
    assert (over.tasks, over.utilisation) == (10, 1.25)
    assert over.growth_per_s == pytest.approx(400)


def test_calls_in_progress_follow_littles_law() -> None:
    assert concurrency(100, 0.5, 1000).mean == pytest.approx(50)
    assert concurrency(100, 0.5, 1000).p_throttled < 1e-12


def test_beyond_the_limit_calls_are_refused_as_erlang_b_says() -> None:
    found = concurrency(100, 0.5, 40)
    assert found.p_throttled == erlang_b(40, 50)
    assert found.mean == pytest.approx(50 * (1 - found.p_throttled))
    assert concurrency(100, 0.5, 0).p_throttled == 1.0


@pytest.mark.parametrize(("copies", "seconds"), [(0, 0), (1000, 0), (1500, 5), (4000, 30)])
def test_a_burst_beyond_the_free_copies_waits_for_the_rate(copies: int, seconds: float) -> None:
    assert ramp_s(copies, at_once=1000, per_s=100) == seconds


@pytest.mark.parametrize(
    ("workers", "threshold", "least", "most", "sentence"),
    [
        (0, 0.5, 1, 2, "0 workers per task"),
        (1, 0.0, 1, 2, "threshold 0.0"),
        (1, 1.1, 1, 2, "threshold 1.1"),
        (1, 0.5, 3, 2, "3 to 2 tasks"),
        (1, 0.5, 0, 2, "0 to 2 tasks"),
    ],
)
def test_impossible_rules_are_refused(
    workers: int, threshold: float, least: int, most: int, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        settled(1, 1, workers, threshold, least, most)


def test_negative_copies_and_limits_are_refused() -> None:
    with pytest.raises(ValueError, match="limit -1"):
        concurrency(1, 1, -1)
    with pytest.raises(ValueError, match="-1 copies"):
        ramp_s(-1, 0, 1)
    with pytest.raises(ValueError, match="-1 at once"):
        ramp_s(1, -1, 1)


@pytest.mark.parametrize(("gib", "most"), [(16, 1802), (8, 901), (2, 225), (0.737, 83), (64, 5000)])
def test_the_default_of_postgres_follows_from_the_memory(gib: float, most: int) -> None:
    assert postgres_connections(gib) == most


def test_a_database_without_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="memory 0"):
        postgres_connections(0)


def bands(*rule: float) -> list[tuple[int, float, float]]:
    out, in_, least, most = rule
    return [(one.tasks, one.low, one.high) for one in restless(out, in_, int(least), int(most))]


def test_out_above_50_in_below_30_never_rests_between_one_task_and_two() -> None:
    assert bands(50, 30, 1, 10) == [(1, 50, 60)]
    assert bands(70, 40, 1, 4) == [(1, 70, 80)]


def test_two_tasks_at_least_make_the_gap_wide_enough() -> None:
    assert bands(50, 30, 2, 10) == []
    assert bands(50, 33, 2, 10) == []
    assert bands(50, 34, 2, 10) == [(2, 100, 102)]


def test_a_gap_of_half_the_threshold_rests_even_on_one_task() -> None:
    assert bands(50, 25, 1, 10) == []


def test_a_rule_that_may_not_move_rests() -> None:
    assert bands(50, 50, 3, 3) == []


def test_larger_steps_need_a_wider_gap() -> None:
    assert [one.tasks for one in restless(50, 30, 2, 10, step=2)] == [2]
    assert [one.tasks for one in restless(50, 30, 2, 3, step=2)] == []


@pytest.mark.parametrize(
    ("counts", "times"),
    [
        ((), 0),
        ((1, 1, 1), 0),
        ((1, 2, 3), 0),
        ((1, 2, 2, 1), 1),
        ((1, 2, 2, 3), 0),
        ((1, 2, 1, 2, 2, 1), 3),
    ],
)
def test_a_turn_is_a_change_of_direction_and_a_level_is_none(
    counts: tuple[float, ...], times: int
) -> None:
    assert turns(counts) == times


@pytest.mark.parametrize("rule", [(30, 50, 1, 2), (50, -1, 1, 2), (50, 30, 0, 2), (50, 30, 3, 2)])
def test_a_rule_that_does_not_fit_is_refused(rule: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="write"):
        restless(*rule)
