from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from archlab.domain.pricing import (
    Allowances,
    Confidence,
    Freshness,
    PriceBook,
    UnknownPrice,
    Unpriced,
    freshness,
)

BOOK = PriceBook.shipped()
FILE = Path("archlab/domain/pricing/snapshots/prices-2026-11.json")
SNAPSHOT = Path(__file__).parents[3] / FILE


def test_the_shipped_book_is_read_once() -> None:
    assert PriceBook.shipped() is BOOK


def test_the_shipped_book_is_the_file_under_its_name() -> None:
    assert PriceBook.load(SNAPSHOT) == BOOK
    assert BOOK.id == "prices-2026-11"


def test_the_evidence_of_the_rows_is_what_the_note_counts() -> None:
    assert Counter(row.confidence for row in BOOK.rows) == {"A": 89, "B": 114, "C": 23, "D": 20}
    assert [letter.shown_as for letter in Confidence] == [
        "verified",
        "checked",
        "second-hand",
        "unverified",
    ]


def test_the_digest_is_of_the_content_and_not_of_the_layout(tmp_path: Path) -> None:
    content = json.loads(SNAPSHOT.read_text("utf-8"))
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(canonical.encode()).hexdigest()[:12] == BOOK.digest
    assert BOOK.reference == f"prices-2026-11@{BOOK.digest}"
    other = tmp_path / "prices-2026-11.json"
    other.write_text(json.dumps(content, indent=7), "utf-8")
    assert PriceBook.load(other).digest == BOOK.digest
    content["prices"][0]["note"] = "another note"
    other.write_text(json.dumps(content), "utf-8")
    assert PriceBook.load(other).digest != BOOK.digest


@pytest.mark.parametrize(
    ("key", "asked", "found"),
    [
        ("AmazonVPC:nat-gateway.hour", "eu-west-1", "eu-west-1"),
        ("awskms:customer-key", "eu-west-1", "*"),
        ("AmazonRoute53:hosted-zone", "eu-west-1", "global"),
    ],
)
def test_a_row_is_looked_up_here_then_everywhere_then_globally(
    key: str, asked: str, found: str
) -> None:
    assert BOOK.row(key, asked).region == found


@pytest.mark.parametrize(
    ("key", "region", "sentence"),
    [
        (
            "AWSELB:alb.lcu",
            "us-west-2",
            "no price for AWSELB:alb.lcu in us-west-2; prices-2026-11 has it in us-east-1, ",
        ),
        (
            "AmazonVPC:nat-gatway.hour",
            "us-east-1",
            "no price is called AmazonVPC:nat-gatway.hour; the nearest are AmazonVPC:nat-gate",
        ),
        ("nat", "us-east-1", "no price is called nat; write it as SERVICE:KEY"),
    ],
)
def test_an_unknown_price_names_the_nearest(key: str, region: str, sentence: str) -> None:
    with pytest.raises(UnknownPrice) as refusal:
        BOOK.cost(key, region, 1)
    assert str(refusal.value).startswith(sentence)
    assert isinstance(refusal.value, Unpriced)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 9, 11), Freshness.FRESH),
        (date(2027, 3, 10), Freshness.FRESH),
        (date(2027, 3, 11), Freshness.STALE),
    ],
)
def test_a_price_is_stale_after_180_days(today: date, expected: Freshness) -> None:
    row = BOOK.row("awskms:customer-key", "us-east-1")
    assert row.effective == date(2026, 9, 11)
    assert freshness(row, today) == expected


def test_a_price_without_a_date_is_undated() -> None:
    assert freshness(BOOK.row("AWSELB:alb.hour", "us-west-2"), date(2026, 11, 21)) == "undated"


def test_a_bare_year_counts_from_its_first_day() -> None:
    row = next(row for row in BOOK.rows if row.effective_date == "2026")
    assert row.effective == date(2026, 1, 1)
    assert freshness(row, date(2026, 11, 21)) == Freshness.STALE


def test_only_always_free_allowances_count_unless_all_are_asked_for() -> None:
    row = BOOK.row("awskms:request.symmetric", "us-east-1")
    assert row.allowance is not None
    trial = dataclasses.replace(row, allowance=dataclasses.replace(row.allowance, term="trial"))
    assert row.allows(Allowances.NONE) is None
    assert row.allows(Allowances.ALWAYS_FREE) == row.allowance
    assert trial.allows(Allowances.ALWAYS_FREE) is None
    assert trial.allows(Allowances.ALL) == trial.allowance
