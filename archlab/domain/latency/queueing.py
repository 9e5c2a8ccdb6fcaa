"""Closed forms of queueing theory, exact for their model. One time unit throughout, yours.

`lam` is the arrival rate (Poisson), `mu` the service rate of one server, `servers` their number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from archlab.domain.latency.checks import GrowsWithoutEnd, need, rates


@dataclass(frozen=True)
class Queue:
    """Steady state of one station: times in the unit of the rates, numbers as means.

    `p0` is known for stations with a finite number of places and None elsewhere.
    """

    lam: float
    mu: float
    servers: int
    rho: float
    p_wait: float
    wq: float
    w: float
    lq: float
    l: float  # noqa: E741 - the field's own letter for the number in the system
    p_block: float = 0.0
    throughput: float = 0.0
    p0: float | None = None

    def service_level(self, within: float) -> float:
        """Share of arrivals that wait at most `within` (M/M/c, first come first served)."""
        return 1 - self.p_wait * math.exp(-(self.servers * self.mu - self.lam) * within)

    def wait_quantile(self, share: float) -> float:
        """Waiting time that this share of arrivals does not pass (M/M/c); 0 for those at once."""
        if share <= 1 - self.p_wait:
            return 0.0
        return math.log(self.p_wait / (1 - share)) / (self.servers * self.mu - self.lam)

    def response_quantile(self, share: float) -> float:
        """Quantile of wait plus service, for one server: exponential with rate mu - lam."""
        if self.servers != 1:
            raise ValueError(f"{self.servers} servers: this quantile has its closed form for one")
        return -math.log1p(-share) / (self.mu - self.lam)


def erlang_b(servers: int, load: float) -> float:
    """Probability that all servers are busy and an arrival is lost, M/G/c/c.

    `load` is in erlangs (arrival rate x mean service time). Erlang (1917), by the recursion
    B(n) = a B(n-1) / (n + a B(n-1)), which neither overflows nor cancels.
    """
    need(servers >= 0 and load >= 0, f"{servers} servers, {load} erlangs: write 0 or more")
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Probability that an arrival waits, M/M/c, first come first served.

    `load` is in erlangs (arrival rate x mean service time); it must be below `servers`, otherwise
    the queue grows without end and GrowsWithoutEnd, a ValueError, says so. Erlang (1917).
    """
    need(servers >= 1, f"{servers} servers: write at least 1")
    if load >= servers:
        raise GrowsWithoutEnd(f"{load} erlangs on {servers} servers", load - servers)
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1 - blocked))


def mmc(lam: float, mu: float, servers: int) -> Queue:
    """M/M/c: Poisson arrivals, exponential service, endless queue; needs lam < servers x mu."""
    rates(lam, mu)
    if lam >= servers * mu > 0:
        raise GrowsWithoutEnd(f"{lam / mu} erlangs on {servers} servers", lam - servers * mu)
    p_wait = erlang_c(servers, lam / mu)
    wq = p_wait / (servers * mu - lam)
    w = wq + 1 / mu
    rho = lam / (servers * mu)
    return Queue(lam, mu, servers, rho, p_wait, wq, w, lam * wq, lam * w, throughput=lam)


def mmck(lam: float, mu: float, servers: int, places: int) -> Queue:
    """M/M/c/K: `places` counts those in service too; who finds none is turned away.

    Works at and above full load. Times are those of the admitted.
    """
    rates(lam, mu)
    need(1 <= servers <= places, f"{servers} servers, {places} places: servers must fit in")
    weights = [1.0]
    for number in range(1, places + 1):
        weights.append(weights[-1] * lam / (mu * min(number, servers)))
        if weights[-1] > 1e200:
            weights = [weight / weights[-1] for weight in weights]
    total = math.fsum(weights)
    shares = [weight / total for weight in weights]
    inside = math.fsum(number * share for number, share in enumerate(shares))
    waiting = math.fsum(
        (number - servers) * shares[number] for number in range(servers, places + 1)
    )
    admitted = lam * (1 - shares[-1])
    p_wait = math.fsum(shares[servers:places]) / (1 - shares[-1]) if admitted else 0.0
    wq, w = (waiting / admitted, inside / admitted) if admitted else (0.0, 1 / mu)
    rho = admitted / (servers * mu)
    return Queue(
        lam, mu, servers, rho, p_wait, wq, w, waiting, inside, shares[-1], admitted, shares[0]
    )


def mg1(lam: float, mean_service: float, cv2: float) -> Queue:
    """M/G/1, first come first served: mean wait by Pollaczek and Khinchine.

    `cv2` is the squared coefficient of variation of the service: 0 constant, 1 exponential.
    Only means are exact; the quantiles of `Queue` are those of M/M/1 and do not hold here.
    """
    need(mean_service > 0 and cv2 >= 0, f"mean {mean_service}, cv2 {cv2}: write a mean above 0")
    rates(lam, 1 / mean_service)
    rho = lam * mean_service
    if rho >= 1:
        raise GrowsWithoutEnd(f"utilisation {rho}", lam - 1 / mean_service)
    wq = rho * mean_service * (1 + cv2) / (2 * (1 - rho))
    w = wq + mean_service
    return Queue(lam, 1 / mean_service, 1, rho, rho, wq, w, lam * wq, lam * w, throughput=lam)
