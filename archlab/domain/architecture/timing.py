"""Where the milliseconds of a flow go: its hops as documented, beside their steady state."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Literal

from archlab.domain.architecture.component import Context
from archlab.domain.architecture.flow import Flow, FlowHop
from archlab.domain.architecture.paths import flow_rate, request_path
from archlab.domain.latency import Hop, RequestPath, Steady, analyse

Start = Literal["typical", "warm", "cold"]
Percentile = Literal["p50", "p95", "p99"]


@dataclass(frozen=True, slots=True)
class HopTime:
    """One hop in milliseconds; `documented` is None where the source says nothing about it."""

    label: str
    documented: Decimal | None
    service: Decimal
    wait: Decimal | None
    utilisation: float | None
    """None for a hop without workers; the wait of one that is overloaded is None."""


@dataclass(frozen=True)
class Timing:
    """One flow at a steady rate in requests per second."""

    flow: Flow
    rate_per_s: float
    steady: Steady
    specs: tuple[FlowHop, ...]
    """The hops that cost time, as they are declared."""

    @cached_property
    def hops(self) -> tuple[HopTime, ...]:
        """Means, so that all rows add to the mean of the whole way."""
        return tuple(
            HopTime(
                hop.label,
                None if spec.assumed and self.flow.documented_ms is None else spec.p50_ms,
                _decimal(hop.service_ms),
                None if math.isinf(hop.wait_ms) else _decimal(hop.wait_ms),
                hop.utilisation,
            )
            for spec, hop in zip(self.specs, self.steady.hops, strict=True)
        )

    @property
    def overloaded(self) -> list[str]:
        """Where work arrives faster than it is done."""
        return [hop.label for hop in self.hops if hop.wait is None]

    @property
    def mean_ms(self) -> Decimal | None:
        """The sum of all rows: means add, percentiles do not. None when a hop is overloaded."""
        if self.overloaded:
            return None
        return sum((hop.service + (hop.wait or 0) for hop in self.hops), Decimal(0))

    @property
    def percentiles(self) -> dict[Percentile, float]:
        """Milliseconds of the whole way; empty when a hop is overloaded."""
        if self.overloaded:
            return {}
        found = self.steady
        return {"p50": found.p50_ms, "p95": found.p95_ms, "p99": found.p99_ms}


def timing(
    context: Context, flow: Flow, *, rate_per_s: float | None = None, start: Start = "typical"
) -> Timing:
    """A flow at the average rate of the demand, or at the given one.

    `start` makes every call of a function warm or cold; typical is the share that the demand has.
    """
    rate = flow_rate(context, flow) if rate_per_s is None else rate_per_s
    hops = (_started(hop, start) for hop in request_path(context, flow).hops)
    return Timing(flow, rate, analyse(RequestPath(tuple(hops)), rate), tuple(_timed(context, flow)))


def _started(hop: Hop, start: Start) -> Hop:
    if hop.cold is None or start == "typical":
        return hop
    return replace(hop, cold=replace(hop.cold, share=float(start == "cold")))


def _timed(context: Context, flow: Flow) -> Iterator[FlowHop]:
    for spec in flow.hops:
        if context.architecture.components[spec.at].hop(context, spec) is not None:
            yield spec


def _decimal(ms: float) -> Decimal:
    return Decimal(repr(round(ms, 9)))
