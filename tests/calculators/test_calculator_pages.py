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

from archlab.calculators.board import shown
from archlab.calculators.desk import desk
from archlab.calculators.formulas import library
from archlab.calculators.systems import NoSuchSystem, system_named, systems
from archlab.domain.pack import Formulas, shipped_engines
from archlab.domain.pack.calculate import run
from archlab.domain.pack.results import Result
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


def test_systems_that_only_labs_deploy_are_not_offered() -> None:
    names = [system.name for system in systems()]
    assert "vps-to-aws/moved" in names
    assert not [name for name in names if "/lab-" in name]
    with pytest.raises(NoSuchSystem):
        system_named("vps-to-aws/lab-walls")


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


@pytest.mark.parametrize(
    ("page", "good", "name", "text", "sentence", "shown"),
    [
        ("cost", "system=lambda-to-fargate/fargate&nat.processed_gb=100", "nat.processed_gb",
         "12 GB", "Write the number alone, in digits", "0.045 x 100 GB"),
        ("cost", "system=lambda-to-fargate/fargate&month=720", "month", "900",
         "a whole number from 1 to 744", "720 hours"),
        ("compare", "a=vps-to-aws/vps&b=spot-mvp/spot", "a", "vps-to-aws/vp",
         "the nearest is vps-to-aws/vps", "costs 7.57 USD less a month"),
        ("break-even", "b=lambda-to-fargate/fargate&low=0&high=1000000", "high", "a million",
         "Write the number alone", "cheaper everywhere in this range"),
        ("sensitivity", "system=lambda-to-fargate/fargate&low.nat.zones=1&high.nat.zones=2",
         "high.nat.zones", "0", "a high end from 1 up", "up to 37.20 USD"),
        ("sensitivity", "system=lambda-to-fargate/fargate&low.nat.zones=1&high.nat.zones=2",
         "seed", "four", "a whole number from 0 to 999999", "up to 37.20 USD"),
        ("scaling", "system=ec2-to-lambda/lambda&from=1000&to=2000", "to", "1500",
         "an end of at least twice the start", "2 times the load"),
    ],
)  # fmt: skip
def test_a_mistake_gets_its_sentence_and_the_last_good_result_stays(
    stranger: Client, page: str, good: str, name: str, text: str, sentence: str, shown: str
) -> None:
    assert shown in stranger.get(f"/calculators/{page}/?{good}").content.decode()
    address = QueryDict(good, mutable=True)
    address["_last"], address[name] = good, text
    response = stranger.get(f"/calculators/{page}/?{address.urlencode()}", **FRAGMENT)  # type: ignore[arg-type]
    answer = response.content.decode()
    assert response.status_code == 422
    assert sentence in answer
    assert f">{text}<" in answer or f'value="{text}"' in answer or page == "compare"
    assert shown in answer
    assert "Shown below is the last state without a mistake." in answer


def test_every_link_of_the_summary_leads_to_a_field_of_the_page(stranger: Client) -> None:
    """Whatever is wrong, on every page; what has no field here is named without a link."""
    wrong = {
        "cost": "system=lambda-to-fargate/fargate&api.tasks=-1&month=0&region=x&free=x&week=x",
        "compare": "a=x&b=x&region=x",
        "break-even": "a=x&place=x&low=x&high=x&month=0",
        "sensitivity": "system=lambda-to-fargate/fargate&high.nat.zones=0&seed=x&draws=x&month=0",
        "scaling": "system=x&from=x&to=x&each=x&month=0",
    }
    for name, query in wrong.items():
        page = stranger.get(f"/calculators/{name}/?{query}").content.decode()
        links = re.findall(r'<li><a href="#(f-[^"]+)">', page)
        assert links, name
        assert [link for link in links if f'id="{link}"' not in page] == [], name


def test_a_form_sent_without_scripts_ends_at_the_shortest_address(stranger: Client) -> None:
    query = "system=spot-mvp/spot&month=730&region=ap-southeast-1&free=none&_last=system%3Dx"
    response = stranger.get(f"/calculators/cost/?{query}")
    assert response.status_code == 302
    assert response["Location"] == "/calculators/cost/?system=spot-mvp%2Fspot"


def test_every_page_about_money_says_under_which_month_region_and_book(stranger: Client) -> None:
    for page in PAGES:
        text = stranger.get(f"/calculators/{page}/").content.decode()
        assert re.search(
            r"USD for a month of 744 hours, us-east-1, prices-2026-11@[0-9a-f]{12}", text
        )


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
        "cost": ["system", "region", "month", "week", "free", "api.cpu", "nat.zones", "_last"],
        "compare": ["a", "b", "region", "month", "free", "_last"],
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
            response = stranger.get(f"/calculators/{page}/?{query}{extra}", follow=True)
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


@pytest.mark.parametrize("page", ["cost", "sensitivity", "scaling"])
def test_a_changed_system_in_the_list_of_systems_keeps_its_changes(
    stranger: Client, page: str
) -> None:
    """The list names it by its whole address; what the form sends beside it wins."""
    whole = quote("system=lambda-to-fargate/fargate&api.tasks=2")
    text = stranger.get(f"/calculators/{page}/?system={whole}&month=730").content.decode()
    assert "1 change" in text
    assert "USD for a month of 730 hours" in text


@pytest.mark.parametrize(
    ("value", "told"), [("11.16", "11.16 USD/month"), ("0.000015", "0.000015 USD/month")]
)
def test_a_result_has_the_fine_digits_only_where_they_say_something(value: str, told: str) -> None:
    result = Result("open", "For being open", "USD/month", 6, Decimal(value), "", "", "")
    assert shown(result) == told
