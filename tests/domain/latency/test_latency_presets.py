"""The simulations that are set to the sources tell what the sources tell, on every seed."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pytest
from sampling import FULL, sampled

from archlab.domain.latency import Run, analyse, cold_share, mmc, pool_cold_share, simulate
from archlab.domain.latency.presets import (
    Preset,
    black_friday_arc,
    black_friday_station,
    failover,
    front_page,
    idle,
    pool_of_200,
    scaling_50_30,
    two_policies,
    waterfall_knee,
)
from archlab.domain.latency.tables import Floats

SEEDS = sampled(range(700, 712), 3)
MANY = range(700, 730)


@lru_cache(maxsize=1)
def arc(seed: int) -> Run:
    """In slots of 30 s; the spike begins with the eleventh."""
    return simulate(*black_friday_arc(), seed=seed, slots=60)


@pytest.mark.parametrize("seed", SEEDS)
def test_five_times_the_traffic_goes_from_200_ms_over_15_s_to_timeouts(seed: int) -> None:
    run = arc(seed)
    p50, censored = run.series["p50"].seconds, run.series["p50"].censored
    calm = run.hops[0].service_s + run.hops[1].service_s
    assert calm == pytest.approx(0.2, abs=0.02)
    assert p50[:10].max() < 0.2
    assert 2.0 < p50[10] < 6.0
    assert 8.0 < p50[11] < 16.0
    assert 14.0 < p50[12] < 25.0
    assert censored[16:36].all()
    assert run.answered[16:36].sum() < 0.005 * run.offered[16:36].sum()
    assert 81_000 < run.errors["timeout"].sum() < 86_000
    assert p50[-1] < 0.2


@pytest.mark.parametrize(("base", "low", "high"), [(0.25, 50, 68), (0.3, 27, 36), (0.4, 11, 17)])
def test_one_queue_alone_reaches_15_s_when_the_fluid_does(
    base: float, low: float, high: float
) -> None:
    """Fluid: 15 / (5 x base - 1), which is 60, 30 and 15 s; the mean of thirty seeds."""
    reached = []
    for seed in MANY:
        p50 = simulate(*black_friday_station(base), seed=seed, slots=300).series["p50"].seconds
        reached.append(float(np.flatnonzero(p50[120:] > 15.0)[0]))
    assert low < np.mean(reached) < high


def test_a_fifth_of_a_worker_can_take_five_times_as_much_for_a_while() -> None:
    waits = [simulate(*black_friday_station(0.2), seed=seed, slots=1).p50.value for seed in MANY]
    assert max(waits) < 15.0


def test_the_old_system_was_idle_and_not_slow() -> None:
    run = simulate(*idle(), seed=71, slots=1, replications=4)
    assert run.hops[0].utilisation == pytest.approx(0.0052, rel=0.03)
    assert run.p50.value == pytest.approx(0.0353, rel=0.02)
    assert run.p99.value == pytest.approx(0.0705, rel=0.03)


@pytest.mark.parametrize(
    ("rate", "busy", "p50", "p99"),
    [
        (100.0, 0.45, (0.036, 0.039), (0.073, 0.081)),
        (200.0, 0.9, (0.057, 0.066), (0.185, 0.245)),
        (240.0, 1.0, (2.8, 3.8), (6.0, 8.0)),
    ],
)
def test_the_knee_is_near_200_a_second(
    rate: float, busy: float, p50: tuple[float, float], p99: tuple[float, float]
) -> None:
    run = simulate(*waterfall_knee(rate), seed=72, slots=1, replications=30)
    assert run.hops[0].utilisation == pytest.approx(busy, abs=0.02)
    assert p50[0] < run.p50.value < p50[1]
    assert p99[0] < run.p99.value < p99[1]


def test_at_the_knee_one_run_says_little() -> None:
    """One run each read a p99 of 185 ms at 200 a second and of 390 ms at 215."""
    for rate, reading in ((200.0, 0.185), (215.0, 0.39)):
        each = [simulate(*waterfall_knee(rate), seed=n, slots=1).p99.value for n in MANY]
        assert min(each) < reading < max(each)
        assert max(each) > 1.3 * min(each)


def test_the_knee_agrees_with_the_formula_of_two_servers() -> None:
    steady = mmc(200.0, 1 / 0.009, 2)
    run = simulate(*waterfall_knee(200.0), seed=73, slots=1, replications=30)
    assert run.mean.value == pytest.approx(0.029 + steady.w, rel=0.08)
    assert analyse(waterfall_knee(240.0).path, 240.0).growth_per_s == pytest.approx(17.8, abs=0.1)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_front_page_needs_more_than_four_small_tasks(seed: int) -> None:
    answered = {}
    for tasks in (1, 3, 4, 6):
        run = simulate(*front_page(tasks), seed=seed, slots=25)
        answered[tasks] = float(run.answered.sum() / run.offered.sum())
        busy = float(run.hops[0].busy[2:20].mean())
        assert busy == pytest.approx(min(1.0, 4.0 / tasks), abs=0.05)
    assert answered[1] < 0.03
    assert answered[3] < 0.15
    assert answered[6] == 1.0
    steady, just = (simulate(*front_page(tasks), seed=seed, slots=1) for tasks in (6, 4))
    assert just.p50.value > 3 * steady.p50.value


def tasks_of(preset: Preset, seed: int) -> Floats:
    """By the minute."""
    minutes = int(preset.traffic.horizon_s / 60)
    return simulate(*preset, seed=seed, slots=minutes).hops[0].tasks


@pytest.mark.parametrize("seed", SEEDS)
def test_the_larger_of_two_wishes_wins_on_the_way_out(seed: int) -> None:
    """90 a second are 5.4 x 1,000 a minute: six tasks. 10 ms of CPU each ask for three."""
    tasks = tasks_of(two_policies(0.01), seed)
    assert tasks[:13].tolist() == [2.0] * 13  # three minutes above, then a start
    assert tasks[15:50].tolist() == [6.0] * 35


@pytest.mark.parametrize("seed", SEEDS)
def test_tasks_go_only_when_both_policies_agree(seed: int) -> None:
    tasks = tasks_of(two_policies(0.01), seed)
    assert tasks[50:64].tolist() == [6.0] * 14  # a quarter of an hour below
    assert tasks[67:].tolist() == [2.0] * 33


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pool_of_200_lets_1000_slow_queries_a_second_pass(seed: int) -> None:
    below = simulate(*pool_of_200(0.2, 900.0), seed=seed, slots=12)
    beyond = simulate(*pool_of_200(0.2, 1100.0), seed=seed, slots=12)
    assert below.hops[0].wait_s < 0.005
    # 100 a second more than can pass, for 120 s after 60 s of running in
    assert beyond.hops[0].queue[-1] == pytest.approx(100 * 180, rel=0.1)


@pytest.mark.parametrize(("query_s", "bound"), [(0.005, 40_000.0), (0.2, 1000.0)])
def test_two_hundred_connections_pass_what_littles_law_says(query_s: float, bound: float) -> None:
    path = pool_of_200(query_s, 1.0).path
    assert math.isfinite(analyse(path, 0.999 * bound).p99_ms)
    assert math.isinf(analyse(path, bound).p99_ms)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_gap_smaller_than_the_effect_of_one_task_flaps(seed: int) -> None:
    moves = np.diff(tasks_of(scaling_50_30(1), seed))
    assert np.abs(moves).sum() > 8
    assert not np.diff(tasks_of(scaling_50_30(2), seed)).any()


def test_a_failover_of_a_minute_is_felt_for_almost_three() -> None:
    """Case X05: 3,000 pile up, 100 s go by until they are served, 8,000 wait 30 s on average."""
    found = []
    for seed in MANY if FULL else MANY[:10]:
        run = simulate(*failover(), seed=seed, slots=480)
        queue = run.hops[0].queue
        drained = float(np.flatnonzero(queue[180:] < 1)[0])
        lost = float((run.mean.value - 0.1) * run.offered.sum())
        found.append((float(queue.max()), drained, lost))
        assert run.answered.sum() == run.offered.sum()
    backlog, drain, lost_s = np.mean(found, axis=0)
    assert backlog == pytest.approx(3000, rel=0.03)
    assert drain == pytest.approx(100, rel=0.05)
    assert lost_s == pytest.approx(8000 * 30, rel=0.06)


def test_traffic_keeps_one_function_warm_and_not_one_for_each_route() -> None:
    """100,000 calls a day on one function and 500 on one of many, 11 ms each, kept for 600 s."""
    day = 86_400
    assert pool_cold_share(100_000 / day, 0.011, 600) < 0.0005
    assert pool_cold_share(100_000 / day, 0.011, 600) == pytest.approx(0.000081, rel=0.05)
    assert pool_cold_share(100_000 / day, 0.011, 300) == pytest.approx(0.00025, rel=0.05)
    assert 0.029 < pool_cold_share(500 / day, 0.011, 600) < 0.033
    assert cold_share(663 / day, 600) == pytest.approx(0.01, rel=0.002)
