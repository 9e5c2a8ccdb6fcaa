"""Every row and every tier edge against a second, deliberately naive implementation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from importlib import resources
from typing import TypedDict

import pytest

from archlab.domain.pricing import Allowances, PriceBook, Unpriced

FILE = resources.files("archlab.domain.pricing") / "snapshots" / "prices-2026-11.json"
BOOK = PriceBook.shipped()


class RawTier(TypedDict):
    to: str | None
    price_usd: str


class Raw(TypedDict, total=False):
    service: str
    key: str
    region: str
    price_usd: str | None
    tiers: list[RawTier]
    free_allowance: dict[str, str]
    free_mode: str


ROWS: list[Raw] = json.loads(FILE.read_text("utf-8"))["prices"]


def naive(raw: Raw, quantity: Fraction, *, free_counts: bool) -> Fraction | None:
    """Walk up the tiers with an exact fraction; None is a quantity beyond the known rates."""
    allowance = Fraction(raw.get("free_allowance", {}).get("quantity", "0")) * free_counts
    if raw.get("free_mode") == "inside-first-tier":
        whole, gift = climb(raw, quantity), climb(raw, min(quantity, allowance))
        return None if whole is None or gift is None else whole - gift
    return climb(raw, max(Fraction(0), quantity - allowance))


def climb(raw: Raw, quantity: Fraction) -> Fraction | None:
    usd, floor = Fraction(0), Fraction(0)
    for tier in raw.get("tiers") or [RawTier(to=None, price_usd=raw["price_usd"] or "")]:
        if tier["to"] is None or quantity <= Fraction(tier["to"]):
            return usd + (quantity - floor) * Fraction(tier["price_usd"])
        usd += (Fraction(tier["to"]) - floor) * Fraction(tier["price_usd"])
        floor = Fraction(tier["to"])
    return None


def edges(raw: Raw) -> Iterator[int]:
    allowance = int(raw.get("free_allowance", {}).get("quantity", "0"))
    bounds = [int(tier["to"]) for tier in raw.get("tiers", []) if tier["to"]]
    for edge in (0, allowance, *bounds, *(allowance + bound for bound in bounds)):
        yield from (step for step in (edge - 1, edge, edge + 1) if step >= 0)
    yield 10**13


@pytest.mark.parametrize("allowances", [Allowances.NONE, Allowances.ALWAYS_FREE])
@pytest.mark.parametrize(
    "raw",
    [raw for raw in ROWS if "range" not in raw],
    ids=lambda raw: f"{raw['service']}:{raw['key']} {raw['region']}",
)
def test_a_row_costs_what_the_naive_twin_says(raw: Raw, allowances: Allowances) -> None:
    key, region = f"{raw['service']}:{raw['key']}", raw["region"]
    for quantity in edges(raw):
        free_counts = allowances == Allowances.ALWAYS_FREE
        expected = naive(raw, Fraction(quantity), free_counts=free_counts)
        if expected is None:
            with pytest.raises(Unpriced, match="are not known"):
                BOOK.cost(key, region, quantity, allowances)
        else:
            assert Fraction(BOOK.cost(key, region, quantity, allowances)) == expected


def test_the_naive_twin_knows_the_third_tier_of_a_published_bill() -> None:
    """So that the twin itself is right: 74.752 billion GB-seconds on arm64."""
    raw = next(
        raw for raw in ROWS if raw["key"] == "duration.arm64" and raw["region"] == "us-east-1"
    )
    usd = naive(raw, Fraction(74752000000), free_counts=False)
    assert usd is not None
    assert abs(usd - Fraction("832358.16")) <= Fraction("0.02")


@pytest.mark.parametrize(
    "raw", [raw for raw in ROWS if "range" in raw], ids=lambda raw: f"{raw['key']} {raw['region']}"
)
def test_a_spot_range_is_never_a_price(raw: Raw) -> None:
    with pytest.raises(Unpriced, match=r"is a range from .* to .*, not a price"):
        BOOK.cost(f"{raw['service']}:{raw['key']}", raw["region"], 1)


def test_open_tiers_end_at_their_last_known_unit() -> None:
    key = "AmazonApiGateway:http-api"
    assert BOOK.cost(key, "ap-southeast-1", 300_000_000) == 375
    with pytest.raises(Unpriced, match="rates beyond 300000000 request are not known"):
        BOOK.cost(key, "ap-southeast-1", 300_000_001)


def test_a_negative_quantity_is_refused() -> None:
    with pytest.raises(ValueError, match="a quantity of -1 is below 0"):
        BOOK.cost("AWSELB:alb.hour", "us-east-1", -1)


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError):
        BOOK.cost("AWSELB:alb.hour", "us-east-1", 0.1)  # type: ignore[arg-type] # the point
