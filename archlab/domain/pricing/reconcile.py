"""Price an architecture and set the result beside the bill that its source published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext

from archlab.domain.money import MONEY, cents
from archlab.domain.pricing.bill import (
    Bill,
    Billable,
    DocumentedBill,
    DocumentedLine,
    Line,
    PricedUsage,
    Status,
    Usage,
)
from archlab.domain.pricing.book import PriceBook
from archlab.domain.pricing.meter import counted, metered, sum_of
from archlab.domain.pricing.rows import Allowances

LONGEST_MONTH = 744


def reconcile(
    architecture: Billable,
    book: PriceBook,
    *,
    month_hours: int | None = None,
    region: str | None = None,
    allowances: Allowances | None = None,
) -> Bill:
    """The bill of one month, line by line against the documented one where there is one.

    The month is `month_hours`, which then holds for every line, else the documented bill's with
    the own months of its lines, else the architecture's. Allowances are the architecture's unless
    others are asked for. What has no price becomes a line with status unpriced; a usage in the
    wrong unit is WrongUnit.
    """
    documented = architecture.documented
    hours = _month(month_hours, documented, architecture)
    place = region or architecture.region
    free = architecture.allowances if allowances is None else allowances
    if (hours, place) != (architecture.month_hours, architecture.region):
        architecture = replace(architecture, month_hours=hours, region=place)
    wanted = documented.lines if documented else ()
    months = () if month_hours else tuple(line for line in wanted if line.month_hours)
    with localcontext(MONEY):
        priced = metered(_in_months(architecture.usages(), months), book, place, hours, free)
        lines = tuple(_lines(priced, wanted))
    total_usd = documented.total_usd if documented else None
    return Bill(lines, hours, place, book.reference, total_usd, free)


def _in_months(
    usages: Mapping[str, Sequence[Usage]], months: Sequence[DocumentedLine]
) -> Mapping[str, Sequence[Usage]]:
    """The usages, with the own month of a documented line on those that it takes."""
    if not months:
        return usages
    return {
        component: [_in_month(component, usage, months) for usage in consumed]
        for component, consumed in usages.items()
    }


def _in_month(component: str, usage: Usage, months: Sequence[DocumentedLine]) -> Usage:
    line = next((line for line in months if line.takes(component, usage.key)), None)
    return replace(usage, hours_override=line.month_hours) if line else usage


def _month(asked: int | None, documented: DocumentedBill | None, architecture: Billable) -> int:
    stated = documented.month_hours if documented else None
    hours = next(
        (month for month in (asked, stated) if month is not None), architecture.month_hours
    )
    if not 1 <= hours <= LONGEST_MONTH:
        raise ValueError(f"a month of {hours} hours: write 1 to {LONGEST_MONTH}")
    return hours


def _lines(priced: Sequence[PricedUsage], documented: Sequence[DocumentedLine]) -> Iterator[Line]:
    rest = list(priced)
    for wanted in documented:
        taken = [part for part in rest if wanted.takes(part.component, part.usage.key)]
        rest = [part for part in rest if not wanted.takes(part.component, part.usage.key)]
        yield _documented(wanted, taken)
    for component in dict.fromkeys(part.component for part in rest):
        parts = counted([part for part in rest if part.component == component])
        if any(part.usage.quantity or part.usd is None for part in parts):
            yield _undocumented(component, parts)


def _documented(line: DocumentedLine, taken: Sequence[PricedUsage]) -> Line:
    parts = counted(taken)
    usd = sum_of(parts) if line.components else None
    delta = cents(line.usd) - cents(usd or Decimal(0))
    status = Status.CLOSED if usd is not None and not delta else Status.RESIDUAL
    unknown = line.components and usd is None
    return Line(
        components=line.components,
        label=line.label,
        usd=usd,
        documented_usd=line.usd,
        delta_usd=None if unknown else delta,
        status=Status.UNPRICED if unknown else status,
        parts=parts,
        kind=line.kind,
        residual=line.residual,
        fitted=line.fitted,
        id=line.id,
    )


def _undocumented(component: str, parts: tuple[PricedUsage, ...]) -> Line:
    usd = sum_of(parts)
    return Line(
        components=(component,),
        label=component,
        usd=usd,
        documented_usd=None,
        delta_usd=None,
        status=Status.UNPRICED if usd is None else Status.UNDOCUMENTED,
        parts=parts,
        id=f"undocumented-{component}",
    )
