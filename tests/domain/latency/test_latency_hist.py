from __future__ import annotations

import numpy as np
import pytest

from archlab.domain.latency.hist import BINS, LEAST_S, MIDDLES, Histogram, histogram
from archlab.domain.latency.streams import Purpose, stream
from archlab.domain.latency.tables import Floats

SHAPES = {
    "exponential": lambda rng, n: rng.standard_exponential(n),
    "lognormal": lambda rng, n: 0.05 * np.exp(0.7 * rng.standard_normal(n)),
    "heavy tail": lambda rng, n: 0.01 * (1 - rng.random(n)) ** -0.8,
    "uniform": lambda rng, n: 0.2 + rng.random(n),
    "two humps": lambda rng, n: np.where(rng.random(n) < 0.3, 0.004, 3.0) * (1 + rng.random(n)),
}


def counted(latency: Floats, slot: int = 0, slots: int = 1) -> Histogram:
    count = len(latency)
    return histogram(np.full(count, slot), latency, np.ones(count, bool), slots)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
def test_a_quantile_is_at_most_1_6_percent_off(shape: str, share: float) -> None:
    latency = SHAPES[shape](stream(1, Purpose.SERVICE), 50_001)
    exact = float(np.quantile(latency, share, method="inverted_cdf"))
    shown = counted(latency).quantile(share, 30.0)
    assert float(shown.seconds[0]) == pytest.approx(exact, rel=0.016)
    assert not shown.censored[0]


def test_histograms_add_in_any_order() -> None:
    parts = [
        counted(SHAPES[name](stream(2, Purpose.SERVICE), 500), n, 5)
        for n, name in enumerate(SHAPES)
    ]
    left = ((parts[0] + parts[1]) + parts[2]) + (parts[3] + parts[4])
    right = parts[4] + (parts[3] + (parts[2] + (parts[1] + parts[0])))
    assert left.answers.tobytes() == right.answers.tobytes()
    assert left.offered.tolist() == [500] * 5
    assert left.merged().offered.tolist() == [2500]


def test_the_unanswered_rank_behind_all_answers() -> None:
    latency = np.array([0.1, 0.2, np.inf, np.inf])
    answered = np.array([True, True, False, False])
    found = histogram(np.zeros(4, np.int64), latency, answered, 1)
    half, most = found.quantile(0.5, 30.0), found.quantile(0.51, 30.0)
    assert float(half.seconds[0]) == pytest.approx(0.2, rel=0.016)
    assert (half.censored[0], most.censored[0], most.seconds[0]) == (False, True, 30.0)


def test_a_slot_without_requests_has_no_quantile() -> None:
    found = counted(np.array([1.0]), slot=0, slots=2).quantile(0.5, 30.0)
    assert np.isnan(found.seconds[1])
    assert not found.censored[1]


def test_times_outside_the_bins_go_to_the_first_and_the_last() -> None:
    found = counted(np.array([0.0, LEAST_S / 9, 1e9]))
    assert (found.answers[0, 0], found.answers[0, BINS - 1]) == (2, 1)
    assert MIDDLES[0] == pytest.approx(LEAST_S, rel=0.04)
    assert MIDDLES[-1] > 9e4
