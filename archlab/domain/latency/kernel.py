"""The exact event kernel: one run of a path, request by request.

Ordinary Python over flat arrays, compiled by numba; the same functions run uncompiled and give the
same bytes. To keep that true only + - * / and comparisons stand here: NumPy draws and transforms
beforehand. Events are ordered by (time, rank, serial number); what happens at one instant without
time passing (a freed worker takes the next job) happens first come, first served.

Import this module late: it brings numba with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

from archlab.domain.latency.tables import (
    ANSWERED,
    BACKLOG,
    CAPACITY,
    CAPACITY_S,
    CHANGED,
    CPU,
    DEPTH,
    ENTERED,
    ERROR,
    FAULT,
    FIRST,
    GO_ON,
    HANG,
    KEYED_JOBS,
    LAST,
    POOL,
    PROVISIONS,
    REFUSE,
    REJECTED,
    REQUESTS,
    RETRIES,
    SERVING,
    SERVING_S,
    SLOW,
    TIMEOUT,
    WAITING,
    WORKING,
    WORKING_S,
    Bytes,
    Faults,
    Floats,
    Heap,
    Ints,
    Plan,
    Rules,
    State,
)

F = TypeVar("F", bound=Callable[..., object])


def _compiler(**more: Any) -> Callable[[F], F]:
    njit = numba.njit(cache=True, nogil=True, fastmath=False, error_model="numpy", **more)
    return cast(Callable[[F], F], njit)


compiled = _compiler()

lean = _compiler(_nrt=False)
"""Without reference counts, a third of a run's time; such a function may not make an array."""

SERVICE_END, POOL_TIMEOUT, CLIENT_TIMEOUT, TICK, ARRIVAL = range(5)
"""Ranks: a reply at the very instant of the timeout still counts as answered."""

RANK_BITS = 60
RANK, SERIAL = 1 << RANK_BITS, KEYED_JOBS
"""An event's key is rank x RANK + serial number x SERIAL + job."""

NOTHING, HEAP, ARRIVALS, DEADLINE, PATIENCE, CLOCK = range(6)
"""Where the next event waits."""

REST, SEND, ENTER, SERVE, FAIL, REPLY = range(6)
"""What a job does next at this instant."""


@lean
def push(heap: Heap, time: float, rank: int, job: int) -> None:
    """Add an event behind all of its time and rank."""
    place, serial = heap.size[0], heap.size[1]
    key = rank * RANK + serial * SERIAL + job
    heap.size[0] = place + 1
    heap.size[1] = serial + 1
    while place > 0:
        parent = (place - 1) >> 1
        above = heap.time[parent]
        if above < time or (above == time and heap.key[parent] < key):
            break
        heap.time[place] = above
        heap.key[place] = heap.key[parent]
        place = parent
    heap.time[place] = time
    heap.key[place] = key


@lean
def pop(heap: Heap) -> None:
    """Remove the first event: the last one sinks from the top to its place."""
    size = heap.size[0] - 1
    heap.size[0] = size
    time, key = heap.time[size], heap.key[size]
    place, child = 0, 1
    while 0 < child < size:  # above 0 anyhow: so the compiler need not count from the end
        first = heap.time[child]
        if child + 1 < size:
            second = heap.time[child + 1]
            if second == first:
                child += heap.key[child + 1] < heap.key[child]
            else:
                child += second < first  # a sum, not a branch: nobody can predict it
                first = min(first, second)
        if time < first or (time == first and key < heap.key[child]):
            break
        heap.time[place] = first
        heap.key[place] = heap.key[child]
        place, child = child, 2 * child + 1
    heap.time[place] = time
    heap.key[place] = key


@lean
def enqueue(load: Ints, following: Ints, queue: int, job: int) -> None:
    """Put a job at the end of a stage's queue; a job stands in one queue at most."""
    if load[queue, WAITING] == 0:
        load[queue, FIRST] = job
    else:
        following[load[queue, LAST]] = job
    load[queue, LAST] = job
    load[queue, WAITING] += 1


@lean
def dequeue(load: Ints, following: Ints, queue: int) -> int:
    """Take the first job off a queue that is not empty."""
    job: int = load[queue, FIRST]
    load[queue, FIRST] = following[job]
    load[queue, WAITING] -= 1
    return job


@lean
def account(load: Ints, spent: Floats, h: int, now: float) -> None:
    """Add up what has been taken, used and there since the last change at stage h."""
    passed = now - spent[h, CHANGED]
    spent[h, WORKING_S] += load[h, WORKING] * passed
    spent[h, SERVING_S] += load[h, SERVING] * passed
    spent[h, CAPACITY_S] += load[h, CAPACITY] * passed
    spent[h, CHANGED] = now


@lean
def grant(load: Ints, following: Ints, wait: Floats, h: int, now: float) -> None:
    """Whoever waits longest takes what is free. After a scale-in nothing may be, for a while."""
    while load[h, WAITING] > 0 and load[h, WORKING] < load[h, CAPACITY]:
        job = dequeue(load, following, h)
        wait[h, job] = now - wait[h, job]
        load[h, WORKING] += 1
        enqueue(load, following, len(load) - 1, job)


@lean
def refused(faults: Faults, h: int, now: float) -> bool:
    """Whether stage h turns everyone away at this instant."""
    for f in range(len(faults.stage)):
        if (
            faults.mode[f] == REFUSE
            and faults.stage[f] == h
            and faults.start[f] <= now < faults.end[f]
        ):
            return True
    return False


@lean
def decide(
    rules: Rules, r: int, metric: float, tasks: int, wanted: int, above: float, below: float
) -> int:
    """How many tasks rule r wants; the windows `above` and `below` are in seconds.

    `wanted` counts the tasks on their way, `tasks` those that serve and made the metric.
    """
    out = above > 0.0 and above >= rules.out_for[r]
    scale_in = below > 0.0 and below >= rules.in_for[r]
    if not rules.aims[r]:
        step: int = rules.step[r]
        return wanted + step * out - step * scale_in
    exact = tasks * metric / rules.out_above[r]
    aim = int(exact)
    if aim < exact:
        aim += 1
    if out:
        return max(aim, wanted)
    return min(aim, wanted) if scale_in else wanted


@lean
def resize(
    mine: Bytes,
    workers: Ints,
    tasks: int,
    load: Ints,
    spent: Floats,
    following: Ints,
    wait: Floats,
    now: float,
) -> None:
    """The stages of `mine` have so many tasks from now on; whoever waits takes what came."""
    for h in range(len(workers)):
        if mine[h] and workers[h] >= 0:
            account(load, spent, h, now)
            load[h, CAPACITY] = workers[h] * tasks
            grant(load, following, wait, h, now)


@lean
def note(load: Ints, spent: Floats, when: float, noted_load: Ints, noted_spent: Floats) -> None:
    """Copy the state as it is at this instant; nothing has changed since the last event."""
    for row in range(len(load)):
        for column in range(load.shape[1]):
            noted_load[row, column] = load[row, column]
    for h in range(len(spent)):
        passed = when - spent[h, CHANGED]
        noted_spent[h, CHANGED] = when
        noted_spent[h, WORKING_S] = spent[h, WORKING_S] + load[h, WORKING] * passed
        noted_spent[h, SERVING_S] = spent[h, SERVING_S] + load[h, SERVING] * passed
        noted_spent[h, CAPACITY_S] = spent[h, CAPACITY_S] + load[h, CAPACITY] * passed


@lean
def run(p: Plan, s: State) -> None:  # noqa: C901 - one loop, for speed
    """Let the traffic through, up to the horizon and until every request has its end.

    `s` comes fresh and then holds the results. Requests that no event can end stay in flight.
    """
    arrivals, edges, service, after, pause = p.arrivals, p.edges, p.service, p.after, p.pause
    workers, holds, limit, patience, timeout = p.workers, p.holds, p.limit, p.patience, p.timeout
    retry_ratio, retry_burst, faults, rules = p.retry_ratio, p.retry_burst, p.faults, p.rules
    heap, load, spent, wait, following = s.heap, s.load, s.spent, s.wait, s.next
    stage, ticket, alive, sent, started = s.stage, s.ticket, s.alive, s.begun, s.started
    ring, tasks, wanted, period = s.ring, s.tasks, s.wanted, p.period
    status, last, done, counts = s.status, s.last, s.done, s.counts
    requests, stages, jobs = len(arrivals), len(workers), len(stage)
    patient, faulty, scaled = len(ticket) > 0, len(faults.stage) > 0, len(rules.group) > 0
    samples, horizon, ready = len(edges), edges[-1], stages
    arrived, sample, ticks, head, tail, provided = 0, 0, 0, 0, 0, 0
    open_now, open_since, open_s, tokens = 0, 0.0, 0.0, retry_burst
    arrival = arrivals[0] if requests > 0 else np.inf
    tick, edge, deadline = 0.0 if scaled else np.inf, edges[0], np.inf
    while True:
        now, key, source, h = np.inf, 0, NOTHING, 0
        if heap.size[0] > 0:
            now, key, source = heap.time[0], heap.key[0], HEAP
        if arrival <= now:
            rank = ARRIVAL * RANK + arrived * SERIAL
            if arrival < now or rank < key:
                now, key, source = arrival, rank, ARRIVALS
        if deadline <= now:
            while head < tail and alive[ring[head]] == 0:
                head += 1
            deadline = sent[ring[head]] + timeout if head < tail else np.inf
            if deadline < now or (deadline == now and key > CLIENT_TIMEOUT * RANK):
                now, key, source = deadline, CLIENT_TIMEOUT * RANK, DEADLINE
        if patient:
            for g in range(stages):
                if load[g, WAITING] > 0:
                    first = load[g, FIRST]
                    due = wait[g, first] + patience[g]
                    rank = POOL_TIMEOUT * RANK + ticket[first] * SERIAL
                    if due < now or (due == now and rank < key):
                        now, key, source, h = due, rank, PATIENCE, g
        ticks_on = source != NOTHING or tick <= horizon
        if ticks_on and (tick < now or (tick == now and key > TICK * RANK)):
            now, source = tick, CLOCK
        if source == NOTHING or (open_now == 0 and arrived == requests and now > horizon):
            break
        while edge <= now:
            note(load, spent, edge, s.noted_load[sample], s.noted_spent[sample])
            for g in range(len(tasks)):
                s.noted_tasks[sample, g] = tasks[g]
            sample += 1
            edge = edges[sample] if sample < samples else np.inf

        step, own, passed, cause, job = REST, -1, 0, 0, 0
        if source == HEAP:
            job, kind = key % SERIAL, key >> RANK_BITS
            pop(heap)
            if kind == ARRIVAL:
                step = SEND
            elif kind == TICK:
                g, added = s.coming[job, 0], s.coming[job, 1]
                s.coming[job, 1] = 0
                provided -= 1
                tasks[g] = min(tasks[g] + added, wanted[g])
                mine = p.member[g]
                resize(mine, workers, tasks[g], load, spent, following, wait, now)
            else:
                h = stage[job]
                lost = False
                if faulty:
                    begun, hung = started[job], -1
                    for f in range(len(faults.stage)):
                        if faults.stage[f] == h and begun < faults.start[f] <= now:
                            if faults.mode[f] == REFUSE:
                                lost = True
                            elif faults.mode[f] == HANG:
                                hung = f
                    if hung >= 0:
                        again = faults.end[hung] + (now - begun)
                        service[h, job] += again - now
                        started[job] = faults.end[hung]
                        push(heap, again, SERVICE_END, job)
                        continue
                if workers[h] >= 0:
                    account(load, spent, h, now)
                    load[h, SERVING] -= 1
                    if not holds[h]:
                        own = h
                follows = after[h, job]
                if lost or follows == ERROR:
                    step, cause, passed = FAIL, FAULT, h + 1
                elif follows == GO_ON and h + 1 < stages:
                    step, h = ENTER, h + 1
                else:
                    step, cause, passed = REPLY, ANSWERED, h + 1
        elif source == ARRIVALS:
            open_s += open_now * (now - open_since)
            open_since = now
            open_now += 1
            tokens = min(tokens + retry_ratio, retry_burst)
            step, job = SEND, arrived
            arrived += 1
            arrival = arrivals[arrived] if arrived < requests else np.inf
        elif source == DEADLINE:
            step, cause, job = FAIL, TIMEOUT, ring[head]
        elif source == PATIENCE:
            job = dequeue(load, following, h)
            wait[h, job] = now - wait[h, job]
            step, cause, passed = FAIL, POOL, h
        else:
            for g in range(1, len(p.tasks)):
                wish, leader = 0, -1
                for r in range(len(rules.group)):
                    if rules.group[r] != g:
                        continue
                    h, kind = rules.stage[r], rules.metric[r]
                    account(load, spent, h, now)
                    used = spent[h, SERVING_S] if kind == CPU else spent[h, WORKING_S]
                    there = spent[h, CAPACITY_S] - s.seen[r, 1]
                    if kind == BACKLOG:
                        metric = load[h, WAITING] / tasks[g]
                    elif kind == DEPTH:
                        metric = float(load[h, WAITING])
                    elif kind == REQUESTS:
                        entered = load[h, ENTERED] - s.seen[r, 2]
                        metric = entered / (there / workers[h]) * 60.0
                    elif kind == CPU:
                        metric = (used - s.seen[r, 0]) / (there / workers[h] * rules.vcpus[r])
                    else:
                        metric = (used - s.seen[r, 0]) / there
                    s.seen[r, 0] = used
                    s.seen[r, 1] = spent[h, CAPACITY_S]
                    s.seen[r, 2] = load[h, ENTERED]
                    if ticks > 0:
                        s.above[r] = s.above[r] + period if metric > rules.out_above[r] else 0.0
                        s.below[r] = s.below[r] + period if metric < rules.in_below[r] else 0.0
                    asked = decide(rules, r, metric, tasks[g], wanted[g], s.above[r], s.below[r])
                    wish = asked if leader < 0 else max(wish, asked)
                    leader = r if leader < 0 else leader
                wish = min(max(wish, p.least[g]), p.most[g])
                added = wish - wanted[g]
                out = added > 0
                if added == 0 or now < s.free[g, 0 if out else 1] or provided == PROVISIONS:
                    continue
                for r in range(len(rules.group)):
                    if rules.group[r] == g:
                        s.above[r] = 0.0
                        s.below[r] = 0.0
                wanted[g] = wish
                if out:
                    s.free[g, 0] = now + rules.cooldown_out[leader]
                    lag = rules.lag[leader, ticks % rules.lag.shape[1]]
                    place = 0
                    while s.coming[place, 1] > 0:
                        place += 1
                    s.coming[place, 0] = g
                    s.coming[place, 1] = added
                    push(heap, now + lag, TICK, place)
                    provided += 1
                else:
                    s.free[g, 1] = now + rules.cooldown_in[leader]
                    if tasks[g] > wish:
                        tasks[g] = wish
                        resize(p.member[g], workers, wish, load, spent, following, wait, now)
            ticks += 1
            tick = ticks * period

        while True:
            if step == SEND:
                sent[job] = now
                alive[job] = 1
                if head == tail:
                    deadline = now + timeout
                ring[tail] = job
                tail += 1
                step, h = ENTER, 0
            if own >= 0:  # accounted for at this instant
                load[own, WORKING] -= 1
                grant(load, following, wait, own, now)
            if step == ENTER:
                stage[job] = h
                load[h, ENTERED] += 1
                if faulty and refused(faults, h, now):
                    step, cause, passed = FAIL, FAULT, h
                elif workers[h] < 0:
                    step = SERVE
                elif load[h, WORKING] < load[h, CAPACITY]:
                    account(load, spent, h, now)
                    load[h, WORKING] += 1
                    if load[ready, WAITING] > 0:
                        enqueue(load, following, ready, job)
                    else:
                        load[h, SERVING] += 1
                        step = SERVE
                elif 0 <= limit[h] <= load[h, WAITING]:
                    step, cause, passed = FAIL, REJECTED, h
                else:
                    wait[h, job] = now
                    if patient:
                        ticket[job] = heap.size[1]
                        heap.size[1] += 1
                    enqueue(load, following, h, job)
            if step == SERVE:
                begin = now
                if faulty:
                    for f in range(len(faults.stage)):
                        if faults.stage[f] == h and faults.start[f] <= now < faults.end[f]:
                            if faults.mode[f] == SLOW:
                                service[h, job] *= faults.factor[f]
                            elif faults.mode[f] == HANG:
                                begin = faults.end[f]
                    started[job] = begin
                    push(heap, begin + service[h, job], SERVICE_END, job)
                    service[h, job] += begin - now
                else:
                    push(heap, now + service[h, job], SERVICE_END, job)
            elif step >= FAIL:
                for g in range(passed - 1, -1, -1):
                    if holds[g]:
                        account(load, spent, g, now)
                        load[g, WORKING] -= 1
                        grant(load, following, wait, g, now)
                if alive[job]:
                    alive[job] = 0
                    counts[cause] += 1
                    if step == FAIL and job + requests < jobs and tokens >= 1.0:
                        tokens -= 1.0
                        counts[RETRIES] += 1
                        push(heap, now + pause[job], ARRIVAL, job + requests)
                    else:
                        request, attempt = job, 0
                        while request >= requests:  # a division would cost more
                            request, attempt = request - requests, attempt + 1
                        status[request] = cause
                        last[request] = attempt
                        done[request] = now
                        open_s += open_now * (now - open_since)
                        open_since = now
                        open_now -= 1
            if load[ready, WAITING] == 0:
                break
            job = dequeue(load, following, ready)
            h = stage[job]
            if faulty and refused(faults, h, now):
                step, own, cause, passed = FAIL, h, FAULT, h
            else:  # accounted for when it was granted, at this instant
                load[h, SERVING] += 1
                step, own = SERVE, -1
    s.open_s[0] = open_s
    while sample < samples:
        note(load, spent, edges[sample], s.noted_load[sample], s.noted_spent[sample])
        for g in range(len(tasks)):
            s.noted_tasks[sample, g] = tasks[g]
        sample += 1
