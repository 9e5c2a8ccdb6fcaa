from __future__ import annotations

from decimal import Decimal

import pytest

from archlab.domain.grading import Keep, attempt_score, kept, weighted

QUIZ = (Decimal("0.25"), Decimal("0.1"))


@pytest.mark.parametrize(
    ("raw", "attempt", "hints", "score"),
    [
        ("1", 1, 0, "1"),
        ("1", 2, 0, "0.75"),
        ("1", 1, 2, "0.8"),
        ("0.5", 2, 1, "0.15"),
        ("0.5", 3, 0, "0"),
        ("0.5", 3, 4, "0"),
    ],
)
def test_attempts_and_hints_cost_what_the_pack_says(
    raw: str, attempt: int, hints: int, score: str
) -> None:
    assert attempt_score(Decimal(raw), attempt, hints, *QUIZ) == Decimal(score)


@pytest.mark.parametrize(("attempt", "hints"), [(0, 0), (1, -1)])
def test_attempts_count_from_one_and_hints_from_zero(attempt: int, hints: int) -> None:
    with pytest.raises(ValueError, match="from 1"):
        attempt_score(Decimal(1), attempt, hints, *QUIZ)


@pytest.mark.parametrize(
    ("keep", "score"), [(Keep.FIRST, "0.2"), (Keep.BEST, "0.75"), (Keep.LAST, "0.5")]
)
def test_the_attempt_that_counts_is_the_one_that_the_pack_keeps(keep: Keep, score: str) -> None:
    scores = [Decimal("0.2"), Decimal("0.75"), Decimal("0.5")]
    assert kept(scores, keep) == Decimal(score)
    assert kept([], keep) == 0


def test_a_path_is_scored_by_points() -> None:
    assert weighted([(1, Decimal(1)), (3, Decimal("0.5")), (1, Decimal(0))]) == Decimal("0.5")


def test_a_path_without_scored_blocks_has_no_score() -> None:
    assert weighted([]) is None
