from __future__ import annotations

from decimal import Decimal

import pytest

from archlab.domain.grading import AcceptedText, mark_text, normalise
from archlab.domain.grading.texts import distance

HALF = AcceptedText("gateway", score=Decimal("0.5"))
FULL = AcceptedText("NAT gateway")
SHORT = AcceptedText("EKS")


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("  NAT \t Gateway. ", "nat gateway"),
        ("Really?!", "really?"),
        ("Stra\u00dfe", "strasse"),
        ("\uff21\uff22", "ab"),
        ("no. 5", "no. 5"),
        ("Fin !", "fin"),
    ],
)
def test_a_text_is_tidied_before_it_is_compared(typed: str, tidy: str) -> None:
    assert normalise(typed) == tidy


@pytest.mark.parametrize(
    ("typed", "raw", "accepted"),
    [("nat gateway", "1", 1), ("Gateway!", "0.5", 0), ("a router", "0", None)],
)
def test_the_best_answer_that_matches_counts(typed: str, raw: str, accepted: int | None) -> None:
    marking = mark_text(typed, answers=(HALF, FULL))
    assert (marking.raw, marking.accepted) == (Decimal(raw), accepted)


@pytest.mark.parametrize(
    ("typed", "fuzzy", "right"),
    [
        ("nat gatewya", 0, False),
        ("nat gatewya", 1, True),
        ("natgateway", 1, True),
        ("nat gatwya", 1, False),
        ("nat gatwya", 2, True),
        ("eks", 2, True),
        ("ecs", 2, False),
    ],
)
def test_slips_are_forgiven_only_where_allowed_and_never_in_short_words(
    typed: str, fuzzy: int, *, right: bool
) -> None:
    assert mark_text(typed, answers=(FULL, SHORT), fuzzy=fuzzy).right is right


def test_capitals_matter_only_where_the_author_says_so() -> None:
    assert not mark_text("eks", answers=(SHORT,), case_sensitive=True).right
    assert mark_text("EKS.", answers=(SHORT,), case_sensitive=True).right


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("ca", "abc", 3), ("abcd", "acbd", 1)],
)
def test_the_distance_is_optimal_string_alignment(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == distance(other, one) == steps
