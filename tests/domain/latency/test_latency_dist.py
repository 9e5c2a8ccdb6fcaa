from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from archlab.domain.latency import Dist

EDGE = Dist.lognormal(0.005, 0.025)


def test_a_lognormal_goes_through_its_two_points() -> None:
    assert EDGE.quantile(0.5) == pytest.approx(0.005)
    assert EDGE.quantile(0.99) == pytest.approx(0.025)


def test_the_mean_of_the_edge_default_is_above_its_median() -> None:
    assert EDGE.mean == pytest.approx(0.00635189, rel=1e-5)


@pytest.mark.parametrize("time", [0.0005, 0.004, 0.02, 0.2])
def test_the_table_of_the_normal_integral_is_good_to_a_ten_millionth(time: float) -> None:
    exact = NormalDist(math.log(0.005), EDGE.sigma).cdf(math.log(time))
    assert EDGE.cdf(np.array([time]))[0] == pytest.approx(exact, abs=1e-7)


def test_nothing_arrives_before_time_zero() -> None:
    assert list(EDGE.cdf(np.array([-1.0, 0.0]))) == [0.0, 0.0]
    assert list(Dist.exponential(1.0).cdf(np.array([-1.0, 0.0]))) == [0.0, 0.0]


def test_without_a_p99_the_time_is_constant() -> None:
    assert Dist.lognormal(0.004) == Dist.constant(0.004)
    assert Dist.constant(0.004).cv2 == 0
    assert Dist.constant(0.004).quantile(0.99) == 0.004


def test_a_mixture_has_the_moments_and_quantiles_of_its_parts() -> None:
    mixed = Dist.mixture((0.7, Dist.constant(1.0)), (0.3, Dist.exponential(4.0)))
    assert mixed.mean == pytest.approx(1.9)
    second = 0.7 * 1 + 0.3 * 2 * 16
    assert mixed.cv2 == pytest.approx((second - 1.9**2) / 1.9**2)
    tail = mixed.quantile(0.99)
    assert mixed.cdf(np.array([tail]))[0] == pytest.approx(0.99)
    assert tail <= mixed.reach(0.99)


def test_a_later_draw_is_longer_by_a_constant() -> None:
    late = EDGE.later(0.285)
    assert late.mean == pytest.approx(EDGE.mean + 0.285)
    assert late.quantile(0.99) == pytest.approx(0.310)
    assert late.cdf(np.array([0.31]))[0] == pytest.approx(0.99, abs=1e-6)


def test_a_mixture_with_one_part_left_is_that_part() -> None:
    assert Dist.mixture((1.0, EDGE), (0.0, Dist.constant(9.0))) == EDGE


@pytest.mark.parametrize(("p50", "p99"), [(0.0, 1.0), (2.0, 1.0), (1.0, math.inf), (-1.0, 2.0)])
def test_percentiles_in_the_wrong_order_are_refused(p50: float, p99: float) -> None:
    with pytest.raises(ValueError, match="write a p50 above 0 and a p99 not below it"):
        Dist.lognormal(p50, p99)


def test_shares_that_do_not_add_to_one_are_refused() -> None:
    with pytest.raises(ValueError, match="that add to 1"):
        Dist.mixture((0.5, EDGE), (0.4, EDGE))


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_quantile_needs_a_share_between_zero_and_one(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        EDGE.quantile(share)


def test_a_negative_time_is_refused() -> None:
    with pytest.raises(ValueError, match="write a time from 0 up"):
        Dist.constant(-0.001)
