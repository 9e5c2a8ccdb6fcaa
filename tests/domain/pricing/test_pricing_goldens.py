"""Bills that other people published, or other tools computed, priced by our book."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from archlab.domain.money import cents
from archlab.domain.pricing import Allowances, PriceBook, price

GOLDENS = Path(__file__).parents[2] / "data" / "pricing" / "bill-goldens.json"
CASES: list[Mapping[str, str | list[str]]] = json.loads(GOLDENS.read_text("utf-8"))
BOOK = PriceBook.shipped()


def test_all_twenty_one_cases_are_here() -> None:
    assert len(CASES) == 21


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_published_bill_is_met_within_its_tolerance(case: Mapping[str, str]) -> None:
    allowances = {"applied": Allowances.ALWAYS_FREE, "ignored": Allowances.NONE}
    usd = sum(
        price(BOOK, key, case["region"], quantity, allowances[case["free_allowance"]]).usd
        for key, quantity in zip(case["price_key"], case["quantity"], strict=True)
    )
    difference = abs(cents(Decimal(usd)) - Decimal(case["expected_usd"]))
    assert difference <= Decimal(case["tolerance_usd"])


def test_internet_egress_subtracts_its_allowance_before_the_tiers() -> None:
    """156,891 GB from us-east-1; with the 100 GB inside the first tier it would be 11,726.75."""
    usd = BOOK.cost("AWSDataTransfer:internet-out", "us-east-1", 156891, Allowances.ALWAYS_FREE)
    assert cents(usd) == Decimal("11730.75")


def test_cloudfront_has_its_allowance_inside_the_first_tier() -> None:
    """Its second band is the next 9 TB: at 10,240 GB the paid part is 9,216 GB at 0.085."""
    key = "AmazonCloudFront:data-out.us-eu"
    assert BOOK.cost(key, "global", 10240, Allowances.ALWAYS_FREE) == Decimal("783.36")
    assert BOOK.cost(key, "global", 10241, Allowances.ALWAYS_FREE) == Decimal("783.44")


def test_an_answer_names_its_rate_and_its_evidence() -> None:
    answer = price(BOOK, "awskms:customer-key", "us-east-1", "11.93")
    assert answer.usd == Decimal("11.93")
    assert (answer.key, answer.region) == ("awskms:customer-key", "us-east-1")
    assert [tier.price_usd for tier in answer.tiers] == [Decimal("1.00")]
    assert answer.effective_date == "2026-09-11"
    assert answer.confidence == "A"
    assert answer.source
