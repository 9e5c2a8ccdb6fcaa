"""What the kernel reads and writes: flat arrays under names.

A job is one attempt of a request: job = attempt x requests + request. Times are seconds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

IN_FLIGHT, ANSWERED, TIMEOUT, REJECTED, POOL, THROTTLED, FAULT = range(7)
"""How a request or an attempt ended."""

GO_ON, ANSWER, ERROR = range(3)
"""What follows a service."""

REFUSE, HANG, SLOW = range(3)
"""Modes of a fault."""

BUSY, CPU, REQUESTS, BACKLOG, DEPTH = range(5)
"""Metrics of a scaling rule."""

PROVISIONS = 1024
"""Scale-outs that may be on their way at once."""

KEYED_JOBS = 1 << 24
"""Jobs of one run: an event names its job in so many bits."""


class Faults(NamedTuple):
    """Windows of misbehaviour, each array of shape (faults,)."""

    stage: Ints
    start: Floats
    end: Floats
    mode: Ints
    factor: Floats


class Rules(NamedTuple):
    """Scaling rules, each array of shape (rules,); `group` says whose tasks."""

    group: Ints
    stage: Ints
    metric: Ints
    aims: Bytes
    out_above: Floats
    in_below: Floats
    out_for: Floats
    in_for: Floats
    step: Ints
    cooldown_out: Floats
    cooldown_in: Floats
    vcpus: Floats
    lag: Floats
    """Shape (rules, draws): provisioning times, used in turn."""


class Plan(NamedTuple):
    """One run, ready to go; `service` alone is written to, where a fault stretches a time."""

    arrivals: Floats
    attempts: int
    timeout: float
    pause: Floats
    """Shape (jobs - requests,): before the attempt that follows job j."""
    retry_ratio: float
    retry_burst: float
    workers: Ints
    """Shape (stages,): how many a task brings; -1 where there is no queue at all."""
    member: Bytes
    """Shape (groups, stages): whether the group's tasks bring the stage's workers."""
    holds: Bytes
    limit: Ints
    patience: Floats
    service: Floats
    """Shape (stages, jobs)."""
    after: Bytes
    """Shape (stages, jobs)."""
    faults: Faults
    tasks: Ints
    """Shape (groups,), with `least` and `most`; group 0 is one task that never scales."""
    least: Ints
    most: Ints
    rules: Rules
    period: float
    edges: Floats
    """Shape (samples,): when the state is noted; the last one is the horizon."""


WORKING, SERVING, CAPACITY, WAITING, FIRST, LAST, ENTERED = range(7)
"""Columns of `State.load`: workers taken, of these in service, workers there; the queue."""

CHANGED, WORKING_S, SERVING_S, CAPACITY_S = range(4)
"""Columns of `State.spent`: last change, and the time integrals of three columns of the load."""

RETRIES = 7
"""Place of the retries in `State.counts`."""


class Heap(NamedTuple):
    """Events by (time, key); `size` holds how many there are and the next serial number."""

    time: Floats
    key: Ints
    size: Ints


class State(NamedTuple):
    """Where a run stands, and what it has noted."""

    heap: Heap
    load: Ints
    """Shape (stages + 1, 7); the last row is the queue of jobs that may start now."""
    spent: Floats
    """Shape (stages, 4)."""
    stage: Ints
    next: Ints
    ticket: Ints
    alive: Bytes
    """Whether the client still waits for this attempt."""
    begun: Floats
    started: Floats
    ring: Ints
    """Attempts in the order of their begin, hence of their deadlines."""
    tasks: Ints
    wanted: Ints
    coming: Ints
    """Shape (PROVISIONS, 2): group and tasks of each scale-out on its way; 0 tasks where free."""
    above: Floats
    """Shape (rules,), with `below`: for how long the condition has held."""
    below: Floats
    seen: Floats
    """Shape (rules, 3): used, there and entered at the tick before."""
    free: Floats
    """Shape (groups, 2): until when cooldowns bar the way out and in."""
    counts: Ints
    """Shape (8,): ends of attempts by cause, then retries."""
    open_s: Floats
    """Shape (1,): time integral of the requests in the system."""
    status: Bytes
    last: Bytes
    """Shape (requests,), with `status` and `done`: the attempt that ended it, from 0."""
    done: Floats
    wait: Floats
    """Shape (stages, jobs)."""
    noted_load: Ints
    """Shape (samples, stages + 1, 7)."""
    noted_spent: Floats
    """Shape (samples, stages, 4)."""
    noted_tasks: Ints
    """Shape (samples, groups)."""


def fresh(plan: Plan) -> State:
    """An empty system before the first arrival. The large arrays cost memory only where used."""
    stages, jobs = plan.service.shape
    requests, groups, rules = len(plan.arrivals), len(plan.tasks), len(plan.rules.group)
    events, samples = jobs + requests + PROVISIONS, len(plan.edges)
    if jobs > KEYED_JOBS:
        raise ValueError(f"{jobs} attempts in one run: at most {KEYED_JOBS}; shorten the horizon")
    load = np.zeros((stages + 1, 7), np.int64)
    load[:-1, CAPACITY] = np.maximum(plan.workers, 0) * (plan.tasks @ plan.member)
    spent = np.zeros((stages, 4))
    spent[:, CHANGED] = plan.arrivals[0] if requests else 0.0
    return State(
        heap=Heap(
            np.empty(events),
            np.empty(events, np.int64),
            np.array([0, requests]),
        ),
        load=load,
        spent=spent,
        stage=np.empty(jobs, np.int64),
        next=np.zeros(jobs, np.int64),
        ticket=np.empty(jobs if np.isfinite(plan.patience).any() else 0, np.int64),
        alive=np.empty(jobs, np.uint8),
        begun=np.empty(jobs),
        started=np.empty(jobs if len(plan.faults.stage) else 0),
        ring=np.empty(jobs, np.int64),
        tasks=plan.tasks.copy(),
        wanted=plan.tasks.copy(),
        coming=np.zeros((PROVISIONS if rules else 0, 2), np.int64),
        above=np.zeros(rules),
        below=np.zeros(rules),
        seen=np.zeros((rules, 3)),
        free=np.full((groups, 2), -np.inf),
        counts=np.zeros(8, np.int64),
        open_s=np.zeros(1),
        status=np.zeros(requests, np.uint8),
        last=np.zeros(requests, np.uint8),
        done=np.full(requests, np.inf),
        wait=np.zeros((stages, jobs)),
        noted_load=np.zeros((samples, stages + 1, 7), np.int64),
        noted_spent=np.zeros((samples, stages, 4)),
        noted_tasks=np.zeros((samples, groups), np.int64),
    )
