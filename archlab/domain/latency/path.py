"""What latency is computed from: hops in a row, each with a service time and its workers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from archlab.domain.latency.dist import Dist


@dataclass(frozen=True)
class ColdStart:
    """Extra time that a share of calls pays because no warm copy is idle."""

    share: float
    seconds: float


@dataclass(frozen=True)
class Hop:
    """One place that costs time.

    `servers` is the number of workers that share one queue; None is a pure delay. `held_s` is the
    mean time for which a worker stays taken beyond its own service (later hops that it waits for).
    Neighbours with the same `parallel` word run side by side and end together. With `hit_ratio`
    that share of requests is answered here and skips the later hops.
    """

    id: str
    label: str
    service: Dist
    servers: int | None = None
    cold: ColdStart | None = None
    held_s: float = 0.0
    parallel: str = ""
    hit_ratio: float = 0.0
    other_load: float = 0.0
    """Erlangs that other flows put on the same workers."""

    @property
    def busy_s(self) -> float:
        """Mean time for which one request takes a worker."""
        return self.time.mean + self.held_s

    @property
    def time(self) -> Dist:
        """Service time with cold starts mixed in, before any waiting."""
        if self.cold is None or not self.cold.share:
            return self.service
        cold = self.service.later(self.cold.seconds)
        return Dist.mixture((1 - self.cold.share, self.service), (self.cold.share, cold))


@dataclass(frozen=True)
class RequestPath:
    """The hops of one request, in order."""

    hops: tuple[Hop, ...]


def cold_share(rate_per_s: float, keep_alive_s: float, ping_every_s: float = 0.0) -> float:
    """Share of calls that start a copy: nobody, not even a ping, came within the keep-alive.

    Poisson arrivals at one function: exp(-rate x keep-alive). With a ping every P seconds a call
    is cold only in the part of the interval that the keep-alive T leaves uncovered, 1 - T / P.
    Bursts that need a second copy are not in it.
    """
    uncovered = max(0.0, 1 - keep_alive_s / ping_every_s) if ping_every_s else 1.0
    return uncovered * math.exp(-rate_per_s * keep_alive_s)
