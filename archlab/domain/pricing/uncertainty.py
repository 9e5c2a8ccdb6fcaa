"""How far a cost can be off: one assumption at a time, and all of them at once.

Draws are independent, which is kinder than life: traffic, logs and egress rise together, so the
band is too narrow. Show all-low and all-high beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext

from archlab.domain.money import MONEY

Cost = Callable[[Mapping[str, Decimal]], Decimal]
"""Values of the assumptions by name to USD a month."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A quantity that is not known: its range, the likeliest value, and why these."""

    name: str
    low: Decimal
    likely: Decimal
    high: Decimal
    unit: str
    reason: str
    integer: bool = False

    def __post_init__(self) -> None:
        if not self.low <= self.likely <= self.high:
            raise ValueError(f"{self.name}: write low, likely and high in rising order")

    def at(self, share: Decimal) -> Decimal:
        """The value below which `share` (0 to 1) of a triangular distribution lies."""
        low, likely, high = self.low, self.likely, self.high
        if low == high:
            return low
        with localcontext(MONEY):
            if share < (likely - low) / (high - low):
                value = low + (share * (high - low) * (likely - low)).sqrt()
            else:
                value = high - ((1 - share) * (high - low) * (high - likely)).sqrt()
            return value.to_integral_value(ROUND_HALF_UP) if self.integer else value


@dataclass(frozen=True, slots=True)
class Sway:
    """What one assumption alone does to the likely cost, in USD a month."""

    assumption: Assumption
    low_usd: Decimal
    high_usd: Decimal

    @property
    def reach(self) -> Decimal:
        """The larger of the two deviations."""
        return max(abs(self.low_usd), abs(self.high_usd))


@dataclass(frozen=True, slots=True)
class Tornado:
    """The likely cost, the sways, widest first, and all assumptions low or high at once."""

    likely_usd: Decimal
    all_low_usd: Decimal
    all_high_usd: Decimal
    sways: tuple[Sway, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """The costs of all draws, lowest first, in USD a month."""

    usd: tuple[Decimal, ...]

    def percentile(self, percent: int) -> Decimal:
        """By nearest rank: an amount that was drawn, never one between two."""
        rank = (Decimal(percent) * len(self.usd) / 100).to_integral_value(ROUND_CEILING)
        return self.usd[max(int(rank), 1) - 1]

    @property
    def mean(self) -> Decimal:
        with localcontext(MONEY):
            return sum(self.usd, Decimal(0)) / len(self.usd)

    def share_from(self, usd: Decimal) -> Decimal:
        """The part of the draws that cost at least this much, 0 to 1."""
        return Decimal(sum(one >= usd for one in self.usd)) / len(self.usd)


def tornado(cost: Cost, assumptions: Sequence[Assumption]) -> Tornado:
    """Move one assumption at a time to its ends and back."""
    with localcontext(MONEY):
        likely = {one.name: one.likely for one in assumptions}
        base = cost(likely)
        sways = [
            Sway(
                one,
                cost({**likely, one.name: one.low}) - base,
                cost({**likely, one.name: one.high}) - base,
            )
            for one in assumptions
        ]
        return Tornado(
            base,
            cost({one.name: one.low for one in assumptions}),
            cost({one.name: one.high for one in assumptions}),
            tuple(sorted(sways, key=lambda sway: -sway.reach)),
        )


def monte_carlo(
    cost: Cost, assumptions: Sequence[Assumption], uniform: Callable[[], Decimal], draws: int
) -> Spread:
    """The cost at random values of all assumptions, each triangular and on its own.

    `uniform` gives the next number from 0 up to 1. Every draw takes one for each assumption in the
    order of their names, so a seeded source repeats the result for ever.
    """
    if draws < 1:
        raise ValueError(f"{draws} draws: write 1 or more")
    order = sorted(assumptions, key=lambda one: one.name)
    with localcontext(MONEY):
        costs = [cost({one.name: one.at(uniform()) for one in order}) for _draw in range(draws)]
    return Spread(tuple(sorted(costs)))
