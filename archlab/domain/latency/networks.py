"""Networks of stations in product form: open with a rate, closed with users who think.

Visits say how often one request comes to a station, so a tandem is visits of 1 throughout. Times
are in any one unit; every sequence has one entry per station, in the same order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from archlab.domain.latency.checks import GrowsWithoutEnd, above_0, at_least_0, need
from archlab.domain.latency.queueing import mmc

Figures = tuple[float, ...]


@dataclass(frozen=True)
class Network:
    """Steady state of a network, one figure per station; `response` is that of a whole request.

    `queue_length` counts those in service too; `rate` is in whole requests per unit of time.
    """

    utilisation: Figures
    response_per_visit: Figures
    queue_length: Figures
    throughput: Figures
    rate: float
    response: float


def open_network(
    lam: float,
    visits: Sequence[float],
    service: Sequence[float],
    servers: Sequence[int] | None = None,
) -> Network:
    """Jackson (1957): every station is an M/M/c of its own; one server each unless stated.

    GrowsWithoutEnd names the first station that gets more work than it can do.
    """
    at_least_0(lam, "arrival rate")
    _stations(visits, service)
    counts = servers or [1] * len(visits)
    need(len(counts) == len(visits), f"{len(counts)} counts of servers for {len(visits)} stations")
    for number, (times, each, count) in enumerate(zip(visits, service, counts, strict=True), 1):
        if lam * times * each >= count > 0:
            busy = lam * times * each / count
            raise GrowsWithoutEnd(
                f"station {number} at utilisation {busy:.6g}", lam * times - count / each
            )
    queues = [
        mmc(lam * times, 1 / each, count)
        for times, each, count in zip(visits, service, counts, strict=True)
    ]
    return Network(
        utilisation=tuple(queue.rho for queue in queues),
        response_per_visit=tuple(queue.w for queue in queues),
        queue_length=tuple(queue.l for queue in queues),
        throughput=tuple(queue.throughput for queue in queues),
        rate=lam,
        response=math.fsum(times * queue.w for times, queue in zip(visits, queues, strict=True)),
    )


def closed_network(
    users: int, think: float, visits: Sequence[float], service: Sequence[float]
) -> Network:
    """Exact mean value analysis, Reiser and Lavenberg (1980): single servers, `users` who think.

    A user sends the next request `think` after the last answer. There is always a steady state.
    """
    need(users >= 0, f"{users} users: write 0 or more")
    at_least_0(think, "think time")
    _stations(visits, service)
    lengths = [0.0] * len(visits)
    responses, rate = list(service), 0.0
    for present in range(1, users + 1):
        responses = [each * (1 + length) for each, length in zip(service, lengths, strict=True)]
        rate = present / (think + _round_trip(visits, responses))
        lengths = [rate * times * each for times, each in zip(visits, responses, strict=True)]
    return Network(
        utilisation=tuple(rate * times * each for times, each in zip(visits, service, strict=True)),
        response_per_visit=tuple(responses),
        queue_length=tuple(lengths),
        throughput=tuple(rate * times for times in visits),
        rate=rate,
        response=_round_trip(visits, responses),
    )


def _round_trip(visits: Sequence[float], responses: Sequence[float]) -> float:
    return math.fsum(times * each for times, each in zip(visits, responses, strict=True))


def _stations(visits: Sequence[float], service: Sequence[float]) -> None:
    need(len(visits) > 0, "no stations: write at least one")
    need(
        len(visits) == len(service),
        f"{len(visits)} visits, {len(service)} service times: write one of each per station",
    )
    for times, each in zip(visits, service, strict=True):
        at_least_0(times, "visits")
        above_0(each, "service time")
    need(any(visits), "no station is ever visited: write visits above 0")
