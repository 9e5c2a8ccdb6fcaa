"""The waterfall: what the sources print, sums that add up, overload and nonsense in words."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import builders
import pytest
from django.http import QueryDict
from django.test import Client

from archlab.calculators.systems import systems
from archlab.calculators.waterfall import waterfall

BEFORE, AFTER = "ec2-to-lambda/ec2", "ec2-to-lambda/lambda"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def journeys() -> None:
    for slug in ("ec2-to-lambda", "lambda-to-fargate", "vps-to-aws"):
        builders.published(slug)


@pytest.mark.parametrize(("system", "ms"), [(BEFORE, 38), (AFTER, 31)])
def test_the_documented_hops_add_to_the_documented_sum(system: str, ms: int) -> None:
    """The steps of the source: 8 + 3 + 5 + 18 + 4 before, 20 + 2 + 2 + 5 + 2 after."""
    timed = waterfall(QueryDict(f"a={system}")).first.timing
    assert timed is not None
    assert timed.flow.documented_ms == ms
    assert sum(hop.documented or 0 for hop in timed.hops) == ms


def test_the_rows_add_to_the_mean_for_every_way_of_every_system() -> None:
    checked = 0
    for system in systems():
        for rate in ("", "&rate=1", "&rate=40"):
            timed = waterfall(QueryDict(f"a={system.name}{rate}")).first.timing
            if timed is None or timed.overloaded:
                continue
            parts = sum((hop.service + (hop.wait or 0) for hop in timed.hops), Decimal(0))
            assert timed.mean_ms == parts
            assert float(parts) == pytest.approx(timed.steady.mean_ms, rel=1e-9)
            checked += 1
    assert checked > 50


def test_the_two_systems_of_the_journey_that_prints_its_times_come_first(
    stranger: Client,
) -> None:
    page = stranger.get("/calculators/waterfall/").content.decode()
    assert "<h1>Functions behind an HTTP API answers 9.5 ms sooner</h1>" in page


def test_a_system_beside_itself_answers_neither_sooner_nor_later() -> None:
    page = waterfall(QueryDict(f"a={AFTER}&b={AFTER}"))
    assert page.finding == "Both answer after 34.4 ms on average"


def test_a_cold_start_adds_its_whole_length_to_the_mean() -> None:
    """285 ms in the source, on a function that is warm otherwise."""
    cold, warm = (
        waterfall(QueryDict(f"a={AFTER}&start={start}")).first.shown.mean_ms
        for start in ("cold", "warm")
    )
    assert cold is not None
    assert warm is not None
    assert cold - warm == pytest.approx(Decimal(285), abs=1)


def test_more_than_the_workers_can_do_is_growth_and_no_steady_answer(stranger: Client) -> None:
    """Two handlers of 5.97 ms and what they hold do 197 requests in a second, not 210."""
    response = stranger.get(f"/calculators/waterfall/?a={BEFORE}&rate=210")
    page = response.content.decode()
    assert response.status_code == 200
    assert "is overloaded at: handler" in page
    assert "grows by 13.0 requests each second" in page
    assert "inf" not in page.partition("<main")[2].partition("</main")[0].replace("info", "")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("a=x", "There is no system x"),
        (f"a={BEFORE}&b=y", "There is no system y"),
        (f"a={BEFORE}&flow_a=ec2.x", "has no way x; it has: api"),
        (f"a={BEFORE}&rate=many", "in digits"),
        (f"a={BEFORE}&rate=-1", "from 0 to 1,000,000"),
        (f"a={BEFORE}&start=tepid", "one of typical, warm, cold"),
        (f"a={BEFORE}&month=0", "a whole number from 1 to 744"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence(
    stranger: Client, query: str, sentence: str
) -> None:
    last = f"a={BEFORE}&b=&rate=1".replace("&", "%26")
    address = f"a={BEFORE}%26month=0" if "month" in query else query
    response = stranger.get(f"/calculators/waterfall/?{address}&_last={last}")
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "Two machines behind a load balancer: 43.9 ms on average" in page


def test_a_flow_of_the_system_chosen_before_is_no_mistake(stranger: Client) -> None:
    query = f"a={BEFORE}&flow_a=fargate.payment"
    assert stranger.get(f"/calculators/waterfall/?{query}").status_code == 200


def test_the_address_of_a_result_gives_the_result_again() -> None:
    query = f"a={BEFORE}&b=lambda-to-fargate/fargate&flow_b=fargate.payment&rate=3.5&start=cold"
    page = waterfall(QueryDict(query))
    again = waterfall(QueryDict(page.query))
    assert again.query == page.query
    assert list(again.table()) == list(page.table())


def test_the_file_has_the_rows_of_the_page(stranger: Client) -> None:
    response = stranger.get(f"/calculators/waterfall/?a={AFTER}&format=csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    hops = [row for row in rows if row["documented_ms"] and row["hop"] != "all"]
    assert sum(Decimal(row["documented_ms"]) for row in hops) == 31
    assert {row["hop"] for row in rows} > {"all", "p50", "p95", "p99"}
