from __future__ import annotations

import pytest

from archlab.domain.latency import cold_share, pool_cold_share


def test_calls_that_never_meet_are_cold_when_the_keep_alive_is_over() -> None:
    assert pool_cold_share(1 / 300, 1e-9, 600) == pytest.approx(cold_share(1 / 300, 600))


def test_a_burst_starts_copies_that_a_single_call_does_not() -> None:
    assert pool_cold_share(0.9, 1.991, 600) > 1000 * cold_share(0.9, 600)


def test_the_pool_meets_an_independent_simulation() -> None:
    """20 runs of 5,000,000 calls of the same length, newest idle first: .00133126 +- .0000036."""
    assert pool_cold_share(0.9, 1.991, 600) == pytest.approx(0.00133126, abs=4 * 3.6e-6)


def test_without_a_keep_alive_every_call_is_cold() -> None:
    assert pool_cold_share(2.0, 1.0, 0.0) == pytest.approx(1.0)
    assert pool_cold_share(0.0, 1.0, 600) == 1.0
    assert pool_cold_share(1e-300, 1e-300, 600) == 1.0


def test_a_longer_keep_alive_never_makes_more_of_them_cold() -> None:
    cold = [pool_cold_share(2.0, 1.0, keep) for keep in (1, 10, 100, 1000)]
    assert cold == sorted(cold, reverse=True)
    assert cold[-1] > 0


def test_one_unit_of_time_is_as_good_as_another() -> None:
    assert pool_cold_share(60, 1 / 30, 5) == pytest.approx(pool_cold_share(1, 2, 300))


@pytest.mark.parametrize(
    ("lam", "service", "keep", "sentence"),
    [
        (-1, 1, 1, "arrival rate -1"),
        (1, 0, 1, "service time 0"),
        (1, 1, -1, "keep-alive -1"),
        (30, 1, 1, "30 copies in use: at most 20 here, simulate more"),
    ],
)
def test_impossible_pools_are_refused(
    lam: float, service: float, keep: float, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        pool_cold_share(lam, service, keep)
