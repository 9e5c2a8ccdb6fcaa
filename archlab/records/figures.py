"""The three needles of systems as a record states them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from archlab.catalog.assess import assessed
from archlab.domain.architecture import Architecture, Assessment
from archlab.domain.architecture.risk import Risk
from archlab.domain.money import cents
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
            _whole(latency.p50_ms),
            _whole(latency.p99_ms),
            flow=latency.flow or "",
            load=_load(latency.rate_per_s),
            rate_per_s=_rate(latency.rate_per_s),
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
    for name in differ:
        yield CostLine(name, tuple(part.get(name) for part in amounts))
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


def _whole(ms: float | None) -> Decimal | None:
    return None if ms is None else Decimal(round(ms))


def _load(rate_per_s: float) -> str:
    if rate_per_s >= 1:
        return _("%(n)s requests/s") % {"n": round(rate_per_s)}
    return _("%(n)s requests/h") % {"n": round(rate_per_s * 3600)}
