"""A function's environments: reused while warm, started cold, refused beyond their limits.

Nothing queues in front of a synchronous function: a request finds a warm environment, waits for a
new one to start, or is throttled (429).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from archlab.domain.latency.dist import Dist
from archlab.domain.latency.hist import Flags
from archlab.domain.latency.streams import Purpose, stream
from archlab.domain.latency.tables import Floats
from archlab.domain.latency.traffic import Traffic


@dataclass(frozen=True)
class Function:
    """`warm` and `cold` are whole times in seconds; the newest idle environment is reused first.

    An environment lives `keep_alive_s` without work; AWS promises no figure, observers say 5 to 60
    minutes. At most `concurrency` work at once (account default 1000), and at most `growth_per_s`
    new ones start per second with `burst` saved up (documented: 1000 every 10 s for a function).
    """

    warm: Dist
    cold: Dist
    keep_alive_s: float = 600.0
    concurrency: int = 1000
    growth_per_s: float = 100.0
    burst: float = 1000.0

    def __post_init__(self) -> None:
        if self.concurrency < 1 or min(self.keep_alive_s, self.growth_per_s) < 0 or self.burst < 1:
            raise ValueError(
                f"concurrency {self.concurrency}, burst {self.burst}: write both from 1 up, and "
                "times and rates from 0 up"
            )


@dataclass(frozen=True)
class FunctionRun:
    """One run, arrays of shape (requests,); a throttled request has an infinite latency."""

    arrivals: Floats
    latency: Floats
    cold: Flags
    throttled: Flags

    @property
    def cold_share(self) -> float:
        """Of the requests that were served; NaN if none was."""
        served = int((~self.throttled).sum())
        return int(self.cold.sum()) / served if served else math.nan


def simulate_function(
    function: Function, traffic: Traffic, *, seed: int, replication: int = 0, lead_s: float = 0.0
) -> FunctionRun:
    """Every request from t = 0 on; without a `lead_s` of running in, the pool starts empty."""
    from archlab.domain.latency.lambda_kernel import COLD, THROTTLED, serve  # brings numba

    def draws(purpose: Purpose) -> np.random.Generator:
        return stream(seed, purpose, replication=replication, hop="function")

    arrivals = traffic.arrivals(draws(Purpose.ARRIVALS), lead_s)
    warm = function.warm.draw(draws(Purpose.SERVICE), len(arrivals))
    cold = function.cold.draw(draws(Purpose.LAMBDA_INIT), len(arrivals))
    outcome = serve(
        arrivals,
        warm,
        cold,
        float(function.keep_alive_s),
        function.concurrency,
        float(function.growth_per_s),
        float(function.burst),
    )
    first = int(np.searchsorted(arrivals, 0.0))
    was_cold, throttled = outcome == COLD, outcome == THROTTLED
    latency = np.where(throttled, math.inf, np.where(was_cold, cold, warm))
    return FunctionRun(arrivals[first:], latency[first:], was_cold[first:], throttled[first:])
