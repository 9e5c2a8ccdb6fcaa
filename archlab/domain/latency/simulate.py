"""Simulate a path under traffic: replications of the exact kernel, summed up with error bars."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from archlab.domain.latency.hist import Flags, Histogram, histogram
from archlab.domain.latency.path import RequestPath
from archlab.domain.latency.prepare import Draw, Stage, prepare, stages_of
from archlab.domain.latency.tables import (
    ANSWER,
    ANSWERED,
    CAPACITY_S,
    FAULT,
    IN_FLIGHT,
    POOL,
    REJECTED,
    RETRIES,
    SERVING_S,
    THROTTLED,
    TIMEOUT,
    WAITING,
    WORKING_S,
    Floats,
    Ints,
    Plan,
    State,
    fresh,
)
from archlab.domain.latency.traffic import Traffic

ENGINE = "exact-2"
"""Changes when the same seed would give other results."""

ERRORS: Mapping[str, int] = {
    "timeout": TIMEOUT,
    "rejected": REJECTED,
    "pool": POOL,
    "throttled": THROTTLED,
    "fault": FAULT,
}
SHARES: Mapping[str, float] = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
MOST_JOBS = 16_000_000
"""Attempts that one replication may hold in memory, about 100 bytes each."""

REQUEST_NS, HOP_NS = 60.0, 50.0
"""What a request costs, and each of its hops: 150 ns were measured for two, 350 for six."""

NOTHING: Floats = np.empty(0)

LONGEST_LEAD_S, SHORTEST_LEAD_S = 120.0, 60.0

STUDENT_975 = (
    *(math.nan, 12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281),
    *(2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796),
    *(2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423, 2.0395),
)
"""97.5 % quantile of Student's t by degrees of freedom; beyond, 2.04 is a little too wide."""


@dataclass(frozen=True)
class Estimate:
    """A figure with the half width of its 95 % band over the replications; NaN for one alone.

    A censored one is a lower bound: so many requests had no answer.
    """

    value: float
    half_width: float
    censored: bool = False


@dataclass(frozen=True)
class Series:
    """An estimate for each arrival slot, arrays of shape (slots,); NaN where nobody came."""

    seconds: Floats
    half_width: Floats
    censored: Flags


@dataclass(frozen=True)
class HopSlots:
    """One hop in one replication, arrays of shape (slots,), as in `HopRun`."""

    busy: Floats
    serving: Floats
    queue: Floats
    tasks: Floats


@dataclass(frozen=True)
class HopRun:
    """One hop over all slots.

    `service_s` and `wait_s` are means of an answered request in its last attempt. `utilisation` is
    the share of workers taken; None for a pure delay. The series are of shape (slots,): `busy` the
    share of workers taken, `serving` the share in service of its own, `queue` the mean number
    waiting at the end of the slot, `tasks` as scaled; 0 for a pure delay. `each` has the
    replications by themselves, whose ups and downs the means smear.
    """

    id: str
    label: str
    service_s: float
    wait_s: float
    utilisation: float | None
    busy: Floats
    serving: Floats
    queue: Floats
    tasks: Floats
    each: tuple[HopSlots, ...]


@dataclass(frozen=True)
class Row:
    """A part of the mean latency in seconds; all rows of a run add up to it."""

    id: str
    label: str
    service_s: float
    wait_s: float
    extra_s: float


@dataclass(frozen=True)
class Run:
    """One simulation: totals over its replications, series by arrival slot, seconds throughout.

    offered = answered + errors + in flight, by slot and in all.
    """

    t: Floats
    offered: Ints
    answered: Ints
    errors: Mapping[str, Ints]
    in_flight: Ints
    retries: int
    mean: Estimate
    p50: Estimate
    p95: Estimate
    p99: Estimate
    series: Mapping[str, Series]
    """p50, p95 and p99 over time."""
    histogram: Histogram
    bound_s: float
    hops: tuple[HopRun, ...]
    retry_s: float
    """Mean time of an answered request before its last attempt began."""
    seed: int
    replications: int
    notes: tuple[str, ...]
    engine: str = ENGINE
    exact: bool = True

    @property
    def explain(self) -> tuple[Row, ...]:
        """Service and wait by hop, then what the client lost on earlier attempts."""
        rows = [Row(hop.id, hop.label, hop.service_s, hop.wait_s, 0.0) for hop in self.hops]
        return (*rows, Row("retries", "Earlier attempts", 0.0, 0.0, self.retry_s))


@dataclass(frozen=True)
class Replication:
    """What one replication leaves behind."""

    offered: Ints
    by_status: Ints
    """Shape (7, slots)."""
    retries: int
    histogram: Histogram
    mean: float
    service: Floats
    wait: Floats
    retry_s: float
    taken: Floats
    """Shape (stages, slots), seconds; with `served` and `there`."""
    served: Floats
    there: Floats
    queue: Floats
    tasks: Floats
    latency: Floats
    """Shape (requests,); infinite without an answer."""


def silent(_done: int) -> None:
    """Watches nothing."""


def simulate(
    path: RequestPath,
    traffic: Traffic,
    *,
    seed: int,
    replications: int = 1,
    slots: int = 360,
    watch: Callable[[int], None] = silent,
) -> Run:
    """Every request through every queue; `slots` arrival slots up to the horizon.

    The system runs in for 60 to 120 s at the first rate before t = 0. Replication r of one seed
    meets the same requests whatever the path is. ValueError says what cannot be simulated. `watch`
    hears how many replications are done, and ends the simulation by raising.
    """
    stages = check(path, traffic, seed, replications, slots)
    parts = []
    for number in range(replications):
        part = replication(path, traffic, Draw(seed, number, lead(path)), slots)
        parts.append(replace(part, latency=NOTHING))  # 8 bytes a request, and only pairs need them
        watch(number + 1)
    return summed(path, stages, traffic, seed, parts)


def check(
    path: RequestPath, traffic: Traffic, seed: int, replications: int, slots: int
) -> tuple[Stage, ...]:
    """The stages of the path, or a sentence about what does not fit."""
    if seed < 0 or replications < 1 or not 1 <= slots <= 3600:
        raise ValueError(
            f"seed {seed}, {replications} replications, {slots} slots: write a seed from 0 up, at "
            "least 1 replication and 1 to 3600 slots"
        )
    jobs = visits(path, traffic)
    if jobs > MOST_JOBS:
        raise ValueError(
            f"about {jobs:.0f} visits to hops: at most {MOST_JOBS} can be simulated one by one; "
            "shorten the horizon or lower the rate"
        )
    return stages_of(path)


def visits(path: RequestPath, traffic: Traffic) -> float:
    """Attempts at hops that one replication has to hold, its running in included."""
    requests = traffic.expected + traffic.segments[0][1] * lead(path)
    return requests * path.retry.max_attempts * len(path.hops)


def lead(path: RequestPath) -> float:
    """Seconds of running in: 20 times the mean time without queues, from 60 to 120 s."""
    total = math.fsum(hop.time.mean for hop in path.hops)
    return min(LONGEST_LEAD_S, max(SHORTEST_LEAD_S, 20 * total))


def run_cost_ms(path: RequestPath, traffic: Traffic) -> float:
    """CPU of one replication, running in included, if every request takes all of its attempts."""
    requests = traffic.expected + lead(path) * traffic.segments[0][1]
    each_ns = REQUEST_NS + HOP_NS * len(path.hops)
    return max(1.0, requests * path.retry.max_attempts) * each_ns / 1e6


def replication(path: RequestPath, traffic: Traffic, draw: Draw, slots: int) -> Replication:
    """One run of the kernel, counted by arrival slot from t = 0 on."""
    return played(prepare(path, traffic, draw, slots), slots)


def played(plan: Plan, slots: int) -> Replication:
    """The same for a plan with the edges of so many slots."""
    from archlab.domain.latency.kernel import run  # brings numba: 0.2 s and 65 MB

    state = fresh(plan)
    run(plan, state)
    return _counted(plan, state, slots)


def _counted(plan: Plan, state: State, slots: int) -> Replication:
    first = int(np.searchsorted(plan.arrivals, 0.0))
    arrivals, status = plan.arrivals[first:], state.status[first:]
    slot = np.minimum((arrivals * (slots / plan.edges[-1])).astype(np.int64), slots - 1)
    answered = status == ANSWERED
    latency = np.where(answered, state.done[first:] - arrivals, math.inf)
    by_status = np.bincount(status * np.int64(slots) + slot, minlength=7 * slots)
    kept = first + np.flatnonzero(answered)
    jobs = (
        kept
        if plan.attempts == 1
        else state.last[kept].astype(np.int64) * len(plan.arrivals) + kept
    )
    service, wait = _parts(plan, state, jobs)
    spent = np.diff(state.noted_spent, axis=0).transpose(2, 1, 0)
    return Replication(
        offered=np.bincount(slot, minlength=slots),
        by_status=by_status.reshape(7, slots),
        retries=int(state.counts[RETRIES]),
        histogram=histogram(slot, latency, answered, slots),
        mean=float(latency[answered].mean()) if len(kept) else math.nan,
        service=service,
        wait=wait,
        retry_s=float((state.begun[jobs] - plan.arrivals[kept]).mean()) if len(kept) else 0.0,
        taken=spent[WORKING_S],
        served=spent[SERVING_S],
        there=spent[CAPACITY_S],
        queue=state.noted_load[1:, :-1, WAITING].T.astype(np.float64),
        tasks=(state.noted_tasks[1:] @ plan.member).T.astype(np.float64),
        latency=latency,
    )


def _parts(plan: Plan, state: State, jobs: Ints) -> tuple[Floats, Floats]:
    """Mean service and wait at each stage of the attempts that brought the answers."""
    service, wait = np.zeros((2, len(plan.workers)))
    weight = np.zeros(plan.service.shape[1])
    weight[jobs] = 1.0 / max(1, len(jobs))
    for stage in range(len(plan.workers)):
        # not @: BLAS would start threads for it
        service[stage] = np.einsum("i,i", plan.service[stage], weight)
        wait[stage] = np.einsum("i,i", state.wait[stage], weight)
        weight *= plan.after[stage] != ANSWER
    return service, wait


def summed(
    path: RequestPath,
    stages: Sequence[Stage],
    traffic: Traffic,
    seed: int,
    parts: Sequence[Replication],
) -> Run:
    """One run out of its replications: counts add up, times are averaged."""
    slots = len(parts[0].offered)
    bound_s = min(path.client_timeout_s, traffic.horizon_s)
    by_status: Ints = np.sum([part.by_status for part in parts], axis=0)
    merged = parts[0].histogram
    for part in parts[1:]:
        merged = merged + part.histogram
    totals = {name: _total(parts, merged, share, bound_s) for name, share in SHARES.items()}
    weights = np.array([part.by_status[ANSWERED].sum() for part in parts], np.float64)
    return Run(
        t=np.arange(slots, dtype=np.float64) * (traffic.horizon_s / slots),
        offered=merged.offered,
        answered=by_status[ANSWERED],
        errors={name: by_status[code] for name, code in ERRORS.items()},
        in_flight=by_status[IN_FLIGHT],
        retries=sum(part.retries for part in parts),
        mean=_estimate(_mean([part.mean for part in parts], weights), [p.mean for p in parts]),
        p50=totals["p50"],
        p95=totals["p95"],
        p99=totals["p99"],
        series={name: _series(parts, merged, share, bound_s) for name, share in SHARES.items()},
        histogram=merged,
        bound_s=bound_s,
        hops=tuple(_hop(stages, number, parts, weights) for number in range(len(stages))),
        retry_s=_mean([part.retry_s for part in parts], weights),
        seed=seed,
        replications=len(parts),
        notes=_notes(stages),
        exact=not _notes(stages),
    )


def half_width(values: Sequence[float]) -> float:
    """Of the 95 % band of a mean over independent replications, by Student's t."""
    degrees = len(values) - 1
    if degrees < 1:
        return math.nan
    student = STUDENT_975[min(degrees, len(STUDENT_975) - 1)]
    return student * float(np.std(values, ddof=1)) / math.sqrt(len(values))


def _estimate(value: float, values: Sequence[float], *, censored: bool = False) -> Estimate:
    return Estimate(value, half_width(values), censored)


def _mean(values: Sequence[float], weights: Floats) -> float:
    """Weighted by the answers of each replication, so that parts and sum agree."""
    total = float(weights.sum())
    return float(np.nansum(np.array(values) * weights)) / total if total else math.nan


def _total(
    parts: Sequence[Replication], merged: Histogram, share: float, bound_s: float
) -> Estimate:
    each = [part.histogram.merged().quantile(share, bound_s).seconds[0] for part in parts]
    all_ = merged.merged().quantile(share, bound_s)
    return _estimate(float(all_.seconds[0]), each, censored=bool(all_.censored[0]))


def _series(
    parts: Sequence[Replication], merged: Histogram, share: float, bound_s: float
) -> Series:
    whole = merged.quantile(share, bound_s)
    if len(parts) == 1:
        return Series(whole.seconds, np.full(len(whole.seconds), math.nan), whole.censored)
    each = np.array([part.histogram.quantile(share, bound_s).seconds for part in parts])
    student = STUDENT_975[min(len(parts) - 1, len(STUDENT_975) - 1)]
    spread = student * np.std(each, axis=0, ddof=1) / math.sqrt(len(parts))
    return Series(whole.seconds, spread, whole.censored)


def _hop(
    stages: Sequence[Stage], number: int, parts: Sequence[Replication], weights: Floats
) -> HopRun:
    hop = stages[number].hop
    there: Floats = np.sum([part.there[number] for part in parts], axis=0)
    taken: Floats = np.sum([part.taken[number] for part in parts], axis=0)
    served: Floats = np.sum([part.served[number] for part in parts], axis=0)
    divisor = np.where(there > 0, there, 1.0)
    return HopRun(
        id=hop.id,
        label=hop.label,
        service_s=_mean([part.service[number] for part in parts], weights),
        wait_s=_mean([part.wait[number] for part in parts], weights),
        utilisation=None if hop.servers is None else float(taken.sum() / there.sum()),
        busy=taken / divisor,
        serving=served / divisor,
        queue=np.mean([part.queue[number] for part in parts], axis=0),
        tasks=np.mean([part.tasks[number] for part in parts], axis=0),
        each=tuple(_slots(part, number) for part in parts),
    )


def _slots(part: Replication, number: int) -> HopSlots:
    there = part.there[number]
    divisor = np.where(there > 0, there, 1.0)
    return HopSlots(
        busy=part.taken[number] / divisor,
        serving=part.served[number] / divisor,
        queue=part.queue[number],
        tasks=part.tasks[number],
    )


def _notes(stages: Sequence[Stage]) -> tuple[str, ...]:
    """What the simulation only stands in for."""
    return tuple(
        _note(stage) for stage in stages if stage.hop.other_load and stage.workers is not None
    )


def _note(stage: Stage) -> str:
    others = f"the {stage.hop.other_load:.2g} erlangs of other flows"
    if stage.workers == stage.hop.servers:
        return f"{stage.hop.id}: all of its workers serve this flow, and {others} are left out"
    return (
        f"{stage.hop.id}: {stage.workers} of its {stage.hop.servers} workers serve this flow, the "
        f"others stand for {others}"
    )
