"""A pool of connections with an acquire timeout: M/M/c+D, exact. One time unit, yours."""

from __future__ import annotations

import math
from dataclasses import dataclass

from archlab.domain.latency.checks import at_least_0, need, rates


@dataclass(frozen=True)
class Pool:
    """Steady state: shares of arrivals, mean waits of those served and of all, use of what works.

    `wait_behind` is the mean wait of those served once they have a connection.
    """

    p_no_wait: float
    p_timeout: float
    wq_served: float
    wq_all: float
    throughput: float
    utilisation: float
    wait_behind: float = 0.0


def mmcd(lam: float, mu: float, servers: int, timeout: float, at_once: int | None = None) -> Pool:
    """M/M/c where everybody gives up after waiting `timeout`. Baccelli and Hebuterne (1981).

    The virtual wait has the density lam p(c-1) exp(lam min(x, T) - c mu x). Those who give up
    make it stable at any load. Without a timeout it is `mmc`; with a timeout of 0, Erlang B.
    Of the `servers` (connections) only `at_once` work at a time, None for all: the others hold a
    place and wait behind it. While all are taken one comes free at rate at_once x mu, so the same
    density holds with that in place of c mu.
    """
    rates(lam, mu)
    need(servers >= 1, f"{servers} servers: write at least 1")
    working = servers if at_once is None else min(servers, at_once)
    need(working >= 1, f"{at_once} at once: write at least 1")
    at_least_0(timeout, "timeout")
    capacity = working * mu
    # every weight is divided by exp((lam - capacity) T) in overload, which would overflow
    excess = (lam - capacity) * timeout
    slack = abs(excess)
    inside = timeout * _integral(0, slack)
    moment = timeout**2 * _integral(1, slack)
    if excess > 0:
        moment = timeout * inside - moment
    last, behind = _below(servers - 1, lam / mu, working)
    full = lam * last
    free = math.exp(-max(excess, 0.0))
    beyond = full * math.exp(min(excess, 0.0)) / capacity
    total = free + full * inside + beyond
    p_timeout = beyond / total
    waited = full * moment / total
    # the same as 1 - p_timeout, which would cancel when nearly everybody gives up
    answered = (free + full * inside) / total
    served = lam * answered
    p_no_wait = free / total
    held = p_no_wait * behind + (1 - p_no_wait) * (servers - working)
    return Pool(
        p_no_wait=p_no_wait,
        p_timeout=p_timeout,
        wq_served=waited / answered if answered else timeout,
        wq_all=waited + timeout * p_timeout,
        throughput=served,
        utilisation=served / capacity,
        wait_behind=held / served if served else 0.0,
    )


def _below(states: int, load: float, working: int) -> tuple[float, float]:
    """Given at most `states` are inside: the chance of just as many, and the mean that waits.

    Without anybody waiting the chance is `erlang_b`, by the same recursion.
    """
    last, behind = 1.0, 0.0
    for inside in range(1, states + 1):
        last = load * last / (min(inside, working) + load * last)
        behind += last * (max(0, inside - working) - behind)
    return last, behind


def _integral(power: int, slack: float) -> float:
    """Integral of x^power exp(-slack x) from 0 to 1, for power 0 and 1, without cancelling."""
    if slack < 1:
        return math.fsum((-slack) ** n / (math.factorial(n) * (n + power + 1)) for n in range(20))
    if power == 0:
        return -math.expm1(-slack) / slack
    return (1 - math.exp(-slack) * (1 + slack)) / slack**2
