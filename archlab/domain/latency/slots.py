"""A path over time as a fluid: queues grow by what arrives and shrink by what can be served.

Always an approximation. It costs the same at any traffic, has no randomness and no percentiles,
and cannot follow a request, so client timeouts and retries are refused.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np

from archlab.domain.latency.checks import above_0, at_least_0, need
from archlab.domain.latency.dist import Times
from archlab.domain.latency.path import Hop, RequestPath
from archlab.domain.latency.queueing import erlang_c

METHOD = "fluid approximation: backlog by slot, M/M/c waiting while there is none"


class Outage(NamedTuple):
    """A time in which a hop serves nobody and its requests wait; seconds."""

    hop: str
    start_s: float
    duration_s: float


@dataclass(frozen=True)
class FluidHop:
    """One hop by slot: requests waiting at the end, utilisation, mean wait of those arriving."""

    id: str
    queue: Times
    utilisation: Times | None
    wait_ms: Times


@dataclass(frozen=True)
class Fluid:
    """A path by slot of arrival. `t` is the start of each slot in seconds, counts are requests.

    A wait is infinite where nobody serves until the end.
    """

    t: Times
    offered: Times
    answered: Times
    waiting: Times
    mean_ms: Times
    hops: tuple[FluidHop, ...]
    method: str = METHOD
    engine: str = "fluid"
    exact: bool = False


class _Slots(NamedTuple):
    edges: Times
    length: float


class _Flow(NamedTuple):
    """One hop: what leaves it per slot, and the seconds that an arrival spends in it."""

    hop: Hop
    departures: Times
    seconds: Times
    shown: FluidHop


def fluid(
    path: RequestPath,
    segments: Sequence[tuple[float, float]],
    *,
    horizon_s: float,
    slots: int = 360,
    outages: Sequence[Outage] = (),
    client_timeout_s: float | None = None,
    attempts: int = 1,
) -> Fluid:
    """Mean latency and queues by slot of arrival, starting empty.

    `segments` are (start in seconds, requests per second) and hold until the next one. Just below
    full load the wait is that of a steady state which takes long to build up, so it is too long.
    """
    need(client_timeout_s is None, "the fluid approximation cannot time out: simulate instead")
    need(attempts == 1, "the fluid approximation cannot retry: simulate instead")
    above_0(horizon_s, "horizon")
    need(slots >= 1, f"{slots} slots: write at least 1")
    _check_outages(path, outages)
    times = _Slots(np.linspace(0.0, horizon_s, slots + 1), horizon_s / slots)
    offered = np.diff(_arrived(segments, times.edges))
    answered, waiting, seconds, reach = np.zeros(slots), np.zeros(slots), np.zeros(slots), 1.0
    flows: list[_Flow] = []
    arriving = offered
    for _, members in groupby(enumerate(path.hops), _side_by_side):
        group = [_flow(hop, arriving, times, outages) for _, hop in members]
        flows += group
        seconds += reach * np.max([flow.seconds for flow in group], axis=0)
        waiting += np.max([flow.shown.queue for flow in group], axis=0)
        left = np.diff(np.min([np.cumsum(f.departures) for f in group], axis=0), prepend=0.0)
        hit = group[0].hop.hit_ratio
        answered += hit * left
        arriving, reach = (1 - hit) * left, (1 - hit) * reach
    return Fluid(
        t=times.edges[:-1],
        offered=offered,
        answered=answered + arriving,
        waiting=waiting,
        mean_ms=1000 * seconds,
        hops=tuple(flow.shown for flow in flows),
    )


def _check_outages(path: RequestPath, outages: Sequence[Outage]) -> None:
    known = [hop.id for hop in path.hops]
    for outage in outages:
        need(outage.hop in known, f"{outage.hop}: no such hop; there are {', '.join(known)}")
        at_least_0(outage.start_s, "start of an outage")
        at_least_0(outage.duration_s, "duration of an outage")


def _arrived(segments: Sequence[tuple[float, float]], until: Times) -> Times:
    """Requests that arrived up to each time."""
    starts = [start for start, _ in segments]
    need(bool(starts) and starts[0] == 0, "segments: write the first one from second 0")
    need(starts == sorted(set(starts)), "segments: write them in order, each start once")
    rates = [at_least_0(rate, "rate") for _, rate in segments]
    last = max(float(until[-1]), starts[-1] + 1)
    knots = np.array([*starts, last])
    counts = np.concatenate([[0.0], np.cumsum(np.diff(knots) * rates)])
    arrived: Times = np.interp(until, knots, counts)
    return arrived


def _side_by_side(numbered: tuple[int, Hop]) -> str:
    number, hop = numbered
    return hop.parallel or f"{number}"


def _flow(hop: Hop, arriving: Times, times: _Slots, outages: Sequence[Outage]) -> _Flow:
    service = hop.time.mean
    if hop.servers is None or not hop.busy_s:
        nothing = np.zeros_like(arriving)
        return _Flow(hop, arriving, nothing + service, FluidHop(hop.id, nothing, None, nothing))
    rate = max(0.0, hop.servers - hop.other_load) / hop.busy_s
    capacity = rate * np.diff(times.edges - _out(hop.id, outages, times.edges))
    surplus = np.cumsum(arriving - capacity)
    queue = surplus - np.minimum(np.minimum.accumulate(surplus), 0.0)
    before = np.concatenate([[0.0], queue[:-1]])
    departures = arriving + before - queue
    busy = (queue > 0) | (before > 0)
    steady = [_steady_wait(hop, arrivals / times.length) for arrivals in arriving.tolist()]
    wait = np.where(busy, _drained_after(queue, capacity, times), steady)
    used = (departures * hop.busy_s / times.length + hop.other_load) / max(hop.servers, 1)
    return _Flow(hop, departures, wait + service, FluidHop(hop.id, queue, used, 1000 * wait))


def _out(hop: str, outages: Sequence[Outage], until: Times) -> Times:
    """Seconds of outage up to each time."""
    lost = np.zeros_like(until)
    for outage in outages:
        if outage.hop == hop:
            lost += np.clip(until - outage.start_s, 0.0, outage.duration_s)
    return lost


def _drained_after(queue: Times, capacity: Times, times: _Slots) -> Times:
    """Mean seconds until what waits in front of an arrival is served, half from either end."""
    done = np.concatenate([[0.0], np.cumsum(capacity)])
    when, served = times.edges, done
    if capacity[-1] > 0:
        later = queue[-1] / capacity[-1] + 1
        when = np.append(when, when[-1] + later * times.length)
        served = np.append(served, served[-1] + later * capacity[-1])
    ahead = np.concatenate([[0.0], queue])
    wait = np.interp(done + ahead, served, when, right=math.inf) - times.edges
    mean: Times = (wait[:-1] + wait[1:]) / 2
    return mean


@lru_cache(maxsize=4096)
def _steady_wait(hop: Hop, rate_per_s: float) -> float:
    """Mean wait of M/M/c in seconds; 0 at full load, where the backlog says it."""
    servers = hop.servers or 0
    load = rate_per_s * hop.busy_s + hop.other_load
    if load >= servers:
        return 0.0
    return erlang_c(servers, load) * hop.busy_s / (servers - load)
