"""A second opinion on the kernel: the same path in SimPy, written from the rules alone.

It takes the same draws and must give the same bytes. Traps of SimPy 4.1: events must be put in
at their absolute time, because `timeout(t - now)` may land a rounding step away; and after a
capacity was raised by k, `Resource._trigger_put` grants one request a call, so it is called k
times.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from archlab.domain.latency.tables import Bytes, Floats, Plan

SERVICE_END, POOL_TIMEOUT, CLIENT_TIMEOUT, TICK, ARRIVAL = range(10, 15)
"""Behind SimPy's own hand-offs, which have the priorities 0 and 1."""

ANSWERED, TIMEOUT, REJECTED, POOL, FAULT = 1, 2, 3, 4, 6
REFUSE, HANG, SLOW = range(3)
CPU, REQUESTS, BACKLOG, DEPTH = 1, 2, 3, 4

HIT, ERROR = 1, 2

Wait = tuple[simpy.Event, simpy.Event | None]
Process = Generator[Wait, None, Any]
"""Yields what it waits for, and an event that ends the wait unless the first one came before."""


class Oracle:
    """One run; `status`, `done`, `counts` and `resizes` hold the outcome."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.env = plan, simpy.Environment(float(plan.arrivals[0]))
        self.requests = len(plan.arrivals)
        tasks = plan.tasks @ plan.member
        self.stations = [
            Station(self.env, int(workers * tasks[h])) if workers >= 0 else None
            for h, workers in enumerate(plan.workers)
        ]
        self.entered = [0] * len(plan.workers)
        self.status: Bytes = np.zeros(self.requests, np.uint8)
        self.done: Floats = np.full(self.requests, np.inf)
        self.counts = [0] * 8
        self.alive: set[int] = set()
        self.tokens = plan.retry_burst
        self.tasks = [int(number) for number in plan.tasks]
        self.resizes: list[tuple[float, int]] = []
        self.pending = self.requests

    def run(self) -> Oracle:
        for request, when in enumerate(self.plan.arrivals):
            self.at(float(when), ARRIVAL).callbacks.append(self.arrival(request))
        if len(self.plan.rules.group):
            drive(self.clock())
        horizon = self.plan.edges[-1]
        while self.env._queue and (self.pending or self.env.peek() <= horizon):
            self.env.step()
        return self

    def at(self, when: float, rank: float) -> Any:
        event = simpy.Event(self.env)
        event._ok, event._value = True, None
        queue: list[Any] = self.env._queue
        heapq.heappush(queue, (when, rank, next(self.env._eid), event))
        return event

    def arrival(self, request: int) -> Any:
        def arrive(_event: simpy.Event) -> None:
            self.tokens = min(self.tokens + self.plan.retry_ratio, self.plan.retry_burst)
            self.send(request)

        return arrive

    def send(self, job: int) -> None:
        """One attempt and its client's patience. It starts at once, not after SimPy's hand-offs."""
        self.alive.add(job)
        if self.plan.timeout < np.inf:
            watchdog = self.at(self.env.now + self.plan.timeout, CLIENT_TIMEOUT)
            watchdog.callbacks.append(lambda _event: self.ended(job, TIMEOUT))
        drive(self.attempt(job))

    def ended(self, job: int, cause: int) -> None:
        """What the client learns, once for each attempt."""
        if job not in self.alive:
            return
        self.alive.remove(job)
        self.counts[cause] += 1
        following = job + self.requests
        if cause != ANSWERED and following < self.plan.service.shape[1] and self.tokens >= 1:
            self.tokens -= 1
            self.counts[7] += 1
            again = self.at(self.env.now + float(self.plan.pause[job]), ARRIVAL)
            again.callbacks.append(lambda _event: self.send(following))
            return
        self.status[job % self.requests], self.done[job % self.requests] = cause, self.env.now
        self.pending -= 1

    def attempt(self, job: int) -> Process:
        held: list[tuple[int, Any]] = []
        cause = None
        for h in range(len(self.stations)):
            self.entered[h] += 1
            cause = (yield from self.admission(h, held)) or (yield from self.work(h, job, held))
            if cause is not None:
                break
        for h, _turn in reversed(list(held)):
            self.give_back(held, only=h)
        self.ended(job, cause or ANSWERED)

    def admission(self, h: int, held: list[tuple[int, Any]]) -> Generator[Wait, None, int | None]:
        """Waits for a worker; returns why there is none."""
        if self.refused(h):
            return FAULT
        station = self.stations[h]
        if station is None:
            return None
        if station.full and 0 <= self.plan.limit[h] <= len(station.resource.queue):
            return REJECTED
        turn = station.resource.request()
        if turn.triggered:
            station.account()
        patience = float(self.plan.patience[h])
        waits = not turn.triggered and patience < np.inf
        yield turn, self.at(self.env.now + patience, POOL_TIMEOUT) if waits else None
        if not turn.triggered:
            turn.cancel()
            return POOL
        held.append((h, turn))
        if self.refused(h):
            self.give_back(held, only=h)
            return FAULT
        return None

    def work(
        self, h: int, job: int, held: list[tuple[int, Any]]
    ) -> Generator[Wait, None, int | None]:
        """Serves; returns how the attempt ends here, if it does."""
        station = self.stations[h]
        if station is not None:
            station.serve(+1)
        lost = yield from self.service(h, job)
        if station is not None:
            station.serve(-1)
            if not self.plan.holds[h]:
                self.give_back(held, only=h)
        follows = self.plan.after[h, job]
        if lost or follows == ERROR:
            return FAULT
        return ANSWERED if follows == HIT else None

    def give_back(self, held: list[tuple[int, Any]], *, only: int) -> None:
        turn = next(turn for h, turn in held if h == only)
        held.remove((only, turn))
        station = self.stations[only]
        assert station is not None
        station.account()
        station.resource.release(turn)
        station.resource._trigger_put(None)  # SimPy itself would grant it one hand-off later
        station.account()

    def service(self, h: int, job: int) -> Process:
        """True if a refusal began meanwhile and the work is lost."""
        begin, time = self.env.now, float(self.plan.service[h, job])
        for mode, start, end, factor in self.windows(h):
            if start <= self.env.now < end:
                time = time * factor if mode == SLOW else time
                begin = end if mode == HANG else begin
        yield self.at(begin + time, SERVICE_END), None
        while hung := [
            end
            for mode, start, end, _ in self.windows(h)
            if mode == HANG and begin < start <= self.env.now
        ]:
            time, begin = self.env.now - begin, hung[-1]
            yield self.at(begin + time, SERVICE_END), None
        return any(
            mode == REFUSE and begin < start <= self.env.now
            for mode, start, _, _ in self.windows(h)
        )

    def windows(self, h: int) -> list[tuple[int, float, float, float]]:
        faults = self.plan.faults
        return [
            (int(faults.mode[f]), float(faults.start[f]), float(faults.end[f]), faults.factor[f])
            for f in range(len(faults.stage))
            if faults.stage[f] == h
        ]

    def refused(self, h: int) -> bool:
        return any(
            mode == REFUSE and start <= self.env.now < end
            for mode, start, end, _ in self.windows(h)
        )

    def clock(self) -> Process:
        """The scaler: one tick a period, the groups one after another."""
        rules = len(self.plan.rules.group)
        self.above, self.below, self.seen = [0.0] * rules, [0.0] * rules, [(0.0, 0.0, 0)] * rules
        self.wanted, self.free = list(self.tasks), [[-np.inf, -np.inf] for _ in self.tasks]
        tick = 0
        while True:
            yield self.at(tick * self.plan.period, TICK - 0.5), None
            for g in range(1, len(self.wanted)):
                self.scale(g, tick)
            tick += 1

    def scale(self, g: int, tick: int) -> None:
        plan, rules = self.plan, self.plan.rules
        members = [r for r in range(len(rules.group)) if rules.group[r] == g]
        wishes = [self.wish(r, g, tick) for r in members]
        added = min(max(*wishes, int(plan.least[g])), int(plan.most[g])) - self.wanted[g]
        if not added or self.env.now < self.free[g][added > 0]:
            return
        for r in members:
            self.above[r] = self.below[r] = 0.0
        self.wanted[g] += added
        cooldown = rules.cooldown_out if added > 0 else rules.cooldown_in
        self.free[g][added > 0] = self.env.now + float(cooldown[members[0]])
        if added > 0:
            lag = float(rules.lag[members[0], tick % rules.lag.shape[1]])
            up = self.at(self.env.now + lag, TICK)
            up.callbacks.append(
                lambda _event: self.resize(g, min(self.tasks[g] + added, self.wanted[g]))
            )
        elif self.tasks[g] > self.wanted[g]:
            self.resize(g, self.wanted[g])

    def wish(self, r: int, g: int, tick: int) -> int:
        rules, period, wanted = self.plan.rules, self.plan.period, self.wanted[g]
        metric, self.seen[r] = self.metric(r, self.seen[r])
        if tick:
            self.above[r] = self.above[r] + period if metric > rules.out_above[r] else 0.0
            self.below[r] = self.below[r] + period if metric < rules.in_below[r] else 0.0
        goal, step = int(np.ceil(self.tasks[g] * metric / rules.out_above[r])), int(rules.step[r])
        if self.above[r] and self.above[r] >= rules.out_for[r]:
            return max(goal, wanted) if rules.aims[r] else wanted + step
        if self.below[r] and self.below[r] >= rules.in_for[r]:
            return min(goal, wanted) if rules.aims[r] else wanted - step
        return wanted

    def metric(self, r: int, seen: tuple[float, float, int]) -> tuple[float, Any]:
        rules = self.plan.rules
        h = int(rules.stage[r])
        station, kind = self.stations[h], rules.metric[r]
        assert station is not None
        station.account()
        used = station.serving_s if kind == CPU else station.working_s
        now = (used, station.capacity_s, self.entered[h])
        there = station.capacity_s - seen[1]
        if kind == BACKLOG:
            return len(station.resource.queue) / self.tasks[int(rules.group[r])], now
        if kind == DEPTH:
            return len(station.resource.queue), now
        if kind == REQUESTS:
            return (now[2] - seen[2]) / (there / self.plan.workers[h]) * 60.0, now
        if kind == CPU:
            return (used - seen[0]) / (there / self.plan.workers[h] * rules.vcpus[r]), now
        return (used - seen[0]) / there, now

    def resize(self, g: int, tasks: int) -> None:
        self.tasks[g] = tasks
        self.resizes.append((self.env.now, tasks))
        for h, station in enumerate(self.stations):
            if station is not None and self.plan.member[g, h]:
                station.grow(int(self.plan.workers[h]) * tasks)


class Station:
    """A SimPy resource with the integrals that the scaler looks at."""

    def __init__(self, env: simpy.Environment, capacity: int) -> None:
        self.env, self.resource = env, simpy.Resource(env, capacity)
        self.serving, self.changed = 0, float(env.now)
        self.working_s = self.serving_s = self.capacity_s = 0.0
        self.working = 0

    @property
    def full(self) -> bool:
        return self.resource.count >= self.resource.capacity

    def account(self) -> None:
        passed = self.env.now - self.changed
        self.working_s += self.working * passed
        self.serving_s += self.serving * passed
        self.capacity_s += self.resource.capacity * passed
        self.changed, self.working = self.env.now, self.resource.count

    def serve(self, change: int) -> None:
        self.account()
        self.serving += change

    def grow(self, capacity: int) -> None:
        self.account()
        more = capacity - int(self.resource.capacity)
        self.resource._capacity = capacity
        for _each in range(more):
            self.resource._trigger_put(None)
        self.account()


def drive(process: Process) -> None:
    """Run a process up to its next wait. SimPy itself would start it one hand-off later."""
    try:
        waits_for, instead = next(process)
    except StopIteration:
        return
    assert waits_for.callbacks is not None
    waits_for.callbacks.append(lambda _event: drive(process))
    if instead is not None:
        assert instead.callbacks is not None
        instead.callbacks.append(lambda _event: None if waits_for.triggered else drive(process))
