from __future__ import annotations

import math

import numpy as np
import pytest

from archlab.domain.latency import (
    Dist,
    Function,
    Traffic,
    Warmth,
    cold_share,
    day_cold_share,
    pool_cold_share,
    rate_for_share,
    simulate_function,
)

DAY = 86_400.0


def test_calls_that_never_meet_are_cold_when_the_keep_alive_is_over() -> None:
    assert pool_cold_share(1 / 300, 1e-9, 600) == pytest.approx(cold_share(1 / 300, 600))


def test_a_burst_starts_copies_that_a_single_call_does_not() -> None:
    assert pool_cold_share(0.9, 1.991, 600) > 1000 * cold_share(0.9, 600)


def test_the_pool_meets_an_independent_simulation() -> None:
    """20 runs of 5,000,000 calls of the same length, newest idle first: .00133126 +- .0000036."""
    assert pool_cold_share(0.9, 1.991, 600) == pytest.approx(0.00133126, abs=4 * 3.6e-6)


def test_without_a_keep_alive_every_call_is_cold() -> None:
    assert pool_cold_share(2.0, 1.0, 0.0) == pytest.approx(1.0)
    assert pool_cold_share(0.0, 1.0, 600) == 1.0
    assert pool_cold_share(1e-300, 1e-300, 600) == 1.0


def test_a_longer_keep_alive_never_makes_more_of_them_cold() -> None:
    cold = [pool_cold_share(2.0, 1.0, keep) for keep in (1, 10, 100, 1000)]
    assert cold == sorted(cold, reverse=True)
    assert cold[-1] > 0


def test_one_unit_of_time_is_as_good_as_another() -> None:
    assert pool_cold_share(60, 1 / 30, 5) == pytest.approx(pool_cold_share(1, 2, 300))


@pytest.mark.parametrize(
    ("lam", "service", "keep", "sentence"),
    [
        (-1, 1, 1, "arrival rate -1"),
        (1, 0, 1, "service time 0"),
        (1, 1, -1, "keep-alive -1"),
        (30, 1, 1, "30 copies in use: at most 20 here, simulate more"),
    ],
)
def test_impossible_pools_are_refused(
    lam: float, service: float, keep: float, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        pool_cold_share(lam, service, keep)


@pytest.mark.parametrize("ping_every", [300.0, 1200.0])
def test_a_ping_keeps_the_one_copy_of_calls_that_never_meet(ping_every: float) -> None:
    pinged = pool_cold_share(1 / 300, 1e-9, 600, Warmth(ping_every=ping_every))
    assert pinged == pytest.approx(cold_share(1 / 300, 600, ping_every), abs=1e-9)


def test_bursts_stay_cold_under_a_ping_and_end_with_enough_kept_copies() -> None:
    alone, pinged = (pool_cold_share(0.9, 1.991, 600, Warmth(ping)) for ping in (0.0, 300.0))
    assert pinged == pytest.approx(alone)
    kept = [pool_cold_share(0.9, 1.991, 600, Warmth(kept=copies)) for copies in (1, 4, 8, 40)]
    assert kept == sorted(kept, reverse=True)
    assert kept[0] == pytest.approx(alone)
    assert kept[2] < alone / 3
    assert kept[3] == 0


def test_one_kept_copy_ends_the_cold_starts_of_calls_that_never_meet() -> None:
    assert pool_cold_share(0.0, 1.0, 600, Warmth(kept=1)) == 0
    assert pool_cold_share(1 / 300, 1e-9, 600, Warmth(kept=1)) == pytest.approx(0, abs=1e-10)


def test_a_day_without_a_swing_is_a_steady_rate() -> None:
    assert day_cold_share(1.0, 0.1, 600, 0.0) == pytest.approx(pool_cold_share(1.0, 0.1, 600))


@pytest.mark.parametrize("calls", [144, 500, 5000])
@pytest.mark.parametrize("keep_alive", [600, 3600])
def test_calls_of_a_day_that_never_meet_count_those_within_the_keep_alive(
    calls: int, keep_alive: float
) -> None:
    """A call is cold with the probability that a Poisson count over the keep-alive is 0."""
    t = (np.arange(20_000) + 0.5) / 20_000 * DAY
    turn = 2 * math.pi / DAY
    rate = calls / DAY * (1 - 0.8 * np.cos(turn * t))
    within = (
        calls
        / DAY
        * (keep_alive - 0.8 * (np.sin(turn * t) - np.sin(turn * (t - keep_alive))) / turn)
    )
    cold = float((rate * np.exp(-within)).sum() / rate.sum())
    assert day_cold_share(calls / DAY, 1e-9, keep_alive, 0.8) == pytest.approx(cold, abs=1e-6)


def test_a_day_with_bursts_is_near_a_simulation_of_its_pool() -> None:
    """20,000 calls a day for 20 days, half a second each: about 930 cold ones."""
    mean, service = 20_000 / DAY, Dist.exponential(0.5)
    day = Traffic.day_cycle(0.2 * mean, 1.8 * mean).segments
    steps = tuple((start + n * DAY, rate) for n in range(20) for start, rate in day)
    run = simulate_function(Function(service, service), Traffic(steps, 20 * DAY), seed=20261121)
    assert day_cold_share(mean, 0.5, 600, 0.8) == pytest.approx(run.cold_share, rel=0.05)


@pytest.mark.parametrize(("share", "calls"), [(0.01, 663.14), (0.5, 99.81)])
def test_the_rule_turned_round(share: float, calls: float) -> None:
    assert rate_for_share(share, 600) * DAY == pytest.approx(calls, abs=0.01)
    assert cold_share(rate_for_share(share, 600), 600) == pytest.approx(share)


def test_a_day_or_a_rule_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match=r"swing 1\.5: write a share"):
        day_cold_share(1.0, 1.0, 600, 1.5)
    with pytest.raises(ValueError, match="cold share 0: write a number above 0"):
        rate_for_share(0, 600)
