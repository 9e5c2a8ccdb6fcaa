from __future__ import annotations

import json
import math
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest

from archlab.domain.latency import Dist, Traffic
from archlab.domain.latency import lambda_kernel as kernel
from archlab.domain.latency.lambda_pool import Function, FunctionRun, simulate_function
from archlab.domain.latency.streams import Purpose, stream
from archlab.domain.latency.tables import Floats

TRUTHS = {
    case["id"]: case
    for case in json.loads(
        (Path(__file__).parents[3] / "archlab/domain/latency/truths.json").read_text()
    )["cases"]
}


def z(values: list[float], expected: float, own_error: float = 0.0) -> float:
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return (float(np.mean(values)) - expected) / math.hypot(error, own_error)


def test_the_cold_share_of_a_warm_pool_is_the_published_one() -> None:
    """Case T22, seeds 0 to 29, the first 20,000 requests dropped."""
    given, expected = TRUTHS["T22"]["parameters"], TRUTHS["T22"]["expected"]["p_cold"]
    function = Function(
        Dist.exponential(given["warm_service_mean"]), Dist.exponential(given["cold_service_mean"])
    )
    traffic = Traffic.steady(given["lam"], 100_000 / given["lam"])
    lead_s = 20_000 / given["lam"]
    runs = [simulate_function(function, traffic, seed=n, lead_s=lead_s) for n in range(30)]
    assert abs(z([run.cold_share for run in runs], expected, 1.8e-06)) < 4


def test_rare_calls_are_cold_with_the_chance_of_an_empty_keep_alive() -> None:
    given, expected = TRUTHS["X06"]["parameters"], TRUTHS["X06"]["expected"]["p_cold"]
    function = Function(*2 * (Dist.constant(given["service_s"]),))
    traffic = Traffic.steady(given["lam"], 20_000 / given["lam"])
    shares = [simulate_function(function, traffic, seed=n).cold_share for n in range(30)]
    assert abs(z(shares, expected)) < 4


def naive(run: FunctionRun, function: Function, warm: Floats, cold: Floats) -> list[int]:
    """One list of environments, looked through for each request."""
    free_at: list[float] = []
    tokens, before, outcome = function.burst, float(run.arrivals[0]), []
    for number, now in enumerate(run.arrivals.tolist()):
        tokens = min(function.burst, tokens + function.growth_per_s * (now - before))
        before = now
        free_at = [each for each in free_at if now - each <= function.keep_alive_s]
        idle = [each for each in free_at if each <= now]
        if len(free_at) - len(idle) >= function.concurrency or (not idle and tokens < 1):
            outcome.append(2)
            continue
        if idle:
            free_at.remove(max(idle))
        else:
            tokens -= 1
        free_at.append(now + float((warm if idle else cold)[number]))
        outcome.append(0 if idle else 1)
    return outcome


@pytest.mark.parametrize(
    "function",
    [
        Function(Dist.exponential(0.3), Dist.exponential(1.0), keep_alive_s=2.0),
        Function(Dist.exponential(0.3), Dist.exponential(1.0), 2.0, concurrency=5),
        Function(Dist.exponential(0.3), Dist.exponential(1.0), 0.5, growth_per_s=0.2, burst=2),
    ],
)
def test_the_loop_agrees_with_a_naive_list_and_runs_uncompiled(function: Function) -> None:
    run = simulate_function(function, Traffic.steady(10.0, 300.0), seed=81)
    count = len(run.arrivals)
    warm = function.warm.draw(stream(81, Purpose.SERVICE, hop="function"), count)
    cold = function.cold.draw(stream(81, Purpose.LAMBDA_INIT, hop="function"), count)
    outcome = (run.cold + 2 * run.throttled).tolist()
    assert outcome == naive(run, function, warm, cold)
    assert {0, 1} <= set(outcome)
    names = dict(vars(kernel))
    for name in ("serve", "rise", "sink"):
        compiled = getattr(kernel, name)
        names[name] = FunctionType(getattr(compiled, "py_func", compiled).__code__, names)
    plain = names["serve"](
        run.arrivals,
        warm,
        cold,
        function.keep_alive_s,
        function.concurrency,
        function.growth_per_s,
        function.burst,
    )
    assert plain.tolist() == outcome


def test_an_empty_pool_starts_cold_and_a_full_one_throttles() -> None:
    function = Function(Dist.constant(10.0), Dist.constant(11.0), concurrency=3)
    run = simulate_function(function, Traffic.steady(50.0, 1.0), seed=82)
    assert run.cold[:3].all()
    assert run.throttled[3:].all()
    assert np.isinf(run.latency[3:]).all()


def test_odd_limits_are_refused() -> None:
    with pytest.raises(ValueError, match="write both from 1 up"):
        Function(Dist.constant(1.0), Dist.constant(1.0), concurrency=0)
