"""Where a scaling rule comes to rest or never does, and how much concurrency a rate needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from archlab.domain.latency.checks import above_0, at_least_0, need
from archlab.domain.latency.queueing import erlang_b


@dataclass(frozen=True)
class Settled:
    """The number of tasks at which a rule rests; above full load the queue grows each second."""

    busy_workers: float
    tasks: int
    utilisation: float
    growth_per_s: float


@dataclass(frozen=True)
class Restless:
    """Loads, in tasks x metric, between which a rule of steps adds to `tasks` and takes back."""

    tasks: int
    low: float
    high: float


@dataclass(frozen=True)
class Concurrency:
    """Copies in use at once, and the share of calls refused because the limit was reached."""

    mean: float
    p_throttled: float


def settled(
    rate_per_s: float,
    hold_s: float,
    workers_per_task: int,
    scale_out_above: float,
    minimum: int,
    maximum: int,
) -> Settled:
    """Fewest tasks whose workers are not busier than the threshold, a share, within the limits.

    `hold_s` is the mean time for which a request takes a worker, waiting for others included.
    """
    at_least_0(rate_per_s, "arrival rate")
    above_0(hold_s, "holding time")
    need(workers_per_task >= 1, f"{workers_per_task} workers per task: write at least 1")
    need(0 < scale_out_above <= 1, f"threshold {scale_out_above}: write a share above 0, up to 1")
    need(1 <= minimum <= maximum, f"{minimum} to {maximum} tasks: write at least 1, least first")
    busy = rate_per_s * hold_s
    wanted = busy / (workers_per_task * scale_out_above)
    # 40 / 8 may come out as 5.000000000000001, which needs no sixth task
    tasks = min(maximum, max(minimum, math.ceil(wanted * (1 - 1e-12))))
    workers = tasks * workers_per_task
    return Settled(busy, tasks, busy / workers, max(0.0, rate_per_s - workers / hold_s))


def restless(
    out_above: float, in_below: float, minimum: int, maximum: int, step: int = 1
) -> tuple[Restless, ...]:
    """Where a rule of steps flaps under a load that does not change; () where it always rests.

    A load L is L / n on n tasks. It asks for more above out x n, and for less again if
    L / (n + step) is under `in_below`: a gap that is smaller than the effect of one step.
    """
    need(0 <= in_below <= out_above, f"in {in_below}, out {out_above}: write 0 <= in <= out")
    need(1 <= minimum <= maximum, f"{minimum} to {maximum} tasks: write at least 1, least first")
    need(step >= 1, f"steps of {step}: write at least 1")
    bands = (
        Restless(tasks, out_above * tasks, in_below * min(tasks + step, maximum))
        for tasks in range(minimum, maximum)
    )
    return tuple(band for band in bands if band.low < band.high)


def turns(counts: Sequence[float]) -> int:
    """How often a series turns from rising to falling or back; level stretches do not count."""
    moves = [after > before for before, after in pairwise(counts) if after != before]
    return sum(after != before for before, after in pairwise(moves))


def concurrency(rate_per_s: float, duration_s: float, limit: int) -> Concurrency:
    """Calls in progress by Little's law; Erlang B refuses the rest, since nobody queues."""
    at_least_0(rate_per_s, "arrival rate")
    above_0(duration_s, "duration")
    need(limit >= 0, f"limit {limit}: write 0 or more")
    refused = erlang_b(limit, rate_per_s * duration_s)
    return Concurrency(rate_per_s * duration_s * (1 - refused), refused)


def ramp_s(copies: int, at_once: int, per_s: float) -> float:
    """Seconds until `copies` new ones may run: `at_once` are free, then `per_s` each second."""
    need(copies >= 0, f"{copies} copies: write 0 or more")
    need(at_once >= 0, f"{at_once} at once: write 0 or more")
    above_0(per_s, "growth")
    return max(0, copies - at_once) / per_s


def postgres_connections(memory_gib: float, bytes_each: int = 9_531_392, most: int = 5000) -> int:
    """The default of max_connections in RDS for PostgreSQL: LEAST(memory / 9531392, 5000).

    The formula is documented; the memory that it means is a little less than the nominal one.
    """
    above_0(memory_gib, "memory")
    return min(int(memory_gib * 2**30 / bytes_each), most)
