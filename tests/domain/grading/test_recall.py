from __future__ import annotations

from decimal import Decimal

import pytest

from archlab.domain.grading import Recall, recall


@pytest.mark.parametrize(
    ("raw", "attempt", "hints", "expected"),
    [
        ("1", 1, 0, Recall.GOOD),
        ("0.999", 1, 0, Recall.GOOD),
        ("0.9989", 1, 0, Recall.HARD),
        ("1", 2, 0, Recall.HARD),
        ("1", 1, 1, Recall.HARD),
        ("1", 3, 2, Recall.HARD),
        ("0.5", 1, 0, Recall.HARD),
        ("0.4999", 1, 0, Recall.AGAIN),
        ("0", 1, 0, Recall.AGAIN),
        ("0", 2, 3, Recall.AGAIN),
    ],
)
def test_an_outcome_is_rated_by_mark_attempt_and_hints(
    raw: str, attempt: int, hints: int, expected: Recall
) -> None:
    assert recall(Decimal(raw), attempt=attempt, hints=hints) is expected


def test_nothing_is_ever_rated_easy() -> None:
    assert [one.value for one in Recall] == ["again", "hard", "good"]


@pytest.mark.parametrize(("attempt", "hints"), [(0, 0), (1, -1)])
def test_attempts_and_hints_that_cannot_be_are_refused(attempt: int, hints: int) -> None:
    with pytest.raises(ValueError, match="Attempts count from 1"):
        recall(Decimal(1), attempt=attempt, hints=hints)
