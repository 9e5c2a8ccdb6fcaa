"""Our settings of FSRS, held against published sequences of intervals and memories."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from archlab.domain.grading import Recall
from archlab.practice.schedule import Memory, Schedule, day_of, fuzzed

START = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LIBRARY = Schedule(learning=(MINUTE, 10 * MINUTE), relearning=(10 * MINUTE,), longest_days=36500)
"""The library's own defaults, for its own published sequences."""
OURS = Schedule()
GOOD, HARD, AGAIN = Recall.GOOD, Recall.HARD, Recall.AGAIN


def intervals(schedule: Schedule, outcomes: list[Recall]) -> list[int]:
    """Each review on the day that the one before named."""
    at, memory, days = START, None, []
    for outcome in outcomes:
        memory = schedule.after(memory, outcome, at)
        days.append(memory.days)
        at = memory.due
    return days


@pytest.mark.parametrize(
    ("first", "days"),
    [(GOOD, [2, 11, 46, 163]), (HARD, [1, 5, 17, 50]), (AGAIN, [1, 2, 6, 17])],
)
def test_a_card_comes_back_at_growing_intervals(first: Recall, days: list[int]) -> None:
    assert intervals(OURS, [first, GOOD, GOOD, GOOD]) == days


def test_no_interval_is_longer_than_a_year() -> None:
    assert intervals(OURS, [GOOD] * 7)[-1] == 365


def test_the_published_sequence_with_learning_steps_comes_out() -> None:
    outcomes = [*[GOOD] * 6, AGAIN, AGAIN, *[GOOD] * 5]
    assert intervals(LIBRARY, outcomes) == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_the_published_memory_after_seven_reviews_comes_out() -> None:
    at = START
    memory = None
    for outcome, wait in zip([AGAIN, *[GOOD] * 5], [0, 0, 1, 3, 8, 21], strict=True):
        at += timedelta(days=wait)
        memory = LIBRARY.after(memory, outcome, at)
    assert memory is not None
    assert (round(memory.stability, 4), round(memory.difficulty, 4)) == (53.6269, 6.3575)


def test_a_lapse_shortens_and_never_lengthens() -> None:
    days = intervals(OURS, [GOOD, GOOD, GOOD, AGAIN, GOOD])
    assert days[:3] == [2, 11, 46]
    assert days[3] < days[4] < days[2]


def test_retrievability_is_nine_tenths_on_the_due_day_and_falls() -> None:
    memory = OURS.after(OURS.after(None, GOOD, START), GOOD, START + timedelta(days=2))
    values = [
        OURS.retrievability(memory, memory.reviewed + timedelta(days=n)) for n in (0, 11, 40, 300)
    ]
    assert values[0] == 1
    assert values[1] == pytest.approx(0.9, abs=0.005)
    assert values == sorted(values, reverse=True)


def test_fuzz_follows_from_its_seed_and_stays_near() -> None:
    assert [fuzzed(days, "card/3") for days in (1, 2)] == [1, 2]
    drawn = {fuzzed(46, f"card/{n}") for n in range(200)}
    assert drawn == set(range(42, 51))
    assert fuzzed(46, "card/3") == fuzzed(46, "card/3")
    assert max(fuzzed(365, f"card/{n}") for n in range(200)) == 365


def test_a_fuzzed_schedule_gives_the_same_date_twice_and_keeps_the_memory() -> None:
    memory = Memory(stability=46.0, difficulty=5.0, reviewed=START, due=START + timedelta(days=46))
    schedule = Schedule(fuzz=True)
    first = schedule.after(memory, GOOD, memory.due, seed="a/5")
    again = schedule.after(memory, GOOD, memory.due, seed="a/5")
    others = {schedule.after(memory, GOOD, memory.due, seed=f"{n}/5").due for n in range(20)}
    assert first == again
    assert len(others) > 3
    assert first.stability == OURS.after(memory, GOOD, memory.due).stability


def test_a_day_begins_at_midnight_utc_wherever_the_clock_stands() -> None:
    late = datetime.fromisoformat("2026-11-21T23:30:00+05:00")
    assert day_of(late) == datetime(2026, 11, 21, tzinfo=UTC)
    assert day_of(datetime(2026, 11, 21, 23, 59, tzinfo=UTC)) == datetime(2026, 11, 21, tzinfo=UTC)


def importers() -> set[str]:
    """Modules of the project that import fsrs."""
    found = set()
    for path in sorted((Path(settings.ROOT) / "archlab").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if any(name.split(".")[0] == "fsrs" for name in names):
                found.add(path.name)
    return found


def test_one_module_alone_knows_fsrs() -> None:
    assert importers() == {"schedule.py"}
