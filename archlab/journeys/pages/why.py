"""The formula, the price rows and the assumptions behind a needle."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext

from archlab.domain.architecture import Architecture
from archlab.domain.pricing import PricedUsage
from archlab.journeys.pages.compare import label_of
from archlab.journeys.pages.step import StepPage


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One priced quantity behind the cost needle."""

    part: str
    usd: Decimal | None
    formula: str
    reason: str
    key: str
    source: str


@dataclass(frozen=True, slots=True)
class HopLine:
    """One hop behind the latency needle."""

    label: str
    p50_ms: Decimal
    p99_ms: Decimal
    wait_ms: float
    basis: str


@dataclass(frozen=True)
class WhyPage(StepPage):
    """The formula, the price rows and the assumptions behind one needle."""

    @cached_property
    def price_rows(self) -> tuple[PriceLine, ...]:
        system = self.scene.now
        return tuple(
            _price_line(system, part)
            for line in self.now.cost.lines
            for part in line.parts
            if part.usd != 0
        )

    @cached_property
    def hops(self) -> tuple[HopLine, ...]:
        latency = self.now.latency
        flow = self.scene.now.flow(latency.flow)
        if flow is None or latency.steady is None:
            return ()
        return tuple(
            HopLine(
                label=spec.label or steady.label,
                p50_ms=spec.p50_ms,
                p99_ms=spec.p99_ms or spec.p50_ms,
                wait_ms=steady.wait_ms,
                basis="assumed" if spec.assumed else "documented",
            )
            for spec, steady in zip(flow.hops, latency.steady.hops, strict=False)
        )

    @property
    def rate_words(self) -> str:
        rate = self.now.latency.rate_per_s
        if rate >= 1:
            return gettext("At %(n)s requests a second.") % {"n": round(rate)}
        return gettext("At %(n)s requests an hour.") % {"n": round(rate * 3600)}

    @property
    def unmodelled(self) -> tuple[tuple[str, str], ...]:
        system = self.scene.now
        return tuple(
            (label_of(system, id_), why) for id_, why in self.now.downtime.unmodelled.items()
        )


def _price_line(system: Architecture, part: PricedUsage) -> PriceLine:
    row = part.row
    source = ""
    if row is not None:
        dated = f"{row.effective}" if row.effective else gettext("undated")
        source = f"{row.source}; {dated}; {row.confidence}"
    return PriceLine(
        part=label_of(system, part.component),
        usd=part.usd,
        formula=part.formula,
        reason=part.reason,
        key=part.usage.key,
        source=source,
    )
