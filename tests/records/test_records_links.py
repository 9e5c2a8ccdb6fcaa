"""Permanent addresses without a person, and links that let somebody read one record."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from people import Person, member
from record_desk import files_of, pages_of, played, text_at, write

from archlab.accounts import actions as accounts
from archlab.accounts import privacy
from archlab.accounts.exports import zipped
from archlab.accounts.privacy import Person as Whose
from archlab.domain.records.permalink import CROCKFORD, permalink
from archlab.records.inputs import figures
from archlab.records.models import DecisionRecord, Permalink, RecordEdit, ShareLink

pytestmark = pytest.mark.django_db


def kept(person: Person) -> tuple[str, str]:
    """The address of a record and its permalink."""
    url = pages_of(person, played(person))[1]
    assert person.post(f"{url}keep/").status_code == 302
    return url, f"/r/{Permalink.objects.get().key}"


def shared(person: Person, url: str, days: str = "7") -> str:
    assert person.post(f"{url}share/", {"days": days}).status_code == 302
    return f"/records/shared/{ShareLink.objects.latest('id').token}/"


def test_a_permalink_is_twelve_letters_made_of_the_inputs_alone() -> None:
    assert permalink({"a": 1, "b": [2]}) == permalink({"b": [2], "a": 1})
    assert permalink({"a": 1}) != permalink({"a": 2})
    assert re.fullmatch(f"[{CROCKFORD}]{{12}}", permalink({}))
    # SHA-256 of "{}" begins with 44136fa355b3678
    bits = "".join(f"{CROCKFORD.index(letter):05b}" for letter in permalink({}))
    assert f"{int(bits, 2):015x}" == "44136fa355b3678"


def test_a_permalink_computes_the_figures_of_the_record_again(alice: Person) -> None:
    url, address = kept(alice)
    page = Client().get(address)
    assert page.status_code == 200
    assert "Computed again just now" in page.content.decode()
    again = figures(Permalink.objects.get().inputs)
    text = text_at(alice, url)
    assert len(again) >= 2
    for one in again:
        assert f"| {one.usd}" in text
        assert one.usd in page.content.decode()
    assert [asdict(one) for one in again] == Permalink.objects.get().figures
    assert f"{address}>" in text


def test_the_same_decision_of_two_people_has_one_permalink(alice: Person, charlie: Person) -> None:
    kept(alice)
    kept(charlie)
    assert DecisionRecord.objects.count() == 2
    assert Permalink.objects.count() == 1


def test_a_permalink_holds_no_word_of_a_person(alice: Person) -> None:
    url, address = kept(alice)
    write(alice, url, situation="my secret", deciders="Alice", **{"title-0": "my own way"})
    page = Client().get(address).content.decode()
    stored = str(vars(Permalink.objects.get()))
    for words in ("my secret", "Alice", "my own way", str(alice.learner.pk)):
        assert words not in page
        assert words not in stored


def test_a_permalink_outlives_the_learner(alice: Person) -> None:
    _url, address = kept(alice)
    before = figures(Permalink.objects.get().inputs)
    accounts.erase(Whose(alice.learner, None))
    assert not DecisionRecord.objects.exists()
    page = Client().get(address)
    assert page.status_code == 200
    assert "Computed again just now" in page.content.decode()
    assert figures(Permalink.objects.get().inputs) == before


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"price_book": "prices-1999-01@0"}, "price book prices-1999-01@0"),
        ({"scenario": "f" * 64}, "scenario ffffffffffff"),
        ({"base": "nowhere"}, "system nowhere"),
    ],
)
def test_a_permalink_says_what_is_not_installed_any_more(
    alice: Person, change: dict[str, str], named: str
) -> None:
    _url, address = kept(alice)
    row = Permalink.objects.get()
    old = row.figures[0]["usd"]
    row.inputs |= {name: value for name, value in change.items() if name in row.inputs}
    row.inputs["systems"] = [
        one | {name: value for name, value in change.items() if name in one}
        for one in row.inputs["systems"]
    ]
    row.save()
    answer = Client().get(address)
    assert answer.status_code == 200
    assert "as they were stored" in answer.content.decode()
    assert named in answer.content.decode()
    assert old in answer.content.decode()


@pytest.mark.parametrize("key", ["000000000000", "x", "k3f9tq2m7xwc1", "..", "%00"])
def test_an_unknown_permalink_is_a_404(client: Client, key: str) -> None:
    assert client.get(f"/r/{key}").status_code == 404


def test_a_share_link_shows_one_record_and_nothing_of_its_owner(
    alice: Person, stranger: Client
) -> None:
    url = pages_of(alice, played(alice))[0]
    write(alice, url, situation="what we knew")
    link = shared(alice, url)
    answer = stranger.get(link)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "what we knew" in page
    for secret in (str(alice.learner.pk), url, alice.visitor.token, 'id="edit"'):
        assert secret not in page
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert (timezone.now() + timedelta(days=7)).strftime("%-d %B %Y") in page


def test_a_share_link_only_reads(alice: Person, stranger: Client) -> None:
    link = shared(alice, pages_of(alice, played(alice))[0])
    for method in ("post", "put", "delete", "patch"):
        assert getattr(stranger, method)(link).status_code == 405


def test_a_share_link_that_was_taken_back_or_has_ended_is_a_404(
    alice: Person, charlie: Person, stranger: Client
) -> None:
    url = pages_of(alice, played(alice))[0]
    first, second = shared(alice, url), shared(alice, url)
    row = ShareLink.objects.first()
    assert row
    assert charlie.post(f"{url}share/{row.pk}/").status_code == 404
    assert stranger.get(first).status_code == 200
    assert alice.post(f"{url}share/{row.pk}/").status_code == 302
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    ShareLink.objects.update(expires=timezone.now())
    assert stranger.get(second).status_code == 404
    assert 'id="unshare-' not in alice.get(url).content.decode()


def test_a_link_to_another_record_is_not_taken_back_from_here(alice: Person) -> None:
    one, other = pages_of(alice, played(alice))[:2]
    shared(alice, one)
    alice.post(f"{other}share/{ShareLink.objects.get().pk}/")
    assert ShareLink.objects.get().revoked is None


@pytest.mark.parametrize("days", ["", "0", "365", "x", "-7"])
def test_a_link_is_open_for_one_of_three_times(alice: Person, days: str) -> None:
    url = pages_of(alice, played(alice))[0]
    answer = alice.post(f"{url}share/", {"days": days})
    assert answer.status_code == 409
    assert "7, 30 or 90 days" in answer.content.decode()
    assert not ShareLink.objects.exists()


def test_a_record_has_at_most_ten_open_links(alice: Person) -> None:
    url = pages_of(alice, played(alice))[0]
    for _ in range(ShareLink.MOST_OPEN):
        shared(alice, url)
    answer = alice.post(f"{url}share/", {"days": "7"})
    assert answer.status_code == 409
    assert "This record has 10 open links" in answer.content.decode()
    assert ShareLink.objects.count() == ShareLink.MOST_OPEN


def test_no_export_holds_a_share_link(alice: Person) -> None:
    folder = played(alice)
    url = pages_of(alice, folder)[0]
    shared(alice, url)
    token = ShareLink.objects.get().token
    assert token not in "".join(files_of(alice, folder).values())
    assert token.encode() not in zipped(Whose(alice.learner, None))
    told = "".join(text for _name, text in privacy.files_of(Whose(alice.learner, None)))
    assert token not in told
    assert "records.sharelink" in "".join(
        name for name, _text in privacy.files_of(Whose(alice.learner, None))
    )


def test_erasing_a_person_takes_words_and_links_with_them(alice: Person, stranger: Client) -> None:
    url = pages_of(alice, played(alice))[0]
    write(alice, url, situation="mine")
    link = shared(alice, url)
    accounts.erase(Whose(alice.learner, None))
    assert not DecisionRecord.objects.exists()
    assert not RecordEdit.objects.exists()
    assert not ShareLink.objects.exists()
    assert stranger.get(link).status_code == 404


def test_a_guests_records_and_links_move_to_the_account(alice: Person, stranger: Client) -> None:
    url = pages_of(alice, played(alice))[0]
    write(alice, url, situation="as a guest")
    link = shared(alice, url)
    ada = member("ada")
    accounts.adopt(guest=alice.visitor, user=ada.user)
    assert DecisionRecord.objects.get().learner == ada.learner
    assert "as a guest" in ada.get(url).content.decode()
    assert "as a guest" in stranger.get(link).content.decode()
