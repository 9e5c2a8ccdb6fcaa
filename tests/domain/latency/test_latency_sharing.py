from __future__ import annotations

import numpy as np
import pytest
from latency_chains import shares

from archlab.domain.latency import GrowsWithoutEnd, ps_response, shared_stations


def test_a_request_twice_as_long_takes_twice_as_long() -> None:
    assert ps_response(3, 0.2, size=0.4) == pytest.approx(2 * ps_response(3, 0.2))
    assert ps_response(3, 0.2) == pytest.approx(0.5)


def test_two_classes_equal_the_chain_that_shares_the_server() -> None:
    """Both rates low, so that 30 of either kind never happen."""
    lam, service, most = (0.2, 0.15), (1.0, 2.0), 30
    rates = np.zeros((most**2, most**2))
    for one in range(most):
        for two in range(most):
            here = one * most + two
            if one + 1 < most:
                rates[here, here + most] = lam[0]
            if two + 1 < most:
                rates[here, here + 1] = lam[1]
            if one:
                rates[here, here - most] = one / (one + two) / service[0]
            if two:
                rates[here, here - 1] = two / (one + two) / service[1]
    part = shares(rates).reshape(most, most)
    ones = float(part.sum(axis=1) @ np.arange(most))
    shared = shared_stations(lam, [[service[0]], [service[1]]])
    assert shared.queue_length[0][0] == pytest.approx(ones, rel=1e-6)
    assert shared.response[0][0] == pytest.approx(ones / lam[0], rel=1e-6)


def test_a_class_that_skips_a_station_spends_no_time_there() -> None:
    shared = shared_stations([0.1, 0.2], [[1, 0], [1, 2]])
    assert shared.response[0][1] == 0.0
    assert shared.utilisation == pytest.approx((0.3, 0.4))


def test_overload_says_how_fast_the_crowd_grows() -> None:
    with pytest.raises(GrowsWithoutEnd) as alone:
        shared_stations([3.0], [[0.5]])
    assert alone.value.growth == pytest.approx(1.0)
    with pytest.raises(GrowsWithoutEnd, match=r"station 2 at utilisation 1\.4"):
        shared_stations([0.4, 0.2], [[1, 1], [1, 5]])
    with pytest.raises(GrowsWithoutEnd, match="by 1 per unit"):
        ps_response(3.0, 0.5)


@pytest.mark.parametrize(
    ("lam", "service", "sentence"),
    [
        ([], [], "no classes"),
        ([1], [[1], [2]], "1 rates, 2 rows"),
        ([0.1, 0.1], [[1], [1, 2]], "differ in length"),
        ([0.1], [[]], "differ in length"),
        ([-0.1], [[1]], "arrival rate -0.1"),
        ([0.1], [[-1]], "service time -1"),
    ],
)
def test_classes_that_make_no_sense_are_refused(
    lam: list[float], service: list[list[float]], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        shared_stations(lam, service)
