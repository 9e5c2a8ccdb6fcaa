"""Workers on queues of messages, message by message: priorities, repeated deliveries, dead letters.

What is received stays hidden for the visibility timeout. A run that succeeds deletes its message;
after a run that fails, or while one takes longer than the timeout, the message comes back to the
end of its class. After `max_receive_count` deliveries it is set aside when it would come back.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import accumulate, pairwise

import numpy as np

from archlab.domain.latency.checks import need, share
from archlab.domain.latency.dist import Dist
from archlab.domain.latency.hist import Flags
from archlab.domain.latency.streams import Purpose, stream
from archlab.domain.latency.tables import Floats, Ints
from archlab.domain.latency.traffic import Traffic

MOST_MESSAGES = 200_000
"""About a second of work; a run has no compiled kernel."""

RUN_ENDS, COMES_BACK, ARRIVES = range(3)
"""Ranks at one instant: a run that ends with the timeout has ended in time."""


@dataclass(frozen=True)
class JobClass:
    """Messages of one kind; `p_fail` of the runs fail, and every run of a share `poison`."""

    id: str
    traffic: Traffic
    service: Dist
    p_fail: float = 0.0
    poison: float = 0.0

    def __post_init__(self) -> None:
        share(self.p_fail, f"{self.id}: share of failures")
        share(self.poison, f"{self.id}: share of poison")


@dataclass(frozen=True)
class JobQueue:
    """A free worker takes from the first class that has a message; it never stops in between."""

    classes: tuple[JobClass, ...]
    workers: int = 1
    visibility_s: float = 30.0
    max_receive_count: int = 5

    def __post_init__(self) -> None:
        names = [each.id for each in self.classes]
        need(
            len(names) == len(set(names)) > 0,
            f"classes {names}: write at least one, each under a name of its own",
        )
        need(
            self.workers >= 1 and self.max_receive_count >= 1,
            f"{self.workers} workers, {self.max_receive_count} receives: write at least 1 of each",
        )
        need(
            0 <= self.visibility_s <= 43_200,
            f"a visibility timeout of {self.visibility_s} s: write 0 to 43200 s",
        )


@dataclass(frozen=True)
class JobRun:
    """One class, arrays of shape (messages,), in order of arrival.

    `wait` lasts until the first delivery; `response` until the first success, infinite for a dead
    letter. `in_vain` counts runs that ended after their message had been deleted or set aside.
    """

    arrivals: Floats
    wait: Floats
    response: Floats
    deliveries: Ints
    in_vain: Ints

    @property
    def dead(self) -> Flags:
        """Whether the message was set aside."""
        return np.isinf(self.response)


def simulate_jobs(
    queue: JobQueue, *, seed: int, replication: int = 0, lead_s: float = 0.0
) -> tuple[JobRun, ...]:
    """Every message that comes from t = 0 up to its horizon, to its end; one run for each class.

    The queue starts empty, `lead_s` before at the first rate. ValueError if there are too many.
    """
    expected = math.fsum(
        each.traffic.expected + each.traffic.segments[0][1] * lead_s for each in queue.classes
    )
    need(
        expected <= MOST_MESSAGES,
        f"about {expected:.0f} messages: at most {MOST_MESSAGES}; shorten the horizon or lower the "
        "rate",
    )
    floor = _Floor(queue, _Luck(queue.classes, seed, replication, lead_s))
    floor.run()
    return floor.results()


class _Luck:
    """Draws of all messages, class after class; those of a delivery when it is first needed."""

    def __init__(
        self, classes: Sequence[JobClass], seed: int, replication: int, lead_s: float
    ) -> None:
        self.classes, self.seed, self.replication = classes, seed, replication
        self.arrivals = [
            each.traffic.arrivals(self._stream(Purpose.ARRIVALS, each), lead_s) for each in classes
        ]
        self.poison = [
            self._stream(Purpose.FAULTS, each).random(len(times)) < each.poison
            for each, times in zip(classes, self.arrivals, strict=True)
        ]
        self.services: list[list[float]] = []
        self.failures: list[list[bool]] = []

    def of(self, job: int, attempt: int) -> tuple[float, bool]:
        """Seconds of this run, and whether it fails."""
        if attempt == len(self.services):
            self._draw(attempt)
        return self.services[attempt][job], self.failures[attempt][job]

    def _draw(self, attempt: int) -> None:
        services, failures = [], []
        for each, poison in zip(self.classes, self.poison, strict=True):
            count = len(poison)
            services.append(each.service.draw(self._stream(Purpose.SERVICE, each, attempt), count))
            units = self._stream(Purpose.HOP_ERROR, each, attempt).random(count)
            failures.append(poison | (units < each.p_fail))
        self.services.append(np.concatenate(services).tolist())
        self.failures.append(np.concatenate(failures).tolist())

    def _stream(self, purpose: Purpose, of: JobClass, attempt: int = 0) -> np.random.Generator:
        return stream(self.seed, purpose, replication=self.replication, hop=of.id, attempt=attempt)


class _Floor:
    """The workers and the queues; events are (time, rank, number, job, whether a run failed)."""

    def __init__(self, queue: JobQueue, luck: _Luck) -> None:
        self.queue, self.luck, self.free = queue, luck, queue.workers
        counts = [len(times) for times in luck.arrivals]
        self.bounds = list(accumulate(counts, initial=0))
        self.came: Floats = np.concatenate(luck.arrivals)
        self.kind = [number for number, count in enumerate(counts) for _each in range(count)]
        self.waiting: list[deque[int]] = [deque() for _each in counts]
        self.first = [math.inf] * len(self.came)
        self.done = [math.inf] * len(self.came)
        self.over = [False] * len(self.came)
        self.received = [0] * len(self.came)
        self.in_vain = [0] * len(self.came)
        self.events = [
            (time, ARRIVES, job, job, False) for job, time in enumerate(self.came.tolist())
        ]
        heapify(self.events)
        self.serial = len(self.events)

    def run(self) -> None:
        while self.events:
            now, rank, _number, job, failed = heappop(self.events)
            if rank == RUN_ENDS:
                self._end(now, job, failed=failed)
            elif rank == ARRIVES:
                self.waiting[self.kind[job]].append(job)
            else:
                self._come_back(job)
            while self.free and (taken := self._next()) is not None:
                self._start(now, taken)

    def _next(self) -> int | None:
        for waiting in self.waiting:
            while waiting:
                job = waiting.popleft()
                if not self.over[job]:
                    return job
        return None

    def _start(self, now: float, job: int) -> None:
        seconds, fails = self.luck.of(job, self.received[job])
        self.first[job] = min(self.first[job], now)
        self.received[job] += 1
        self.free -= 1
        self._at(now + seconds, RUN_ENDS, job, failed=fails)
        self._at(now + self.queue.visibility_s, COMES_BACK, job)

    def _end(self, now: float, job: int, *, failed: bool) -> None:
        self.free += 1
        if self.over[job]:
            self.in_vain[job] += 1
        elif not failed:
            self.over[job], self.done[job] = True, now

    def _come_back(self, job: int) -> None:
        if self.over[job]:
            return
        if self.received[job] == self.queue.max_receive_count:
            self.over[job] = True
        else:
            self.waiting[self.kind[job]].append(job)

    def _at(self, time: float, rank: int, job: int, *, failed: bool = False) -> None:
        heappush(self.events, (time, rank, self.serial, job, failed))
        self.serial += 1

    def results(self) -> tuple[JobRun, ...]:
        """What came from t = 0 on."""
        runs = []
        for start, end in pairwise(self.bounds):
            first = start + int(np.searchsorted(self.came[start:end], 0.0))
            came, kept = self.came[first:end], slice(first, end)
            runs.append(
                JobRun(
                    arrivals=came,
                    wait=np.array(self.first[kept]) - came,
                    response=np.array(self.done[kept]) - came,
                    deliveries=np.array(self.received[kept], np.int64),
                    in_vain=np.array(self.in_vain[kept], np.int64),
                )
            )
        return tuple(runs)
