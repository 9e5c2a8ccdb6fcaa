"""What a marked answer looks like, whatever its type."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

SCORES = Context(prec=28, rounding=ROUND_HALF_EVEN)
"""Scores never depend on the context of the calling thread."""

NONE = Decimal(0)
FULL = Decimal(1)


class AnswerRefused(ValueError):
    """The answer cannot be marked as it stands. It costs no attempt; the sentence says what to do.

    `field` names the part of the answer that is meant, so that a page can put the sentence there.
    """

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Part:
    """One thing that the learner said, and whether it was right."""

    id: str
    right: bool


@dataclass(frozen=True)
class Marking:
    """How much of an answer is right.

    `raw` is the score from 0 to 1 before penalties. `parts` are the things said, in the order of
    the answer; `missed` the right ones that were not said. `accepted` is the index of the listed
    answer (near miss, typical mistake, wording) that the answer met, and `value` the number that
    was read, in the unit of the question.
    """

    raw: Decimal
    parts: tuple[Part, ...] = ()
    missed: tuple[str, ...] = ()
    accepted: int | None = None
    value: Decimal | None = None

    @property
    def right(self) -> bool:
        """The whole answer is right."""
        return self.raw == FULL


def share(part: int, whole: int) -> Decimal:
    """`part / whole`, never below 0; an empty whole is 0."""
    if whole == 0 or part <= 0:
        return NONE
    return SCORES.divide(Decimal(part), Decimal(whole))
