"""Decimal money: one context, one rounding, one way to print.

Float error would be some 1e-16 of an amount and invisible; the reasons for Decimal are cents that
round half up as on an invoice, and golden figures that can be compared exactly.
"""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    InvalidOperation,
    Overflow,
    localcontext,
)

MONEY = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    traps=[InvalidOperation, DivisionByZero, Overflow, FloatOperation],
)
"""Enter it with `localcontext(MONEY)`, which copies it; a thread's own context is never trusted."""

_CENT = Decimal("0.01")


def cents(usd: Decimal) -> Decimal:
    """Round half up to 0.01, as invoices do; 2.675 is 2.68."""
    with localcontext(MONEY):
        rounded = usd.quantize(_CENT, ROUND_HALF_UP)
        return rounded if rounded else abs(rounded)


def plain(value: Decimal) -> str:
    """All digits without an exponent; `str` would print 0.0000001 as 1E-7."""
    return format(value, "f")
