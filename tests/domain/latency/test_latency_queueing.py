from __future__ import annotations

import math

import pytest

from archlab.domain.latency import erlang_b, erlang_c, mg1, mmc, mmck


@pytest.mark.parametrize(("servers", "load"), [(1, 0.3), (5, 4.0), (40, 38.5)])
def test_erlang_b_equals_the_share_of_the_last_state(servers: int, load: float) -> None:
    states = [load**number / math.factorial(number) for number in range(servers + 1)]
    assert erlang_b(servers, load) == pytest.approx(states[-1] / sum(states), rel=1e-12)


def test_erlang_c_of_one_server_is_its_utilisation() -> None:
    assert erlang_c(1, 0.8) == pytest.approx(0.8)


def test_a_large_system_neither_overflows_nor_loses_its_waiting() -> None:
    assert 0 < erlang_c(10_000, 9_990.0) < 1


@pytest.mark.parametrize("load", [4.0, 4.1])
def test_a_queue_that_grows_without_end_is_refused_in_words(load: float) -> None:
    assert erlang_c(4, 3.9) < 1
    with pytest.raises(ValueError, match="on 4 servers: the queue grows without end"):
        erlang_c(4, load)
    with pytest.raises(ValueError, match="grows without end"):
        mmc(load, 1.0, 4)


def test_mg1_at_full_load_is_refused() -> None:
    with pytest.raises(ValueError, match=r"utilisation 1\.0"):
        mg1(1.0, 1.0, 1.0)


def test_mg1_with_exponential_service_is_mm1() -> None:
    assert mg1(0.8, 1.0, 1.0).wq == pytest.approx(mmc(0.8, 1.0, 1).wq)


def test_littles_law_holds_with_and_without_a_limit() -> None:
    for queue in (mmc(9, 5, 4), mmck(40, 30, 3, 7), mmck(90, 30, 2, 5)):
        assert queue.l == pytest.approx(queue.throughput * queue.w)
        assert queue.lq == pytest.approx(queue.throughput * queue.wq)


def test_a_limited_queue_turns_away_what_it_cannot_serve() -> None:
    queue = mmck(1000.0, 1.0, 2, 10)
    assert queue.throughput == pytest.approx(2.0, rel=1e-3)
    assert queue.p_block == pytest.approx(1 - queue.throughput / 1000)


def test_a_hopeless_overload_has_numbers_too() -> None:
    queue = mmck(1e6, 1.0, 2, 200)
    assert queue.l == pytest.approx(200)
    assert queue.throughput == pytest.approx(2.0)


def test_a_limit_that_is_never_met_changes_nothing() -> None:
    assert mmck(9, 5, 4, 400).wq == pytest.approx(mmc(9, 5, 4).wq)
    assert mmck(9, 5, 4, 400).p_wait == pytest.approx(mmc(9, 5, 4).p_wait)


def test_nobody_arrives_and_nobody_waits() -> None:
    assert mmck(0.0, 1.0, 1, 3).w == 1.0
    assert mmc(0.0, 1.0, 1).wq == 0.0


@pytest.mark.parametrize(("lam", "mu"), [(-1.0, 1.0), (1.0, 0.0), (math.inf, 1.0)])
def test_impossible_rates_are_named(lam: float, mu: float) -> None:
    with pytest.raises(ValueError, match="write an arrival rate from 0 up"):
        mmc(lam, mu, 1)


def test_more_servers_than_places_is_refused() -> None:
    with pytest.raises(ValueError, match="servers must fit in"):
        mmck(1.0, 1.0, 3, 2)


def test_response_quantiles_of_several_servers_are_not_invented() -> None:
    with pytest.raises(ValueError, match="closed form for one"):
        mmc(1.0, 1.0, 2).response_quantile(0.5)
