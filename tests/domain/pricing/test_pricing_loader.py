"""What the loader refuses, one row at a time; the row before each mutation is the control."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest

from archlab.domain.pricing import BadPriceBook, PriceBook
from archlab.domain.units import Unit

Json = dict[str, object]

FLAT: Json = {
    "service": "AmazonVPC",
    "key": "nat-gateway.hour",
    "region": "us-east-1",
    "unit": "hour",
    "price_usd": "0.045",
    "effective_date": "2026-08-12",
    "source": "price list",
    "confidence": "A",
}
TIERED: Json = {
    **FLAT,
    "unit": "GB",
    "price_usd": None,
    "tiers": [
        {"from": "0", "to": "10", "price_usd": "0.2"},
        {"from": "10", "to": None, "price_usd": "0.1"},
    ],
    "free_allowance": {
        "quantity": "5",
        "unit": "GB",
        "scope": "account",
        "term": "always-free",
        "pool": "gb",
    },
    "free_mode": "before-tiers",
}


def load(path: Path, *rows: object, **top: object) -> PriceBook:
    content = {
        "schema": "archlab.prices/1",
        "generated": "2026-11-21",
        "currency": "USD",
        "prices": rows,
        **top,
    }
    file = path / "prices-test.json"
    file.write_text(json.dumps(content), "utf-8")
    return PriceBook.load(file)


def tiers(*bounds: tuple[str, str | None]) -> Json:
    return {
        "tiers": [{"from": low, "to": high, "price_usd": "0.1"} for low, high in bounds],
    }


def test_the_rows_of_these_tests_are_good(tmp_path: Path) -> None:
    book = load(tmp_path, FLAT, {**TIERED, "key": "nat-gateway.gb"})
    assert [row.key for row in book.rows] == [
        "AmazonVPC:nat-gateway.hour",
        "AmazonVPC:nat-gateway.gb",
    ]
    assert book.id == "prices-test"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"price_usd": 1}, 'price_usd: 1 is not a string; write it in quotes, as in "0.045"'),
        ({"price_usd": "1e-3"}, 'price_usd: "1e-3" is not a plain decimal'),
        ({"price_usd": "-1"}, 'price_usd: "-1" is not a plain decimal'),
        ({"price_usd": "NaN"}, 'price_usd: "NaN" is not a plain decimal'),
        ({"price_usd": "0"}, "a price of 0 needs free: true"),
        ({"free": True}, "free: true stands beside a price that is not 0"),
        ({"price_usd": None}, "write exactly one of price_usd, tiers and range"),
        ({"range": {"low": "1", "high": "2"}}, "write exactly one of price_usd, tiers and range"),
        ({"unit": "hours"}, "unit: Input should be"),
        ({"region": "us-east"}, "region: String should match"),
        ({"key": "NAT"}, "key: String should match"),
        ({"confidence": "E"}, "confidence: Input should be"),
        ({"effective_date": "2026-13"}, "effective_date: month must be in 1..12"),
        ({"effective_date": "last year"}, "effective_date: String should match"),
        ({"source": ""}, "source: String should have at least 1 character"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"free_mode": "before-tiers"}, "free_mode before-tiers without a free_allowance"),
        ({"free_mode": "zero-tier"}, "free_mode zero-tier needs tiers of which the first costs 0"),
        ({"price_usd": None, "range": {"low": "2", "high": "1"}}, "the range runs backwards"),
    ],
)
def test_a_wrong_flat_row_is_refused(change: Json, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(BadPriceBook) as refusal:
        load(tmp_path, FLAT | change)
    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith("row 1 (AmazonVPC:")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (tiers(("1", None)), 'the first tier starts at "0"'),
        (tiers(("0", "10"), ("11", None)), "one ends at 10 and the next starts at 11"),
        (tiers(("0", "10"), ("9", None)), "one ends at 10 and the next starts at 9"),
        (tiers(("0", None), ("10", None)), "one ends at None and the next starts at 10"),
        (tiers(("0", "10"), ("10", "10")), "the tier from 10 ends at 10"),
        (tiers(), 'the first tier starts at "0"'),
        ({"free_mode": None}, "free_allowance without a free_mode"),
        ({"free_mode": "zero-tier"}, "free_mode zero-tier needs tiers"),
        ({"unit": "GB-month"}, "the allowance is in GB, not GB-month"),
        (
            {"tiers": [{"from": "0", "to": None, "price_usd": "0"}]},
            "a price of 0 needs free: true, or free_mode zero-tier in tier 1",
        ),
    ],
)
def test_a_wrong_tiered_row_is_refused(change: Json, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(BadPriceBook) as refusal:
        load(tmp_path, TIERED | change)
    assert sentence in str(refusal.value)


def test_a_zero_tier_is_its_own_allowance(tmp_path: Path) -> None:
    zero = deepcopy(TIERED) | {"free_mode": "zero-tier"}
    zero["tiers"] = [
        {"from": "0", "to": "10", "price_usd": "0"},
        {"from": "10", "to": None, "price_usd": "0.1"},
    ]
    with pytest.raises(BadPriceBook, match="a zero tier is its own allowance"):
        load(tmp_path, zero)
    del zero["free_allowance"]
    assert load(tmp_path, zero).cost("AmazonVPC:nat-gateway.hour", "us-east-1", 11) * 10 == 1


def test_a_genuine_zero_says_so(tmp_path: Path) -> None:
    book = load(tmp_path, FLAT | {"price_usd": "0", "free": True})
    assert book.cost("AmazonVPC:nat-gateway.hour", "us-east-1", 744) == 0


def test_the_same_identity_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPriceBook, match=r"nat-gateway\.hour in us-east-1 stands twice"):
        load(tmp_path, FLAT, FLAT)
    assert len(load(tmp_path, FLAT, FLAT | {"region": "eu-west-1"}).rows) == 2


def test_rows_of_one_pool_share_one_allowance(tmp_path: Path) -> None:
    other = deepcopy(TIERED) | {"region": "eu-west-1"}
    assert len(load(tmp_path, TIERED, other).rows) == 2
    other["free_allowance"]["quantity"] = "6"  # type: ignore[index] # a dict, as written above
    with pytest.raises(BadPriceBook, match="in eu-west-1: pool gb has another allowance"):
        load(tmp_path, TIERED, other)


@pytest.mark.parametrize("number", ["0.045", "1e3", "NaN", "Infinity"])
def test_a_float_anywhere_in_the_file_is_refused(number: str, tmp_path: Path) -> None:
    file = tmp_path / "prices-test.json"
    file.write_text(f'{{"notes": [{{"deep": {number}}}]}}', "utf-8")
    with pytest.raises(BadPriceBook, match=f"{number} is a bare number; write it in quotes"):
        PriceBook.load(file)


@pytest.mark.parametrize(
    ("top", "sentence"),
    [
        ({"schema": "archlab.prices/2"}, "schema: Input should be 'archlab.prices/1'"),
        ({"currency": "EUR"}, "currency: Input should be 'USD'"),
        ({"prizes": []}, "prizes: Extra inputs are not permitted"),
    ],
)
def test_another_format_is_refused(top: Json, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(BadPriceBook) as refusal:
        load(tmp_path, FLAT, **top)
    assert str(refusal.value).startswith(sentence)


def test_a_broken_file_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "prices-test.json"
    file.write_text('{\n"schema" 1}', "utf-8")
    with pytest.raises(BadPriceBook, match="line 2 is not JSON"):
        PriceBook.load(file)


def test_a_row_that_is_no_object_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPriceBook, match="row 2: Input should be a valid dictionary"):
        load(tmp_path, FLAT, "nat")


def test_every_unit_is_one_of_the_shipped_snapshot() -> None:
    assert {row.unit for row in PriceBook.shipped().rows} == set(Unit)
