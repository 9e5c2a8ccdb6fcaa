"""Processor sharing: everybody present gets an equal part of the server.

Means do not depend on the shape of the service time, only on its mean. One time unit, yours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archlab.domain.latency.checks import GrowsWithoutEnd, above_0, at_least_0, need

Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Shared:
    """Stations shared by classes: `utilisation` per station, the rest [class][station]."""

    utilisation: tuple[float, ...]
    response: Rows
    queue_length: Rows


def ps_response(lam: float, mean_service: float, size: float | None = None) -> float:
    """Mean response, M/G/1-PS, of a request that needs `size` (the mean where none is given).

    Kleinrock (1967): size / (1 - rho), so long requests wait in proportion.
    """
    at_least_0(lam, "arrival rate")
    above_0(mean_service, "service time")
    needed = mean_service if size is None else at_least_0(size, "size")
    rho = lam * mean_service
    if rho >= 1:
        raise GrowsWithoutEnd(f"utilisation {rho}", lam - 1 / mean_service)
    return needed / (1 - rho)


def shared_stations(lam: Sequence[float], service: Sequence[Sequence[float]]) -> Shared:
    """Open network of classes, each passing every station once; a service time of 0 skips it.

    `lam` has a rate per class, `service` is [class][station]. Baskett, Chandy, Muntz and Palacios
    (1975): response = service / (1 - utilisation of the station by all classes).
    GrowsWithoutEnd gives the growth of the first overloaded station.
    """
    _classes(lam, service)
    busy = tuple(
        sum(rate * each for rate, each in zip(lam, column, strict=True))
        for column in zip(*service, strict=True)
    )
    for number, (used, column) in enumerate(zip(busy, zip(*service, strict=True), strict=True), 1):
        if used >= 1:
            growth = _growth(lam, column)
            raise GrowsWithoutEnd(f"station {number} at utilisation {used:.6g}", growth)
    response = tuple(
        tuple(each / (1 - used) for each, used in zip(row, busy, strict=True)) for row in service
    )
    lengths = tuple(
        tuple(rate * each for each in row) for rate, row in zip(lam, response, strict=True)
    )
    return Shared(busy, response, lengths)


def _growth(lam: Sequence[float], service: Sequence[float]) -> float:
    """The g that solves sum of lam s / (1 + g s) = 1: growth in overload, exponential service."""
    low, high = 0.0, sum(lam)
    for _ in range(100):
        middle = (low + high) / 2
        work = sum(
            rate * each / (1 + middle * each) for rate, each in zip(lam, service, strict=True)
        )
        low, high = (middle, high) if work > 1 else (low, middle)
    return high


def _classes(lam: Sequence[float], service: Sequence[Sequence[float]]) -> None:
    need(len(lam) > 0, "no classes: write at least one")
    need(
        len(lam) == len(service),
        f"{len(lam)} rates, {len(service)} rows of service times: write one of each per class",
    )
    need(
        len({len(row) for row in service}) == 1 and len(service[0]) > 0,
        "rows of service times differ in length: write one time per station in every row",
    )
    for rate, row in zip(lam, service, strict=True):
        at_least_0(rate, "arrival rate")
        for each in row:
            at_least_0(each, "service time")
