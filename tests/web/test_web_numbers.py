from __future__ import annotations

from decimal import Decimal

import pytest

from archlab.web import numbers

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("90.87"), "90.87 USD"),
        (Decimal("1940"), "1,940.00 USD"),
        (Decimal("0.005"), "0.01 USD"),
        (Decimal("-0.004"), "0.00 USD"),
        (Decimal("-1.32"), f"{MINUS}1.32 USD"),
        (None, "not priced"),
    ],
)
def test_money_has_cents_and_its_unit(value: Decimal | None, text: str) -> None:
    assert numbers.usd(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.4, "0.4 ms"),
        (9.96, "10.0 ms"),
        (17.2, "17 ms"),
        (1234.4, "1,234 ms"),
        (9999, "9,999 ms"),
        (61_000, "61.0 s"),
        (None, "not modelled"),
    ],
)
def test_milliseconds_become_seconds_from_ten_seconds_on(value: float | None, text: str) -> None:
    assert numbers.ms(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.66"), "12.7 min"),
        (100, "100 min"),
        (Decimal(0), "0.0 min"),
        (None, "not modelled"),
    ],
)
def test_minutes_have_one_decimal_below_a_hundred(value: Decimal | None, text: str) -> None:
    assert numbers.minutes(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Decimal("0.4112"), "41 %"),
        (0.005, "0.5 %"),
        (1, "100 %"),
        (0.1, "10 %"),
        (None, "not modelled"),
    ],
)
def test_a_share_is_shown_as_a_percentage(share: Decimal | None, text: str) -> None:
    assert numbers.percent(share) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (Decimal("37.37"), "usd", "+37.37 USD"),
        (Decimal("-16.1"), "amount", f"{MINUS}16.10"),
        (Decimal("0.001"), "usd", "0.00 USD"),
        (0, "ms", "0 ms"),
        (5, "minutes", "+5.0 min"),
        (None, "ms", "not modelled"),
    ],
)
def test_a_difference_has_a_sign_unless_it_rounds_to_nothing(
    value: Decimal | None, unit: str, text: str
) -> None:
    assert numbers.signed(value, unit) == text


@pytest.mark.parametrize(
    ("unit", "value", "word"),
    [
        ("day", 1, "day"),
        ("day", Decimal("22.4"), "days"),
        ("month", 0, "months"),
        ("count", 3, ""),
        ("GB", 2, "GB"),
    ],
)
def test_a_unit_stands_in_its_plural_and_a_count_has_none(
    unit: str, value: Decimal | int, word: str
) -> None:
    assert numbers.unit_word(unit, value) == word
