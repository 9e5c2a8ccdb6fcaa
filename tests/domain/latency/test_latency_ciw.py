"""A second peer: Ciw, which knows nothing of our draws, answers small cases as the kernel does."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import fmean, stdev

import ciw
import numpy as np
import pytest

from archlab.domain.latency import Dist, Hop, RequestPath, Traffic, simulate

HORIZON_S, LEAD_S = 600.0, 120.0
SEEDS = range(12)

Figures = dict[str, list[float]]


def ours(path: RequestPath, rate: float) -> Figures:
    """Mean latency in seconds and the share turned away, one value for each seed."""
    runs = [simulate(path, Traffic.steady(rate, HORIZON_S), seed=seed) for seed in SEEDS]
    return {
        "mean": [run.mean.value for run in runs],
        "rejected": [float(run.errors["rejected"].sum() / run.offered.sum()) for run in runs],
    }


def theirs(network: Callable[[], object]) -> Figures:
    found: Figures = {"mean": [], "rejected": []}
    for seed in SEEDS:
        ciw.seed(seed)
        simulation = ciw.Simulation(network())
        simulation.simulate_until_max_time(LEAD_S + HORIZON_S)
        records = simulation.get_all_records(only=["service", "rejection"])
        came = [one for one in records if one.arrival_date >= LEAD_S]
        away = {one.id_number for one in came if one.record_type == "rejection"}
        served = [one for one in came if one.record_type == "service"]
        people = {one.id_number for one in served}
        spent = math.fsum(one.exit_date - one.arrival_date for one in served)
        found["mean"].append(spent / len(people))
        found["rejected"].append(len(away) / (len(people) + len(away)))
    return found


def score(one: list[float], other: list[float]) -> float:
    """By how many standard errors two means differ."""
    spread = math.hypot(stdev(one), stdev(other)) / math.sqrt(len(one))
    return (fmean(one) - fmean(other)) / spread if spread else 0.0


def exponential(mean_s: float) -> object:
    return ciw.dists.Exponential(rate=1 / mean_s)


def queue(rate: float, servers: int, mean_s: float, places: float = math.inf) -> object:
    return ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=rate)],
        service_distributions=[exponential(mean_s)],
        number_of_servers=[servers],
        queue_capacities=[places],
    )


def tandem() -> object:
    return ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=20), None],
        service_distributions=[exponential(0.08), exponential(0.1)],
        number_of_servers=[2, 3],
        routing=[[0.0, 0.6], [0.0, 0.0]],
    )


def hop(name: str, mean_s: float, servers: int, **more: object) -> Hop:
    return Hop(name, name, Dist.exponential(mean_s), servers, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "rate", "network"),
    [
        ((hop("one", 0.1, 3),), 24.0, lambda: queue(24, 3, 0.1)),
        ((hop("one", 0.1, 2, queue_limit=4),), 24.0, lambda: queue(24, 2, 0.1, 4)),
        ((hop("one", 0.08, 2, hit_ratio=0.4), hop("two", 0.1, 3)), 20.0, tandem),
    ],
    ids=["three servers", "four places to wait, overloaded", "two stations, four of ten leave"],
)
def test_latency_and_refusals_agree_over_twelve_seeds(
    path: tuple[Hop, ...], rate: float, network: Callable[[], object]
) -> None:
    one, other = ours(RequestPath(path), rate), theirs(network)
    assert abs(score(one["mean"], other["mean"])) < 4
    assert abs(score(one["rejected"], other["rejected"])) < 4


def test_a_slower_server_would_not_pass() -> None:
    """A control: three servers that are five per cent slower are told apart."""
    one = ours(RequestPath((hop("one", 0.105, 3),)), 24.0)
    other = theirs(lambda: queue(24, 3, 0.1))
    assert abs(score(one["mean"], other["mean"])) > 4
    assert np.mean(one["mean"]) > np.mean(other["mean"])
