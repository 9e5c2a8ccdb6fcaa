"""What a launch costs while it lives: from the price book, on demand, without any discount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_UP, Decimal, localcontext

from archlab.domain.architecture import Architecture, Component
from archlab.domain.cloudformation import Template
from archlab.domain.money import MONEY, plain
from archlab.domain.pricing import Allowances, PriceBook, PricedUsage, reconcile
from archlab.domain.units import Unit

MONTH = 672
"""Hours of the shortest month: what is paid by the month is shared out over no more than these."""
PREPAID = {
    "average_tasks": Decimal(0),
    "commitment_share": Decimal(0),
    "off_hours_week": 0,
    "purchase": "on_demand",
    "reserved": "none",
    "spot_saving": Decimal(0),
    "spot_share": Decimal(0),
}
"""Parameters that make a month cheaper than its hours; a launch of an hour has none of it."""
WHOLE = Unit.ZONE_MONTH
"""Charged whole, however short it stands."""
_CENT = Decimal("0.01")

ALWAYS_LEFT_OUT = (
    "requests, data transferred and everything else that is paid by use",
    "copies that a scaling rule adds",
    "load balancer capacity beyond the hours themselves",
    "taxes, support plans and what the account's free tier takes off",
    "logs, snapshots and backups that are kept longer than the launch",
)


@dataclass(frozen=True)
class Item:
    """One thing that costs by its time; `usd` is for an hour, or once where `once`."""

    component: str
    key: str
    usd: Decimal
    once: bool = False


@dataclass(frozen=True)
class Quote:
    """`not_priced` are components with a price that the book does not know: the sum is too low."""

    items: tuple[Item, ...]
    lease: timedelta
    price_book: str
    not_priced: tuple[str, ...] = ()
    not_included: tuple[str, ...] = ()

    @property
    def usd_hour(self) -> Decimal:
        """Exact; what is charged once is not in it."""
        with localcontext(MONEY):
            return sum((item.usd for item in self.items if not item.once), Decimal(0))

    @property
    def usd_lease(self) -> Decimal:
        """In cents, rounded up: never less than the sum, and never nothing."""
        with localcontext(MONEY):
            once = sum((item.usd for item in self.items if item.once), Decimal(0))
            usd = self.usd_hour * self.hours + once
            return max(usd.quantize(_CENT, ROUND_UP), _CENT)

    @property
    def hours(self) -> Decimal:
        with localcontext(MONEY):
            return Decimal(int(self.lease / timedelta(minutes=1))) / 60

    @property
    def phrase(self) -> str:
        """What the learner types before anything is made."""
        hours = plain(self.hours.quantize(Decimal("0.1"), ROUND_UP).normalize())
        unit = "hour" if hours == "1" else "hours"
        return f"spend {plain(self.usd_lease)} USD in {hours} {unit}"

    def is_confirmed_by(self, typed: str) -> bool:
        return typed.split() == self.phrase.split()


def quote(
    architecture: Architecture, template: Template, *, book: PriceBook, lease: timedelta
) -> Quote:
    """The price of a template for its lease, in the architecture's region.

    Only what is paid for by time is in it; the rest is named in `not_included`.
    """
    outside = {one.component for one in template.outside}
    bill = reconcile(
        replace(_undiscounted(architecture), documented=None),
        book,
        month_hours=MONTH,
        allowances=Allowances.NONE,
    )
    parts = [part for line in bill.lines for part in line.parts if part.component not in outside]
    with localcontext(MONEY):
        items = tuple(_items(parts))
    unknown = dict.fromkeys(part.component for part in parts if part.usd is None and _counts(part))
    left_out = tuple(f"{one}, which belongs to somebody else" for one in sorted(outside))
    return Quote(items, lease, bill.price_book, tuple(unknown), (*ALWAYS_LEFT_OUT, *left_out))


def _items(parts: list[PricedUsage]) -> Iterator[Item]:
    for part in parts:
        unit = _unit(part)
        if not part.usd or unit is None or not _by_time(unit):
            continue
        once = unit == WHOLE
        yield Item(part.component, part.usage.key, part.usd if once else part.usd / MONTH, once)


def _counts(part: PricedUsage) -> bool:
    """Whether an unknown price would have been in the sum."""
    unit = _unit(part)
    return bool(part.usage.quantity) and (unit is None or _by_time(unit))


def _unit(part: PricedUsage) -> Unit | None:
    return part.row.unit if part.row else part.usage.unit


def _by_time(unit: Unit) -> bool:
    return unit.scales_with_month or unit == "month" or str(unit).endswith("-month")


def _undiscounted(architecture: Architecture) -> Architecture:
    components: Mapping[str, Component] = {
        id_: component.model_copy(
            update={
                name: value
                for name, value in PREPAID.items()
                if name in type(component).model_fields
            }
        )
        for id_, component in architecture.components.items()
    }
    return replace(architecture, components=components)
