"""What an owner writes about a decision: kept whole, shown as exported, never lost."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import builders
import pytest
from django.test import Client
from people import Person
from player import Player
from record_desk import files_of, form_with_texts, pages_of, played, text_at, write

from archlab.records.models import DecisionRecord, Permalink, RecordEdit

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> [x](javascript:alert(2)) | # `a` http://evil.example ![i](x)"


def test_the_words_of_the_owner_stand_in_the_page_and_in_the_file(alice: Person) -> None:
    url = pages_of(alice, played(alice))[0]
    answer = write(
        alice,
        url,
        situation="Nobody was on call.",
        because="It was the cheapest.",
        good="One bill\n\nOne log",
        bad="One more thing to patch",
        revisit="A second team joins",
        deciders="Team Fjord",
    )
    assert answer.status_code == 302
    text, page = text_at(alice, url), alice.get(url).content.decode()
    for words in (
        "Nobody was on call.",
        "because It was the cheapest.",
        "- Good, because One bill\n- Good, because One log\n- Bad, because One more thing to patch",
        "A second team joins",
        "- Deciders: Team Fjord",
    ):
        assert words in text
    assert "One more thing to patch" in page
    assert RecordEdit.objects.get().revision == 1


def test_looking_at_records_writes_nothing(alice: Person) -> None:
    folder = played(alice)
    for url in (*pages_of(alice, folder), folder, "/records/", "/records/compare/"):
        assert alice.get(url).status_code == 200
    assert not DecisionRecord.objects.exists()
    assert not Permalink.objects.exists()


def test_the_same_words_twice_are_one_edit(alice: Person) -> None:
    url = pages_of(alice, played(alice))[0]
    sent = form_with_texts(alice, url) | {"situation": "once"}
    assert alice.post(url, sent).status_code == 302
    assert alice.post(url, sent).status_code == 302
    assert RecordEdit.objects.count() == 1


def test_an_edit_of_another_tab_is_never_lost(alice: Person) -> None:
    url = pages_of(alice, played(alice))[0]
    old = form_with_texts(alice, url)
    alice.post(url, old | {"situation": "from the first tab"})
    answer = alice.post(url, old | {"situation": "from the second tab"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "changed in another tab" in page
    assert "from the first tab" in page
    assert "from the second tab" in page
    assert RecordEdit.objects.count() == 1
    again = builders.forms_in(page)["edit"].sending()
    sent = old | {"situation": "both", "revision": again["revision"]}
    assert alice.post(url, sent).status_code == 302
    assert "both" in text_at(alice, url)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("situation", "x" * 2001, "Keep it to 2000 characters; these are 2001."),
        ("good", "a\n" * 13, "Keep it to 12 lines; these are 13."),
        ("deciders", "x" * 161, "Keep it to 160 characters; these are 161."),
        ("standing", "by:nothing", "Only a later decision of these"),
        ("standing", "superseded", "Only a later decision of these"),
        ("revision", "x", "This form was not whole"),
        ("revision", "-1", "This form was not whole"),
        ("because-0", "no name", "Give this alternative a name, too."),
        ("situation", "a\x00b", "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_kept_gets_a_sentence_and_is_not_kept(
    alice: Person, field: str, value: str, sentence: str
) -> None:
    url = pages_of(alice, played(alice))[0]
    answer = write(alice, url, **{"deciders": "Team Fjord", field: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not RecordEdit.objects.exists()


def test_an_empty_form_is_refused_with_a_sentence(alice: Person) -> None:
    url = pages_of(alice, played(alice))[0]
    answer = alice.post(url, {})
    assert answer.status_code == 422
    assert "This form was not whole" in answer.content.decode()


def test_hostile_words_are_shown_as_typed_and_do_nothing(alice: Person) -> None:
    folder = played(alice)
    url = pages_of(alice, folder)[0]
    fields = ("situation", "because", "good", "bad", "revisit", "deciders", "title-0", "because-0")
    assert write(alice, url, **dict.fromkeys(fields, HOSTILE)).status_code == 302
    for address in (url, folder, "/records/", "/records/compare/"):
        page = alice.get(address).content.decode()
        assert "<script>alert" not in page
        assert 'href="javascript' not in page
        assert 'href="http://evil' not in page
    assert alice.get(url).content.decode().count("&lt;script&gt;") >= len(fields)


def test_an_alternative_of_ones_own_has_words_in_the_place_of_figures(alice: Person) -> None:
    folder = played(alice)
    url = pages_of(alice, folder)[0]
    write(alice, url, **{"title-0": "Rent a rack", "because-0": "nobody to look after it"})
    text = text_at(alice, url)
    row = re.search(r"\| ([C-L]): Rent a rack \| ([^|]+) \| ([^|]+) \|", text)
    assert row
    assert row[2] == "not priced"
    assert row[3] == "not modelled"
    assert "Bad, because nobody to look after it" in text
    assert "title-1" in alice.get(url).content.decode()
    assert files_of(alice, folder)["decisions.json"].count("Rent a rack") >= 1


def test_a_record_takes_alternatives_up_to_twelve_options(alice: Person) -> None:
    url = pages_of(alice, played(alice))[0]
    for number in range(12):
        write(alice, url, **{f"title-{number}": f"way {number}"})
    text = text_at(alice, url)
    assert re.search(r"^- L: way \d+$", text, re.MULTILINE)
    assert len(re.findall(r"^- [A-L]: ", text, re.MULTILINE)) == 12
    assert alice.get(url).status_code == 200


def test_a_status_is_said_in_every_place_that_tools_read(alice: Person) -> None:
    url = pages_of(alice, played(alice))[0]
    for status in ("proposed", "rejected", "deprecated", "accepted"):
        assert write(alice, url, standing=status).status_code == 302
        assert f"- Status: {status}\n" in text_at(alice, url)
        assert f"## Status\n\n{status.capitalize()}\n" in text_at(alice, url)


def test_superseding_writes_both_links_and_can_be_taken_back(alice: Person) -> None:
    folder = played(alice)
    older, newer = pages_of(alice, folder)[:2]
    later = re.findall(r'value="(by:[\w-]+)"', alice.get(older).content.decode())
    assert write(alice, older, standing=later[0]).status_code == 302
    name = newer.rstrip("/").rpartition("/")[2]
    assert f"- Status: superseded by [{name}]({name}.md)" in text_at(alice, older)
    assert f"({older.rstrip('/').rpartition('/')[2]}.md)" in text_at(alice, newer)
    assert 'class="succession"' in alice.get(folder).content.decode()
    write(alice, older, standing="accepted")
    assert "- Status: accepted" in text_at(alice, older)
    assert "Supersedes" not in text_at(alice, newer)


def test_only_a_later_record_can_be_chosen_so_there_is_no_circle(alice: Person) -> None:
    folder = played(alice)
    first, last = pages_of(alice, folder)[0], pages_of(alice, folder)[-1]
    assert "by:j0-" in alice.get(first).content.decode()
    assert 'value="by:' not in alice.get(last).content.decode()
    assert write(alice, last, standing="by:j0-d0").status_code == 422


def test_what_was_proposed_holds_until_the_owner_says_otherwise(alice: Person) -> None:
    folder = played(alice, None)
    superseded = [u for u in pages_of(alice, folder) if "superseded by" in text_at(alice, u)]
    assert superseded
    url = superseded[0]
    write(alice, url, situation="nothing about the status")
    assert "- Status: superseded by" in text_at(alice, url)
    write(alice, url, standing="accepted")
    assert "- Status: accepted" in text_at(alice, url)


def test_another_choice_in_the_journey_keeps_the_words_of_its_record(alice: Person) -> None:
    player = Player(alice)
    player.start()
    page = player.play(until="j0-02")
    block: Any = player.pack.block("j0-d1")
    documented = block.documented or block.best
    player.answer(page, block, option=documented.id, reason="first")
    folder = f"/records/{player.enrolment.id}/"
    url = pages_of(alice, folder)[-1]
    write(alice, url, situation="kept words")
    other = next(option for option in block.options if option.id != documented.id)
    page = alice.get(f"/journeys/{player.enrolment.id}/j0-02/")
    player.answer(page, block, option=other.id, reason="second")
    text = text_at(alice, pages_of(alice, folder)[-1])
    assert "kept words" in text
    assert other.text in text.partition("Chosen option")[2]


def test_an_outsider_sees_a_404_and_changes_nothing(
    alice: Person, charlie: Person, stranger: Client
) -> None:
    url = pages_of(alice, played(alice))[0]
    sent = form_with_texts(alice, url) | {"situation": "not mine"}
    for who in (charlie.client, stranger):
        for tail in ("", "keep/", "share/", "share/1/"):
            assert who.post(url + tail, sent | {"days": "7"}).status_code == 404
    assert not DecisionRecord.objects.exists()


def test_the_shelf_holds_every_journey_of_the_learner_and_nobody_elses(
    alice: Person, charlie: Person, stranger: Client
) -> None:
    folder = played(alice)
    page = alice.get("/records/").content.decode()
    assert all(url in page for url in pages_of(alice, folder))
    for who in (charlie.client, stranger):
        assert folder not in who.get("/records/").content.decode()
        assert "You have no decision record yet" in who.get("/records/").content.decode()


def test_two_records_stand_beside_each_other(alice: Person, charlie: Person) -> None:
    folder = played(alice)
    one, other = (url.removeprefix("/records/").rstrip("/") for url in pages_of(alice, folder)[:2])
    query = {"a": other, "b": one}
    page = alice.get("/records/compare/", query).content.decode()
    assert page.count("Considered Options") == 2
    assert f'<option value="{other}" selected>' in page
    wrong = alice.get("/records/compare/", {"a": "nothing", "b": one})
    assert wrong.status_code == 422
    assert "One of these records is not yours or is not there" in wrong.content.decode()
    foreign = charlie.get("/records/compare/", query)
    assert foreign.status_code == 422
    assert "Considered Options" not in foreign.content.decode()


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("", "0001"),
        ("?start=0", "0000"),
        ("?start=42", "0042"),
        ("?start=10000", "10000"),
        ("?start=7&names=0003-a.md%0A0007-b.md%0Aindex.md", "0008"),
    ],
)
def test_numbers_go_on_where_the_readers_folder_ends(alice: Person, query: str, first: str) -> None:
    names = list(files_of(alice, played(alice), query))
    numbers = sorted(n[15:].partition("-")[0] for n in names if n.startswith("docs/decisions/0"))
    numbers = numbers or sorted(
        n[15:].partition("-")[0] for n in names if n.startswith("docs/decisions/1")
    )
    assert numbers[0] == first


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("start=x", "Start at x: write a whole number from 0 to 99999."),
        ("start=-1", "Start at -1: write a whole number"),
        ("start=99999", "the numbers must stay between 0 and 99999"),
        ("names=README.md", "None of these names starts with a number."),
        ("profile=word", "Take one of these layouts: universal, madr4, nygard."),
    ],
)
def test_an_export_that_cannot_be_made_gets_a_sentence(
    alice: Person, query: str, sentence: str
) -> None:
    folder = played(alice)
    for name in ("decisions.zip", "decisions.patch"):
        answer = alice.get(f"{folder}{name}?{query}")
        assert answer.status_code in (409, 422)
        assert sentence in answer.content.decode()


def test_each_layout_and_each_file_can_be_taken_alone(alice: Person) -> None:
    folder = played(alice)
    for profile, start in (("madr4", "---\n"), ("nygard", "# 1. "), ("universal", "# ")):
        files = files_of(alice, folder, f"?profile={profile}")
        record = next(text for name, text in files.items() if "/0001-" in name)
        assert record.startswith(start)
    kinds = {"0001-cost.csv": "text/csv", "decisions.json": "application/json"}
    for name, kind in kinds.items():
        answer = alice.get(f"{folder}{name}")
        assert answer.headers["Content-Type"].startswith(kind)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    patch = alice.get(f"{folder}decisions.patch").content.decode()
    assert patch.startswith("diff --git a/.adr-dir b/.adr-dir\nnew file mode 100644\n")


def test_the_record_hash_is_that_of_the_exported_manifest(alice: Person) -> None:
    folder = played(alice)
    manifest = files_of(alice, folder)["MANIFEST.sha256"]
    digest = hashlib.sha256(manifest.encode()).hexdigest()
    assert f'id="record-hash">{digest}<' in alice.get(folder).content.decode()
