from __future__ import annotations

import math

import pytest

from archlab.domain.latency import Dist, erlang_quantile


def test_one_exponential_has_its_own_quantile() -> None:
    assert erlang_quantile(1, 2.0, 0.95) == pytest.approx(Dist.exponential(2.0).quantile(0.95))


@pytest.mark.parametrize(
    # half of the chi-square quantiles of printed tables, 2 x hops degrees of freedom
    ("hops", "share", "time"),
    [(2, 0.95, 9.487729 / 2), (5, 0.99, 23.209251 / 2), (10, 0.5, 19.337429 / 2)],
)
def test_a_sum_of_exponentials_has_the_quantile_of_the_table(
    hops: int, share: float, time: float
) -> None:
    assert erlang_quantile(hops, 1.0, share) == pytest.approx(time, rel=1e-6)


def test_the_percentile_of_a_sum_is_below_the_sum_of_percentiles() -> None:
    assert erlang_quantile(4, 1.0, 0.99) < 4 * erlang_quantile(1, 1.0, 0.99)


@pytest.mark.parametrize(
    ("hops", "mean", "share", "sentence"),
    [
        (0, 1.0, 0.5, "0 hops"),
        (1, 0.0, 0.5, "mean 0.0"),
        (1, 1.0, 1.0, "share 1.0"),
        (1, 1.0, math.nan, "share nan"),
    ],
)
def test_impossible_questions_are_refused(
    hops: int, mean: float, share: float, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        erlang_quantile(hops, mean, share)
