"""The outputs of the engines `latency` and `downtime` for one system."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext

from archlab.domain.architecture import Architecture, Latency, downtime, latency
from archlab.domain.latency import HopSteady, Steady
from archlab.domain.money import MONEY
from archlab.domain.pack.results import Lack, Result

MINUTES_OF_AN_HOUR = 60

_LATENCY: Mapping[str, tuple[str, str, int]] = {
    "p50_ms": ("Half within", "ms", 1),
    "p95_ms": ("95 of 100 within", "ms", 1),
    "p99_ms": ("99 of 100 within", "ms", 1),
    "mean_ms": ("On average", "ms", 1),
    "utilisation": ("Busiest hop", "%", 1),
    "rate_rps": ("Requests a second", "req/s", 2),
    "max_rps": ("Requests a second at most", "req/s", 1),
}
"""Label, unit and decimals of each output."""
LATENCY_OUTPUTS = tuple(_LATENCY)
NO_LIMIT = "no hop has workers with something to do, so none sets a limit"


def latency_results(system: Architecture, flow: str | None) -> Iterator[Result]:
    """The whole way in steady state at the average rate, and how full its busiest hop is.

    `max_rps` is the rate of this flow at which that hop has no time left, when the demand of all
    flows grows alike and a request stays as much work as it is now.
    """
    found = latency(system, flow=flow)
    busiest = _busiest(found.steady)
    values = _figures(found, busiest)
    lack: Lack = "overloaded" if found.state == "overloaded" else "not modelled"
    for id_, (label, unit, decimals) in _LATENCY.items():
        value = values.get(id_, math.inf)
        known = None if math.isinf(value) else Decimal(repr(round(value, 6)))
        reason = (found.reason or NO_LIMIT) if known is None else ""
        explain = busiest.label if busiest and id_ in ("utilisation", "max_rps") else ""
        yield Result(id_, label, unit, decimals, known, reason, explain, lack=lack)


def _busiest(steady: Steady | None) -> HopSteady | None:
    """The first of the hops that are busy at all."""
    busy = [hop for hop in steady.hops if hop.utilisation] if steady else []
    return max(busy, key=lambda hop: hop.utilisation or 0.0, default=None)


def _figures(found: Latency, busiest: HopSteady | None) -> dict[str, float]:
    steady = found.steady
    if steady is None:
        return {}
    used = (busiest.utilisation if busiest else None) or 0.0
    return {
        "p50_ms": steady.p50_ms,
        "p95_ms": steady.p95_ms,
        "p99_ms": steady.p99_ms,
        "mean_ms": steady.mean_ms,
        "utilisation": 100 * used,
        "rate_rps": found.rate_per_s,
        "max_rps": found.rate_per_s / used if used else math.inf,
    }


def downtime_results(system: Architecture) -> Iterator[Result]:
    """Expected minutes of a month and what they leave of it."""
    minutes = downtime(system).minutes
    reason = "" if minutes is not None else "no failure of this system is modelled"
    percent = None
    if minutes is not None:
        with localcontext(MONEY):
            month = Decimal(system.month_hours * MINUTES_OF_AN_HOUR)
            percent = 100 * (1 - minutes / month)
    lack: Lack = "not modelled"
    yield Result("minutes_month", "Down in a month", "min", 1, minutes, reason, lack=lack)
    yield Result("percent", "Available", "%", 3, percent, reason, lack=lack)
