"""A pool of connections with an acquire timeout: M/M/c+D, exact. One time unit, yours."""

from __future__ import annotations

import math
from dataclasses import dataclass

from archlab.domain.latency.checks import at_least_0, need, rates
from archlab.domain.latency.queueing import erlang_b


@dataclass(frozen=True)
class Pool:
    """Steady state: shares of arrivals, mean waits of those served and of all, use of the pool."""

    p_no_wait: float
    p_timeout: float
    wq_served: float
    wq_all: float
    throughput: float
    utilisation: float


def mmcd(lam: float, mu: float, servers: int, timeout: float) -> Pool:
    """M/M/c where everybody gives up after waiting `timeout`. Baccelli and Hebuterne (1981).

    The virtual wait has the density lam p(c-1) exp(lam min(x, T) - c mu x). Those who give up
    make it stable at any load. Without a timeout it is `mmc`; with a timeout of 0, Erlang B.
    """
    rates(lam, mu)
    need(servers >= 1, f"{servers} servers: write at least 1")
    at_least_0(timeout, "timeout")
    capacity = servers * mu
    # every weight is divided by exp((lam - capacity) T) in overload, which would overflow
    excess = (lam - capacity) * timeout
    slack = abs(excess)
    inside = timeout * _integral(0, slack)
    moment = timeout**2 * _integral(1, slack)
    if excess > 0:
        moment = timeout * inside - moment
    # erlang_b is p(c-1) relative to all states with a free server
    full = lam * erlang_b(servers - 1, lam / mu)
    free = math.exp(-max(excess, 0.0))
    beyond = full * math.exp(min(excess, 0.0)) / capacity
    total = free + full * inside + beyond
    p_timeout = beyond / total
    waited = full * moment / total
    # the same as 1 - p_timeout, which would cancel when nearly everybody gives up
    answered = (free + full * inside) / total
    served = lam * answered
    return Pool(
        p_no_wait=free / total,
        p_timeout=p_timeout,
        wq_served=waited / answered if answered else timeout,
        wq_all=waited + timeout * p_timeout,
        throughput=served,
        utilisation=served / capacity,
    )


def _integral(power: int, slack: float) -> float:
    """Integral of x^power exp(-slack x) from 0 to 1, for power 0 and 1, without cancelling."""
    if slack < 1:
        return math.fsum((-slack) ** n / (math.factorial(n) * (n + power + 1)) for n in range(20))
    if power == 0:
        return -math.expm1(-slack) / slack
    return (1 - math.exp(-slack) * (1 + slack)) / slack**2
