"""Laws that hold for every queue, on generated parameters."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latency_chains import birth_death

from archlab.domain.latency import (
    closed_network,
    cpu_credits,
    erlang_b,
    erlang_c,
    fluid,
    mmc,
    mmcd,
    mmck,
    open_network,
    pool_cold_share,
    priority,
    settled,
)
from archlab.domain.latency.credits import Burstable
from archlab.domain.latency.dist import Dist
from archlab.domain.latency.path import Hop, RequestPath

SERVERS = st.integers(1, 12)
BUSY = st.floats(0.01, 0.97)
OVER = st.floats(0.01, 3.0)
RATE = st.floats(0.01, 100.0)
exact = settings(max_examples=60, deadline=None, derandomize=True)


@exact
@given(SERVERS, OVER)
def test_erlang_b_is_the_full_state_of_the_chain(servers: int, busy: float) -> None:
    load = busy * servers
    part = birth_death(servers + 1, lambda _: load, float)
    assert erlang_b(servers, load) == pytest.approx(part[-1], rel=1e-9)


@exact
@given(SERVERS, st.floats(0.01, 0.7))
def test_erlang_c_is_the_busy_part_of_a_long_chain(servers: int, busy: float) -> None:
    load, states = busy * servers, servers + 70
    part = birth_death(states, lambda _: load, lambda n: float(min(n, servers)))
    assert erlang_c(servers, load) == pytest.approx(part[servers:].sum(), rel=1e-9)


@exact
@given(SERVERS, OVER, st.integers(0, 12))
def test_a_limited_queue_is_its_chain(servers: int, busy: float, room: int) -> None:
    load, places = busy * servers, servers + room
    part = birth_death(places + 1, lambda _: load, lambda n: float(min(n, servers)))
    queue = mmck(load, 1.0, servers, places)
    assert queue.p_block == pytest.approx(part[-1], rel=1e-9, abs=1e-14)
    assert queue.l == pytest.approx(sum(n * share for n, share in enumerate(part)), rel=1e-9)


@exact
@given(SERVERS, BUSY, RATE)
def test_littles_law_holds(servers: int, busy: float, mu: float) -> None:
    lam = busy * servers * mu
    for queue in (mmc(lam, mu, servers), mmck(lam, mu, servers, servers + 3)):
        assert queue.l == pytest.approx(queue.throughput * queue.w)
        assert queue.lq == pytest.approx(queue.throughput * queue.wq)
        assert queue.l - queue.lq == pytest.approx(queue.throughput / mu)


@exact
@given(SERVERS, OVER, st.floats(0.0, 50.0))
def test_what_comes_in_goes_out(servers: int, busy: float, timeout: float) -> None:
    lam = busy * servers
    pool = mmcd(lam, 1.0, servers, timeout)
    assert pool.throughput + lam * pool.p_timeout == pytest.approx(lam)
    assert 0 <= pool.wq_served <= timeout
    assert 0 <= pool.utilisation <= 1 + 1e-12
    limited = mmck(lam, 1.0, servers, servers + 4)
    assert limited.throughput + lam * limited.p_block == pytest.approx(lam)


@exact
@given(SERVERS, BUSY)
def test_more_servers_never_wait_more(servers: int, busy: float) -> None:
    load = busy * servers
    assert mmc(load, 1.0, servers + 1).wq <= mmc(load, 1.0, servers).wq
    assert mmcd(load, 1.0, servers + 1, 1.0).p_timeout <= mmcd(load, 1.0, servers, 1.0).p_timeout
    assert erlang_b(servers + 1, load) <= erlang_b(servers, load)


@exact
@given(SERVERS, BUSY, st.floats(0.5, 1.0))
def test_more_load_never_waits_less(servers: int, busy: float, less: float) -> None:
    load = busy * servers
    assert mmc(less * load, 1.0, servers).wq <= mmc(load, 1.0, servers).wq
    calm, crowded = (mmcd(each, 1.0, servers, 1.0) for each in (less * load, load))
    assert calm.p_timeout <= crowded.p_timeout * (1 + 1e-9) + 1e-15
    assert calm.wq_served <= crowded.wq_served * (1 + 1e-9) + 1e-15


@exact
@given(st.floats(0.01, 20.0), st.floats(0.01, 20.0))
def test_a_longer_patience_loses_fewer_and_waits_longer(one: float, more: float) -> None:
    short, long = mmcd(9, 1.0, 8, one), mmcd(9, 1.0, 8, one + more)
    assert long.p_timeout <= short.p_timeout
    assert long.wq_served >= short.wq_served


@exact
@given(st.lists(st.floats(0.05, 2.0), min_size=1, max_size=4), st.integers(1, 40))
def test_a_closed_network_stays_within_its_bounds(service: list[float], users: int) -> None:
    visits = [1.0] * len(service)
    network = closed_network(users, 1.0, visits, service)
    assert math.fsum(network.queue_length) + network.rate == pytest.approx(users)
    limit = min(1 / max(service), users / (1.0 + math.fsum(service)))
    assert network.rate <= limit * (1 + 1e-9)
    assert closed_network(users + 1, 1.0, visits, service).rate >= network.rate * (1 - 1e-12)


@exact
@given(st.lists(st.floats(0.01, 0.95), min_size=1, max_size=5), RATE)
def test_an_open_network_obeys_littles_law_as_a_whole(busy: list[float], lam: float) -> None:
    network = open_network(lam, [1.0] * len(busy), [each / lam for each in busy])
    assert math.fsum(network.queue_length) == pytest.approx(lam * network.response)


@exact
@given(st.lists(st.tuples(st.floats(0.01, 1.0), st.floats(0.05, 2.0)), min_size=2, max_size=5))
def test_a_class_further_down_never_waits_less(classes: list[tuple[float, float]]) -> None:
    found = priority([lam for lam, _ in classes], [each for _, each in classes])
    assert [one.wq for one in found] == sorted(one.wq for one in found)
    served = sum(one.throughput * each for one, (_, each) in zip(found, classes, strict=True))
    assert served <= 1 + 1e-9
    assert all(one.growth >= 0 for one in found)


@exact
@given(st.floats(0.0, 1.0), st.floats(0.0, 576.0))
def test_credits_are_earned_or_spent_never_both(utilisation: float, balance: float) -> None:
    found = cpu_credits(Burstable(2, 24, 576), utilisation, balance)
    assert found.spend_per_h + found.net_per_h == pytest.approx(24)
    assert math.isinf(found.hours_to_empty) or math.isinf(found.hours_to_full)


@exact
@given(st.floats(0.0, 5000.0), st.integers(1, 32), st.floats(0.1, 1.0))
def test_one_task_fewer_would_be_too_busy(rate: float, workers: int, threshold: float) -> None:
    found = settled(rate, 0.1, workers, threshold, 1, 100_000)
    assert found.utilisation <= threshold * (1 + 1e-9)
    if found.tasks > 1:
        assert found.busy_workers / ((found.tasks - 1) * workers) > threshold


@exact
@given(st.floats(0.01, 3.0), st.floats(0.01, 3.0), st.floats(0.0, 100.0))
def test_cold_starts_are_a_share(lam: float, service: float, keep_alive: float) -> None:
    assert 0 <= pool_cold_share(lam, service, keep_alive) <= 1 + 1e-9


@exact
@given(
    st.lists(st.floats(0.0, 300.0), min_size=1, max_size=6),
    st.integers(1, 20),
    st.integers(1, 90),
)
def test_a_fluid_loses_nothing_and_never_runs_backwards(
    rates: list[float], servers: int, slots: int
) -> None:
    hop = Hop("api", "api", Dist.exponential(0.1), servers=servers)
    segments = [(10.0 * number, rate) for number, rate in enumerate(rates)]
    run = fluid(RequestPath((hop,)), segments, horizon_s=10.0 * len(rates), slots=slots)
    assert (run.hops[0].queue >= 0).all()
    assert (run.hops[0].wait_ms >= 0).all()
    assert (run.answered >= -1e-9).all()
    assert run.answered.sum() + run.waiting[-1] == pytest.approx(run.offered.sum())
