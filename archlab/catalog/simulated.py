"""One flow of a system under load, simulated request by request, and what the run says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from archlab.domain.architecture import Architecture, Flow
from archlab.domain.architecture.paths import at_rate, request_path
from archlab.domain.latency import (
    Estimate,
    HopRun,
    RequestPath,
    Retry,
    Run,
    Traffic,
    analyse,
    simulate,
)
from archlab.domain.latency.hist import RESOLUTION
from archlab.domain.latency.simulate import SHARES, visits

MOST_VISITS = 100_000_000
"""Visits to hops in all replications together: about half a minute."""


@dataclass(frozen=True)
class Reading:
    """A percentile with its 95 % band, milliseconds; None is what the run cannot say."""

    ms: float | None
    low_ms: float | None
    high_ms: float | None

    @property
    def band(self) -> list[float | None] | None:
        """Low and high end; a lower bound has no high end."""
        return None if self.low_ms is None else [self.low_ms, self.high_ms]


@dataclass(frozen=True)
class Place:
    """One component on the way: all visits of a request together, means in milliseconds."""

    id: str
    label: str
    utilisation: float | None
    wait_ms: float | None
    service_ms: float | None


@dataclass(frozen=True)
class Simulated:
    """What is told of a run; counts are those of all replications together."""

    run: Run
    readings: Mapping[str, Reading]
    places: tuple[Place, ...]
    says: tuple[str, ...]

    @property
    def offered(self) -> int:
        """Requests that came."""
        return int(self.run.offered.sum())

    @property
    def answered(self) -> int:
        """Requests that had an answer before the client gave up."""
        return int(self.run.answered.sum())

    @property
    def errors(self) -> Mapping[str, int]:
        """Requests without an answer, by cause."""
        return {cause: int(counts.sum()) for cause, counts in self.run.errors.items()}

    def as_json(self) -> Mapping[str, object]:
        """The keys of `manage.py simulate --json`; what is not known is null."""
        bands = {f"{name}_ms": reading.band for name, reading in self.readings.items()}
        return {
            "offered": self.offered,
            "answered": self.answered,
            "errors": dict(self.errors),
            **{f"{name}_ms": reading.ms for name, reading in self.readings.items()},
            "interval": {**bands, "says": " ".join(self.says)},
            "hops": [
                {
                    "id": place.id,
                    "utilisation": place.utilisation,
                    "wait_ms": place.wait_ms,
                    "service_ms": place.service_ms,
                }
                for place in self.places
            ],
            "engine": self.run.engine,
            "exact": self.run.exact,
            "seed": self.run.seed,
            "replications": self.run.replications,
        }


def path_of(
    system: Architecture, flow: Flow, traffic: Traffic, *, timeout_s: float, retries: int
) -> RequestPath:
    """The flow at the mean rate of the traffic, with a client that gives up and tries again.

    The other flows of the system grow along with this one.
    """
    rate, context = traffic.expected / traffic.horizon_s, system.context
    if flow.share:
        context = at_rate(context, rate / float(flow.share))
    path = request_path(context, flow)
    return replace(path, client_timeout_s=timeout_s, retry=Retry(retries + 1))


def simulated(path: RequestPath, traffic: Traffic, *, seed: int, replications: int) -> Simulated:
    """Run the exact kernel and read it; ValueError says what cannot be simulated."""
    work = visits(path, traffic) * replications
    if work > MOST_VISITS:
        raise ValueError(
            f"about {work:.3g} visits to hops in all: at most {MOST_VISITS:.3g}; shorten the "
            "horizon, lower the rate or take fewer replications"
        )
    run = simulate(path, traffic, seed=seed, replications=replications, slots=1)
    overloads = _overloads(path, traffic)
    endless = bool(overloads) and len({rate for _, rate in traffic.segments}) == 1
    known = [] if endless else _known(run)
    return Simulated(
        run,
        readings={
            name: _reading(getattr(run, name), endless=endless, bound_s=run.bound_s)
            for name in SHARES
        },
        places=_places(run.hops, endless=endless),
        says=(*known, *_unanswered(run), *overloads, *([ENDLESS] if endless else []), *run.notes),
    )


ENDLESS = "So there is no steady state; percentiles would only tell how long the run was."


def _overloads(path: RequestPath, traffic: Traffic) -> list[str]:
    """A sentence for each segment in which more work arrives than can be done."""
    found = []
    for start, rate in traffic.segments:
        steady = analyse(path, rate)
        full = ", ".join(hop.label for hop in steady.hops if math.isinf(hop.wait_ms))
        load = f"From {start:g} s on, {rate:g} requests a second"
        if full and steady.growth_per_s:
            growth = f"{steady.growth_per_s:.3g} requests a second"
            found.append(f"{load} are more than it can do: {full}. Its queue grows by {growth}.")
        elif full:
            found.append(f"{load} are all that it can do: {full}. Its queue grows without end.")
    return found


def _known(run: Run) -> list[str]:
    """How far the percentiles can be trusted."""
    if not run.offered.sum():
        return ["Nobody came; write a higher rate or a longer horizon."]
    if run.replications == 1:
        return ["One replication has no error band."]
    resolution = f"{100 * RESOLUTION:.1f} % for the steps in which times are counted"
    return [f"95 % bands over {run.replications} replications, and {resolution}."]


def _unanswered(run: Run) -> list[str]:
    """A percentile that falls among requests without an answer is only a lower bound."""
    bounds = [name for name in SHARES if getattr(run, name).censored]
    if not bounds:
        return []
    share = 100 * (1 - SHARES[bounds[0]])
    within = f"More than {share:.0f} % had no answer within {run.bound_s:g} s"
    return [f"{within}, which is the least that {', '.join(bounds)} can be."]


def _reading(estimate: Estimate, *, endless: bool, bound_s: float) -> Reading:
    if estimate.censored:
        return Reading(None, 1000 * bound_s, None)
    if endless:
        return Reading(None, None, None)
    value, half = _ms(estimate.value), _ms(estimate.half_width)
    if value is None or half is None:
        return Reading(value, None, None)
    low, high = max(0.0, value - half), value + half
    return Reading(value, low * (1 - RESOLUTION), high * (1 + RESOLUTION))


def _places(hops: tuple[HopRun, ...], *, endless: bool) -> tuple[Place, ...]:
    """By component, in the order of the first visit; an endless queue has no mean wait."""
    places = []
    for id_ in dict.fromkeys(hop.id for hop in hops):
        visits_ = [hop for hop in hops if hop.id == id_]
        first = visits_[0]
        unknown = endless and first.utilisation is not None
        wait_ms = None if unknown else _ms(math.fsum(hop.wait_s for hop in visits_))
        service_ms = _ms(math.fsum(hop.service_s for hop in visits_))
        places.append(Place(id_, first.label, first.utilisation, wait_ms, service_ms))
    return tuple(places)


def _ms(seconds: float) -> float | None:
    return 1000 * seconds if math.isfinite(seconds) else None
