from __future__ import annotations

from decimal import Decimal, FloatOperation, localcontext

import pytest

from archlab.domain.money import MONEY, cents, plain


@pytest.mark.parametrize(
    ("usd", "expected"),
    [
        ("2.675", "2.68"),
        ("2.665", "2.67"),
        ("2.6749999999", "2.67"),
        ("-2.675", "-2.68"),
        ("0", "0.00"),
        ("-0.004", "0.00"),
        ("8.67132", "8.67"),
    ],
)
def test_cents_round_half_up_and_know_no_negative_zero(usd: str, expected: str) -> None:
    assert str(cents(Decimal(usd))) == expected


def test_a_small_price_prints_without_an_exponent() -> None:
    assert plain(Decimal("0.0000001")) == "0.0000001"
    assert plain(Decimal("1E+3")) == "1000"


def test_the_context_refuses_a_float() -> None:
    with localcontext(MONEY), pytest.raises(FloatOperation):
        Decimal(0.1)  # noqa: RUF032 - the float is the point


def test_cents_do_not_depend_on_the_context_of_the_thread() -> None:
    with localcontext(prec=3):
        assert cents(Decimal("832358.155")) == Decimal("832358.16")
