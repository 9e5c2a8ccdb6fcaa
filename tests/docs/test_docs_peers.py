"""The page that sets a bill beside other tools adds up, and its own column is what we compute."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from archlab.domain.money import cents
from archlab.domain.pack import read
from archlab.domain.pricing import Bill, PriceBook, reconcile

PAGE = Path(__file__).resolve().parents[2] / "docs" / "pricing" / "seed-000-peers.md"
TOOLS = ["documented", "archlab", "Infracost", "Cloudwright"]


def columns() -> dict[str, dict[str, Decimal]]:
    """Tool to line to amount, the total among the lines."""
    table: dict[str, dict[str, Decimal]] = {tool: {} for tool in TOOLS}
    for line in PAGE.read_text("utf-8").split("| --- |", 1)[1].splitlines()[1:11]:
        name, *amounts = [cell.strip() for cell in line.strip("|").split("|")]
        for tool, amount in zip(TOOLS, amounts, strict=True):
            table[tool][name] = Decimal(amount)
    return table


def bill(hours: int | None = None) -> Bill:
    system = read(settings.PACK_DIR / "lambda-to-fargate").architectures["fargate"]
    return reconcile(system, PriceBook.shipped(), month_hours=hours)


@pytest.mark.parametrize("tool", TOOLS)
def test_every_column_adds_up_to_its_total(tool: str) -> None:
    amounts = columns()[tool]
    assert len(amounts) == 10
    total = amounts.pop("total")
    assert sum(amounts.values()) == total


def test_our_column_and_the_documented_one_are_what_the_bill_says() -> None:
    ours, documented = columns()["archlab"], columns()["documented"]
    assert ours.pop("total") == bill().total_usd
    assert list(ours.values()) == [cents(line.usd) for line in bill().lines if line.usd is not None]
    assert documented.pop("total") == bill().documented_usd
    assert list(documented.values()) == [line.documented_usd for line in bill().lines]


def test_the_figures_of_other_months_and_processors_are_ours() -> None:
    text = PAGE.read_text("utf-8")
    at_730 = bill(730).total_usd
    assert f"would say {at_730}" in text
    assert f"| {bill().total_usd - at_730} |" in text
    x86 = (Decimal("0.25") * Decimal("0.04048") + Decimal("0.004445")) * 744
    assert f"x86 would be {cents(x86)} in this month" in text
    assert f"| {cents(x86) - Decimal('8.67')} |" in text
