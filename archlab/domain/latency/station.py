"""One station, first come first served: waits without an event list, exact and faster than one.

Import this module late: it brings numba with it.
"""

from __future__ import annotations

import numpy as np

from archlab.domain.latency.kernel import compiled
from archlab.domain.latency.tables import Floats


@compiled
def waits(arrivals: Floats, service: Floats, workers: int) -> Floats:
    """Seconds that each request waits, shape (n,), for rising `arrivals` and given services."""
    free = np.full(workers, -np.inf)
    wait = np.empty(len(arrivals))
    for i in range(len(arrivals)):
        begin = max(arrivals[i], free[0])
        wait[i] = begin - arrivals[i]
        hand_over(free, begin + service[i])
    return wait


@compiled
def drawn_waits(
    rng: np.random.Generator, mean_gap: float, mean_service: float, workers: int, count: int
) -> Floats:
    """Waits of M/M/c from an empty station; gap and service are drawn in turn, in the loop."""
    free = np.full(workers, -np.inf)
    wait = np.empty(count)
    now = 0.0
    for i in range(count):
        now += mean_gap * rng.standard_exponential()
        begin = max(now, free[0])
        wait[i] = begin - now
        hand_over(free, begin + mean_service * rng.standard_exponential())
    return wait


@compiled
def hand_over(free: Floats, until: float) -> None:
    """The worker that is free first takes a job: a heap whose top is replaced."""
    workers, place, child = len(free), 0, 1
    while child < workers:
        if child + 1 < workers and free[child + 1] < free[child]:
            child += 1
        if until <= free[child]:
            break
        free[place] = free[child]
        place, child = child, 2 * child + 1
    free[place] = until
