from __future__ import annotations

import math

import numpy as np
import pytest

from archlab.domain.latency import erlang_b, mmc, mmcd


def test_who_waits_for_nothing_is_lost_as_erlang_b_says() -> None:
    pool = mmcd(8, 1, 10, 0.0)
    assert pool.p_timeout == pytest.approx(erlang_b(10, 8))
    assert pool.wq_served == 0.0


def test_who_waits_long_enough_waits_as_erlang_c_says() -> None:
    pool, endless = mmcd(8, 1, 10, 60.0), mmc(8, 1, 10)
    assert pool.wq_served == pytest.approx(endless.wq)
    assert 1 - pool.p_no_wait == pytest.approx(endless.p_wait)
    assert pool.p_timeout < 1e-12


def test_in_overload_the_pool_serves_what_it_can_and_waits_reach_the_timeout() -> None:
    pool = mmcd(30, 1, 10, 100.0)
    assert pool.throughput == pytest.approx(10.0)
    assert pool.p_timeout == pytest.approx(2 / 3)
    assert pool.wq_served == pytest.approx(100 - 1 / 20)
    assert pool.wq_all == pytest.approx(100 - 1 / 60)


@pytest.mark.parametrize("lam", [9.999, 9.9999999, 10.0, 10.0000001, 10.001])
def test_nothing_jumps_at_full_load(lam: float) -> None:
    assert mmcd(lam, 1, 10, 1.0).wq_served == pytest.approx(
        mmcd(10, 1, 10, 1.0).wq_served, rel=1e-3
    )


def test_the_pool_agrees_with_customers_who_really_give_up() -> None:
    """30 fixed seeds of 4,000 customers, who leave at once if the wait ahead is too long."""
    seen = []
    for seed in range(30):
        random = np.random.Generator(np.random.PCG64(seed))
        times = np.cumsum(random.standard_exponential(4000) / 4)
        service = random.standard_exponential(4000)
        free_at, lost = [0.0] * 4, 0
        for arrival, needed in zip(times.tolist(), service.tolist(), strict=True):
            free_at.sort()
            if free_at[0] - arrival > 0.5:
                lost += 1
            else:
                free_at[0] = max(free_at[0], arrival) + needed
        seen.append(lost / 4000)
    error = float(np.std(seen, ddof=1)) / math.sqrt(30)
    assert abs(float(np.mean(seen)) - mmcd(4, 1, 4, 0.5).p_timeout) < 4 * error


def test_a_huge_idle_pool_makes_nobody_wait() -> None:
    assert mmcd(0.001, 1, 300, 1.0).p_no_wait == 1.0
    assert mmcd(0.0, 1, 3, 1.0).wq_served == 0.0


@pytest.mark.parametrize(
    ("servers", "timeout", "sentence"),
    [(0, 1.0, "0 servers"), (1, -1.0, "timeout -1.0"), (1, math.inf, "timeout inf")],
)
def test_impossible_pools_are_refused(servers: int, timeout: float, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        mmcd(1, 1, servers, timeout)
