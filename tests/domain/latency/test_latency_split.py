from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from archlab.domain.latency import Dist, Hop, RequestPath, Retry, Traffic, mmc, simulate, split

OLD = RequestPath((Hop("old", "Old", Dist.exponential(0.1), 4),), 5.0, Retry(2))
NEW = RequestPath((Hop("new", "New", Dist.exponential(0.08), 4),), 5.0, Retry(2))
STEADY = Traffic.steady(30.0, 400.0)


@pytest.mark.parametrize(("share", "side"), [(0.0, "a"), (1.0, "b")])
def test_with_all_traffic_on_one_side_it_is_that_path_alone(share: float, side: str) -> None:
    found = split(OLD, NEW, STEADY, [(0, share)], seed=3, slots=20)
    alone = simulate(OLD if side == "a" else NEW, STEADY, seed=3, slots=20)
    whole, empty = (found.a, found.b) if side == "a" else (found.b, found.a)
    assert whole.mean == pytest.approx(alone.mean, nan_ok=True)
    assert whole.histogram.answers.tolist() == alone.histogram.answers.tolist()
    assert (empty.offered.sum(), empty.retries) == (0, 0)
    assert found.share.tolist() == [share] * 20
    assert found.series["p99"].seconds.tolist() == alone.series["p99"].seconds.tolist()


def test_every_request_goes_one_way_and_all_are_those_of_a_run_alone() -> None:
    found = split(OLD, NEW, STEADY, [(0, 0.1), (100, 0.5), (300, 1.0)], seed=3, slots=8)
    alone = simulate(OLD, STEADY, seed=3, slots=8)
    assert (found.a.offered + found.b.offered).tolist() == alone.offered.tolist()
    assert found.a.offered[6:].sum() == 0
    assert found.share[:2] == pytest.approx(0.1, abs=0.03)
    assert found.share[2:6] == pytest.approx(0.5, abs=0.05)


def test_a_greater_share_moves_more_requests_and_brings_none_back() -> None:
    few = split(OLD, NEW, STEADY, [(0, 0.2)], seed=3, slots=400)
    many = split(OLD, NEW, STEADY, [(0, 0.3)], seed=3, slots=400)
    assert (many.b.offered >= few.b.offered).all()
    assert many.b.offered.sum() > few.b.offered.sum()


def test_a_random_part_of_poisson_traffic_waits_as_in_its_own_queue() -> None:
    path = replace(OLD, client_timeout_s=math.inf)
    found = split(
        path, path, Traffic.steady(60.0, 600.0), [(0, 0.4)], seed=1, replications=30, slots=1
    )
    for run, rate in ((found.a, 36.0), (found.b, 24.0)):
        expected = mmc(rate, 10.0, 4).w
        band = run.mean.half_width / 2.0395  # the 95 % of Student's t for 30 replications
        assert abs(run.mean.value - expected) < 4 * band


def test_each_request_has_the_luck_that_it_has_alone() -> None:
    delay = Hop("only", "Only", Dist.exponential(0.1), error_rate=0.3)
    path = RequestPath((delay,), 1.0, Retry(3))
    found = split(path, path, STEADY, [(0, 0.4)], seed=3, slots=10)
    alone = simulate(path, STEADY, seed=3, slots=10)
    together = found.a.histogram + found.b.histogram
    assert together.answers.tolist() == alone.histogram.answers.tolist()


def test_both_sides_run_in_for_as_long_as_the_slower_one_needs() -> None:
    slow = RequestPath((Hop("slow", "Slow", Dist.exponential(5.0), 160),))
    found = split(OLD, slow, STEADY, [(0, 1.0)], seed=3, slots=4)
    assert found.b.mean.value == simulate(slow, STEADY, seed=3, slots=4).mean.value


def test_every_replication_draws_lots_of_its_own() -> None:
    one, two = (
        split(OLD, NEW, STEADY, [(0, 0.5)], seed=3, replications=count, slots=1) for count in (1, 2)
    )
    requests = [int((run.a.offered + run.b.offered).sum()) for run in (one, two)]
    moved = [int(run.b.offered.sum()) for run in (one, two)]
    of_first, of_second = moved[0], moved[1] - moved[0]
    # under the same lots only the requests that one has more could make a difference
    assert abs(of_second - of_first) > abs(requests[1] - 2 * requests[0])


def test_a_path_that_is_too_small_fills_up_while_the_share_grows() -> None:
    hops = (replace(NEW.hops[0], servers=1),)
    small = replace(NEW, hops=hops, retry=Retry(1), client_timeout_s=3.0)
    found = split(OLD, small, STEADY, [(0, 0.1), (200, 0.9)], seed=3, slots=4)
    assert found.b.errors["timeout"][:2].sum() == 0
    assert found.b.errors["timeout"][3] > 1000
    assert found.series["p50"].censored.tolist() == [False, False, True, True]  # full in 4 s
    assert np.isclose(found.series["p50"].seconds[2:], 3.0).all()


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ([], "write 0 first"),
        ([(5.0, 0.1)], "write 0 first"),
        ([(0, 0.1), (0, 0.2)], "then rising seconds"),
        ([(0, 1.1)], "share of traffic 1.1: write a share from 0 to 1"),
    ],
)
def test_shares_that_make_no_sense_are_refused(
    shares: list[tuple[float, float]], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        split(OLD, NEW, STEADY, shares, seed=1)
