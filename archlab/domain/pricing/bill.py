"""What is consumed, what a source says it cost, and the bill that sets them side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, Field, dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Any, ClassVar, Literal, Protocol, get_args

from archlab.domain.money import MONEY, cents, plain
from archlab.domain.pricing.rows import Allowances, Charge, PriceRow
from archlab.domain.units import Unit

QuantityClass = Literal["documented", "derived", "assumed"]

UNPRICED_KEY = "unpriced:"

_MICRO = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Usage:
    """A month's quantity of one priced thing.

    `key` is `SERVICE:KEY` of the price book. With `stated_usd`, a figure of the source for one
    unit of the quantity, it is only a label ("stated:vps.monthly_usd"). A key that starts with
    "unpriced:" has no price, and `reason` says what is missing. Hours are counted in the month of
    the architecture; `hours_override` is the month of this one line and rescales them.
    """

    key: str
    quantity: Decimal
    _: KW_ONLY
    stated_usd: Decimal | None = None
    unit: Unit | None = None
    hours_override: int | None = None
    quantity_class: QuantityClass = "derived"
    reason: str = ""

    @property
    def has_no_price(self) -> bool:
        return self.stated_usd is None and self.key.startswith(UNPRICED_KEY)


@dataclass(frozen=True, slots=True)
class DocumentedLine:
    """One amount of the source's bill and the part of the architecture that it pays for.

    Without `keys` it takes every usage of its components. `month_hours` is a month of this line
    alone, for sources that mix several. `residual_usd` with its reason `residual` is a known
    difference, documented minus modelled; `fitted` names a quantity that was solved from this very
    line, so that its closing proves nothing.
    """

    id: str
    label: str
    usd: Decimal
    components: tuple[str, ...]
    keys: tuple[str, ...] = ()
    kind: str = "other"
    month_hours: int | None = None
    residual: str = ""
    residual_usd: Decimal = Decimal(0)
    fitted: str = ""
    src: str = ""

    def takes(self, component: str, key: str) -> bool:
        return component in self.components and (not self.keys or key in self.keys)


@dataclass(frozen=True, slots=True)
class DocumentedBill:
    """The bill as the source prints it; `total_usd` is the lines plus `residual_usd`."""

    total_usd: Decimal
    lines: tuple[DocumentedLine, ...]
    title: str = ""
    month_hours: int | None = None
    src: str = ""
    residual_usd: Decimal = Decimal(0)
    residual_reason: str = ""
    compare_model: bool = True


class Billable(Protocol):
    """What can be priced: a frozen dataclass, so that another month or region is a `replace`."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def region(self) -> str: ...

    @property
    def month_hours(self) -> int: ...

    @property
    def allowances(self) -> Allowances: ...

    @property
    def documented(self) -> DocumentedBill | None: ...

    def usages(self) -> Mapping[str, Sequence[Usage]]:
        """Component id to what it consumes in a month of `month_hours`."""


class Status(StrEnum):
    """How a line of the model stands to the source's bill."""

    CLOSED = "closed"
    RESIDUAL = "residual"
    UNPRICED = "unpriced"
    UNDOCUMENTED = "undocumented"


@dataclass(frozen=True, slots=True)
class PricedUsage:
    """A usage with its rate and its amount; `usd` is None when `reason` says why not.

    `charges` are the parts of the quantity with their rates, after `free` units of allowance.
    """

    component: str
    usage: Usage
    row: PriceRow | None
    usd: Decimal | None
    reason: str
    charges: tuple[Charge, ...] = ()
    free: Decimal = Decimal(0)

    @property
    def formula(self) -> str:
        """The arithmetic as a reader would write it: "0.005 x 48800 traces (100000 traces free)";
        empty where nothing is priced.
        """
        if self.usd is None:
            return ""
        if self.row is None:
            return self._stated()
        unit = self.row.unit
        terms = [
            f"{plain(part.price_usd)} x {_number(part.quantity)} {unit.of(part.quantity)}"
            for part in self.charges
        ]
        text = " + ".join(terms) or "0"
        return f"{text} ({_number(self.free)} {unit.of(self.free)} free)" if self.free else text

    def _stated(self) -> str:
        """A figure of the source; one unit of it needs no multiplication."""
        (part,) = self.charges
        if part.quantity == 1:
            return f"{plain(part.price_usd)} as stated"
        unit = f" {self.usage.unit.of(part.quantity)}" if self.usage.unit else ""
        return f"{plain(part.price_usd)} as stated x {_number(part.quantity)}{unit}"


def _number(quantity: Decimal) -> str:
    """At most six decimals, without trailing zeros."""
    with localcontext(MONEY):
        text = plain(quantity.quantize(_MICRO))
    return text.rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill. `usd` is exact; `delta_usd` is documented minus modelled, in cents."""

    components: tuple[str, ...]
    label: str
    usd: Decimal | None
    documented_usd: Decimal | None
    delta_usd: Decimal | None
    status: Status
    parts: tuple[PricedUsage, ...]
    kind: str = "other"
    residual: str = ""
    fitted: str = ""
    id: str = ""

    @property
    def formula(self) -> str:
        """The arithmetic of all parts, or why there is none."""
        if not self.components:
            return "documented, not modelled"
        terms = [part.formula or f"not priced: {part.reason}" for part in self.parts]
        return " + ".join(terms) or "0"


@dataclass(frozen=True, slots=True)
class Bill:
    """Lines of one month; `price_book` is the reference of the snapshot that priced them."""

    lines: tuple[Line, ...]
    month_hours: int
    region: str
    price_book: str
    documented_usd: Decimal | None = None
    allowances: Allowances = Allowances.NONE

    @property
    def total_usd(self) -> Decimal:
        """The modelled lines. Beside a documented bill each is rounded first, as invoices do;
        otherwise the sum is exact. Lines that are not priced are not in it: show `unpriced` too.
        """
        with localcontext(MONEY):
            known = [line.usd for line in self.lines if line.usd is not None]
            if self.documented_usd is not None:
                known = [cents(usd) for usd in known]
            return sum(known, Decimal(0))

    @property
    def unpriced(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.status == Status.UNPRICED)

    @property
    def by_class(self) -> Mapping[QuantityClass, Decimal]:
        """The exact modelled sum, split by how well the quantities are known."""
        split: dict[QuantityClass, Decimal] = dict.fromkeys(get_args(QuantityClass), Decimal(0))
        with localcontext(MONEY):
            for line in self.lines:
                for part in line.parts if line.usd is not None else ():
                    split[part.usage.quantity_class] += part.usd or 0
        return split
