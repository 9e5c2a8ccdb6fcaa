from __future__ import annotations

from decimal import Decimal, localcontext

import pytest

from archlab.domain.grading import (
    Accepted,
    AnswerRefused,
    Tolerance,
    mark_numeric,
    parse_number,
)

CENT = Tolerance(absolute=Decimal("0.005"))
MISTAKES = (
    Accepted(Decimal("10.84"), CENT),
    Accepted(Decimal("8.51"), CENT, score=Decimal("0.5")),
    Accepted(Decimal("8.51"), Tolerance(relative=Decimal("0.5")), score=Decimal("0.1")),
)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("8.67", "8.67"),
        ("8,67", "8.67"),
        (" 744 ", "744"),
        ("-0.5", "-0.5"),
        ("123456789012.123456", "123456789012.123456"),
        ("1,234", "1.234"),
    ],
)
def test_a_number_is_read_with_a_point_or_a_decimal_comma(typed: str, value: str) -> None:
    assert parse_number(typed) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Write a number"),
        ("1,234.5", "thousands"),
        ("1.234,5", "thousands"),
        ("1,234,567", "thousands"),
        ("1 234", "thousands"),
        ("1'234", "thousands"),
        ("1\u202f234", "thousands"),
        ("1234567890123", "at most 12 digits"),
        ("0.1234567", "at most 12 digits"),
        ("1e3", "in digits"),
        ("$8.67", "in digits"),
        ("8.67 USD", "in digits"),
        ("+5", "in digits"),
        (".5", "in digits"),
        ("5.", "in digits"),
        ("٣", "in digits"),
        ("NaN", "in digits"),
        ("--5", "in digits"),
    ],
)
def test_anything_else_is_asked_again_with_what_to_write(typed: str, words: str) -> None:
    with pytest.raises(AnswerRefused, match=words) as refused:
        parse_number(typed)
    assert refused.value.field == "value"


@pytest.mark.parametrize(
    ("value", "raw", "accepted"),
    [
        ("8.67", "1", None),
        ("8.675", "1", None),
        ("8.665", "1", None),
        ("10.84", "0", 0),
        ("8.51", "0.5", 1),
        ("8.6751", "0.1", 2),
        ("40", "0", None),
    ],
)
def test_a_number_takes_the_first_mark_that_it_meets(
    value: str, raw: str, accepted: int | None
) -> None:
    marking = mark_numeric(Decimal(value), answer=Decimal("8.67"), tolerance=CENT, accept=MISTAKES)
    assert (marking.raw, marking.accepted) == (Decimal(raw), accepted)


@pytest.mark.parametrize(
    ("value", "right"), [("99", True), ("101", True), ("98.99", False), ("101.01", False)]
)
def test_a_relative_tolerance_includes_its_boundary(value: str, *, right: bool) -> None:
    one_percent = Tolerance(relative=Decimal("0.01"))
    marking = mark_numeric(Decimal(value), answer=Decimal(100), tolerance=one_percent)
    assert marking.right is right


def test_a_relative_tolerance_of_a_negative_answer_goes_both_ways() -> None:
    half = Tolerance(relative=Decimal("0.5"))
    assert half.admits(Decimal(-15), Decimal(-10))
    assert not half.admits(Decimal(5), Decimal(-10))


def test_another_unit_is_converted_before_it_is_marked() -> None:
    marking = mark_numeric(
        Decimal("0.5"), answer=Decimal(512), tolerance=CENT, factor=Decimal(1024)
    )
    assert (marking.right, marking.value) == (True, Decimal(512))


def test_marking_does_not_depend_on_the_context_of_the_caller() -> None:
    with localcontext() as context:
        context.prec = 2
        marking = mark_numeric(Decimal("8.674"), answer=Decimal("8.67"), tolerance=CENT)
    assert marking.value == Decimal("8.674")


@pytest.mark.parametrize("both", [True, False])
def test_a_tolerance_is_either_absolute_or_relative(*, both: bool) -> None:
    one = Decimal("0.1") if both else None
    with pytest.raises(ValueError, match="either"):
        Tolerance(absolute=one, relative=one)
