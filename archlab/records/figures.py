"""The three needles of systems as a record states them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from archlab.catalog.assess import assessed
from archlab.domain.architecture import Architecture, Assessment, Risk
from archlab.domain.money import cents
from archlab.domain.pricing import PricedUsage
from archlab.domain.records import (
    Assumption,
    Basis,
    Cost,
    CostLine,
    Failure,
    Latency,
    Needles,
    Outage,
    Point,
    State,
    consequences,
)


def needles(assessment: Assessment, remark: str = "") -> Needles:
    cost, latency, downtime = assessment.cost, assessment.latency, assessment.downtime
    unpriced = tuple(line.label for line in cost.unpriced)
    whole = Outage(_("all requests"), _tenth(downtime.minutes))
    partial = (
        Outage(risk.hits, _tenth(risk.minutes))
        for risk in downtime.risks
        if risk.hits != "all requests"
    )
    return Needles(
        cost=Cost(cents(cost.total_usd), cost.month_hours, unpriced=unpriced),
        latency=Latency(
            _milliseconds(latency.p50_ms),
            _milliseconds(latency.p99_ms),
            flow=latency.flow or "",
            load=_load(latency.rate_per_s),
            rate_per_s=_rate(latency.rate_per_s),
            p95_ms=_milliseconds(latency.steady.p95_ms)
            if latency.p50_ms is not None and latency.steady
            else None,
            missing=State.OVERLOADED if latency.state == "overloaded" else State.NOT_MODELLED,
        ),
        downtime=(whole, *partial),
        failures=(*map(_failure, downtime.risks), *_unmodelled(assessment)),
        remark=remark,
    )


def moves(before: Assessment, after: Assessment) -> tuple[Point, ...]:
    return tuple(consequences(needles(before), needles(after)))


def cost_lines(systems: Sequence[Architecture], bills: Sequence[Assessment]) -> Iterator[CostLine]:
    """Only parts that differ between the options, then the rest as one line, then the total."""
    amounts = [_by_part(system, bill) for system, bill in zip(systems, bills, strict=True)]
    names = dict.fromkeys(name for part in amounts for name in part)
    differ = [n for n in names if len({str(part.get(n)) for part in amounts}) > 1]
    parts = [_parts(system, bill) for system, bill in zip(systems, bills, strict=True)]
    for name in differ:
        line = CostLine(name, tuple(part.get(name) for part in amounts))
        yield _priced(line, [one for by_name in parts for one in by_name.get(name, ())])
    rest = [
        sum((v for n, v in part.items() if n not in differ and isinstance(v, Decimal)), Decimal(0))
        for part in amounts
    ]
    if differ and any(rest):
        yield CostLine(_("All other parts"), tuple(rest))


def assumptions(system: Architecture) -> Iterator[Assumption]:
    seen: set[str] = set()
    for risk in assessed(system).downtime.risks:
        for one in risk.assumptions:
            if one.likely is not None and one.text not in seen:
                seen.add(one.text)
                yield Assumption(one.text, one.likely, one.low, one.high, one.unit, Basis.ASSUMED)


def _by_part(system: Architecture, bill: Assessment) -> dict[str, Decimal | State]:
    """Label -> USD in cents; a documented bill's lines stay whole, so the columns add up."""
    amounts: dict[str, Decimal | State] = {}
    for line in bill.cost.lines:
        for part in line.parts:
            component = system.components[part.component]
            label = component.label or component.title
            if part.usd is None or amounts.get(label) is State.NOT_PRICED:
                amounts[label] = State.NOT_PRICED
            elif part.usd:
                amounts[label] = cents(part.usd) + _known(amounts.get(label))
    return amounts


def _parts(system: Architecture, bill: Assessment) -> dict[str, list[PricedUsage]]:
    """Label -> what is billed under it."""
    found: dict[str, list[PricedUsage]] = {}
    for line in bill.cost.lines:
        for part in line.parts:
            if part.usd is None or part.usd:
                component = system.components[part.component]
                found.setdefault(component.label or component.title, []).append(part)
    return found


def _priced(line: CostLine, parts: Sequence[PricedUsage]) -> CostLine:
    """With its component and, where all are billed for one quantity of one thing, its price."""
    components = {part.component for part in parts}
    component = next(iter(components)) if len(components) == 1 else ""
    things = {(part.usage.key, part.usage.quantity, part.formula) for part in parts}
    if len(things) != 1 or len(parts) != sum(one is not None for one in line.amounts):
        return replace(line, component=component)
    key, quantity, formula = next(iter(things))
    row = parts[0].row
    unit = row.unit if row else ""
    return replace(
        line, component=component, price=key, quantity=quantity, unit=unit, formula=formula
    )


def _known(amount: Decimal | State | None) -> Decimal:
    return amount if isinstance(amount, Decimal) else Decimal(0)


def _failure(risk: Risk) -> Failure:
    stands_on = "; ".join(one.text for one in risk.assumptions)
    return Failure(risk.events, risk.hits, None, None, _tenth(risk.minutes), source=stands_on)


def _unmodelled(assessment: Assessment) -> Iterator[Failure]:
    for component, reason in assessment.downtime.unmodelled.items():
        yield Failure(reason, component, None, None, None)


def _rate(rate_per_s: float) -> Decimal | None:
    """Four digits that say something."""
    return Decimal(f"{rate_per_s:.4g}") if rate_per_s else None


def _tenth(minutes: Decimal | None) -> Decimal | None:
    return None if minutes is None else minutes.quantize(Decimal("0.1"))


def _milliseconds(value: float | None) -> Decimal | None:
    return None if value is None else _exact(value)


def _exact(value: float) -> Decimal:
    """Four digits behind the point: more than any figure of a record shows."""
    return Decimal(f"{value:.4f}")


def _load(rate_per_s: float) -> str:
    if rate_per_s >= 1:
        return _("%(n)s requests/s") % {"n": round(rate_per_s)}
    return _("%(n)s requests/h") % {"n": round(rate_per_s * 3600)}
