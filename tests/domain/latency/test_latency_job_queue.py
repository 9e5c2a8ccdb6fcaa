from __future__ import annotations

import math
from statistics import fmean, stdev

import numpy as np
import pytest

from archlab.domain.latency import (
    Dist,
    JobClass,
    JobQueue,
    Traffic,
    dead_letters,
    priority,
    simulate_jobs,
)
from archlab.domain.latency.station import waits

SEEDS = range(30)


def jobs(
    rate: float,
    service: Dist,
    horizon_s: float = 400.0,
    *,
    name: str = "jobs",
    p_fail: float = 0.0,
    poison: float = 0.0,
) -> JobClass:
    return JobClass(name, Traffic.steady(rate, horizon_s), service, p_fail, poison)


def z(seen: list[float], expected: float) -> float:
    return (fmean(seen) - expected) / (stdev(seen) / math.sqrt(len(seen)))


@pytest.mark.parametrize("service", [Dist.exponential(1.0), Dist.constant(1.0)])
def test_two_classes_wait_as_cobham_says(service: Dist) -> None:
    first = jobs(0.2, service, 8000.0, name="payments")
    second = jobs(0.5, service, 8000.0, name="analytics")
    queue = JobQueue((first, second), visibility_s=43_200.0)
    shown = priority([0.2, 0.5], [1, 1], [service.cv2, service.cv2])
    runs = [simulate_jobs(queue, seed=seed, lead_s=500.0) for seed in SEEDS]
    for number, expected in enumerate(shown):
        seen = [float(run[number].wait.mean()) for run in runs]
        assert abs(z(seen, expected.wq)) < 4
    if service.cv2 == 1:
        assert [each.wq for each in shown] == pytest.approx([0.875, 2.91666666667])


def test_deliveries_and_dead_letters_are_a_geometric_series() -> None:
    queue = JobQueue(
        (jobs(20.0, Dist.exponential(0.1), 500.0, p_fail=0.1),), 40, 5.0, max_receive_count=3
    )
    runs = [simulate_jobs(queue, seed=seed)[0] for seed in SEEDS]
    expected = dead_letters(0.1, 3)
    assert (expected.p_dead, expected.mean_attempts) == pytest.approx((0.001, 1.11))
    assert abs(z([float(run.dead.mean()) for run in runs], expected.p_dead)) < 4
    assert abs(z([float(run.deliveries.mean()) for run in runs], expected.mean_attempts)) < 4


@pytest.mark.parametrize("workers", [1, 3])
def test_one_class_without_failures_is_a_station(workers: int) -> None:
    one = jobs(0.8 * workers, Dist.exponential(1.0), 2000.0)
    queue = JobQueue((one,), workers, 43_200.0)
    (found,) = simulate_jobs(queue, seed=5)
    services = found.response - found.wait
    assert found.wait == pytest.approx(waits(found.arrivals, services, workers), abs=1e-9)
    assert found.deliveries.tolist() == [1] * len(found.arrivals)


def test_an_overloaded_worker_starves_the_lower_class_alone() -> None:
    first = jobs(0.5, Dist.constant(1.0), name="first")
    second = jobs(2.0, Dist.constant(1.0), name="second")
    upper, lower = simulate_jobs(JobQueue((first, second), visibility_s=43_200.0), seed=2)
    assert upper.wait.mean() < 2
    assert lower.wait.max() > 400


def lone(seconds: float, workers: int, *, p_fail: float = 0.0) -> JobQueue:
    """Single messages, so rare that they never meet."""
    return JobQueue((jobs(0.001, Dist.constant(seconds), 40_000.0, p_fail=p_fail),), workers, 30, 3)


def test_a_run_longer_than_the_timeout_happens_twice_where_a_worker_is_free() -> None:
    (found,) = simulate_jobs(lone(45.0, 4), seed=1)
    assert len(found.arrivals) > 20
    assert set(found.deliveries.tolist()) == {2}
    assert set(found.in_vain.tolist()) == {1}
    assert found.response == pytest.approx(45.0)


def test_the_only_worker_is_done_before_it_could_take_the_message_again() -> None:
    (found,) = simulate_jobs(lone(45.0, 1), seed=1)
    assert set(found.deliveries.tolist()) == {1}
    assert found.in_vain.sum() == 0


def test_a_run_that_ends_with_the_timeout_is_in_time() -> None:
    one = JobClass("a", Traffic.steady(0.001, 40_000.0), Dist.constant(32.0))
    late = simulate_jobs(JobQueue((one,), 4, 31.0), seed=1)[0]
    exact = simulate_jobs(JobQueue((one,), 4, 32.0), seed=1)[0]
    assert (set(late.deliveries.tolist()), set(exact.deliveries.tolist())) == ({2}, {1})


def test_a_run_too_long_for_every_delivery_is_a_dead_letter_and_all_work_in_vain() -> None:
    (found,) = simulate_jobs(lone(1000.0, 60), seed=1)
    assert found.dead.all()
    assert set(found.deliveries.tolist()) == {3}
    assert set(found.in_vain.tolist()) == {3}


def test_poison_is_set_aside_and_nobody_waits_behind_it() -> None:
    one = jobs(0.5, Dist.constant(0.1), 2000.0, poison=0.05)
    (found,) = simulate_jobs(JobQueue((one,), 1, 30.0, 4), seed=3)
    assert 0.02 < found.dead.mean() < 0.08
    assert set(found.deliveries[found.dead].tolist()) == {4}
    assert found.deliveries[~found.dead].max() == 1
    assert found.wait.max() < 1


def test_a_failed_run_comes_back_when_the_timeout_is_over() -> None:
    (found,) = simulate_jobs(lone(1.0, 4, p_fail=0.5), seed=1)
    alive = ~found.dead
    expected = 30.0 * (found.deliveries[alive] - 1) + 1.0
    assert found.response[alive] == pytest.approx(expected)
    assert len(np.unique(found.deliveries)) == 3


def test_another_class_shifts_nobodys_arrivals() -> None:
    one = jobs(1.0, Dist.exponential(0.3), name="one")
    other = jobs(1.0, Dist.exponential(0.3), name="other")
    alone = simulate_jobs(JobQueue((one,)), seed=4)[0]
    both = simulate_jobs(JobQueue((one, other)), seed=4)[0]
    assert both.arrivals.tobytes() == alone.arrivals.tobytes()
    assert both.wait.mean() > alone.wait.mean()


def test_impossible_queues_are_refused_in_a_sentence() -> None:
    one = jobs(1.0, Dist.constant(1.0))
    with pytest.raises(ValueError, match="each under a name of its own"):
        JobQueue((one, one))
    with pytest.raises(ValueError, match="0 workers, 5 receives: write at least 1"):
        JobQueue((one,), 0)
    with pytest.raises(ValueError, match="write 0 to 43200 s"):
        JobQueue((one,), 1, 50_000.0)
    with pytest.raises(ValueError, match="jobs: share of failures 2"):
        jobs(1.0, Dist.constant(1.0), p_fail=2)
    with pytest.raises(ValueError, match="at most 200000"):
        simulate_jobs(JobQueue((jobs(1000.0, Dist.constant(0.0)),)), seed=1)
