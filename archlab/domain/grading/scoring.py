"""From marks to scores: attempts, hints, which attempt counts, and the score of a whole path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

from archlab.domain.grading.marking import NONE, SCORES


class Keep(StrEnum):
    """Which attempt counts."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"


class Reveal(StrEnum):
    """When the right answer and every explanation are shown."""

    EACH = "each"
    LAST = "last"
    NEVER = "never"


def attempt_score(
    raw: Decimal, attempt: int, hints: int, penalty: Decimal, hint_penalty: Decimal
) -> Decimal:
    """Score of the attempt number `attempt` (from 1) with `hints` hints open at that time.

    `max(0, raw - penalty x (attempt - 1) - hint_penalty x hints)`.
    """
    if attempt < 1 or hints < 0:
        raise ValueError("Attempts count from 1 and hints from 0.")
    lost = SCORES.add(
        SCORES.multiply(penalty, Decimal(attempt - 1)),
        SCORES.multiply(hint_penalty, Decimal(hints)),
    )
    return max(NONE, SCORES.subtract(raw, lost))


def kept(scores: Sequence[Decimal], keep: Keep) -> Decimal:
    """The score that counts of all attempts in their order; 0 before the first."""
    if not scores:
        return NONE
    if keep is Keep.BEST:
        return max(scores)
    return scores[0] if keep is Keep.FIRST else scores[-1]


def weighted(scores: Iterable[tuple[int, Decimal]]) -> Decimal | None:
    """Sum of points x score over the sum of points; None when there is nothing to score."""
    points = 0
    earned = NONE
    for worth, score in scores:
        points += worth
        earned = SCORES.add(earned, SCORES.multiply(Decimal(worth), score))
    return SCORES.divide(earned, Decimal(points)) if points else None
