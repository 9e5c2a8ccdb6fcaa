"""One row of a price book, its provenance, and what a quantity of it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from archlab.domain.units import Unit

STALE_AFTER_DAYS = 180


class Unpriced(ValueError):
    """The book has no number for this. It is a state to show, never a zero."""


class Allowances(StrEnum):
    """Which free allowances a bill subtracts."""

    NONE = "none"
    ALWAYS_FREE = "always-free"
    ALL = "all"


class FreeMode(StrEnum):
    """Where a free allowance bites: off the quantity, off the first tier, or in the tiers."""

    BEFORE_TIERS = "before-tiers"
    INSIDE_FIRST_TIER = "inside-first-tier"
    ZERO_TIER = "zero-tier"


class Scope(StrEnum):
    """Who shares one free allowance."""

    ACCOUNT = "account"
    REGION = "region"
    WEB_ACL = "web ACL"


class Confidence(StrEnum):
    """How good the evidence of a row is."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def shown_as(self) -> str:
        return {"A": "verified", "B": "checked", "C": "second-hand", "D": "unverified"}[self]


class Freshness(StrEnum):
    """How old the record of a price is."""

    FRESH = "fresh"
    STALE = "stale"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Tier:
    """The rate of the part of a quantity inside [start, end); `end` None is without bound."""

    start: Decimal
    end: Decimal | None
    price_usd: Decimal


@dataclass(frozen=True, slots=True)
class Allowance:
    """A quantity that is free each month; rows with the same `pool` share one."""

    quantity: Decimal
    scope: Scope
    term: str
    pool: str


@dataclass(frozen=True, slots=True)
class Block:
    """A payload is rounded up to whole blocks of `size` before it is priced."""

    size: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Charge:
    """A part of a quantity at one rate."""

    quantity: Decimal
    price_usd: Decimal


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A dated rate; a flat price is one unbounded tier, a spot row has a range and no tier."""

    key: str
    region: str
    unit: Unit
    tiers: tuple[Tier, ...]
    range: tuple[Decimal, Decimal] | None
    allowance: Allowance | None
    free_mode: FreeMode | None
    block: Block | None
    effective: date | None
    effective_date: str | None
    source: str
    confidence: Confidence
    note: str

    @property
    def is_flat(self) -> bool:
        """One rate for every quantity, so `tiers[0].price_usd` is the price."""
        return len(self.tiers) == 1 and self.tiers[0].end is None

    def allows(self, allowances: Allowances) -> Allowance | None:
        """The allowance that counts under this mode."""
        if self.allowance is None or allowances == Allowances.NONE:
            return None
        if allowances == Allowances.ALL or self.allowance.term == Allowances.ALWAYS_FREE:
            return self.allowance
        return None


def freshness(row: PriceRow, today: date) -> Freshness:
    """Judge the date of the record, not of our reading; a bare year counts from its first day."""
    if row.effective is None:
        return Freshness.UNDATED
    age = today - row.effective
    return Freshness.STALE if age.days > STALE_AFTER_DAYS else Freshness.FRESH


def charges(row: PriceRow, quantity: Decimal, free: Decimal = Decimal(0)) -> list[Charge]:
    """Cut a month's quantity into the parts that are charged, after `free` units of allowance.

    Graduated: each tier takes the part inside it, never the whole quantity at one rate. Raises
    Unpriced for a range row and beyond the last known tier. Call it inside the MONEY context.
    """
    if quantity < 0:
        raise ValueError(f"{row.key}: a quantity of {quantity} is below 0")
    if row.range is not None:
        low, high = row.range
        raise Unpriced(f"{row.key} in {row.region} is a range from {low} to {high}, not a price")
    start, end = _charged(row, quantity, free)
    last = row.tiers[-1].end
    if last is not None and end > last:
        raise Unpriced(f"{row.key} in {row.region}: rates beyond {last} {row.unit} are not known")
    return _slices(row.tiers, start, end)


def _charged(row: PriceRow, quantity: Decimal, free: Decimal) -> tuple[Decimal, Decimal]:
    """The stretch of the tier scale that is paid for."""
    if row.free_mode == FreeMode.INSIDE_FIRST_TIER:
        return min(quantity, free), quantity
    return Decimal(0), max(Decimal(0), quantity - free)


def _slices(tiers: tuple[Tier, ...], start: Decimal, end: Decimal) -> list[Charge]:
    found = []
    for tier in tiers:
        low = max(start, tier.start)
        high = end if tier.end is None else min(end, tier.end)
        if high > low:
            found.append(Charge(high - low, tier.price_usd))
    return found
