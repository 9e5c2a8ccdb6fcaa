from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import play_builders as build
import pytest
from hypothesis import given
from hypothesis import strategies as st
from play_builders import answered, left

from archlab.domain.pack import Pack
from archlab.domain.pack.play import Event, replay
from archlab.domain.pack.standing import LONGEST_PAUSE, Grasp, standings, time_spent

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SIZE, NET = ("size",), ("net",)
OBJECTIVES = (
    {"id": "size", "text": "Size a task by its load"},
    {"id": "net", "text": "Price a way out of the network"},
    {"id": "never", "text": "Something that no step works on"},
)


def journey() -> Pack:
    return build.pack(
        build.step(
            "first",
            build.single("q1", objectives=SIZE, points="3"),
            build.single("q2", objectives=SIZE),
            build.single("extra", objectives=NET, optional="true"),
            next="second",
            architecture="idea",
        ),
        build.step("second", build.single("q3", objectives=NET), next="end"),
        objectives=OBJECTIVES,
    )


PACK = journey()


def grasps(*events: Event) -> dict[str, Grasp]:
    return {one.objective.id: one.grasp for one in standings(replay(PACK, events))}


def test_an_objective_nobody_asked_for_yet_is_ahead() -> None:
    assert grasps() == {"size": Grasp.AHEAD, "net": Grasp.AHEAD}


def test_an_objective_on_no_step_of_the_way_is_not_listed() -> None:
    assert "never" not in grasps()


def test_half_of_the_questions_is_under_way_however_right() -> None:
    assert grasps(answered("first", "q1", "yes"))["size"] is Grasp.UNDER_WAY


@pytest.mark.parametrize(
    ("q1", "q2", "score", "grasp"),
    [
        ("yes", "yes", "1", Grasp.MASTERED),
        ("yes", "no", "0.75", Grasp.AGAIN),
        ("no", "yes", "0.25", Grasp.AGAIN),
    ],
)
def test_points_weigh_in_what_is_mastered(q1: str, q2: str, score: str, grasp: Grasp) -> None:
    play = replay(PACK, [answered("first", "q1", q1), answered("first", "q2", q2)])
    size = standings(play)[0]
    assert (size.answered, size.count) == (2, 2)
    assert (size.score, size.grasp) == (Decimal(score), grasp)


def test_optional_questions_neither_help_nor_wait() -> None:
    before = [answered("first", "q1", "yes"), answered("first", "q2", "yes")]
    way = [*before, left("first"), answered("second", "q3", "yes")]
    assert grasps(*way)["net"] is Grasp.MASTERED
    assert grasps(*before, answered("first", "extra", "yes"))["net"] is Grasp.AHEAD


def test_time_between_acts_counts_up_to_five_minutes_each() -> None:
    acts = [NOON + timedelta(minutes=minute) for minute in (2, 4, 64, 65)]
    assert time_spent(NOON, acts) == timedelta(minutes=2 + 2 + 5 + 1)


def test_no_act_is_no_time() -> None:
    assert time_spent(NOON, []) == timedelta()


@given(st.lists(st.integers(-10_000, 10_000), max_size=30))
def test_time_is_never_negative_nor_more_than_the_pauses_allow(seconds: list[int]) -> None:
    spent = time_spent(NOON, [NOON + timedelta(seconds=second) for second in seconds])
    assert timedelta() <= spent <= LONGEST_PAUSE * len(seconds)
