from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from archlab.domain.pricing import Confidence, PriceBook
from archlab.domain.pricing.book import shipped_text
from archlab.domain.pricing.differences import Difference, differences, markdown
from archlab.domain.pricing.offers import Offer, read_offer, read_products
from archlab.domain.pricing.renewal import Kept, Offers, Renewal, renew, wanted

OFFERS = Path(__file__).parents[2] / "data" / "pricing" / "offers"
TODAY = date(2026, 11, 21)
BOOK = PriceBook.shipped()
TEXT = shipped_text()


def recorded(*names: str, change: Callable[[str], str] = str) -> Offers:
    found: dict[tuple[str, str], Offer] = {}
    for name in names:
        code, region = name.split("/")
        text = change((OFFERS / code / f"{region}.json").read_text("utf-8"))
        listed = text.startswith("[")
        found[code, region] = read_products(json.loads(text)) if listed else read_offer(text)
    return found


def renewed(offers: Offers, *codes: str, regions: Sequence[str] = ()) -> Renewal:
    return renew(BOOK, TEXT, wanted(BOOK, codes, regions), offers, TODAY)


def book(text: str) -> PriceBook:
    return PriceBook.read("prices-2026-12", text)


def raw(text: str, key: str, region: str) -> dict[str, Any]:
    rows = json.loads(text)["prices"]
    service, name = key.split(":")
    one: dict[str, Any] = next(
        row
        for row in rows
        if (row["service"], row["key"], row["region"]) == (service, name, region)
    )
    return one


def test_a_renewed_row_says_which_product_of_which_version_it_is() -> None:
    found = renewed(recorded("AWSELB/eu-west-1"), "AWSELB", regions=["eu-west-1"])
    row = book(found.text).row("AWSELB:alb.hour", "eu-west-1")
    assert row.tiers[0].price_usd == Decimal("0.0252")
    assert (row.effective_date, row.confidence) == ("2026-11-01", Confidence.A)
    assert row.source.startswith(
        "AWS Price List AWSELB version 20261105120000 of 2026-11-05, eu-west-1, sku SKU"
    )
    assert row.source.endswith(
        "usagetype EU-LoadBalancerUsage, operation LoadBalancing:Application, "
        "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSELB/20261105120000/"
        "eu-west-1/index.json"
    )


def test_prices_lose_their_zeros_and_are_still_strings() -> None:
    found = renewed(recorded("AWSELB/eu-west-1"), "AWSELB", regions=["eu-west-1"])
    assert raw(found.text, "AWSELB:alb.lcu", "eu-west-1")["price_usd"] == "0.009"
    assert json.loads(found.text)["generated"] == "2026-11-21"


def test_everything_else_of_a_row_stays() -> None:
    found = renewed(recorded("AWSDataTransfer/us-east-1"), "AWSDataTransfer", regions=["us-east-1"])
    key = "AWSDataTransfer:internet-out"
    old, new = raw(TEXT, key, "us-east-1"), raw(found.text, key, "us-east-1")
    assert set(old) == set(new)
    changed = {name for name in old if old[name] != new[name]}
    assert changed == {"source", "effective_date", "confidence"}
    assert new["free_allowance"]["quantity"] == "100"


def test_a_changed_allowance_is_taken_over() -> None:
    offers = recorded(
        "AWSDataTransfer/us-east-1",
        change=lambda text: text.replace('"endRange": "100"', '"endRange": "120"'),
    )
    found = renewed(offers, "AWSDataTransfer", regions=["us-east-1"])
    assert raw(found.text, "AWSDataTransfer:internet-out", "us-east-1")["free_allowance"] == {
        **raw(TEXT, "AWSDataTransfer:internet-out", "us-east-1")["free_allowance"],
        "quantity": "120",
    }


def test_an_open_tier_list_is_closed_by_a_known_last_rate() -> None:
    offers = recorded("AWSLambda/us-east-1", change=lambda t: t.replace("us-east-1", "us-west-2")
                      .replace('"usagetype": "Lambda', '"usagetype": "USW2-Lambda'))  # fmt: skip
    moved = {("AWSLambda", "us-west-2"): offers["AWSLambda", "us-east-1"]}
    found = renewed(moved, "AWSLambda", regions=["us-west-2"])
    assert BOOK.row("AWSLambda:duration.x86", "us-west-2").tiers[-1].end is not None
    assert book(found.text).row("AWSLambda:duration.x86", "us-west-2").tiers[-1].end is None


def test_a_row_that_finds_no_price_keeps_the_old_one_and_is_listed() -> None:
    offers = recorded("AWSELB/eu-west-1", change=lambda t: t.replace("EU-LCUUsage", "EU-OldUsage"))
    found = renewed(offers, "AWSELB", regions=["eu-west-1"])
    assert found.missed == (Kept("AWSELB:alb.lcu", "eu-west-1", "no product fits"),)
    assert found.renewed == 1
    old, new = (
        raw(TEXT, "AWSELB:alb.lcu", "eu-west-1"),
        raw(found.text, "AWSELB:alb.lcu", "eu-west-1"),
    )
    assert old == new
    assert len(book(found.text).rows) == len(BOOK.rows)


def test_rows_without_a_rule_are_told_apart_from_rows_that_failed() -> None:
    found = renewed(recorded("AWSELB/us-east-1"), "AWSELB", regions=["us-east-1"])
    assert found.missed == ()
    assert {one.key for one in found.no_rule} >= {"VPS:generic", "AmazonEC2:spot.linux.t3.medium"}


def test_a_row_of_everywhere_needs_every_region_to_agree() -> None:
    both = recorded("awskms/us-east-1", "awskms/eu-west-1")
    key = "awskms:customer-key"
    assert renewed(both, "awskms").renewed == 1
    dearer = recorded(
        "awskms/eu-west-1", change=lambda t: t.replace("1.0000000000", "1.1000000000")
    )
    found = renewed({**both, **dearer}, "awskms")
    assert Kept(key, "*", "eu-west-1 and us-east-1 differ, so it is not the same everywhere") in (
        found.missed
    )
    assert raw(found.text, key, "*") == raw(TEXT, key, "*")


@pytest.mark.parametrize(
    ("key", "mode", "sentence"),
    [
        ("AmazonDynamoDB:storage", "bare", "its first tier is free, and the row does not say"),
        ("AmazonCloudWatch:metric", "paid", "its first tier is not free, and the row says"),
    ],
)
def test_a_free_tier_stands_in_the_tiers_or_in_the_row_and_never_twice(
    key: str, mode: str, sentence: str
) -> None:
    if mode == "bare":
        offers = recorded("AmazonDynamoDB/us-east-1", change=lambda t: t.replace("USE1-Timed", "X-")
                          .replace('"TimedStorage', '"USE1-TimedStorage'))  # fmt: skip
    else:
        text = (OFFERS / "AWSELB" / "us-east-1.json").read_text("utf-8")
        text = text.replace('"usagetype": "LCUUsage"', '"usagetype": "CW:MetricMonitorUsage"', 1)
        text = text.replace("LCU-Hrs", "Metrics").replace("0.0060000000", "0.3000000000")
        offers = {("AmazonCloudWatch", "us-east-1"): read_offer(text)}
    code = key.split(":")[0]
    found = renewed(offers, code, regions=["us-east-1"])
    reasons = {one.key: one.reason for one in found.missed}
    assert reasons[key].startswith(sentence)


def test_an_offer_that_was_not_read_leaves_its_rows_as_they_were() -> None:
    found = renewed(recorded("AWSELB/us-east-1"), "AWSELB")
    assert Kept("AWSELB:alb.hour", "eu-west-1", "the offer AWSELB was not read for eu-west-1") in (
        found.missed
    )


def test_wanted_rows_are_narrowed_by_offer_and_region() -> None:
    rows = [one.row for one in wanted(BOOK, ["AWSELB"], ["eu-west-1"])]
    assert [(row.key, row.region) for row in rows] == [
        ("AWSELB:alb.hour", "eu-west-1"),
        ("AWSELB:alb.lcu", "eu-west-1"),
    ]
    assert {one.row.region for one in wanted(BOOK, ["awskms"], ["eu-west-1"])} == {"*"}


# ---- what a person reads


def lcu(usd: str, **changes: str) -> PriceBook:
    content = json.loads(TEXT)
    row = next(r for r in content["prices"] if (r["key"], r["region"]) == ("alb.lcu", "eu-west-1"))
    row.update({"price_usd": usd, **changes})
    return book(json.dumps(content))


def only(new: PriceBook) -> Difference:
    found = differences(BOOK, new)
    assert len(found.differences) == 1
    assert found.same == len(BOOK.rows) - 1
    return found.differences[0]


@pytest.mark.parametrize(
    ("usd", "percent", "look"),
    [
        ("0.0084", "5", False),
        ("0.00841", "5.125", True),
        ("0.0076", "-5", False),
        ("0.0075", "-6.25", True),
    ],
)
def test_more_than_five_percent_needs_a_look(usd: str, percent: str, *, look: bool) -> None:
    found = only(lcu(usd))
    assert found.percent == Decimal(percent)
    assert found.needs_a_look is look


def test_worse_evidence_needs_a_look_and_better_does_not() -> None:
    assert only(lcu("0.008", confidence="B")).needs_a_look
    assert only(lcu("0.008", source="another record")).needs_a_look is False
    better = differences(lcu("0.008", confidence="C"), BOOK).differences[0]
    assert (better.loses_confidence, better.needs_a_look) == (False, False)


def test_a_note_alone_is_no_difference() -> None:
    assert differences(BOOK, lcu("0.008", note="seen again")).differences == ()


def test_a_row_that_came_or_went_has_no_percentage_and_needs_a_look() -> None:
    content = json.loads(TEXT)
    gone = content["prices"].pop(0)
    less = book(json.dumps(content))
    went = only(less)
    assert (went.percent, went.new, went.needs_a_look) == (None, None, True)
    came = differences(less, BOOK).differences[0]
    assert (came.key, came.old) == (f"{gone['service']}:{gone['key']}", None)


def test_the_tier_that_moved_most_is_the_percentage_of_a_row() -> None:
    content = json.loads(TEXT)
    row = next(
        r for r in content["prices"] if (r["key"], r["region"]) == ("internet-out", "us-east-1")
    )
    row["tiers"][1]["price_usd"] = "0.068"  # a fifth less than 0.085
    row["tiers"][0]["price_usd"] = "0.099"  # a tenth more than 0.09
    assert only(book(json.dumps(content))).percent == Decimal(-20)


def test_the_paper_names_what_to_look_at_what_moved_and_what_was_kept() -> None:
    found = renewed(recorded("AWSELB/eu-west-1"), "AWSELB", regions=["eu-west-1"])
    paper = markdown(differences(BOOK, book(found.text)), [Kept("A:b", "*", "no product fits")],
                     ["AWSELB in us-east-1: no answer"])  # fmt: skip
    look, everything = paper.split("## All changes")
    assert "2 rows differ, 1 need a look, 244 are the same." in look
    assert "| `AWSELB:alb.lcu` | eu-west-1 | 0.008 | 0.009 | +12.5 | A |" in look
    assert "alb.hour" not in look
    assert "| `AWSELB:alb.hour` | eu-west-1 | 0.0252 | 0.0252 | +0.0 | C to A |" in everything
    assert "- `A:b` in *: no product fits" in everything
    assert "- AWSELB in us-east-1: no answer" in everything
