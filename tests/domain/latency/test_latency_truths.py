"""Published figures of queueing theory, checked by formulas that other people wrote down."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from archlab.domain.latency import (
    Dist,
    Hop,
    RequestPath,
    analyse,
    cold_share,
    erlang_b,
    mg1,
    mmc,
    mmck,
)

FILE = Path(__file__).parents[2] / "data" / "latency" / "queueing-truths.json"
CASES: Mapping[str, Mapping[str, Any]] = {
    case["id"]: case for case in json.loads(FILE.read_text())["cases"]
}

Parameters = Mapping[str, Any]
Answer = Mapping[str, object]


def _erlang_b(given: Parameters) -> Answer:
    return {
        "blocking": [erlang_b(one["servers"], one["offered_erlangs"]) for one in given["cases"]]
    }


def _mmc(given: Parameters) -> Answer:
    queue = mmc(given["lam"], given["mu"], given.get("c") or given["servers"])
    return {
        "rho": queue.rho,
        "p_wait": queue.p_wait,
        "wq": queue.wq,
        "w": queue.w,
        "lq": queue.lq,
        "l": queue.l,
        "wait_p50": queue.wait_quantile(0.5),
        "wait_p95": queue.wait_quantile(0.95),
        "wait_p99": queue.wait_quantile(0.99),
        "service_level": queue.service_level(given.get("service_level_threshold", 0)),
    }


def _mmck(given: Parameters) -> Answer:
    queue = mmck(given["lam"], given["mu"], given["c"], given["K"])
    return {
        "p0": queue.p0,
        "p_block": queue.p_block,
        "l": queue.l,
        "throughput": queue.throughput,
        "w": queue.w,
        "wq": queue.wq,
    }


def _open_network(given: Parameters) -> Answer:
    """Product form: every station is an M/M/1 of its own."""
    stations = list(zip(given["visits"], given["service"], strict=True))
    queues = [mmc(given["lam"] * visits, 1 / service, 1) for visits, service in stations]
    return {
        "utilisation": [queue.rho for queue in queues],
        "response_per_visit": [queue.w for queue in queues],
        "queue_length": [queue.l for queue in queues],
        "throughput": [queue.throughput for queue in queues],
        "system_response": sum(
            visits * queue.w for visits, queue in zip(given["visits"], queues, strict=True)
        ),
    }


def _mm1_ps(given: Parameters) -> Answer:
    """The mean under processor sharing is that of first come first served."""
    return {"mean_response": [mmc(one["lam"], one["mu"], 1).w for one in given["cases"]]}


def _md1(given: Parameters) -> Answer:
    return {"wq": mg1(given["lam"], given["service_const"], 0).wq}


def _mg1_lognormal(given: Parameters) -> Answer:
    service = Dist.lognormal(given["service_p50"], given["service_p99"])
    return {"wq": mg1(given["lam"], service.mean, service.cv2).wq, "service_cv2": service.cv2}


def _seed_hop_sums(given: Parameters) -> Answer:
    def total(times_ms: list[float]) -> float:
        hops = [Hop(f"{n}", "", Dist.constant(ms / 1000)) for n, ms in enumerate(times_ms)]
        return round(analyse(RequestPath(tuple(hops)), 1.0).p50_ms, 9)

    lists = {name: times for name, times in given.items() if name.endswith("_ms")}
    return {name.replace("_ms", "_total_ms"): total(times) for name, times in lists.items()}


def _cold_limit(given: Parameters) -> Answer:
    return {"p_cold": cold_share(given["lam"], given["keep_alive_s"])}


def _percentiles_do_not_add(given: Parameters) -> Answer:
    each = Dist.exponential(1.0)
    hops = tuple(Hop(f"{number}", "", each) for number in range(given["hops"]))
    return {
        "p95_of_sum": analyse(RequestPath(hops), 0.0).p95_ms / 1000,
        "sum_of_p95": given["hops"] * each.quantile(given["quantile"]),
    }


def _mm1_quantiles(given: Parameters) -> Answer:
    queue = mmc(given["lam"], given["mu"], 1)
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    return {"mean": queue.w} | {
        name: queue.response_quantile(share) for name, share in shares.items()
    }


def _lognormal(given: Parameters) -> Answer:
    dist = Dist.lognormal(given["p50"], given["p99"])
    return {
        "mu": math.log(dist.scale),
        "sigma": dist.sigma,
        "mean": dist.mean,
        "cv2": dist.cv2,
        "p95": dist.quantile(0.95),
    }


ANSWERS: Mapping[str, Callable[[Parameters], Answer]] = {
    "erlang_b": _erlang_b,
    "mmc": _mmc,
    "mmck": _mmck,
    "open_network": _open_network,
    "mm1_ps": _mm1_ps,
    "md1": _md1,
    "mg1_lognormal": _mg1_lognormal,
    "seed_hop_sums": _seed_hop_sums,
    "lambda_warm_pool_limit": _cold_limit,
    "percentiles_do_not_add": _percentiles_do_not_add,
    "mm1_response_quantiles": _mm1_quantiles,
    "lognormal_from_two_points": _lognormal,
}

NEED_THE_KERNEL = {
    "closed_network",
    "open_two_class_ps",
    "lambda_warm_pool",
    "identities",
    "mm1_priority_nonpreemptive",
    "mmc_deterministic_patience",
    "retries_until_dead_letter",
    "cpu_credits",
    "outage_backlog_fluid",
    "autoscaler_fixed_point",
    "spot_interruption",
}
"""Models without a closed form in this package."""

ON_THE_GRID = {"X09": 1e-4}
"""Answered by convolution on a grid, so less exactly than by a formula."""


@pytest.mark.parametrize(
    "case",
    [case for case in CASES.values() if case["model"] in ANSWERS],
    ids=lambda case: case["id"],
)
def test_a_closed_form_gives_the_published_figure(case: Mapping[str, Any]) -> None:
    tolerance = case["tolerance"]
    relative = tolerance.get("analytic_rel", tolerance.get("rel", 0.0))
    relative = ON_THE_GRID.get(case["id"], relative)
    got = ANSWERS[case["model"]](case["parameters"])
    expected = case["expected"]
    assert {name: got[name] for name in expected} == {
        name: pytest.approx(value, rel=relative, abs=1e-12) for name, value in expected.items()
    }


def test_every_case_is_answered_or_named_as_needing_more() -> None:
    assert {case["model"] for case in CASES.values()} == set(ANSWERS) | NEED_THE_KERNEL
