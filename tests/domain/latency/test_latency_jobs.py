from __future__ import annotations

import math

import pytest

from archlab.domain.latency import dead_letters, mg1, mmc, priority


def test_one_class_is_the_plain_queue() -> None:
    (only,) = priority([0.8], [1.0])
    assert only.wq == pytest.approx(mmc(0.8, 1.0, 1).wq)
    (constant,) = priority([0.8], [1.0], [0.0])
    assert constant.wq == pytest.approx(mg1(0.8, 1.0, 0.0).wq)


def test_what_the_first_class_gains_the_others_lose() -> None:
    """Kleinrock's conservation law: the work that waits does not depend on the order."""
    lam, service = [0.1, 0.2, 0.15], [1.0, 2.0, 0.5]
    loads = [rate * each for rate, each in zip(lam, service, strict=True)]
    waits = priority(lam, service)
    back = priority(lam[::-1], service[::-1])[::-1]
    assert sum(load * one.wq for load, one in zip(loads, waits, strict=True)) == pytest.approx(
        sum(load * one.wq for load, one in zip(loads, back, strict=True))
    )
    assert waits[0].wq < back[0].wq


def test_in_overload_the_last_class_starves_and_the_first_does_not() -> None:
    # the server is always busy: half with either class, mean rest of a job 1, so 1 / (1 - .5)
    first, second, third = priority([0.5, 2.0, 1.0], [1.0, 1.0, 1.0])
    assert first.wq == pytest.approx(2.0)
    assert first.growth == 0.0
    assert math.isinf(second.wq)
    assert second.throughput == pytest.approx(0.5)
    assert second.growth == pytest.approx(1.5)
    assert (third.throughput, third.growth) == (0.0, 1.0)


def test_a_message_is_tried_until_it_is_set_aside() -> None:
    letters = dead_letters(0.1, 3)
    assert letters.p_dead == pytest.approx(0.001)
    assert letters.mean_attempts == pytest.approx(1 + 0.1 + 0.01)


def test_a_poison_message_is_tried_every_time() -> None:
    letters = dead_letters(1.0, 5)
    assert (letters.p_dead, letters.mean_attempts) == (1.0, 5.0)
    assert dead_letters(0.0, 5).mean_attempts == 1.0


@pytest.mark.parametrize(
    ("lam", "service", "cv2", "sentence"),
    [
        ([], [], None, "no classes"),
        ([1], [1, 2], None, "1 rates, 2 service times"),
        ([1], [0], None, "service time 0"),
        ([-1], [1], None, "arrival rate -1"),
        ([1], [1], [-1], "cv2 -1"),
    ],
)
def test_classes_that_make_no_sense_are_refused(
    lam: list[float], service: list[float], cv2: list[float] | None, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        priority(lam, service, cv2)


def test_shares_and_counts_are_checked() -> None:
    with pytest.raises(ValueError, match=r"share of failures 1\.1: write a share from 0 to 1"):
        dead_letters(1.1, 3)
    with pytest.raises(ValueError, match="0 receives: write at least 1"):
        dead_letters(0.1, 0)
