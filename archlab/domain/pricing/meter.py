"""Meter what is consumed and price it.

Allowances and tiers belong to the account, not to a component, so usages of one row are metered
together and shared out by quantity. The vendor does not say in which order it draws an allowance;
pro rata is the one rule under which the order of lines cannot change a total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol, TypeVar

from archlab.domain.pricing.bill import PricedUsage, Usage
from archlab.domain.pricing.book import PriceBook, total
from archlab.domain.pricing.rows import (
    Allowance,
    Allowances,
    Charge,
    PriceRow,
    Scope,
    Unpriced,
    charges,
)


class WrongUnit(ValueError):
    """A usage counts in another unit than the row that prices it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One usage of one component, with the quantity that the month of its line makes of it.

    Without a `row` it has a figure of the source, or no price for the `reason`.
    """

    component: str
    usage: Usage
    row: PriceRow | None
    quantity: Decimal
    reason: str


class Consumes(Protocol):
    """Anything about one usage."""

    @property
    def usage(self) -> Usage: ...


Consuming = TypeVar("Consuming", bound=Consumes)


@dataclass(slots=True)
class _Meter:
    """The sum of one row over the bill: what the account is charged for."""

    row: PriceRow
    allowance: Allowance | None
    quantity: Decimal = Decimal(0)
    items: list[Item] = field(default_factory=list)


def metered(
    usages: Mapping[str, Sequence[Usage]],
    book: PriceBook,
    region: str,
    hours: int,
    allowances: Allowances,
) -> list[PricedUsage]:
    """Every usage with its part of what its row costs. Call it inside the MONEY context."""
    items = [
        item_of(component, usage, book, region, hours)
        for component, consumed in usages.items()
        for usage in consumed
    ]
    amounts: dict[int, PricedUsage] = {}
    meters = _meters(items, allowances)
    free = _free(meters)
    for meter, share in zip(meters, free, strict=True):
        for item, priced in zip(meter.items, _shared_out(meter, share), strict=True):
            amounts[id(item)] = priced
    return [amounts.get(id(item)) or _unmetered(item) for item in items]


def account_usd(items: Sequence[Item], allowances: Allowances) -> Decimal:
    """What the account pays for all of these, which have rows. Call it inside the MONEY context.

    Raises Unpriced, with the first component that needs what has no price.
    """
    meters = _meters(items, allowances)
    usd = Decimal(0)
    for meter, share in zip(meters, _free(meters), strict=True):
        try:
            usd += total(charges(meter.row, meter.quantity, share))
        except Unpriced as unknown:
            raise Unpriced(f"{meter.items[0].component} is not priced: {unknown}") from None
    return usd


def stated_usd(item: Item) -> Decimal:
    """What a usage without a row costs by the figure of its source. Raises Unpriced."""
    priced = _unmetered(item)
    if priced.usd is None:
        raise Unpriced(f"{item.component} is not priced: {priced.reason}")
    return priced.usd


def item_of(component: str, usage: Usage, book: PriceBook, region: str, hours: int) -> Item:
    """The usage with its row in this region; WrongUnit when it counts in another unit."""
    row, reason = None, usage.reason
    if usage.stated_usd is None and not usage.has_no_price:
        try:
            row = book.row(usage.key, region)
        except Unpriced as missing:
            reason = str(missing)
    unit = row.unit if row else usage.unit
    if usage.unit not in (None, unit):
        raise WrongUnit(f"{component}: {usage.key} is priced per {unit}, not per {usage.unit}")
    quantity = usage.quantity
    if usage.hours_override and unit and unit.scales_with_month:
        quantity = quantity * usage.hours_override / hours
    return Item(component, usage, row, quantity, reason)


def _meters(items: Sequence[Item], allowances: Allowances) -> list[_Meter]:
    meters: dict[tuple[str, str], _Meter] = {}
    for item in items:
        if item.row is None:
            continue
        allowance = item.row.allows(allowances)
        alone = allowance is not None and allowance.scope == Scope.WEB_ACL
        name = (item.row.key, item.component if alone else "")
        meter = meters.setdefault(name, _Meter(item.row, allowance))
        meter.quantity += item.quantity
        meter.items.append(item)
    return list(meters.values())


def _free(meters: Sequence[_Meter]) -> list[Decimal]:
    """Each meter's part of its pool's allowance, by quantity."""
    pools: dict[str, Decimal] = {}
    for meter in meters:
        if meter.allowance and meter.allowance.scope != Scope.WEB_ACL:
            pool = meter.allowance.pool
            pools[pool] = pools.get(pool, Decimal(0)) + meter.quantity
    return [_share(meter, pools) for meter in meters]


def _share(meter: _Meter, pools: Mapping[str, Decimal]) -> Decimal:
    if meter.allowance is None:
        return Decimal(0)
    pooled = pools.get(meter.allowance.pool, meter.quantity)
    if pooled <= meter.allowance.quantity:
        return meter.quantity
    return meter.allowance.quantity * meter.quantity / pooled


def _shared_out(meter: _Meter, free: Decimal) -> Iterator[PricedUsage]:
    """Price the sum once, then give every usage its part of each rate."""
    try:
        parts = charges(meter.row, meter.quantity, free)
    except Unpriced as unknown:
        for item in meter.items:
            yield PricedUsage(item.component, item.usage, meter.row, None, str(unknown))
        return
    for item in meter.items:
        mine, left = tuple(parts), free
        if item.quantity != meter.quantity:
            share = item.quantity / meter.quantity
            mine = tuple(Charge(part.quantity * share, part.price_usd) for part in parts)
            left = free * share
        usd = total(mine)
        yield PricedUsage(item.component, item.usage, meter.row, usd, item.reason, mine, left)


def _unmetered(item: Item) -> PricedUsage:
    stated = item.usage.stated_usd
    if stated is None:
        reason = item.reason or f"{item.usage.key} has no figure"
        return PricedUsage(item.component, item.usage, None, None, reason)
    parts = (Charge(item.quantity, stated),)
    return PricedUsage(item.component, item.usage, None, total(parts), item.reason, parts)


def counted(parts: Sequence[Consuming]) -> tuple[Consuming, ...]:
    """Without the usages of nothing, unless there is nothing else.

    An unknown price does not spoil a line that needs none of it, but a thing whose only price is
    unknown is not free either.
    """
    some = tuple(part for part in parts if part.usage.quantity or part.usage.has_no_price)
    return some or tuple(parts)


def sum_of(parts: Sequence[PricedUsage]) -> Decimal | None:
    """None when one part is not priced: a partial sum would look like an amount."""
    known = [part.usd for part in parts if part.usd is not None]
    return sum(known, Decimal(0)) if len(known) == len(parts) else None
