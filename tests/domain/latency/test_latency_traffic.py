from __future__ import annotations

import math

import numpy as np
import pytest

from archlab.domain.latency import Dist, Traffic
from archlab.domain.latency.streams import Purpose, stream


def test_black_friday_offers_648_000_requests() -> None:
    traffic = Traffic.black_friday()
    assert traffic.expected == 648_000
    arrivals = traffic.arrivals(stream(1, Purpose.ARRIVALS))
    assert len(arrivals) == pytest.approx(648_000, abs=4 * math.sqrt(648_000))
    assert (np.diff(arrivals) >= 0).all()
    spike = np.count_nonzero((arrivals >= 600) & (arrivals < 2400))
    assert spike == pytest.approx(540_000, abs=4 * math.sqrt(540_000))


def test_a_lead_in_comes_before_zero_at_the_first_rate() -> None:
    arrivals = Traffic.steady(50.0, 100.0).arrivals(stream(2, Purpose.ARRIVALS), lead_s=100.0)
    assert arrivals[0] > -100
    assert np.count_nonzero(arrivals < 0) == pytest.approx(5000, abs=4 * math.sqrt(5000))


def test_a_higher_rate_stretches_the_same_process() -> None:
    slow = Traffic.steady(10.0, 100.0).arrivals(stream(3, Purpose.ARRIVALS))
    fast = Traffic.steady(20.0, 50.0).arrivals(stream(3, Purpose.ARRIVALS))
    assert fast == pytest.approx(slow / 2, rel=1e-12)


def test_a_ramp_and_a_day_keep_their_mean_rate() -> None:
    assert Traffic.ramp(10.0, 30.0, 600.0).expected == pytest.approx(12_000)
    assert Traffic.day_cycle(10.0, 30.0).expected == pytest.approx(20 * 86_400)


@pytest.mark.parametrize(
    ("segments", "horizon_s", "sentence"),
    [
        ((), 10.0, "the first one must start at 0 s"),
        (((5.0, 1.0),), 10.0, "the first one must start at 0 s"),
        (((0.0, 1.0), (20.0, 1.0)), 10.0, "write rising starts below it"),
        (((0.0, 1.0), (5.0, 1.0), (5.0, 2.0)), 10.0, "write rising starts below it"),
        (((0.0, -1.0),), 10.0, "write a rate from 0 up"),
        (((0.0, 1.0),), math.inf, "write rising starts below it"),
    ],
)
def test_odd_traffic_is_refused(
    segments: tuple[tuple[float, float], ...], horizon_s: float, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        Traffic(segments, horizon_s)


def test_streams_differ_by_each_of_their_names() -> None:
    base = {"replication": 0, "hop": "a", "attempt": 0}
    firsts = {
        stream(1, Purpose.SERVICE, **{**base, **other}).random()  # type: ignore[arg-type]
        for other in ({}, {"replication": 1}, {"hop": "b"}, {"attempt": 1})
    }
    firsts |= {stream(2, Purpose.SERVICE, hop="a").random(), stream(1, Purpose.FAULTS).random()}
    assert len(firsts) == 6


@pytest.mark.parametrize(
    "dist",
    [
        Dist.constant(0.3),
        Dist.exponential(0.2),
        Dist.lognormal(0.1, 0.5),
        Dist.mixture((0.7, Dist.constant(0.1)), (0.3, Dist.exponential(0.4))).later(0.05),
    ],
    ids=lambda dist: dist.kind,
)
def test_draws_have_the_mean_and_spread_of_their_distribution(dist: Dist) -> None:
    drawn = dist.draw(stream(4, Purpose.SERVICE), 200_000)
    error = math.sqrt(dist.cv2) * dist.mean / math.sqrt(200_000)
    assert drawn.mean() == pytest.approx(dist.mean, abs=4 * error + 1e-12)
    assert np.mean(drawn <= dist.quantile(0.9)) == pytest.approx(
        0.9 if not dist.fixed else 1, abs=0.004
    )
