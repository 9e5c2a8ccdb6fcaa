"""Fetching: from a folder, from the public files, and by product queries; nothing leaves here."""

from __future__ import annotations

import io
import json
import urllib.error
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from archlab.domain.pricing import PriceBook
from archlab.domain.pricing.book import shipped_text
from archlab.domain.pricing.offers import BadOffer, Selector, address
from archlab.domain.pricing.wanted import selector_of
from archlab.operations import prices
from archlab.operations.prices import AlreadyThere, Aws, CannotFetch, Proposal, Recorded, propose

OFFERS = Path(__file__).parents[1] / "data" / "pricing" / "offers"
TODAY = date(2026, 12, 3)
BOOK = PriceBook.shipped()
ELB = (OFFERS / "AWSELB" / "eu-west-1.json").read_text("utf-8")


def proposal(source: prices.OfferSource, *offers: str, regions: tuple[str, ...] = ()) -> Proposal:
    text = shipped_text()
    return propose(source, book=BOOK, text=text, today=TODAY, offers=offers, regions=regions)


def rule(key: str) -> Selector:
    found = selector_of(key)
    assert found is not None
    return found


@pytest.fixture
def client() -> Any:
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client("pricing", region_name=prices.ENDPOINT, **keys)


@pytest.fixture
def stubbed(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, bytes]], list[str]]:
    """Answer these addresses and no others; the list fills with what was asked."""

    def serve(pages: dict[str, bytes]) -> list[str]:
        asked: list[str] = []

        def answer(url: str, timeout: float) -> io.BytesIO:
            assert timeout == prices.PATIENCE_S
            asked.append(url)
            if url not in pages:
                raise urllib.error.URLError("no route")
            return io.BytesIO(pages[url])

        monkeypatch.setattr("urllib.request.urlopen", answer)
        return asked

    return serve


def test_a_small_offer_is_one_public_file(
    web: Callable[[dict[str, bytes]], list[str]], client: Any
) -> None:
    url = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSELB/current/eu-west-1/index.json"
    asked = web({url: ELB.encode()})
    found = proposal(Aws(client), "AWSELB", regions=("eu-west-1",))
    assert asked == [url]
    assert (found.name, found.renewal.renewed, found.is_whole) == ("prices-2026-12", 2, True)


def test_an_offer_that_does_not_answer_is_a_sentence_and_the_others_are_read(
    web: Callable[[dict[str, bytes]], list[str]], client: Any
) -> None:
    root = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSELB/current"
    web({f"{root}/eu-west-1/index.json": ELB.encode(), f"{root}/us-east-1/index.json": b"<html>"})
    found = proposal(Aws(client), "AWSELB", regions=("eu-west-1", "us-east-1", "us-west-2"))
    assert found.renewal.renewed == 2
    assert not found.is_whole
    broken, silent = found.not_read
    assert broken.startswith("AWSELB in us-east-1: line 1 is not JSON")
    assert silent.startswith(f"AWSELB in us-west-2: {root}/us-west-2/index.json did not answer")


def test_nothing_read_is_no_proposal(
    web: Callable[[dict[str, bytes]], list[str]], client: Any
) -> None:
    web({})
    with pytest.raises(CannotFetch, match="did not answer"):
        proposal(Aws(client), "AWSELB", regions=("eu-west-1",))


def test_a_file_that_is_too_large_is_not_read_to_its_end(
    web: Callable[[dict[str, bytes]], list[str]], client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prices, "LARGEST_BYTES", 10)
    web({address("AWSELB", "eu-west-1"): b"x" * 11})
    with pytest.raises(CannotFetch, match="is larger than 10 bytes"):
        Aws(client).offer("AWSELB", "eu-west-1", [])


def test_ec2_is_asked_product_by_product_and_read_from_json_strings(
    client: Any, stubbed: Stubber
) -> None:
    listed = json.loads((OFFERS / "AmazonEC2" / "eu-west-1.json").read_text("utf-8"))
    rules = [rule("AmazonVPC:nat-gateway.gb"), rule("AmazonVPC:nat-gateway.hour")]
    for usage, answer in (("EU-NatGateway-Bytes", listed[4]), ("EU-NatGateway-Hours", listed[1])):
        fields = {
            "operation": "NatGateway",
            "productFamily": "NAT Gateway",
            "regionCode": "eu-west-1",
            "usagetype": usage,
        }
        filters = [{"Type": "TERM_MATCH", "Field": n, "Value": v} for n, v in fields.items()]
        asked = {"ServiceCode": "AmazonEC2", "Filters": filters}
        stubbed.add_response("get_products", {"PriceList": [answer]}, asked)
    offer = Aws(client).offer("AmazonEC2", "eu-west-1", rules)
    stubbed.assert_no_pending_responses()
    assert [one.usage_type for one in offer.products] == [
        "EU-NatGateway-Bytes",
        "EU-NatGateway-Hours",
    ]


def test_every_page_of_an_answer_is_read_and_a_product_counts_once(
    client: Any, stubbed: Stubber
) -> None:
    listed = json.loads((OFFERS / "AmazonEC2" / "eu-west-1.json").read_text("utf-8"))
    first = {"PriceList": listed[:2], "NextToken": "more"}
    stubbed.add_response("get_products", first, {"ServiceCode": ANY, "Filters": ANY})
    second = {"PriceList": [listed[1], listed[4]]}
    stubbed.add_response(
        "get_products", second, {"ServiceCode": ANY, "Filters": ANY, "NextToken": "more"}
    )
    offer = Aws(client).offer("AmazonEC2", "eu-west-1", [rule("AmazonVPC:nat-gateway.gb")])
    assert len(offer.products) == 3


def test_in_us_east_1_both_ways_to_write_a_usage_type_are_asked(
    client: Any, stubbed: Stubber
) -> None:
    listed = json.loads((OFFERS / "AmazonEC2" / "us-east-1.json").read_text("utf-8"))
    for answer in ([listed[0]], []):
        stubbed.add_response(
            "get_products", {"PriceList": answer}, {"ServiceCode": ANY, "Filters": ANY}
        )
    asked = rule("AmazonEC2:ondemand.linux.t3.medium")
    assert len(Aws(client).offer("AmazonEC2", "us-east-1", [asked]).products) == 1
    stubbed.assert_no_pending_responses()


def test_a_throttled_or_refused_query_is_a_sentence(client: Any, stubbed: Stubber) -> None:
    stubbed.add_client_error("get_products", "ThrottlingException", "Rate exceeded", 400)
    with pytest.raises(CannotFetch, match=r"AmazonRDS in us-east-1: .*ThrottlingException"):
        Aws(client).offer(
            "AmazonRDS", "us-east-1", [rule("AmazonRDS:ondemand.postgres.db.t3.micro")]
        )


def test_the_client_is_always_made_for_the_one_endpoint_with_standard_retries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    made = Aws.with_credentials().client
    assert made.meta.endpoint_url == "https://api.pricing.us-east-1.amazonaws.com"
    assert made.meta.config.retries["mode"] == "standard"


# ---- recorded offers, and what is written


def test_recorded_offers_renew_what_they_hold() -> None:
    found = proposal(Recorded(OFFERS), "AWSELB", regions=("eu-west-1", "us-east-1"))
    assert (found.renewal.renewed, found.is_whole) == (4, True)
    assert found.summary.startswith("4 rows found their price, 0 did not, ")
    assert [one.key for one in found.diff.to_look_at] == ["AWSELB:alb.lcu"]


@pytest.mark.parametrize(
    ("text", "sentence"), [("[1]", "holds JSON strings"), ("[", "is not JSON"), ("", "is not JSON")]
)
def test_a_recorded_file_that_is_no_offer_is_a_sentence(
    tmp_path: Path, text: str, sentence: str
) -> None:
    (tmp_path / "AWSELB").mkdir()
    (tmp_path / "AWSELB" / "eu-west-1.json").write_text(text, "utf-8")
    with pytest.raises(BadOffer, match=sentence):
        Recorded(tmp_path).offer("AWSELB", "eu-west-1", [])


def test_a_proposal_is_two_new_files_and_a_book_that_loads(tmp_path: Path) -> None:
    found = proposal(Recorded(OFFERS), "AWSELB", regions=("eu-west-1",))
    snapshot, paper = prices.write(found, tmp_path / "new" / "folder")
    assert (snapshot.name, paper.name) == ("prices-2026-12.json", "prices-2026-12.md")
    book = PriceBook.load(snapshot)
    assert book.cost("AWSELB:alb.lcu", "eu-west-1", 1000) == 9
    assert f"# {BOOK.reference} beside {book.reference}" in paper.read_text("utf-8")


@pytest.mark.parametrize("there", ["prices-2026-12.json", "prices-2026-12.md"])
def test_a_proposal_never_overwrites(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine", "utf-8")
    found = proposal(Recorded(OFFERS), "AWSELB", regions=("eu-west-1",))
    with pytest.raises(AlreadyThere, match="is there already: move it away"):
        prices.write(found, tmp_path)
    assert [(file.name, file.read_text("utf-8")) for file in tmp_path.iterdir()] == [
        (there, "mine")
    ]
