from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import builders
import pytest
from django.test import Client
from django.utils import translation
from django.utils.text import slugify

from archlab.catalog.cards import card_of
from archlab.catalog.queries import entry_of, forget_shelf, rows_by_confidence
from archlab.catalog.text import text_of
from archlab.domain.pricing import PriceBook

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[object]]
SCENARIO = f"/scenarios/{builders.J0}/"
PAGES = ["/", "/scenarios/", SCENARIO, f"{SCENARIO}glossary/", f"{SCENARIO}evidence/", "/sources/",
         "/glossary/"]  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh_shelf() -> Iterator[None]:
    """The shelf outlives the rolled-back rows of a test."""
    forget_shelf()
    yield
    forget_shelf()


def listed(client: Client, query: str) -> int:
    response = client.get(f"/scenarios/{query}")
    assert response.status_code == 200
    return response.content.decode().count('<li class="journey">')


@pytest.fixture
def pack_title() -> str:
    builders.published()
    return builders.pack()[0].scenario.title


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.usefixtures("pack_title")
def test_an_anonymous_page_costs_no_query_when_the_shelf_is_warm(
    stranger: Client, path: str, django_assert_num_queries: Queries
) -> None:
    stranger.get("/scenarios/")
    with django_assert_num_queries(0):
        assert stranger.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_catalogue_is_only_read(stranger: Client, path: str, method: str) -> None:
    assert getattr(stranger, method)(path).status_code == 405


def test_the_catalogue_shows_what_is_published_and_nothing_before(stranger: Client) -> None:
    assert listed(stranger, "") == 0
    assert b"No journey fits" in stranger.get("/scenarios/").content


@pytest.mark.usefixtures("pack_title")
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1),
        ("?words=&level=", 1),
        ("?words=ninety", 1),
        ("?words=NINETY+Dollars", 1),
        ("?words=serverless", 1),
        ("?words=ninety+submarine", 0),
        ("?level=intro", 1),
        ("?level=advanced", 0),
        ("?words=ninety&level=advanced", 0),
        ("?words=%3Cscript%3E", 0),
        ("?words=%F0%9F%A6%95", 0),
        ("?words=" + "a" * 80, 0),
        ("?other=1", 1),
    ],
)
def test_words_and_level_narrow_the_list(stranger: Client, query: str, count: int) -> None:
    assert listed(stranger, query) == count


@pytest.mark.usefixtures("pack_title")
@pytest.mark.parametrize(
    "query", ["?level=genius", "?words=a%00b", "?words=" + "a" * 81, "?level=intro%00"]
)
def test_a_filter_that_cannot_be_read_says_so_and_shows_everything(
    stranger: Client, query: str
) -> None:
    response = stranger.get(f"/scenarios/{query}")
    assert response.status_code == 200
    assert response.content.decode().count('<p class="problem"') == 1
    assert listed(stranger, query) == 1


@pytest.mark.usefixtures("pack_title")
def test_the_filter_keeps_what_was_typed_and_escapes_it(stranger: Client) -> None:
    page = stranger.get("/scenarios/", {"words": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page
    assert "&quot;&gt;&lt;script&gt;alert(1)" in page


@pytest.mark.usefixtures("pack_title")
def test_a_swap_gets_the_results_alone(stranger: Client) -> None:
    response = stranger.get("/scenarios/?words=ninety", headers={"HX-Request-Type": "partial"})
    assert response.content.decode().startswith('<div id="results">')
    assert "HX-Request-Type" in response.headers["Vary"]


@pytest.mark.parametrize("tail", ["", "glossary/", "evidence/"])
@pytest.mark.parametrize("slug", ["nothing-like-it", "a" * 300, "lambda-to-fargate-"])
def test_an_unknown_scenario_is_a_404_with_a_sentence(
    stranger: Client, slug: str, tail: str
) -> None:
    builders.published()
    response = stranger.get(f"/scenarios/{slug}/{tail}")
    assert response.status_code == 404
    assert '<p class="problem">' in response.content.decode()


def test_the_scenario_page_says_what_will_be_learnt_and_which_bytes_they_are(
    stranger: Client, pack_title: str
) -> None:
    page = html.unescape(stranger.get(SCENARIO).content.decode())
    pack = builders.pack()[0]
    assert f"<h1>{pack_title}</h1>" in page
    for objective in pack.scenario.objectives:
        assert objective.text in page
    for step in pack.path_documented:
        assert pack.steps[step].title in page
    assert f"Version 1 ({pack.version[:12]})" in page


@pytest.mark.usefixtures("pack_title")
def test_the_glossary_holds_every_term_once_under_its_anchor(stranger: Client) -> None:
    page = html.unescape(stranger.get(f"{SCENARIO}glossary/").content.decode())
    for entry in builders.pack()[0].scenario.glossary:
        assert page.count(f'<div id="{slugify(entry.term)}">') == 1, entry.term
        assert entry.text in page


def test_the_words_of_all_journeys_stand_on_one_page_once_each(stranger: Client) -> None:
    slugs = ["lambda-to-fargate", "eight-services"]
    for slug in slugs:
        builders.published(slug)
    page = html.unescape(stranger.get("/glossary/").content.decode())
    for slug in slugs:
        for entry in builders.pack(slug)[0].scenario.glossary:
            assert page.count(f'<div id="{slugify(entry.term)}">') == 1, entry.term
            assert entry.text in page
            assert f"/scenarios/{slug}/glossary/#{slugify(entry.term)}" in page


@pytest.mark.django_db
def test_without_a_journey_the_glossary_says_so(stranger: Client) -> None:
    page = stranger.get("/glossary/")
    assert page.status_code == 200
    assert "there are no words yet" in page.content.decode()


@pytest.mark.usefixtures("pack_title")
def test_the_evidence_holds_every_fact_claim_and_source_once(stranger: Client) -> None:
    page = html.unescape(stranger.get(f"{SCENARIO}evidence/").content.decode())
    pack = builders.pack()[0]
    for fact in pack.facts.values():
        assert page.count(f'<tr id="{fact.id}">') == 1
        assert fact.fact in page
    for claim in pack.claims.values():
        assert page.count(f'<section class="claim" id="{claim.id}"') == 1
        assert claim.says in page
    for source in pack.scenario.sources:
        assert page.count(f'<div id="{source.ref}">') == 1


@pytest.mark.usefixtures("pack_title")
def test_the_anchors_of_the_evidence_are_unique(stranger: Client) -> None:
    page = stranger.get(f"{SCENARIO}evidence/").content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_chip_of_a_fact_names_the_lines_of_its_source_as_plain_text() -> None:
    pack = builders.pack()[0]
    fact = pack.facts["S0-045"]
    chip = html.unescape(text_of(pack).source("S0-045"))
    assert f'title="{", ".join(fact.src)}">S0-045</a>' in chip


@pytest.mark.usefixtures("pack_title")
def test_the_sources_page_counts_every_price_row(stranger: Client) -> None:
    book = PriceBook.shipped()
    counted = rows_by_confidence(book)
    assert sum(count for _letter, _words, count in counted) == len(book.rows)
    page = stranger.get("/sources/").content.decode()
    assert f"{len(book.rows)} rows" in page
    assert builders.pack()[0].scenario.sources[0].title in html.unescape(page)


@pytest.mark.usefixtures("pack_title")
def test_what_is_kept_per_process_is_kept_per_language() -> None:
    entry = entry_of(builders.J0)
    with translation.override("en"):
        card, text = card_of(entry), text_of(entry.pack)
        assert card_of(entry) is card
        assert text_of(entry.pack) is text
    with translation.override("de"):
        assert card_of(entry) is not card
        assert text_of(entry.pack) is not text


@pytest.mark.usefixtures("pack_title")
def test_the_card_moves_from_the_first_printed_bill_to_the_last(stranger: Client) -> None:
    moves = card_of(entry_of(builders.J0)).moves
    assert (moves[0].before, moves[0].after) == ("0.00", "90.87")
    assert "90.87" in stranger.get("/scenarios/").content.decode()


def test_the_template_of_a_system_is_downloaded_from_its_scenario(client: Client) -> None:
    builders.published()
    page = client.get("/scenarios/lambda-to-fargate/").content.decode()
    address = "/scenarios/lambda-to-fargate/fargate/template.json"
    assert f'href="{address}"' in page
    answer = client.get(address)
    assert answer.headers["Content-Disposition"].endswith(
        '"lambda-to-fargate-fargate.template.json"'
    )
    assert "Resources" in json.loads(answer.content)


def test_a_system_that_no_template_makes_says_why(client: Client) -> None:
    builders.published()
    answer = client.get("/scenarios/lambda-to-fargate/small-vps/template.json")
    assert answer.status_code == 409
    assert "A rented server of another provider" in answer.content.decode()
    assert client.get("/scenarios/lambda-to-fargate/nothing/template.json").status_code == 404
