"""The moves of a drill: a pure function from moves to a night, without clock and chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from functools import lru_cache
from types import MappingProxyType

from archlab.domain.expressions import CONTEXT
from archlab.domain.grading.drill.moves import MOST_MOVES, Move, MoveKind, MoveRefused
from archlab.domain.grading.drill.night import Entry, Night, Standing
from archlab.domain.grading.drill.passing import Passing
from archlab.domain.grading.drill.rules import Drill, Flag
from archlab.domain.money import plain

_NOT_HERE = "This is not part of the drill any more. Load the page again."


def begin(drill: Drill, flags: Mapping[str, Flag]) -> Night:
    """The night at minute 0, adjusted to what the learner carries."""
    with localcontext(CONTEXT):
        passing = Passing(_untouched(drill, flags))
        passing.adjust()
        return passing.night()


def after(night: Night, move: Move) -> Night:
    """The night after one more move. Raises MoveRefused where the move does not fit."""
    running = not night.finished and move.kind != "stop"
    if running and len(night.moves) >= MOST_MOVES:
        raise MoveRefused(
            f"After {MOST_MOVES} moves there is only one left: stop, and see the end."
        )
    with localcontext(CONTEXT):
        moved = _MOVES[move.kind](night, move)
    return replace(moved, moves=(*night.moves, move))


def play(drill: Drill, moves: Sequence[Move], flags: Mapping[str, Flag]) -> Night:
    """The night after these moves. Raises MoveRefused for the first that does not fit."""
    return _played(drill, tuple(flags_to_json(flags).items()), tuple(moves))


def best(drill: Drill, flags: Mapping[str, Flag]) -> Night:
    """The model solution, then its cause named. Raises MoveRefused where it cannot be played."""
    preventions = {one.id for one in drill.prevention}
    night = begin(drill, flags)
    for id_ in drill.model_solution:
        if id_ not in preventions:
            night = after(night, _solving(drill, id_))
    for one in drill.causes:
        if one.correct and not night.cause:
            night = after(night, Move("name", one.id))
    night = night if night.finished else after(night, Move("stop"))
    for id_ in drill.model_solution:
        if id_ in preventions:
            night = after(night, Move("prevent", id_))
    return night


def idle(drill: Drill, flags: Mapping[str, Flag]) -> Night:
    """What happens when nobody does anything."""
    night = begin(drill, flags)
    return night if night.finished else after(night, Move("stop"))


@lru_cache(maxsize=256)
def _played(
    drill: Drill, flags: tuple[tuple[str, bool | str], ...], moves: tuple[Move, ...]
) -> Night:
    """Kept by its moves, so that a turn plays one move and not the night from the start."""
    if not moves:
        return begin(drill, dict(flags))
    return after(_played(drill, flags, moves[:-1]), moves[-1])


def _solving(drill: Drill, id_: str) -> Move:
    return Move("open" if any(panel.id == id_ for panel in drill.panels) else "act", id_)


def flags_to_json(flags: Mapping[str, Flag]) -> dict[str, bool | str]:
    """Flags as events keep them: a flag's value is true, false or a text."""
    return {
        name: plain(value) if isinstance(value, Decimal) else value
        for name, value in sorted(flags.items())
    }


def _untouched(drill: Drill, flags: Mapping[str, Flag]) -> Night:
    return Night(
        drill=drill,
        flags=MappingProxyType(dict(flags_to_json(flags))),
        minute=0,
        values={id_: one.initial for id_, one in drill.state.items()},
        drifts={id_: one.drift for id_, one in drill.state.items()},
    )


def _open(night: Night, move: Move) -> Night:
    panel = next((one for one in night.drill.panels if one.id == move.id), None)
    if panel is None:
        raise MoveRefused(_NOT_HERE)
    _available(night.standing(panel, once=True))
    passing = Passing(night)
    passing.minutes(panel.minutes)
    passing.open(panel)
    return passing.night()


def _act(night: Night, move: Move) -> Night:
    action = next((one for one in night.drill.actions if one.id == move.id), None)
    if action is None:
        raise MoveRefused(_NOT_HERE)
    _available(night.standing(action, once=action.once, forbids=action.forbids))
    passing = Passing(night)
    passing.minutes(action.minutes)
    passing.act(action)
    return passing.night()


def _wait(night: Night, move: Move) -> Night:
    _running(night)
    if not 1 <= move.minutes <= night.drill.clock.minutes:
        longest = night.minutes_left
        raise MoveRefused(f"Wait for a whole number of minutes, from 1 to {longest}.")
    passing = Passing(night)
    passing.minutes(move.minutes)
    return passing.night()


def _stop(night: Night, _move: Move) -> Night:
    _running(night)
    passing = Passing(night)
    passing.note("stopped", "", "")
    passing.minutes(night.minutes_left)
    return passing.night()


def _name(night: Night, move: Move) -> Night:
    cause = next((one for one in night.drill.causes if one.id == move.id), None)
    if cause is None:
        raise MoveRefused("Choose one of the causes.")
    if night.finished and night.cause:
        raise MoveRefused("You have named the cause; after the end it stays as it is.")
    if night.prevention:
        raise MoveRefused("The cause is named before the prevention is chosen.")
    entry = Entry(night.minute, "named", cause.id, cause.text)
    return replace(night, cause=cause.id, log=(*night.log, entry))


def _prevent(night: Night, move: Move) -> Night:
    one = next((one for one in night.drill.prevention if one.id == move.id), None)
    if one is None:
        raise MoveRefused("Choose one of the preventions.")
    if not night.finished:
        raise MoveRefused("First see this through: prevention is chosen after the end.")
    if one.id in night.prevention:
        raise MoveRefused("You have chosen this prevention already.")
    entry = Entry(night.minute, "prevented", one.id, one.text)
    return replace(night, prevention=(*night.prevention, one.id), log=(*night.log, entry))


_MOVES: Mapping[MoveKind, Callable[[Night, Move], Night]] = {
    "open": _open,
    "act": _act,
    "wait": _wait,
    "stop": _stop,
    "name": _name,
    "prevent": _prevent,
}


def _available(standing: Standing) -> None:
    if not standing.available:
        raise MoveRefused(standing.reason)


def _running(night: Night) -> None:
    if night.finished:
        raise MoveRefused("This is over: no more time passes.")
