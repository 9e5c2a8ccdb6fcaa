"""How well something was remembered, from a marked answer: what a schedule of reviews asks for."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

RIGHT = Decimal("0.999")
"""Shares of many parts may miss 1 by a rounding."""
HALF = Decimal("0.5")


class Recall(StrEnum):
    """What a review came to. Nobody is asked how easy it felt, so there is no fourth."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"


def recall(raw: Decimal, *, attempt: int, hints: int) -> Recall:
    """Good for a right answer at once; hard for one that took a hint, a second attempt or was
    half right; again for the rest.

    `raw` is the mark from 0 to 1 without penalties, `attempt` counts from 1, and `hints` are those
    open when the answer was given.
    """
    if attempt < 1 or hints < 0:
        raise ValueError("Attempts count from 1 and hints from 0.")
    if raw < HALF:
        return Recall.AGAIN
    at_once = raw >= RIGHT and attempt == 1 and hints == 0
    return Recall.GOOD if at_once else Recall.HARD


def counts(outcome: Recall, *, is_due: bool) -> bool:
    """Whether an answer moves the date of its card.

    Right answers ahead of time do not: a thing known ten minutes after it was read says little
    about the next fortnight, and whoever practises much would push every date away. A thing
    forgotten is news at any time.
    """
    return is_due or outcome is Recall.AGAIN
