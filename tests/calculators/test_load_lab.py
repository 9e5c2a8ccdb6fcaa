"""The load lab: documented systems pushed to the knee and beyond."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import builders
import pytest
from django.http import QueryDict
from django.test import Client

from archlab.calculators.labs.load import load_page
from archlab.calculators.systems import systems

SYSTEM = "system=ec2-to-lambda/ec2&guess=skip&shape=steady&factor=1&minutes=10"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def journeys() -> None:
    for slug in ("ec2-to-lambda", "lambda-to-fargate", "vps-to-aws"):
        builders.published(slug)


def text_of(client: Client, query: str) -> str:
    page = client.get(f"/calculators/load/?{query}").content.decode()
    return re.sub(r"<[^>]+>|\s+", " ", page)


def test_the_documented_load_is_no_question_of_queues(stranger: Client) -> None:
    """100,000 requests a day are 1.16 a second; two handlers of 10 ms can do 197."""
    page = text_of(stranger, f"{SYSTEM}&rate=1")
    assert "handler is full first, at 197 requests per second" in page
    assert "queueing is not your problem" in page


def test_beyond_the_knee_the_queue_grows_and_clients_give_up(stranger: Client) -> None:
    page = text_of(stranger, f"{SYSTEM}&rate=215&minutes=5&timeout=10")
    assert "its queue grows by 18 a second: no steady state" in page
    assert "of the requests get no answer" in page


@pytest.mark.parametrize("rate", [1, 100, 150])
def test_the_parts_add_to_the_mean(rate: int) -> None:
    answer = load_page(QueryDict(f"{SYSTEM}&rate={rate}")).answer
    assert answer is not None
    table = answer.tables[0]
    parts = [float(cell.replace(",", "")) for row in table.rows for cell in row[1:4] if cell]
    assert sum(parts) == pytest.approx(float(table.foot[3].replace(",", "")), abs=0.05)


def test_every_system_with_a_way_can_be_put_under_load() -> None:
    for system in systems():
        page = load_page(QueryDict(f"system={system.name}&guess=skip&minutes=5&rate=2"))
        if page.subject.flow is None:
            assert page.problems["system"].endswith("has no way of a request.")
        else:
            assert page.problems == {}, system.name
            assert page.answer is not None


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("system=x", "There is no system x"),
        ("flow=ec2.nothing", "has no way nothing"),
        ("rate=many", "in digits"),
        ("retries=9", "Write a number from 0 to 5"),
        ("nonsense=1", "has no nonsense"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence(
    stranger: Client, query: str, sentence: str
) -> None:
    response = stranger.get(f"/calculators/load/?guess=skip&minutes=5&{query}")
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_more_than_an_answer_has_room_for_is_not_run(stranger: Client) -> None:
    page = text_of(stranger, f"{SYSTEM}&rate=400&factor=3&minutes=60")
    assert "4,320,000 requests are too many for an answer at once" in page


def test_a_story_keeps_the_system_and_its_dials() -> None:
    page = load_page(QueryDict("system=lambda-to-fargate/fargate&api.tasks=2&guess=skip"))
    for story in page.stories:
        asked = parse_qs(urlsplit(f"?{story.query}").query)
        assert asked["system"] == ["lambda-to-fargate/fargate"]
        assert asked["api.tasks"] == ["2"]
        assert "guess" not in asked


def test_the_address_of_an_answer_gives_the_answer_again() -> None:
    page = load_page(QueryDict(f"{SYSTEM}&rate=150&retries=2"))
    again = load_page(QueryDict(page.query))
    assert again.query == page.query
    assert list(again.table()) == list(page.table())


def test_a_system_beside_itself_differs_by_nothing() -> None:
    answer = load_page(QueryDict(f"{SYSTEM}&rate=100&minutes=5&b=ec2-to-lambda/ec2")).answer
    assert answer is not None
    assert answer.finding == "No difference at p99 that these runs could tell from chance"
    assert {row[3] for row in answer.tables[0].rows} == {"+0 ms \N{PLUS-MINUS SIGN} 0 ms"}


def test_functions_answer_sooner_than_machines_at_the_knee() -> None:
    """At 170 a second the machines wait for their handlers; functions have no such queue."""
    query = f"{SYSTEM}&rate=170&minutes=5&b=ec2-to-lambda/lambda"
    page = load_page(QueryDict(query))
    assert page.answer is not None
    assert "Functions behind an HTTP API answers the slowest in a hundred" in page.answer.finding
    assert page.answer.finding.endswith("sooner")
    assert load_page(QueryDict(page.query)).query == page.query


@pytest.mark.parametrize("query", ["b=x", "b=ec2-to-lambda/lambda&flow_b=lambda.x"])
def test_a_wrong_system_beside_it_gets_its_sentence(stranger: Client, query: str) -> None:
    response = stranger.get(f"/calculators/load/?{SYSTEM}&{query}")
    assert response.status_code == 422
    assert '<a href="#f-' in response.content.decode()


def test_the_lab_and_every_story_of_it_have_an_answer_at_once() -> None:
    start = load_page(QueryDict("guess=skip"))
    for query in (start.query, *(f"{story.query}&guess=skip" for story in start.stories)):
        answer = load_page(QueryDict(query)).answer
        assert answer is not None
        assert answer.exact
        assert len(answer.drawings) >= 3, query
