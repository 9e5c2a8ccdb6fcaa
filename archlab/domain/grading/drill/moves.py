"""What a learner can do in a drill, and its form in events and forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from archlab.domain.grading.marking import AnswerRefused

MoveKind = Literal["open", "act", "wait", "stop", "name", "prevent"]
KINDS: tuple[str, ...] = get_args(MoveKind)
MOST_MOVES = 200
"""Moves of one night while it runs; stopping, naming and preventing stay possible after them."""
LONGEST_JSON = MOST_MOVES + 50
LONGEST_ID = 48
LONGEST_WAIT = 5_760


class MoveRefused(AnswerRefused):
    """The move does not fit the night as it is; the sentence says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="moves")


@dataclass(frozen=True, slots=True)
class Move:
    """One move: `open` a panel, `act`, `wait` some minutes, `stop` acting until the end, `name`
    the cause, or choose to `prevent` after the end.

    `id` is the panel, action, cause or prevention; `minutes` counts for `wait` alone.
    """

    kind: MoveKind
    id: str = ""
    minutes: int = 0

    def to_json(self) -> dict[str, str | int]:
        """The move as a mapping of text and whole numbers, without what is empty."""
        written: dict[str, str | int] = {"kind": self.kind}
        if self.id:
            written["id"] = self.id
        if self.minutes:
            written["minutes"] = self.minutes
        return written

    @classmethod
    def from_json(cls, value: object) -> Move:
        """The move of such a mapping. Raises MoveRefused."""
        if not isinstance(value, Mapping) or not set(value) <= {"kind", "id", "minutes"}:
            raise MoveRefused("This move cannot be read. Load the page again.")
        kind, id_, minutes = value.get("kind"), value.get("id", ""), value.get("minutes", 0)
        if not isinstance(kind, str) or kind not in KINDS:
            raise MoveRefused(f"A move is one of: {', '.join(KINDS)}. Load the page again.")
        if not isinstance(id_, str) or len(id_) > LONGEST_ID:
            raise MoveRefused("This move names nothing of the drill. Load the page again.")
        if type(minutes) is not int or not 0 <= minutes <= LONGEST_WAIT:
            raise MoveRefused(f"Write the minutes as a whole number up to {LONGEST_WAIT}.")
        return cls(cast("MoveKind", kind), id_, minutes)


def moves_to_json(moves: Iterable[Move]) -> list[dict[str, str | int]]:
    """Moves in their order as plain lists and mappings."""
    return [move.to_json() for move in moves]


def moves_from_json(value: object) -> tuple[Move, ...]:
    """The moves of such a list. Raises MoveRefused with a sentence."""
    if not isinstance(value, list | tuple):
        raise MoveRefused("The moves of this drill cannot be read. Load the page again.")
    if len(value) > LONGEST_JSON:
        raise MoveRefused(f"A drill has at most {LONGEST_JSON} moves. Start it again.")
    return tuple(map(Move.from_json, value))
