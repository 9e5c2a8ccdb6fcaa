"""Where a value stands on an axis, and at which round values the axis is marked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from archlab.web.numbers import fixed

ZERO = Decimal(0)
ROOMY = 17
"""The size that words of 15 pixels are given room for: a reader's font may be a wide one."""
PLACES = 6
"""Round values are written with as many decimals as they have, and at most this many."""


def steps_to(top: Decimal, most: int, *, least: Decimal = Decimal(1)) -> Decimal:
    """The distance of grid lines: 1, 2 or 5 times a power of ten, at most `most` of them.

    `least`, a power of ten, is the shortest distance.
    """
    step = least
    while top / step > most:
        lead = step.normalize().as_tuple().digits[0]
        step *= Decimal("2.5") if lead == 2 else 2
    return step


def plain(value: Decimal) -> str:
    """A round value as it is: `40`, `0.05`, `1,000,000`."""
    exponent = value.normalize().as_tuple().exponent
    return fixed(value, min(max(-exponent, 0), PLACES) if isinstance(exponent, int) else 0)


def px(value: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


def bounds(values: Iterable[Decimal], *, zero: bool = True) -> tuple[Decimal, Decimal]:
    """The least and the greatest value, 0 among them unless told otherwise, never the same."""
    known = [*values, *([ZERO] if zero else [])]
    low, high = min(known, default=ZERO), max(known, default=ZERO)
    if low < high:
        return low, high
    beside = abs(low) / 2
    return (low - beside, low + beside) if beside else (low, low + 1)


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` at the pixel `start` to `high` at the pixel `end`."""

    low: Decimal
    high: Decimal
    start: float
    end: float
    log: bool = False

    def __post_init__(self) -> None:
        if self.log and self.low <= 0:
            raise ValueError(f"A logarithmic axis starts above 0, not at {self.low}.")

    def at(self, value: Decimal) -> float:
        if self.log:
            share = math.log10(value / self.low) / math.log10(self.high / self.low)
        else:
            share = float((value - self.low) / (self.high - self.low))
        return self.start + share * (self.end - self.start)

    def marks(self, most: int) -> list[Decimal]:
        """Round values from `low` to `high`, about `most` of them."""
        return self._powers(most) if self.log else self._steps(most)

    def _steps(self, most: int) -> list[Decimal]:
        span = self.high - self.low
        step = steps_to(span, most, least=Decimal(1).scaleb(span.adjusted() - 2))
        first = (self.low / step).to_integral_value(ROUND_CEILING)
        count = int((self.high / step - first).to_integral_value(ROUND_CEILING)) + 1
        marks = [step * (first + n) for n in range(count)]
        return [mark for mark in marks if mark <= self.high]

    def _powers(self, most: int) -> list[Decimal]:
        """Powers of ten; with fewer than three of them their doubles and fives too."""
        decades = range(self.low.adjusted(), self.high.adjusted() + 1)
        for leads in ((1,), (1, 2, 5)):
            marks = [Decimal(lead).scaleb(power) for power in decades for lead in leads]
            inside = [mark for mark in marks if self.low <= mark <= self.high]
            if len(inside) >= 3:
                break
        return inside[:: math.ceil(len(inside) / most)] if inside else [self.low, self.high]
