from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from archlab.domain.latency import (
    ColdStart,
    Dist,
    Hop,
    RequestPath,
    Steady,
    analyse,
    cold_share,
    mmc,
)

QUIET = 6 / 3600


def hop(id_: str, p50_ms: float, p99_ms: float, *, servers: int | None = None) -> Hop:
    return Hop(id_, id_, Dist.lognormal(p50_ms / 1000, p99_ms / 1000), servers)


EDGE = hop("edge", 5, 25)
EDGE_TO_BALANCER = hop("edge to balancer", 3, 12)
BALANCER = hop("balancer", 2, 8)
HANDLER = hop("handler", 5, 20)
HTTP_API = hop("api", 5, 10)
DISPATCH = hop("dispatch", 2, 10)
COLD = replace(DISPATCH, cold=ColdStart(0.3, 0.285))


def steady(*hops: Hop, rate: float = QUIET) -> Steady:
    return analyse(RequestPath(hops), rate)


@pytest.mark.parametrize(
    ("hops", "p50_ms", "p99_ms"),
    [
        ((EDGE, EDGE_TO_BALANCER, BALANCER, HANDLER), 17, 41),
        ((EDGE, HANDLER), 11, 34),
        ((EDGE, HTTP_API, DISPATCH, HANDLER), 19, 42),
        ((EDGE, HTTP_API, COLD, HANDLER), 22, 320),
    ],
)
def test_the_generic_paths_meet_the_figures_of_400_000_draws(
    hops: tuple[Hop, ...], p50_ms: int, p99_ms: int
) -> None:
    got = steady(*hops)
    assert got.p50_ms == pytest.approx(p50_ms, abs=1)
    assert got.p99_ms == pytest.approx(p99_ms, abs=1)


def test_percentiles_do_not_add_but_means_do() -> None:
    hops = (EDGE, HTTP_API, DISPATCH, hop("table", 4, 12))
    got = steady(*hops)
    assert got.p50_ms == pytest.approx(17.5, abs=0.1)
    assert got.p95_ms == pytest.approx(29.5, abs=0.1)
    assert got.p99_ms == pytest.approx(38.8, abs=0.1)
    assert got.mean_ms == pytest.approx(1000 * sum(each.service.mean for each in hops))


def test_the_grid_agrees_with_draws_of_the_same_hops() -> None:
    random = np.random.Generator(np.random.PCG64(7))
    hops = (EDGE, EDGE_TO_BALANCER, HANDLER)
    draws = sum(
        each.service.scale * np.exp(each.service.sigma * random.standard_normal(400_000))
        for each in hops
    )
    got = steady(*hops)
    for share, ms in ((0.5, got.p50_ms), (0.95, got.p95_ms), (0.99, got.p99_ms)):
        assert ms == pytest.approx(1000 * float(np.quantile(draws, share)), rel=0.01)


def test_a_path_of_constants_is_their_sum_to_the_last_digit() -> None:
    hops = [Hop("x", "", Dist.constant(ms / 1000)) for ms in (8, 3, 5, 18, 4)]
    got = steady(*hops)
    assert (got.p50_ms, got.p99_ms) == (38.0, 38.0)
    assert got.exact


def test_an_empty_path_takes_no_time() -> None:
    assert steady().p99_ms == 0.0


def test_cold_starts_show_in_the_tail_and_not_in_the_median() -> None:
    warm = steady(EDGE, HTTP_API, DISPATCH, HANDLER)
    rare = steady(EDGE, HTTP_API, replace(DISPATCH, cold=ColdStart(0.02, 0.285)), HANDLER)
    assert rare.p50_ms == pytest.approx(warm.p50_ms, abs=0.3)
    assert rare.p99_ms > 280


def test_the_cold_share_is_that_of_an_empty_keep_alive() -> None:
    assert cold_share(6 / 3600, 600) == pytest.approx(math.exp(-1))


@pytest.mark.parametrize(("every_s", "share"), [(300, 0.0), (600, 0.0), (1200, 0.5)])
def test_a_ping_covers_its_keep_alive_and_no_more(every_s: float, share: float) -> None:
    assert cold_share(0.0, 600, every_s) == share


def test_one_busy_worker_is_the_queue_of_the_textbook() -> None:
    got = steady(Hop("db", "db", Dist.exponential(1.0), servers=1), rate=0.8)
    assert got.p50_ms / 1000 == pytest.approx(3.4657, rel=1e-3)
    assert got.p95_ms / 1000 == pytest.approx(14.9787, rel=1e-3)
    assert got.p99_ms / 1000 == pytest.approx(23.0259, rel=1e-3)
    assert got.hops[0].utilisation == pytest.approx(0.8)
    assert not got.exact


def test_several_workers_wait_as_erlang_says() -> None:
    got = steady(Hop("db", "db", Dist.exponential(0.2), servers=4), rate=9.0)
    assert got.hops[0].wait_ms == pytest.approx(1000 * mmc(9.0, 5.0, 4).wq)
    assert got.mean_ms == pytest.approx(1000 * mmc(9.0, 5.0, 4).w)


def test_six_requests_an_hour_do_not_queue() -> None:
    got = steady(replace(HANDLER, servers=16))
    assert got.p99_ms == pytest.approx(steady(HANDLER).p99_ms)
    assert got.hops[0].wait_ms == 0.0


def test_overload_is_an_answer_and_says_how_fast_the_queue_grows() -> None:
    got = steady(EDGE, Hop("api", "api", Dist.constant(0.08), servers=1), rate=50.0)
    assert math.isinf(got.p50_ms)
    assert [math.isinf(each.wait_ms) for each in got.hops] == [False, True]
    assert got.hops[1].utilisation == pytest.approx(4.0)
    assert got.growth_per_s == pytest.approx(50 - 12.5)


def test_a_service_without_a_worker_is_overloaded_by_the_first_request() -> None:
    got = steady(replace(HANDLER, servers=0))
    assert math.isinf(got.p50_ms)
    assert got.growth_per_s == pytest.approx(QUIET)


def test_time_for_which_a_worker_is_held_counts_as_load() -> None:
    short = Hop("api", "api", Dist.constant(0.01), servers=1)
    assert steady(short, rate=10.0).hops[0].utilisation == pytest.approx(0.1)
    held = replace(short, held_s=0.04)
    assert steady(held, rate=10.0).hops[0].utilisation == pytest.approx(0.5)
    assert steady(held, rate=10.0).hops[0].service_ms == pytest.approx(10)


def test_work_of_other_flows_counts_as_load() -> None:
    shared = Hop("api", "api", Dist.constant(0.01), servers=1, other_load=0.6)
    assert steady(shared, rate=10.0).hops[0].utilisation == pytest.approx(0.7)


def test_a_hit_ends_the_request_and_spares_the_origin() -> None:
    cache = Hop("cdn", "cdn", Dist.constant(0.005), hit_ratio=0.9)
    origin = Hop("api", "api", Dist.constant(0.1), servers=1)
    got = steady(cache, origin, rate=50.0)
    assert got.hops[1].utilisation == pytest.approx(0.5)
    assert got.p50_ms == pytest.approx(5, abs=0.2)
    assert got.p99_ms > 100
    alone = got.hops[1].wait_ms + got.hops[1].service_ms
    assert got.mean_ms == pytest.approx(5 + 0.1 * alone, rel=0.01)


def test_a_constant_between_two_points_of_the_grid_keeps_its_mean() -> None:
    cache = Hop("cdn", "cdn", Dist.constant(0.005), hit_ratio=0.5)
    got = steady(cache, Hop("api", "api", Dist.constant(0.0073)))
    assert got.mean_ms == pytest.approx(5 + 7.3 / 2, rel=1e-9)


def test_side_by_side_the_slower_one_counts() -> None:
    fast = Hop("a", "a", Dist.constant(0.01), parallel="both")
    slow = Hop("b", "b", Dist.constant(0.03), parallel="both")
    assert steady(fast, slow).p50_ms == pytest.approx(30, abs=0.1)
    one, two = (Hop(i, i, Dist.exponential(1.0), parallel="both") for i in "ab")
    assert steady(one, two).mean_ms == pytest.approx(1500, rel=1e-3)


def test_hops_in_different_groups_follow_each_other() -> None:
    hops = [Hop(name, name, Dist.constant(0.01), parallel=name[0]) for name in ("a1", "a2", "b1")]
    assert steady(*hops).p50_ms == pytest.approx(20, abs=0.1)


def test_the_same_question_has_the_same_answer_to_the_last_bit() -> None:
    first = steady(EDGE, HANDLER)
    analyse.cache_clear()
    assert steady(EDGE, HANDLER) == first


def test_a_negative_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="write a rate from 0 up"):
        steady(EDGE, rate=-1.0)
