"""The three needles of a system: what it costs, how it answers, how it fails."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from archlab.domain.architecture.flow import Flow
from archlab.domain.architecture.model import Architecture
from archlab.domain.architecture.paths import at_rate, flow_rate, request_path
from archlab.domain.architecture.risk import Downtime, downtime
from archlab.domain.latency import Steady, analyse
from archlab.domain.pricing import Bill, PriceBook, reconcile


@dataclass(frozen=True)
class Latency:
    """The second needle, in milliseconds at the stated load.

    Overloaded: work arrives faster than it is done, so there is no percentile. Not modelled: no
    flow to compute; `reason` says which one is missing.
    """

    state: Literal["modelled", "overloaded", "not modelled"]
    p50_ms: float | None = None
    p99_ms: float | None = None
    rate_per_s: float = 0.0
    flow: str | None = None
    steady: Steady | None = None
    reason: str = ""


@dataclass(frozen=True)
class Assessment:
    """Cost, latency and downtime, always together."""

    cost: Bill
    latency: Latency
    downtime: Downtime


def assess(
    architecture: Architecture,
    book: PriceBook,
    *,
    flow: str | None = None,
    rate_per_s: float | None = None,
) -> Assessment:
    """The three needles. `flow` defaults to the first one that a request triggers.

    `rate_per_s` (requests per second) replaces the average of the demand for latency alone.
    """
    return Assessment(
        cost=reconcile(architecture, book),
        latency=latency(architecture, flow=flow, rate_per_s=rate_per_s),
        downtime=downtime(architecture),
    )


def latency(
    architecture: Architecture, *, flow: str | None = None, rate_per_s: float | None = None
) -> Latency:
    """Steady state of one flow at the average rate of the demand, or at the given one."""
    taken = architecture.flow(flow)
    if taken is None:
        named = f"no flow {flow}" if flow else "no flow that a request takes"
        return Latency("not modelled", flow=flow, reason=f"The system has {named}.")
    context = architecture.context
    if rate_per_s is not None:
        context = at_rate(context, rate_per_s)
    rate = flow_rate(context, taken)
    return _latency(taken, rate, analyse(request_path(context, taken), rate))


def _latency(flow: Flow, rate: float, steady: Steady) -> Latency:
    if math.isinf(steady.p99_ms):
        full = ", ".join(hop.label for hop in steady.hops if math.isinf(hop.wait_ms))
        reason = f"Work arrives faster than it is done at: {full}."
        return Latency("overloaded", None, None, rate, flow.id, steady, reason)
    return Latency("modelled", steady.p50_ms, steady.p99_ms, rate, flow.id, steady)
