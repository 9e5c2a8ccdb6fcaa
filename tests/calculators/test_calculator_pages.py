"""The pages of the calculators: published figures, addresses that hold the state, bad input."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import quote

import builders
import pytest
from django.http import QueryDict
from django.test import Client
from sampling import sampled

from archlab.calculators.desk import desk
from archlab.calculators.formulas import library
from archlab.calculators.systems import systems
from archlab.domain.pack import Formulas, shipped_engines
from archlab.domain.pack.calculate import run
from archlab.domain.pack.settings import read

SLUGS = ["ec2-to-lambda", "eight-services", "lambda-to-fargate", "spot-mvp", "vps-to-aws"]
PAGES = ["cost", "compare", "break-even", "sensitivity", "scaling"]
FRAGMENT = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial"}
HOSTILE = [
    "", " ", "0", "-1", "1e9", "999999999999", "1,000", "12 GB", "NaN", "Infinity", "\u0142",
    "<script>x</script>", "'", "\x00", "%", "9" * 400,
]  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def journeys() -> None:
    for slug in SLUGS:
        builders.published(slug)


def total(page: str) -> str:
    """The modelled total of a ledger."""
    foot = page.rpartition("<tfoot>")[2].partition("</tfoot>")[0]
    return re.sub(r"<[^>]+>|\s+", " ", foot)


@pytest.mark.parametrize(
    ("query", "usd"),
    [
        ("system=lambda-to-fargate/fargate", "90.87"),
        ("system=lambda-to-fargate/fargate&month=730", "89.56"),
        ("system=eight-services/documented", "2,352.86"),
        ("system=ec2-to-lambda/lambda", "6.18"),
        ("system=vps-to-aws/aws", "and 1 line not priced"),
    ],
)
def test_a_bill_has_the_published_total(stranger: Client, query: str, usd: str) -> None:
    response = stranger.get(f"/calculators/cost/?{query}")
    assert response.status_code == 200
    assert usd in total(response.content.decode())


def test_a_dial_moves_the_bill_and_the_address_is_the_shortest(stranger: Client) -> None:
    """Half the memory of the task costs 7.35 instead of 8.67."""
    query = "system=lambda-to-fargate/fargate&api.memory_mib=512&api.cpu=256&lb.lcu=0"
    response = stranger.get(f"/calculators/cost/?{query}", **FRAGMENT)  # type: ignore[arg-type]
    assert "7.35" in response.content.decode()
    short = "system=lambda-to-fargate%2Ffargate&api.memory_mib=512"
    assert response["HX-Replace-Url"] == f"/calculators/cost/?{short}"


def test_an_address_gives_its_desk_back_for_every_number_of_every_system() -> None:
    checked = 0
    for system in systems():
        start = desk(QueryDict(f"system={system.name}"))
        for group in start.groups:
            for field in group.fields:
                if field.kind != "number" or field.slider is None:
                    continue
                changed = desk(QueryDict(f"system={system.name}&{field.name}={field.slider.high}"))
                again = desk(QueryDict(changed.query))
                assert again.architecture == changed.architecture, field.name
                checked += 1
    assert checked > 300


def test_a_mistake_gets_its_sentence_and_the_last_good_result_stays(stranger: Client) -> None:
    last = quote("system=lambda-to-fargate/fargate&nat.processed_gb=100")
    query = f"system=lambda-to-fargate/fargate&nat.processed_gb=12 GB&last={last}"
    response = stranger.get(f"/calculators/cost/?{query}", **FRAGMENT)  # type: ignore[arg-type]
    page = response.content.decode()
    assert response.status_code == 422
    assert "Write the number alone, in digits" in page
    assert 'value="12 GB"' in page
    assert "0.045 x 100 GB" in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("system=lambda-to-fargate/fargat", "the nearest is lambda-to-fargate/fargate"),
        ("region=eu-moon-1", "There are no prices for eu-moon-1"),
        ("month=9000", "a whole number from 1 to 744"),
        ("week=169", "a whole number from 0 to 168"),
        ("free=yes", "For free tiers write one of none, always-free, all"),
        ("api.mood=3", "has no api.mood"),
        ("api.memory_mib=999999", "at most 122880"),
        ("api.memory_mib=513", "256 CPU units go with 512, 1024 or 2048"),
        ("api.tasks=-1", "from 0 up"),
        ("api.tasks=1.5", "whole number"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence(
    stranger: Client, query: str, sentence: str
) -> None:
    response = stranger.get(f"/calculators/cost/?{query}")
    assert response.status_code == 422
    assert sentence in response.content.decode().replace("&#x27;", "'")


def test_the_file_has_the_numbers_of_the_page(stranger: Client) -> None:
    response = stranger.get("/calculators/cost/?system=lambda-to-fargate/fargate&format=csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert round(sum(Decimal(row["modelled_usd"]) for row in rows if row["modelled_usd"]), 2) == (
        Decimal("90.87")
    )
    assert sum(Decimal(row["documented_usd"] or 0) for row in rows) == Decimal("90.87")


def test_a_comparison_refuses_what_is_not_priced(stranger: Client) -> None:
    query = "a=vps-to-aws/vps&b=vps-to-aws/aws"
    page = stranger.get(f"/calculators/compare/?{query}").content.decode()
    assert "These bills cannot be compared" in page


def test_the_tornado_refuses_what_is_not_priced(stranger: Client) -> None:
    page = stranger.get("/calculators/sensitivity/?system=vps-to-aws/aws").content.decode()
    assert "This bill has no range" in page


def test_draws_repeat_under_a_seed(stranger: Client) -> None:
    url = "/calculators/sensitivity/?system=lambda-to-fargate/fargate&draws=200&format=csv&seed="
    once, twice, other = (stranger.get(f"{url}{seed}").content for seed in (4, 4, 5))
    assert once == twice != other


def hostile() -> Iterator[tuple[str, str]]:
    """A sample of every field of every page with every kind of nonsense."""
    fields = {
        "cost": ["system", "region", "month", "week", "free", "api.cpu", "nat.zones", "last"],
        "compare": ["a", "b", "region", "month", "free"],
        "break-even": ["a", "b", "place", "low", "high"],
        "sensitivity": ["system", "seed", "draws", "low.lb.lcu", "high.nat.zones", "low.x"],
        "scaling": ["system", "from", "to", "each"],
        **{slug: [one.id for one in it.controls] + ["_last"] for slug, it in library().items()},
    }
    cases = [(page, f"{name}={quote(text)}") for page in fields for name in fields[page]
             for text in HOSTILE]  # fmt: skip
    yield from sampled(cases, 250)


@pytest.mark.fault
def test_no_nonsense_in_an_address_breaks_a_page(stranger: Client) -> None:
    for page, query in hostile():
        for extra in ("", "&format=csv"):
            response = stranger.get(f"/calculators/{page}/?{query}{extra}")
            assert response.status_code in (200, 404, 422), (page, query)
            if "html" in response["Content-Type"]:
                assert b"<script>x" not in response.content, (page, query)


@pytest.mark.parametrize("slug", list(library()))
def test_a_formula_meets_its_golden_values_and_has_a_page(stranger: Client, slug: str) -> None:
    calculator = library()[slug]
    ground = Formulas({}, {}, shipped_engines())
    for expected in calculator.expect:
        settings = read(calculator, {k: str(v) for k, v in expected.with_.items()})
        assert not settings.problems
        result = run(calculator, settings.values, ground).result(expected.output)
        assert result is not None
        assert result.value is not None
        if expected.equals is not None:
            assert abs(result.value - expected.equals) <= Decimal("0.05") * abs(expected.equals)
    response = stranger.get(f"/calculators/{slug}/")
    assert response.status_code == 200
    assert calculator.title in response.content.decode()


def test_the_index_names_every_calculator(stranger: Client) -> None:
    page = stranger.get("/calculators/").content.decode()
    for name in [*PAGES, *library()]:
        assert f"/calculators/{name}/" in page
