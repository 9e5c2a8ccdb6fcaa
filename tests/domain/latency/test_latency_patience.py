from __future__ import annotations

import math

import numpy as np
import pytest

from archlab.domain.latency import (
    Dist,
    Hop,
    RequestPath,
    Traffic,
    erlang_b,
    mmc,
    mmcd,
    mmck,
    simulate,
)


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


@pytest.mark.parametrize("connections", [8, 9, 20, 60])
def test_more_connections_than_can_work_move_the_wait_and_leave_its_sum(connections: int) -> None:
    pool, endless = mmcd(7, 1, connections, 200.0, at_once=8), mmc(7, 1, 8)
    assert pool.wq_served + pool.wait_behind == pytest.approx(endless.wq)
    assert pool.utilisation == pytest.approx(endless.rho)


@pytest.mark.parametrize("lam", [5.0, 8.0, 12.0])
def test_who_waits_for_no_connection_is_lost_at_a_full_pool(lam: float) -> None:
    pool, places = mmcd(lam, 1, 20, 0.0, at_once=8), mmck(lam, 1, 8, 20)
    assert pool.p_timeout == pytest.approx(places.p_block)
    assert pool.wait_behind == pytest.approx(places.wq)


def test_connections_that_all_work_are_the_pool_without_a_limit() -> None:
    assert mmcd(9, 1, 8, 0.7, at_once=8) == mmcd(9, 1, 8, 0.7) == mmcd(9, 1, 8, 0.7, at_once=50)
    assert mmcd(9, 1, 8, 0.7).wait_behind == 0.0


def test_the_pool_in_front_of_a_slower_database_agrees_with_the_simulation() -> None:
    """12 connections, of which 8 can work, at nine tenths of that; four replications."""
    hops = (
        Hop("pool", "", Dist.constant(0.0), 12, held_s=0.1, acquire_timeout_s=0.02),
        Hop("database", "", Dist.exponential(0.1), 8),
    )
    run = simulate(RequestPath(hops), Traffic.steady(72, 900), seed=1, replications=4, slots=1)
    pool = mmcd(72, 10, 12, 0.02, at_once=8)
    lost = int(run.errors["pool"].sum()) / int(run.offered.sum())
    assert lost == pytest.approx(pool.p_timeout, rel=0.05)
    assert run.hops[0].wait_s == pytest.approx(pool.wq_served, rel=0.05)
    assert run.hops[1].wait_s == pytest.approx(pool.wait_behind, rel=0.05)


def test_nobody_works_at_an_empty_database() -> None:
    with pytest.raises(ValueError, match="0 at once: write at least 1"):
        mmcd(1, 1, 3, 1.0, at_once=0)
