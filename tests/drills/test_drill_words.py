from __future__ import annotations

from decimal import Decimal

import pytest

from archlab.drills.pages.words import amount_of


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("58.4", "messages", "58"),
        ("58.4", "GB", "58.4"),
        ("2.5", "people", "3"),
        ("60", "tasks", "60"),
        ("0.333", "ratio", "0.33"),
    ],
)
def test_what_is_counted_comes_whole(value: str, unit: str, text: str) -> None:
    assert amount_of(Decimal(value), unit) == text
