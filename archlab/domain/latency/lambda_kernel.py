"""The loop of a function's environments; like the kernel, compiled and runnable without.

Import this module late: it brings numba with it.
"""

from __future__ import annotations

import numpy as np

from archlab.domain.latency.kernel import compiled
from archlab.domain.latency.tables import Bytes, Floats

WARM, COLD, THROTTLED = range(3)


@compiled
def serve(
    arrivals: Floats,
    warm: Floats,
    cold: Floats,
    keep_alive: float,
    concurrency: int,
    growth: float,
    burst: float,
) -> Bytes:
    """Whether each request came warm, cold or was throttled, shape (n,).

    `warm` and `cold` are the times that the request takes in either case. An environment that ends
    at the very instant of an arrival can take it, and so can one idle for exactly `keep_alive`.
    """
    count = len(arrivals)
    outcome = np.zeros(count, np.uint8)
    busy = np.empty(min(count, concurrency) + 1)
    idle = np.empty(count + 1)
    running, resting, tokens, before = 0, 0, burst, 0.0
    for i in range(count):
        now = arrivals[i]
        while running > 0 and busy[0] <= now:
            idle[resting] = busy[0]
            resting += 1
            running -= 1
            sink(busy, running, busy[running])
        if resting > 0 and now - idle[resting - 1] > keep_alive:
            resting = 0  # the newest has gone, so all have
        if i > 0:
            tokens = min(burst, tokens + growth * (now - before))
        before = now
        if running >= concurrency or (resting == 0 and tokens < 1.0):
            outcome[i] = THROTTLED
            continue
        if resting > 0:
            resting -= 1
            rise(busy, running, now + warm[i])
        else:
            tokens -= 1.0
            outcome[i] = COLD
            rise(busy, running, now + cold[i])
        running += 1
    return outcome


@compiled
def rise(heap: Floats, size: int, value: float) -> None:
    """Add a value to a heap of `size` values."""
    place = size
    while place > 0 and value < heap[(place - 1) >> 1]:
        heap[place] = heap[(place - 1) >> 1]
        place = (place - 1) >> 1
    heap[place] = value


@compiled
def sink(heap: Floats, size: int, value: float) -> None:
    """Replace the top of a heap of `size` values."""
    place, child = 0, 1
    while child < size:
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if value <= heap[child]:
            break
        heap[place] = heap[child]
        place, child = child, 2 * child + 1
    heap[place] = value
