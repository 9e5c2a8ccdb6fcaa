"""Drills in a run: the moves of a night as an answer, its mark, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from archlab.domain.grading import AnswerRefused, Marking, Part
from archlab.domain.grading.drill import Move, Night, flags_to_json, moves_from_json, moves_to_json
from archlab.domain.grading.drill import play as played
from archlab.domain.grading.drill.rules import Flag
from archlab.domain.pack.blocks import Drill

FlagItems = tuple[tuple[str, bool | str], ...]

MOST_FLAGS = 40
LONGEST_FLAG = 40


def drill_answer(moves: Sequence[Move], flags: Mapping[str, Flag]) -> dict[str, object]:
    """A night as an answer: its moves, and the flags as they were when it began."""
    return {"moves": moves_to_json(moves), "flags": flags_to_json(flags)}


def night_of(drill: Drill, answer: Mapping[str, object]) -> Night:
    """The night that an answer tells. Raises AnswerRefused when it is not over, or does not fit."""
    night = played(drill, moves_from_json(answer.get("moves")), dict(_flags(answer)))
    if not night.finished:
        raise AnswerRefused("This is not over yet. See it through to the end first.", "moves")
    return night


def mark_drill(drill: Drill, answer: Mapping[str, object]) -> Marking:
    """The result as a share; the one part is the cause that was named."""
    return _marked(drill, moves_from_json(answer.get("moves")), _flags(answer))


def prevented(drill: Drill, answer: Mapping[str, object]) -> dict[str, Flag]:
    """The flags of the preventions that an answer has chosen."""
    chosen = {move.id for move in moves_from_json(answer.get("moves")) if move.kind == "prevent"}
    return {
        flag: value
        for one in drill.prevention
        if one.id in chosen
        for flag, value in one.flags.items()
    }


@lru_cache(maxsize=4096)
def _marked(drill: Drill, moves: tuple[Move, ...], flags: FlagItems) -> Marking:
    """Kept, because a run is computed from all its answers at every turn."""
    night = night_of(drill, {"moves": moves_to_json(moves), "flags": dict(flags)})
    right = {one.id for one in drill.causes if one.correct}
    parts = (Part(night.cause, night.cause in right),) if night.cause else ()
    return Marking(raw=night.score, parts=parts)


def _flags(answer: Mapping[str, object]) -> FlagItems:
    given = answer.get("flags", {})
    if not isinstance(given, Mapping) or len(given) > MOST_FLAGS:
        raise AnswerRefused("The start of this drill cannot be read. Start it again.", "flags")
    for name, value in given.items():
        is_short = isinstance(value, bool) or (
            isinstance(value, str) and len(value) <= LONGEST_FLAG
        )
        if not isinstance(name, str) or not is_short:
            raise AnswerRefused("The start of this drill cannot be read. Start it again.", "flags")
    return tuple(sorted(given.items()))
