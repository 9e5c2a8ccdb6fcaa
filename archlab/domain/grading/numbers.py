"""Typed numbers: reading them, and marking them with tolerances, units and typical mistakes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from archlab.domain.grading.marking import FULL, NONE, SCORES, AnswerRefused, Marking

_NUMBER = re.compile(r"-?[0-9]{1,12}([.,][0-9]{1,6})?")
_GROUPED = re.compile(r"-?[0-9]{1,3}([ .,'_\u00a0\u2009\u202f\u2019][0-9]{3})+([.,][0-9]+)?")
_LONG = re.compile(r"-?[0-9]+([.,][0-9]+)?")


@dataclass(frozen=True)
class Tolerance:
    """How far off still counts, the boundary included. Exactly one of the two is given.

    `absolute` is in the unit of the answer, `relative` a share of the wanted value.
    """

    absolute: Decimal | None = None
    relative: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.absolute is None) == (self.relative is None):
            raise ValueError("A tolerance is either absolute or relative.")

    def admits(self, value: Decimal, wanted: Decimal) -> bool:
        """`value` is close enough to `wanted`."""
        allowed = self.absolute
        if self.relative is not None:
            allowed = SCORES.multiply(self.relative, SCORES.abs(wanted))
        distance = SCORES.abs(SCORES.subtract(value, wanted))
        return allowed is not None and distance <= allowed


@dataclass(frozen=True)
class Accepted:
    """A near miss or a typical mistake that has its own score and explanation."""

    value: Decimal
    tolerance: Tolerance
    score: Decimal = NONE


def parse_number(text: str) -> Decimal:
    """Read a number as people type it: up to 12 digits, then up to 6 after a point or a comma.

    A comma is a decimal comma. Whatever could mean something else is asked again.
    """
    typed = text.strip()
    if _NUMBER.fullmatch(typed):
        return Decimal(typed.replace(",", "."))
    raise AnswerRefused(_what_to_write(typed), field="value")


def mark_numeric(
    value: Decimal,
    *,
    answer: Decimal,
    tolerance: Tolerance,
    accept: Sequence[Accepted] = (),
    factor: Decimal = FULL,
) -> Marking:
    """A number: 1 within the tolerance, else the score of the first `accept` that it meets, else 0.

    `factor` turns the unit that was chosen into the unit of the answer (`value x factor`).
    """
    converted = SCORES.multiply(value, factor)
    if tolerance.admits(converted, answer):
        return Marking(raw=FULL, value=converted)
    for index, near in enumerate(accept):
        if near.tolerance.admits(converted, near.value):
            return Marking(raw=near.score, accepted=index, value=converted)
    return Marking(raw=NONE, value=converted)


def _what_to_write(typed: str) -> str:
    if not typed:
        return "Write a number, such as 8.67."
    if _GROUPED.fullmatch(typed):
        return "Write the number without thousands separators: 1234.5, not 1,234.5."
    if _LONG.fullmatch(typed):
        return "Write at most 12 digits before the decimal point and 6 after it."
    return "Write the number alone, in digits, such as 8.67; the unit stands beside the field."
