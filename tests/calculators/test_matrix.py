"""The matrix of all journeys: documented positions beside the reader's own numbers."""

from __future__ import annotations

import csv
import html
import io
import re
from decimal import Decimal
from urllib.parse import parse_qsl

import builders
import pytest
from django.test import Client

from archlab.calculators import matrix
from archlab.calculators.matrix import matrix_model, matrix_page
from archlab.catalog.coverage import INVENTORY

SLUGS = ["ec2-to-lambda", "eight-services", "lambda-to-fargate", "spot-mvp", "vps-to-aws"]
FRAGMENT = {"hx-request": "true", "hx-request-type": "partial"}
URL = "/calculators/matrix/"

pytestmark = pytest.mark.django_db
all_published = pytest.mark.usefixtures("journeys")


@pytest.fixture
def journeys() -> None:
    for slug in SLUGS:
        builders.published(slug)


def test_a_site_without_all_journeys_says_which_are_missing(stranger: Client) -> None:
    builders.published("spot-mvp")
    response = stranger.get(URL)
    assert response.status_code == 200
    assert "eight-services, lambda-to-fargate, vps-to-aws" in words(response.content)


@all_published
def test_a_journey_without_a_system_that_is_computed_with_is_missing(
    stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [one for one in matrix.systems() if one.name != "spot-mvp/with-balancer"]
    monkeypatch.setattr(matrix, "systems", lambda: iter(kept))
    assert "spot-mvp" in words(stranger.get(URL).content).partition("Sixteen")[2]
    assert matrix.missing_journeys() == ["spot-mvp"]


def value(query: str, output: str) -> Decimal:
    found = {one.id: one.value for one in matrix_page(dict(parse_qsl(query))).board.answer.results}
    known = found[output]
    assert known is not None
    return known.quantize(Decimal("0.01"))


def sentence(query: str, id_: str) -> str:
    rows = {row.tension.id: row for row in matrix_page(dict(parse_qsl(query))).rows}
    return rows[id_].sentence


def words(content: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", content.decode())).split())


@pytest.mark.parametrize(
    ("query", "output", "usd"),
    [
        ("", "functions", "6.18"),
        ("", "functions_nat", "42.68"),
        ("", "containers", "45.44"),
        ("", "balancer", "25.70"),
        ("", "standby", "164.25"),
        ("breaks=2&mends=60&worth=1", "by_hand", "120.00"),
    ],
)
@all_published
def test_the_figures_are_those_of_the_journeys(query: str, output: str, usd: str) -> None:
    assert value(query, output) == Decimal(usd)


@all_published
def test_a_promised_value_of_the_file_is_what_the_page_computes() -> None:
    for promise in matrix_model().expect:
        assert promise.equals is not None
        computed = value("", promise.output)
        assert computed == pytest.approx(promise.equals, abs=Decimal("0.005"))


@all_published
def test_my_own_load_flips_the_first_question() -> None:
    assert "functions have the smaller bill" in sentence("calls=100000", "X1")
    assert "containers have the smaller bill" in sentence("calls=3000000", "X1")


@all_published
def test_more_memory_and_time_make_functions_dearer_and_leave_containers_alone() -> None:
    large = "mib=1024&took=200"
    assert value(large, "functions") > value("", "functions")
    assert value(large, "containers") == value("", "containers")


@pytest.mark.parametrize(
    ("id_", "one", "other"),
    [
        ("X2", "worth=0.1", "worth=100"),
        ("X3", "slowest=300", "slowest=200"),
        ("X4", "releases=0", "releases=20"),
        ("X5", "questions=2", "questions=9"),
        ("X6", "again=1", "again=0"),
        ("X7", "calls=100", "calls=5000000"),
        ("X9", "worth=1", "worth=100"),
        ("X15", "mib=256", "mib=2048"),
    ],
)
@all_published
def test_each_question_follows_its_own_number(id_: str, one: str, other: str) -> None:
    assert sentence(one, id_) != sentence(other, id_)


def test_all_sixteen_questions_have_positions_of_different_journeys() -> None:
    tensions = matrix_model().tensions
    assert [one.id for one in tensions] == [f"X{n}" for n in range(1, 17)]
    for tension in tensions:
        assert len({position.scenario for position in tension.positions}) >= 2
        assert {position.scenario for position in tension.positions} <= set(SLUGS)
        assert bool(tension.when) == bool(tension.otherwise)


def test_every_cited_fact_is_one_of_its_own_source() -> None:
    known = {line.split("\t")[0] for line in INVENTORY.read_text("utf-8").splitlines()}
    seeds = {"lambda-to-fargate": 0, "spot-mvp": 1, "ec2-to-lambda": 2, "vps-to-aws": 3,
             "eight-services": 4}  # fmt: skip
    for position in (one for tension in matrix_model().tensions for one in tension.positions):
        for fact in position.facts:
            assert fact in known
            assert fact.startswith(f"S{seeds[position.scenario]}-")


def test_no_row_declares_a_winner() -> None:
    said = " ".join(f"{one.then} {one.otherwise}" for one in matrix_model().tensions).lower()
    assert not re.search(r"\b(winner|wins|better|best)\b", said)


@all_published
def test_the_address_holds_the_state_and_a_form_without_scripts_leads_to_it(
    stranger: Client,
) -> None:
    sent = stranger.get(URL, {"calls": "2000000", "_last": "calls=100000"})
    assert sent.status_code == 302
    page = stranger.get(sent["Location"])
    assert page.status_code == 200
    assert 'value="2000000"' in page.content.decode()
    assert "When is each right?" in words(page.content)


@all_published
def test_a_part_is_swapped_and_names_its_address(stranger: Client) -> None:
    whole = stranger.get(URL, {"calls": "5"})
    part = stranger.get(URL, {"calls": "5"}, headers=FRAGMENT)
    assert whole.status_code == part.status_code == 200
    assert b"<html" in whole.content
    assert "calls=5&" in part["HX-Replace-Url"]
    assert b"<html" not in part.content


@pytest.mark.parametrize("typed", ["", "-1", "1e9", "NaN", "x" * 300, "\x00", "<script>", "0"])
@all_published
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(stranger: Client, typed: str) -> None:
    response = stranger.get(URL, {"calls": typed})
    assert response.status_code == 422
    assert b"<script>x" not in response.content
    assert "Calls a day" in words(response.content)


@all_published
def test_an_unknown_number_in_the_address_is_named(stranger: Client) -> None:
    assert stranger.get(URL, {"nonsense": "1"}).status_code == 422


@all_published
def test_the_table_can_be_taken_as_a_file(stranger: Client) -> None:
    response = stranger.get(URL, {"format": "csv"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == ["question", "journey", "position", "flips_on", "yours"]
    assert len(rows) == 1 + sum(len(one.positions) for one in matrix_model().tensions)


@all_published
@pytest.mark.parametrize("name", ["calls", "took", "slowest", "questions", "jobs"])
def test_half_of_one_is_a_number_too(stranger: Client, name: str) -> None:
    assert stranger.get(URL, {name: "1.5"}).status_code == 200
