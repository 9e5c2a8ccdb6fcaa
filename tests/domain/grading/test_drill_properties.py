"""What holds for every drill and every sequence of moves."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from itertools import pairwise

from drill_builders import action, drill, event, panel, row, variable
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archlab.domain.grading.drill import (
    Move,
    MoveRefused,
    Night,
    Standing,
    after,
    begin,
    best,
    idle,
    moves_from_json,
    moves_to_json,
    play,
)
from archlab.domain.grading.drill.moves import MoveKind
from archlab.domain.pack.blocks import Drill

search = settings(max_examples=120, deadline=None, derandomize=True)

PANELS, ACTIONS, VARIABLES = ("look", "deep"), ("one", "two", "three"), ("x", "y")
SHORT = st.integers(min_value=0, max_value=25)
AMOUNT = st.decimals(-50, 50, places=1).map(str)
ODD = """
did('one') | saw('look') | before('look', 'one') | cause('a') | flag('f') | flag('f', 'deep') | won
minute > 20 | minute % 7 == 3 | did('alarm') | 1 / x > 0 | x | f(x) | x > | lost | flag(x) | did(1)
before('one') | blocks(x, y) > 3 | round(x / 0, 2) == 1 | min(x, y) >= 30 | not x
""".replace("\n", "|")
ATOMS = st.one_of(
    st.sampled_from([text.strip() for text in ODD.split("|") if text.strip()]),
    st.builds(lambda v, n: f"{v} >= {n}", st.sampled_from(VARIABLES), AMOUNT),
)
JOINED = st.tuples(ATOMS, st.sampled_from(["and", "or"]), ATOMS).map(" ".join)
CONDITION = st.one_of(ATOMS, JOINED)
EFFECTS = st.dictionaries(
    st.sampled_from(VARIABLES),
    st.one_of(
        AMOUNT, st.fixed_dictionaries({"set": AMOUNT}), st.fixed_dictionaries({"drift": AMOUNT})
    ),
    min_size=1,
)
ENDS = st.sampled_from([None, None, None, "win", "lose"])
NEEDS = st.lists(st.sampled_from([*PANELS, *ACTIONS]), max_size=2, unique=True).map(tuple)


def needed(key: str, ids: tuple[str, ...]) -> dict[str, object]:
    return {key: ids} if ids else {}


@st.composite
def drills(draw: st.DrawFn) -> Drill:
    state = {
        name: variable(draw(AMOUNT), drift=draw(AMOUNT)) | ({"hidden": True} if name == "y" else {})
        for name in VARIABLES
    }
    if draw(st.booleans()):
        state["x"] = {**variable("0", drift=draw(AMOUNT)), "min": "-20", "max": "60"}
    panels = tuple(panel(id_, draw(SHORT), **needed("requires", draw(NEEDS))) for id_ in PANELS)
    actions = tuple(
        action(
            id_,
            draw(SHORT),
            effects=draw(EFFECTS),
            ends=draw(ENDS),
            once=draw(st.booleans()),
            **needed("requires", draw(NEEDS)),
            **needed("forbids", draw(NEEDS)),
        )
        for id_ in ACTIONS
    )
    events = tuple(
        event(draw(SHORT), when=draw(CONDITION), effects=draw(EFFECTS), ends=draw(ENDS))
        for _ in range(draw(st.integers(1, 4)))
    )
    points = st.integers(-100, 100)
    return drill(
        clock={"minutes": draw(st.integers(5, 120)), "start": "22:00"},
        state=state,
        panels=panels,
        actions=actions,
        events=events,
        adjust=({"when": draw(CONDITION), "text": "So", "effects": draw(EFFECTS)},),
        prevention=(
            {"id": "alarm", "text": "An alarm", "flags": {"f": True}, "rationale": "It helps you."},
        ),
        win=draw(CONDITION),
        lose=draw(CONDITION),
        scoring=(row("won", 10), *(row(draw(CONDITION), draw(points)) for _ in range(3))),
        caps=({"at_most": draw(st.integers(0, 100)), "when": draw(CONDITION), "label": "So"},),
    )


MOVES = st.one_of(
    st.builds(Move, st.just("open"), st.sampled_from([*PANELS, "one", ""])),
    st.builds(Move, st.just("act"), st.sampled_from([*ACTIONS, "look"])),
    st.builds(Move, st.just("wait"), minutes=st.integers(-1, 130)),
    st.just(Move("stop")),
    st.builds(Move, st.just("name"), st.sampled_from(["a", "b", "nobody"])),
    st.builds(Move, st.just("prevent"), st.sampled_from(["alarm", "look"])),
)
FLAGS = st.dictionaries(st.just("f"), st.sampled_from([True, False, "deep"]))


def refusal(act: Callable[[], object]) -> str:
    """The sentence with which something was refused; empty when it was not."""
    try:
        act()
    except MoveRefused as refused:
        return str(refused)
    return ""


def folded(night: Night, moves: list[Move]) -> tuple[Night, list[Move]]:
    """The night after those of the moves that fit, and these."""
    fitting = []
    for move in moves:
        said = refusal(partial(after, night, move))
        assert said == "" or said.endswith(".")
        if not said:
            night = after(night, move)
            fitting.append(move)
    return night, fitting


@search
@given(one=drills(), moves=st.lists(MOVES, max_size=20), flags=FLAGS)
def test_any_moves_give_a_night_or_are_refused_with_a_sentence(
    one: Drill, moves: list[Move], flags: dict[str, bool | str]
) -> None:
    night, fitting = folded(begin(one, flags), moves)
    assert night == play(one, fitting, flags)
    assert 0 <= night.result <= 100
    assert night.score == night.result / 100
    assert night.cap is None or night.result <= night.cap
    assert night.minute <= one.clock.minutes
    assert (night.ended is None) == (night.ending is None)
    assert [len(column) for column in night.history.values()] == [night.minute + 1] * 2
    assert {name: column[-1] for name, column in night.history.items()} == night.values
    for name, variable_ in one.state.items():
        if variable_.max is not None:
            assert variable_.min is not None
            assert all(variable_.min <= value <= variable_.max for value in night.history[name])


@search
@given(one=drills(), moves=st.lists(MOVES, max_size=20), flags=FLAGS)
def test_time_never_runs_back_and_the_past_never_changes(
    one: Drill, moves: list[Move], flags: dict[str, bool | str]
) -> None:
    nights = [begin(one, flags)]
    for move in folded(nights[0], moves)[1]:
        nights.append(after(nights[-1], move))
    for before, now in pairwise(nights):
        assert before.minute <= now.minute
        assert now.log[: len(before.log)] == before.log
        assert now.order[: len(before.order)] == before.order
        assert before.ended is None or now.ended == before.ended
        for name, column in before.history.items():
            assert now.history[name][: before.minute] == column[: before.minute]


@search
@given(one=drills(), moves=st.lists(MOVES, max_size=20), cut=st.integers(0, 20))
def test_playing_on_is_playing_all_of_it(one: Drill, moves: list[Move], cut: int) -> None:
    fitting = folded(begin(one, {}), moves)[1]
    night = play(one, fitting[:cut], {})
    for move in fitting[cut:]:
        night = after(night, move)
    assert night == play(one, fitting, {})


@search
@given(one=drills(), flags=FLAGS)
def test_many_minutes_at_once_are_the_same_as_one_by_one(
    one: Drill, flags: dict[str, bool | str]
) -> None:
    night = begin(one, flags)
    while not night.finished:
        night = after(night, Move("wait", minutes=1))
    whole = begin(one, flags)
    if not whole.finished:
        whole = after(whole, Move("wait", minutes=one.clock.minutes))
    assert (whole.history, whole.log, whole.ending) == (night.history, night.log, night.ending)
    assert (whole.values, whole.drifts, whole.result) == (night.values, night.drifts, night.result)


@search
@given(one=drills(), moves=st.lists(MOVES, max_size=20))
def test_what_stands_as_available_is_accepted_and_nothing_else(
    one: Drill, moves: list[Move]
) -> None:
    night, _ = folded(begin(one, {}), moves)
    standings: dict[MoveKind, tuple[Standing, ...]] = {"open": night.panels, "act": night.actions}
    for kind, several in standings.items():
        for standing in several:
            assert refusal(partial(after, night, Move(kind, standing.id))) == standing.reason
            assert standing.available == (standing.reason == "")


@search
@given(one=drills(), flags=FLAGS)
def test_idle_and_best_end_the_night_or_are_refused(
    one: Drill, flags: dict[str, bool | str]
) -> None:
    assert idle(one, flags).finished
    assert refusal(partial(best, one, flags)) or best(one, flags).finished


@search
@given(moves=st.lists(MOVES.filter(lambda move: move.minutes >= 0), max_size=30))
def test_moves_survive_their_json(moves: list[Move]) -> None:
    assert moves_from_json(moves_to_json(moves)) == tuple(moves)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=60)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.sampled_from(["kind", "id", "minutes"]), st.text()), inner, max_size=4
        ),
    ),
)


@search
@given(value=JSON)
@example(value=[{"kind": "open", "minutes": True}])
@example(value=[{"kind": ["open"]}])
@example(value=[{"kind": "wait", "minutes": Decimal(3)}])
def test_bad_json_is_refused_with_a_sentence_and_never_fails(value: object) -> None:
    said = refusal(partial(moves_from_json, value))
    assert said.endswith(".") or moves_from_json(value) is not None
