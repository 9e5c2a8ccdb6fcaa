from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from archlab.domain.latency import (
    Dist,
    Hop,
    Outage,
    RequestPath,
    analyse,
    fluid,
    mmc,
    outage_backlog,
)

WORKERS = Hop("api", "api", Dist.exponential(0.08), servers=16, held_s=0.12)
"""16 workers that a request holds for 200 ms: 80 requests a second."""
EDGE = Hop("edge", "edge", Dist.constant(0.005))
BLACK_FRIDAY = [(0.0, 20.0), (300.0, 100.0), (1200.0, 20.0)]


def test_in_steady_phases_it_is_the_closed_form() -> None:
    path = RequestPath((EDGE, Hop("db", "db", Dist.exponential(0.2), servers=4)))
    run = fluid(path, [(0, 9.0), (600, 18.0)], horizon_s=1200)
    assert run.mean_ms[100] == pytest.approx(5 + 1000 * mmc(9, 5, 4).w)
    assert run.mean_ms[-1] == pytest.approx(5 + 1000 * mmc(18, 5, 4).w)
    assert run.mean_ms[100] == pytest.approx(analyse(path, 9.0).mean_ms)
    assert run.hops[1].utilisation is not None
    assert run.hops[1].utilisation[[100, -1]] == pytest.approx([0.45, 0.9])


def test_an_outage_piles_up_and_drains_as_arithmetic_says() -> None:
    path = RequestPath((Hop("db", "db", Dist.exponential(1 / 80), servers=1),))
    truth = outage_backlog(50, 80, 60)
    run = fluid(path, [(0, 50)], horizon_s=320, outages=[Outage("db", 20, 60)])
    wait_s = run.hops[0].wait_ms / 1000
    hit = wait_s > 0.1
    assert run.hops[0].queue.max() == pytest.approx(truth.backlog, rel=0.02)
    assert run.offered[hit].sum() == pytest.approx(truth.affected, rel=0.02)
    assert wait_s.max() == pytest.approx(truth.max_wait_s, rel=0.02)
    mean = float(wait_s[hit] @ run.offered[hit]) / float(run.offered[hit].sum())
    assert mean == pytest.approx(truth.mean_wait_s, rel=0.02)
    assert (wait_s[run.t < 19] < 0.1).all()


def test_overload_adds_a_quarter_of_a_second_each_second_at_a_quarter_too_much() -> None:
    run = fluid(RequestPath((WORKERS,)), BLACK_FRIDAY, horizon_s=1800, slots=1800)
    wait_s = run.hops[0].wait_ms / 1000
    assert wait_s[360] == pytest.approx(15 + 0.25 / 2)
    assert run.hops[0].queue.max() == pytest.approx(900 * 20)
    # 18,000 wait, 60 a second more leave than come
    assert wait_s[1499] > 0.2 > wait_s[1501]


def test_no_request_is_lost_or_made() -> None:
    cache = Hop("cdn", "cdn", Dist.constant(0.002), hit_ratio=0.4)
    run = fluid(RequestPath((EDGE, cache, WORKERS)), BLACK_FRIDAY, horizon_s=700)
    assert run.offered.sum() == pytest.approx(300 * 20 + 400 * 100)
    assert run.answered.cumsum() + run.waiting == pytest.approx(run.offered.cumsum())
    assert run.waiting == pytest.approx(sum(hop.queue for hop in run.hops))
    assert run.waiting[-1] == pytest.approx(0, abs=1e-6)


def test_a_hop_behind_a_bottleneck_gets_only_what_passes_it() -> None:
    behind = Hop("db", "db", Dist.exponential(0.01), servers=1)
    run = fluid(RequestPath((WORKERS, behind)), [(0, 400.0)], horizon_s=60)
    assert run.hops[1].utilisation is not None
    assert run.hops[1].utilisation[-1] == pytest.approx(0.8)
    assert run.hops[1].queue.max() == 0


def test_whoever_still_waits_at_the_end_is_served_at_the_last_capacity() -> None:
    run = fluid(RequestPath((WORKERS,)), [(0, 100.0)], horizon_s=60, slots=60)
    assert run.hops[0].wait_ms[-1] == pytest.approx(1000 * 59.5 * 20 / 80)


def test_queues_of_every_hop_are_waiting() -> None:
    slower = Hop("db", "db", Dist.exponential(0.1), servers=4)
    run = fluid(RequestPath((WORKERS, slower)), [(0, 100.0)], horizon_s=60, slots=60)
    assert [hop.queue[-1] for hop in run.hops] == pytest.approx([60 * 20, 60 * 40])
    assert run.waiting[-1] == pytest.approx(60 * 60)


def test_a_hit_spares_the_later_hops() -> None:
    cache = Hop("cdn", "cdn", Dist.constant(0.002), hit_ratio=0.75)
    run = fluid(RequestPath((cache, Hop("s3", "s3", Dist.constant(0.04)))), [(0, 9)], horizon_s=60)
    assert run.mean_ms == pytest.approx(np.full(360, 2 + 0.25 * 40))
    always = Hop("cdn", "cdn", Dist.constant(0.002), hit_ratio=1.0)
    dead = Hop("db", "db", Dist.constant(0.1), servers=0)
    assert fluid(RequestPath((always, dead)), [(0, 9)], horizon_s=60).mean_ms[-1] == 2


def test_side_by_side_the_longer_mean_counts() -> None:
    hops = [Hop(n, n, Dist.constant(s), parallel="both") for n, s in (("a", 0.01), ("b", 0.03))]
    assert fluid(RequestPath(tuple(hops)), [(0, 9)], horizon_s=60).mean_ms[0] == pytest.approx(30)


def test_work_of_other_flows_takes_its_part_of_the_capacity() -> None:
    hop = Hop("api", "api", Dist.constant(0.1), servers=2, other_load=1.0)
    calm = fluid(RequestPath((hop,)), [(0, 5.0)], horizon_s=60)
    assert calm.hops[0].wait_ms[-1] == pytest.approx(1000 * mmc(15, 10, 2).wq)
    run = fluid(RequestPath((hop,)), [(0, 12.0)], horizon_s=60)
    assert run.hops[0].queue[-1] == pytest.approx(60 * 2)
    assert run.hops[0].utilisation is not None
    assert run.hops[0].utilisation[-1] == pytest.approx(1.0)


def test_where_nobody_ever_serves_the_wait_is_endless_and_no_number_is_missing() -> None:
    run = fluid(
        RequestPath((Hop("db", "db", Dist.constant(0.1), servers=0),)), [(0, 9)], horizon_s=9
    )
    assert np.isinf(run.mean_ms[-1])
    assert not np.isnan(run.mean_ms).any()


def test_finer_slots_change_little() -> None:
    coarse, fine = (
        fluid(RequestPath((WORKERS,)), BLACK_FRIDAY, horizon_s=1800, slots=slots)
        for slots in (180, 3600)
    )
    assert coarse.mean_ms.mean() == pytest.approx(fine.mean_ms.mean(), rel=0.01)


def test_it_never_claims_to_be_exact() -> None:
    run = fluid(RequestPath((EDGE,)), [(0, 9)], horizon_s=60)
    assert (run.engine, run.exact) == ("fluid", False)
    assert "approximation" in run.method


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"client_timeout_s": 30.0}, "cannot time out: simulate instead"),
        ({"attempts": 3}, "cannot retry: simulate instead"),
        ({"horizon_s": 0.0}, "horizon 0.0: write a number above 0"),
        ({"horizon_s": math.inf}, "horizon inf: write a number above 0"),
        ({"slots": 0}, "0 slots"),
        ({"segments": []}, "write the first one from second 0"),
        ({"segments": [(5, 1)]}, "write the first one from second 0"),
        ({"segments": [(0, 1), (9, 1), (9, 2)]}, "write them in order"),
        ({"segments": [(0, math.nan)]}, "rate nan"),
        ({"outages": [Outage("db", 0, 1)]}, "db: no such hop; there are edge"),
        ({"outages": [Outage("edge", -1, 1)]}, "start of an outage -1"),
    ],
)
def test_what_it_cannot_do_is_refused_in_words(changed: dict[str, Any], sentence: str) -> None:
    asked: dict[str, Any] = {"segments": [(0, 9)], "horizon_s": 60.0} | changed
    with pytest.raises(ValueError, match=sentence):
        fluid(RequestPath((EDGE,)), asked.pop("segments"), **asked)
