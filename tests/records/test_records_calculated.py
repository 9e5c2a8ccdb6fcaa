"""Records of decisions between the systems of a calculator's page."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import builders
import pytest
from django.test import Client
from people import Person
from record_desk import files_of, pages_of, text_at, write

from archlab.accounts.models import Learner
from archlab.catalog.pinned import PinnedSystem
from archlab.records.models import DecisionRecord, Permalink

pytestmark = pytest.mark.django_db
NEW = "/records/new/compare/"
TYPED = {"title": "Who answers at night?", "chosen": "B", "because": "One bill less."}
PAIR = {
    "a": "lambda-to-fargate/serverless",
    "b": "system=lambda-to-fargate%2Ffargate&month=720&demand.requests_per_day=5000",
}


@pytest.fixture(autouse=True)
def shelf() -> None:
    builders.published()


def address(query: dict[str, str] | None = None, url: str = NEW) -> str:
    return f"{url}?{urlencode(query or {})}"


def made(person: Person, query: dict[str, str] | None = None, **typed: str) -> Any:
    return person.post(address(query), TYPED | typed)


def folder_of(person: Person) -> str:
    return f"/records/{person.learner.pk}/"


@pytest.mark.parametrize(
    ("calculator", "new"),
    [("/calculators/compare/", NEW), ("/calculators/break-even/", "/records/new/break-even/")],
)
def test_a_calculator_leads_to_a_record_of_what_it_shows(
    alice: Person, calculator: str, new: str
) -> None:
    page = alice.get(calculator).content.decode()
    found = re.search(r'id="to-record" href="([^"]+)"', page)
    assert found
    link = found[1].replace("&amp;", "&")
    assert link.startswith(f"{new}?a=")
    form = alice.get(link)
    assert form.status_code == 200
    assert alice.post(link, TYPED).status_code == 302
    assert DecisionRecord.objects.get().address.startswith(f"{calculator}?a=")


def test_the_record_holds_both_systems_with_the_figures_of_the_page(alice: Person) -> None:
    assert made(alice, PAIR).headers["Location"] == folder_of(alice)
    shown = alice.get("/calculators/compare/", PAIR).content.decode()
    url = pages_of(alice, folder_of(alice))[0]
    text = text_at(alice, url)
    assert text.startswith("# Who answers at night?\n")
    totals = re.findall(r"<tfoot>.*?</tfoot>", shown)[0]
    amounts = re.findall(r">(?:<[^>]+>)*\$?([\d,.]+)<", totals)[:2]
    rows = re.findall(r"^\| [AB]: [^|]+ \| ([\d.]+)", text, re.MULTILINE)
    assert rows == [amount.replace(",", "") for amount in amounts]
    assert "because One bill less." in text
    assert "month of 720 hours" in text
    assert Permalink.objects.get().key in text


def test_a_setting_of_the_address_is_a_setting_of_the_pinned_system(alice: Person) -> None:
    made(alice, PAIR)
    _first, second = (
        PinnedSystem.of_json(s) for s in DecisionRecord.objects.get().pinned["systems"]
    )
    built = second.architecture()
    assert built.month_hours == 720
    assert built.demand.requests_per_day == 5000
    assert second.scenario == builders.published().sha256


def test_a_stranger_who_keeps_a_record_becomes_a_guest(stranger: Client) -> None:
    assert stranger.get(address()).status_code == 200
    assert not Learner.objects.exists()
    answer = stranger.post(address(), TYPED)
    assert answer.status_code == 302
    assert stranger.get(answer.headers["Location"]).status_code == 200


def test_the_same_record_twice_is_one(alice: Person) -> None:
    for _ in range(2):
        assert made(alice, PAIR).status_code == 302
    assert DecisionRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": " "}, "Give the decision a title"),
        ({"title": "x" * 161}, "Keep it to 160 characters; these are 161."),
        ({"chosen": "C"}, "Say which of the systems you decide for."),
        ({"chosen": ""}, "Say which of the systems you decide for."),
        ({"because": "x" * 2001}, "Keep it to 2000 characters"),
        ({"because": "a\x00"}, "Null characters are not allowed"),
    ],
)
def test_a_form_that_cannot_be_taken_keeps_what_was_typed(
    alice: Person, typed: dict[str, str], sentence: str
) -> None:
    answer = alice.post(address(), TYPED | typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert (typed.get("because") or "One bill less.")[:20].replace("\x00", "") in (
        answer.content.decode()
    )
    assert not DecisionRecord.objects.exists()


@pytest.mark.parametrize("query", [{"a": "nothing/here"}, {"month": "9999"}, {"region": "moon"}])
def test_a_wrong_address_gets_a_sentence_and_no_record(
    alice: Person, query: dict[str, str]
) -> None:
    for answer in (alice.get(address(query)), made(alice, query)):
        assert answer.status_code == 409
        assert "This address has a mistake" in answer.content.decode()
    assert not DecisionRecord.objects.exists()


def test_an_unknown_calculator_is_a_404(alice: Person) -> None:
    assert alice.get("/records/new/nothing/").status_code == 404


def test_own_records_are_numbered_edited_and_exported_like_the_others(alice: Person) -> None:
    made(alice, PAIR)
    made(alice, PAIR, title="<b>Second</b>", chosen="A")
    older, newer = pages_of(alice, folder_of(alice))
    later = re.findall(r'value="(by:[\w-]+)"', alice.get(older).content.decode())
    assert write(alice, older, standing=later[0], situation="At night").status_code == 302
    text = text_at(alice, older)
    assert "At night" in text
    assert "superseded by [0002-b-second-b]" in text
    assert "0001-who-answers-at-night.md" in text_at(alice, newer)
    names = list(files_of(alice, folder_of(alice)))
    assert "docs/decisions/0001-who-answers-at-night.md" in names
    assert "<b>Second" not in alice.get("/records/").content.decode()


def test_somebody_elses_own_records_are_a_404(alice: Person, charlie: Person) -> None:
    made(alice)
    url = pages_of(alice, folder_of(alice))[0]
    for path in (folder_of(alice), url, f"{folder_of(alice)}decisions.zip"):
        assert alice.get(path).status_code == 200
        assert charlie.get(path).status_code == 404


def test_nobody_has_more_records_of_their_own_than_one_export_holds(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DecisionRecord, "MOST_OWN", 1)
    made(alice)
    answer = made(alice, title="One more")
    assert answer.status_code == 409
    assert "You have 1 records of your own" in answer.content.decode()
    assert DecisionRecord.objects.count() == 1


def test_a_record_whose_system_is_gone_is_counted_and_said(alice: Person) -> None:
    made(alice)
    row = DecisionRecord.objects.get()
    row.pinned["systems"][0]["scenario"] = "f" * 64
    row.save()
    page = alice.get(folder_of(alice))
    assert page.status_code == 200
    assert "1 record is not shown" in page.content.decode()
