"""From a path and its traffic to the arrays of one run: everything random is drawn here."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np

from archlab.domain.latency.path import Fault, Hop, RequestPath, Retry
from archlab.domain.latency.scaler import Scaler
from archlab.domain.latency.streams import Purpose, stream
from archlab.domain.latency.tables import (
    ANSWER,
    ERROR,
    GO_ON,
    Bytes,
    Faults,
    Floats,
    Plan,
    Rules,
)
from archlab.domain.latency.traffic import Traffic

METRICS = ("busy", "cpu", "requests", "backlog", "depth")
MODES = ("refuse", "hang", "slow")
PROVISIONING_DRAWS = 256


class Visit(NamedTuple):
    """A hop with the name of its random stream: a place passed again has luck of its own there."""

    hop: Hop
    stream: str


@dataclass(frozen=True)
class Stage:
    """One hop, or several delays side by side, which end together."""

    visits: tuple[Visit, ...]

    @property
    def hop(self) -> Hop:
        """The hop whose name and hit ratio count."""
        return self.visits[0].hop

    @property
    def workers(self) -> int | None:
        """Workers that this flow can have; what other flows use is taken off, rounded."""
        servers = self.hop.servers
        return None if servers is None else max(1, servers - round(self.hop.other_load))


@dataclass(frozen=True)
class Draw:
    """The seed's side of one run."""

    seed: int
    replication: int
    lead_s: float


def stages_of(path: RequestPath) -> tuple[Stage, ...]:
    """The path as the kernel sees it; ValueError where it cannot be simulated exactly."""
    if not path.hops:
        raise ValueError("the path has no hops: write at least one")
    numbered = groupby(enumerate(_visits(path)), lambda at: at[1].hop.parallel or str(at[0]))
    stages = tuple(Stage(tuple(visit for _, visit in group)) for _, group in numbered)
    for stage in stages:
        busy = [hop.id for hop, _ in stage.visits if hop.servers is not None]
        if len(stage.visits) > 1 and busy:
            raise ValueError(
                f"{busy[0]} has workers and runs beside others: only delays can run side by side "
                "in a simulation"
            )
        if stage.hop.servers is not None and stage.hop.servers < 1:
            raise ValueError(f"{stage.hop.id}: write at least 1 worker")
    return stages


def _visits(path: RequestPath) -> Iterator[Visit]:
    passed: Counter[str] = Counter()
    for hop in path.hops:
        passed[hop.id] += 1
        again = passed[hop.id] > 1
        yield Visit(hop, f"{hop.id} {passed[hop.id]}" if again else hop.id)


def prepare(path: RequestPath, traffic: Traffic, draw: Draw, samples: int) -> Plan:
    """The arrays of one run; the same arguments give the same bytes.

    `samples` slots of equal length up to the horizon are noted. A change to one hop leaves the
    draws of all others as they are.
    """
    stages = stages_of(path)
    arrivals = traffic.arrivals(_stream(draw, Purpose.ARRIVALS), draw.lead_s)
    shape = (path.retry.max_attempts, len(arrivals))
    groups = list(dict.fromkeys(scaler.hop for scaler in path.scalers))
    of_stage = [_group(stage, path.scalers, groups) for stage in stages]
    service = np.stack([_services(stage, draw, shape) for stage in stages])
    after = np.stack([_after(stage, draw, shape) for stage in stages])
    _bring_forward(stages, service, after)
    tasks = [1, *(_first(path.scalers, hop).tasks for hop in groups)]
    limits = [stage.hop.queue_limit for stage in stages]
    return Plan(
        arrivals=arrivals,
        attempts=path.retry.max_attempts,
        timeout=_positive(path.client_timeout_s, "a client timeout"),
        pause=_pauses(path.retry, draw, len(arrivals)),
        retry_ratio=math.inf if path.retry.limit_ratio is None else path.retry.limit_ratio,
        retry_burst=math.inf if path.retry.limit_ratio is None else path.retry.burst,
        workers=np.array(
            [_per_task(stage, tasks[g]) for stage, g in zip(stages, of_stage, strict=True)]
        ),
        member=(np.arange(len(tasks))[:, None] == np.array(of_stage)).astype(np.uint8),
        holds=np.array([_holds(stage.hop) for stage in stages], np.uint8),
        limit=np.array([-1 if limit is None else limit for limit in limits]),
        patience=np.array([_positive(s.hop.acquire_timeout_s, "a timeout") for s in stages]),
        service=service,
        after=after,
        faults=_faults(path.faults, stages),
        tasks=np.array(tasks),
        least=np.array([1, *(_first(path.scalers, hop).minimum for hop in groups)]),
        most=np.array([1, *(_first(path.scalers, hop).maximum for hop in groups)]),
        rules=_rules(path.scalers, stages, groups, draw),
        period=path.scalers[0].period_s if path.scalers else math.inf,
        edges=np.linspace(0.0, traffic.horizon_s, samples + 1),
    )


def _stream(draw: Draw, purpose: Purpose, hop: str = "", attempt: int = 0) -> np.random.Generator:
    return stream(draw.seed, purpose, replication=draw.replication, hop=hop, attempt=attempt)


def _services(stage: Stage, draw: Draw, shape: tuple[int, int]) -> Floats:
    """Service times of all jobs, attempt after attempt; of delays side by side the longest."""

    def times(attempt: int) -> list[Floats]:
        return [
            hop.time.draw(_stream(draw, Purpose.SERVICE, name, attempt), shape[1])
            for hop, name in stage.visits
        ]

    rows = [
        np.max(times(attempt), axis=0) if len(stage.visits) > 1 else times(attempt)[0]
        for attempt in range(shape[0])
    ]
    return rows[0] if len(rows) == 1 else np.concatenate(rows)


def _after(stage: Stage, draw: Draw, shape: tuple[int, int]) -> Bytes:
    """What follows each service: on, an answer from here, or an error."""
    hop = stage.hop
    jobs = shape[0] * shape[1]
    after = np.zeros(jobs, np.uint8)
    for share, purpose, code in (
        (hop.hit_ratio, Purpose.CACHE_HIT, ANSWER),
        (hop.error_rate, Purpose.HOP_ERROR, ERROR),
    ):
        if not 0 <= share <= 1:
            raise ValueError(f"{hop.id}: a share of {share}: write a share from 0 to 1")
        if share:
            for attempt in range(shape[0]):
                units = _stream(draw, purpose, stage.visits[0].stream, attempt).random(shape[1])
                part = after[attempt * shape[1] : (attempt + 1) * shape[1]]
                part[units < share] = code
    return after


def _bring_forward(stages: Sequence[Stage], service: Floats, after: Bytes) -> None:
    """What later visits of a request take, its worker does at the first one, if they come."""
    for first, stage in enumerate(stages):
        if not stage.hop.back_s:
            continue
        comes = after[first] == GO_ON
        for again in range(first + 1, len(stages)):
            if [visit.hop.id for visit in stages[again].visits] == [stage.hop.id]:
                service[first] += np.where(comes, service[again], 0.0)
                service[again] = 0.0
            comes &= after[again] == GO_ON


def _pauses(retry: Retry, draw: Draw, requests: int) -> Floats:
    rows = []
    for attempt in range(1, retry.max_attempts):
        longest = min(retry.cap_s, retry.base_s * 2.0 ** (attempt - 1))
        units = _stream(draw, Purpose.RETRY_JITTER, attempt=attempt).random(requests)
        rows.append(longest * units if retry.jitter == "full" else np.full(requests, longest))
    return np.concatenate(rows) if rows else np.empty(0)


def _holds(hop: Hop) -> bool:
    return hop.servers is not None and hop.held_s > 0


def _group(stage: Stage, scalers: Sequence[Scaler], groups: Sequence[str]) -> int:
    """Whose tasks bring the stage's workers: 0 for nobody's."""
    for scaler in scalers:
        if stage.hop.id in (scaler.hop, *scaler.pools):
            return groups.index(scaler.hop) + 1
    return 0


def _per_task(stage: Stage, tasks: int) -> int:
    if stage.workers is None:
        return -1
    if stage.workers % tasks:
        raise ValueError(
            f"{stage.hop.id}: {stage.workers} workers do not divide among {tasks} tasks"
        )
    return stage.workers // tasks


def _first(scalers: Sequence[Scaler], hop: str) -> Scaler:
    return next(scaler for scaler in scalers if scaler.hop == hop)


def _place(stages: Sequence[Stage], hop: str, what: str) -> int:
    ids = [stage.hop.id for stage in stages]
    if hop not in ids:
        raise ValueError(f"{what} for {hop}: the path has {', '.join(ids)}")
    return ids.index(hop)


def _faults(faults: Sequence[Fault], stages: Sequence[Stage]) -> Faults:
    windows = sorted(
        (fault.hop, fault.start_s, fault.start_s + fault.duration_s) for fault in faults
    )
    for (hop, _, end), (next_hop, start, _) in pairwise(windows):
        if hop == next_hop and start < end:
            raise ValueError(
                f"{hop}: one fault starts at {start} s while another lasts: end it first"
            )
    for fault in faults:
        if not (0 < fault.duration_s < math.inf and 0 < fault.factor < math.inf):
            raise ValueError(f"{fault.hop}: write a duration and a factor above 0")
    return Faults(
        stage=np.array([_place(stages, fault.hop, "a fault") for fault in faults], np.int64),
        start=np.array([fault.start_s for fault in faults], np.float64),
        end=np.array([fault.start_s + fault.duration_s for fault in faults], np.float64),
        mode=np.array([MODES.index(fault.mode) for fault in faults], np.int64),
        factor=np.array([fault.factor for fault in faults], np.float64),
    )


def _rules(
    scalers: Sequence[Scaler], stages: Sequence[Stage], groups: Sequence[str], draw: Draw
) -> Rules:
    for scaler in scalers:
        _check(scaler, scalers, stages)
    lags = [
        scaler.provision.draw(_stream(draw, Purpose.PROVISIONING, scaler.hop), PROVISIONING_DRAWS)
        for scaler in scalers
    ]

    def floats(name: str) -> Floats:
        return np.array([getattr(scaler, name) for scaler in scalers], np.float64)

    return Rules(
        group=np.array([groups.index(scaler.hop) + 1 for scaler in scalers], np.int64),
        stage=np.array([_place(stages, scaler.hop, "a rule") for scaler in scalers], np.int64),
        metric=np.array([METRICS.index(scaler.metric) for scaler in scalers], np.int64),
        aims=np.array([scaler.rule == "target" for scaler in scalers], np.uint8),
        out_above=floats("out_above"),
        in_below=floats("in_below"),
        out_for=floats("out_for_s"),
        in_for=floats("in_for_s"),
        step=np.array([scaler.step for scaler in scalers], np.int64),
        cooldown_out=floats("cooldown_out_s"),
        cooldown_in=floats("cooldown_in_s"),
        vcpus=floats("vcpus"),
        lag=np.stack(lags) if lags else np.empty((0, PROVISIONING_DRAWS)),
    )


def _check(scaler: Scaler, scalers: Sequence[Scaler], stages: Sequence[Stage]) -> None:
    """Rules beat together, and those of one hop agree on its tasks."""
    if any(other.period_s != scaler.period_s for other in scalers):
        raise ValueError("scaling rules with different periods: write the same for all")
    for other in scalers:
        same = (scaler.tasks, scaler.minimum, scaler.maximum, scaler.pools)
        if (
            other.hop == scaler.hop
            and (other.tasks, other.minimum, other.maximum, other.pools) != same
        ):
            raise ValueError(
                f"{scaler.hop}: its rules state different tasks or pools: write the same"
            )
    for hop in (scaler.hop, *scaler.pools):
        if stages[_place(stages, hop, "a rule")].workers is None:
            raise ValueError(f"{hop} is a pure delay: only a hop with workers has tasks to scale")


def _positive(seconds: float, what: str) -> float:
    if not seconds > 0:
        raise ValueError(f"{what} of {seconds} s: write a time above 0")
    return seconds
