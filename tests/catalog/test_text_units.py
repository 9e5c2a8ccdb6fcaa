from __future__ import annotations

from decimal import Decimal

from archlab.catalog.text import with_unit


def test_a_port_is_a_name_in_digits_and_no_amount() -> None:
    assert with_unit(Decimal(6000), "port") == "port 6000"
    assert with_unit(Decimal(6000), "requests") == "6,000 requests"


def test_a_span_of_time_stands_in_its_plural() -> None:
    assert with_unit(Decimal(10), "month") == "10 months"
