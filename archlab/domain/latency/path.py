"""What latency is computed from: hops in a row, each with a service time and its workers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from archlab.domain.latency.dist import Dist
from archlab.domain.latency.scaler import Scaler


@dataclass(frozen=True)
class ColdStart:
    """Extra time that a share of calls pays because no warm copy is idle."""

    share: float
    seconds: float


@dataclass(frozen=True)
class Hop:
    """One place that costs time.

    `servers` is the number of workers that share one queue; None is a pure delay. `held_s` is the
    mean time for which a worker stays taken beyond its own service (later hops that it waits for);
    `back_s` that of later visits, which the same workers serve, but free in between.
    Neighbours with the same `parallel` word run side by side and end together. With `hit_ratio`
    that share of requests is answered here and skips the later hops.

    Only a simulation uses the rest: with a `held_s` above 0 it keeps the worker to the request's
    end; what later visits take, the worker does at the first one. Beyond `queue_limit` waiting
    requests the next one is turned away at once (503); who waits longer than `acquire_timeout_s`
    gives up; `error_rate` of the services end in an error.
    """

    id: str
    label: str
    service: Dist
    servers: int | None = None
    cold: ColdStart | None = None
    held_s: float = 0.0
    back_s: float = 0.0
    parallel: str = ""
    hit_ratio: float = 0.0
    other_load: float = 0.0
    """Erlangs that other flows put on the same workers."""
    queue_limit: int | None = None
    acquire_timeout_s: float = math.inf
    error_rate: float = 0.0

    @property
    def busy_s(self) -> float:
        """Mean time for which one request takes a worker."""
        return self.time.mean + self.held_s + self.back_s

    @property
    def time(self) -> Dist:
        """Service time with cold starts mixed in, before any waiting."""
        if self.cold is None or not self.cold.share:
            return self.service
        cold = self.service.later(self.cold.seconds)
        return Dist.mixture((1 - self.cold.share, self.service), (self.cold.share, cold))


@dataclass(frozen=True)
class Retry:
    """What a client does after an error or a timeout: up to `max_attempts` tries in all.

    The pause before the next try k = 1, 2, ... is min(cap, base x 2^(k - 1)), times a uniform draw
    with full jitter. `limit_ratio` earns that many retries for each request, saved up to `burst`
    (None: no limit).
    """

    max_attempts: int = 1
    base_s: float = 0.5
    cap_s: float = 20.0
    jitter: Literal["none", "full"] = "full"
    limit_ratio: float | None = None
    burst: float = 100.0

    def __post_init__(self) -> None:
        if not 1 <= self.max_attempts <= 10 or self.base_s < 0 or self.cap_s < 0:
            raise ValueError(
                f"{self.max_attempts} attempts, pauses of {self.base_s} to {self.cap_s} s: write "
                "1 to 10 attempts and pauses from 0 up"
            )


@dataclass(frozen=True)
class Fault:
    """A window in which one hop misbehaves.

    "refuse": it answers with an error at once, and what it had begun is lost at its end. "hang":
    nothing ends until the window does; what it had begun starts anew then. "slow": services that
    begin in the window take `factor` times as long.
    """

    hop: str
    start_s: float
    duration_s: float
    mode: Literal["refuse", "hang", "slow"]
    factor: float = 1.0


@dataclass(frozen=True)
class RequestPath:
    """The hops of one request, in order; what clients and operators do is for a simulation alone.

    A client gives up after `client_timeout_s`, but the servers go on with what it left behind.
    """

    hops: tuple[Hop, ...]
    client_timeout_s: float = math.inf
    retry: Retry = Retry()
    scalers: tuple[Scaler, ...] = ()
    faults: tuple[Fault, ...] = ()


def cold_share(rate_per_s: float, keep_alive_s: float, ping_every_s: float = 0.0) -> float:
    """Share of calls that start a copy: nobody, not even a ping, came within the keep-alive.

    Poisson arrivals at one function: exp(-rate x keep-alive). With a ping every P seconds a call
    is cold only in the part of the interval that the keep-alive T leaves uncovered, 1 - T / P.
    Bursts that need a second copy are not in it.
    """
    uncovered = max(0.0, 1 - keep_alive_s / ping_every_s) if ping_every_s else 1.0
    return uncovered * math.exp(-rate_per_s * keep_alive_s)
