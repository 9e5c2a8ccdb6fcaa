"""The hour of the specification: 60 requests a second, five times as many from minute 10 to 40."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from sampling import sampled

from archlab.domain.latency import Dist, RequestPath, Run, simulate
from archlab.domain.latency.prepare import Draw
from archlab.domain.latency.presets import black_friday_hour
from archlab.domain.latency.simulate import replication

SEEDS = sampled(range(60, 68), 2)

PATH, HOUR = black_friday_hour()
SCALED = black_friday_hour(scaled=True).path
RETRIED = black_friday_hour(retries=3).path


@lru_cache(maxsize=4)
def hour(path: RequestPath, seed: int) -> Run:
    return simulate(path, HOUR, seed=seed)


def p50(run: Run, start: float, end: float) -> float:
    """Of all requests that arrive in these seconds."""
    slots = slice(int(start / 10), int(end / 10))
    part = replace(
        run.histogram,
        answers=run.histogram.answers[slots],
        offered=run.histogram.offered[slots],
    )
    return float(part.merged().quantile(0.5, run.bound_s).seconds[0])


@pytest.mark.parametrize("seed", SEEDS)
def test_before_the_spike_all_is_well(seed: int) -> None:
    part = replication(PATH, HOUR, Draw(seed, 0, 60.0), 360)
    calm = part.latency[: int(part.offered[:60].sum())]
    p50, p95, p99 = np.quantile(calm, (0.5, 0.95, 0.99))
    assert 0.083 < p50 < 0.088
    assert 0.35 < p95 < 0.37
    assert 0.54 < p99 < 0.57


@pytest.mark.parametrize("seed", SEEDS)
def test_with_a_scaler_every_request_is_answered_and_the_spike_is_over_in_two_minutes(
    seed: int,
) -> None:
    run = hour(SCALED, seed)
    assert run.answered.tolist() == run.offered.tolist()
    assert 3 < p50(run, 600, 660) < 8
    assert (run.series["p50"].seconds[72:240] < 0.1).all()
    assert (run.series["p50"].seconds[240:] < 0.12).all()  # 600 requests a slot scatter more


@pytest.mark.parametrize("seed", SEEDS)
def test_tasks_come_and_go_on_the_minute(seed: int) -> None:
    tasks = hour(SCALED, seed).hops[0].tasks
    moves = np.flatnonzero(np.diff(tasks))
    changes = {10 * int(slot + 1): float(tasks[slot + 1]) for slot in moves}
    assert changes == {660: 3.0, 720: 4.0, 780: 5.0, 2700: 4.0, 3000: 3.0, 3300: 2.0}


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_scaler_nobody_is_answered_and_the_chart_says_so(seed: int) -> None:
    run = hour(PATH, seed)
    assert 11 < p50(run, 660, 720) < 19
    assert run.answered[78:240].sum() < 0.005 * run.offered[78:240].sum()
    assert 500_000 < run.errors["timeout"].sum() < 520_000
    for series in run.series.values():
        assert series.censored[78:240].all()
        assert (series.seconds[78:240] == 30.0).all()


@pytest.mark.parametrize("seed", SEEDS[:1])
def test_retries_keep_the_system_down_after_the_spike(seed: int) -> None:
    run = hour(RETRIED, seed)
    assert 50_000 < run.answered.sum() < 60_000
    assert run.answered[300:].sum() == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_minute_of_provisioning_delays_the_recovery(seed: int) -> None:
    (rule,) = SCALED.scalers
    late = replace(SCALED, scalers=(replace(rule, provision=Dist.constant(60.0)),))

    def recovered(run: Run) -> int:
        return int(np.flatnonzero(run.series["p50"].seconds[:240] >= 0.1)[-1])

    assert recovered(hour(late, seed)) > recovered(hour(SCALED, seed))
