"""The record of a run: the folder, its pages, and words that somebody wrote to break them."""

from __future__ import annotations

import io
import re
from uuid import uuid4
from zipfile import ZIP_STORED, ZipFile

import pytest
from django.test import Client
from people import Person
from player import Player

from archlab.domain.pack import Decision
from archlab.domain.records.text import inline
from archlab.journeys.models import StepEvent

pytestmark = pytest.mark.django_db
HOSTILE = (
    "<script>alert(1)</script> [x](javascript:alert(2)) ![y](http://evil.example/z.png) "
    "`code` **bold** | # not a heading <!-- -->"
)


def player_at(person: Person, step: str | None) -> Player:
    player = Player(person)
    player.start()
    player.play(until=step)
    return player


def address(player: Player, tail: str = "") -> str:
    return f"/records/{player.enrolment.id}/{tail}"


def entries(person: Person, player: Player) -> dict[str, str]:
    """The pages of the folder, without what stands behind and beside them."""
    answer = person.get(address(player, "decisions.zip"))
    with ZipFile(io.BytesIO(answer.content)) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(r"docs/decisions/[^/]+", name)]
        return {name: archive.read(name).decode() for name in names}


def prototype(person: Person, player: Player) -> tuple[str, str]:
    """Path and text of the record of the decision that `decide` takes."""
    return next((path, text) for path, text in entries(person, player).items() if "/0002-" in path)


def decide(player: Player, reason: str) -> None:
    """Take the second decision of the journey with these words as its reason."""
    page = player.play(until="j0-02")
    block = player.pack.block("j0-d1")
    assert isinstance(block, Decision)
    option = (block.documented or block.best).id
    answer = player.answer(page, block, option=option, reason=reason)
    assert answer.status_code == 200


def test_the_folder_is_the_same_bytes_twice(alice: Person) -> None:
    player = player_at(alice, "j0-05")
    first = alice.get(address(player, "decisions.zip"))
    assert first.content == alice.get(address(player, "decisions.zip")).content
    assert first.headers["Content-Type"] == "application/zip"
    assert first.headers["Content-Disposition"] == 'attachment; filename="decisions.zip"'
    assert "no-store" in first.headers["Cache-Control"]


def test_the_folder_holds_one_page_per_decision_and_an_index(alice: Person) -> None:
    player = player_at(alice, None)
    stubs = [
        block
        for step in player.pack.path_documented
        for block in player.pack.steps[step].blocks
        if isinstance(block, Decision) and block.adr is not None
    ]
    names = list(entries(alice, player))
    assert names == sorted(names)
    assert names[-1] == "docs/decisions/index.md"
    numbers = [re.fullmatch(r"docs/decisions/(\d{4})-[a-z0-9-]+\.md", name) for name in names[:-1]]
    assert [int(found[1]) for found in numbers if found] == list(range(1, len(stubs) + 1))
    assert len(stubs) >= 9


def test_the_entries_are_plain_files_dated_by_the_newest_decision(alice: Person) -> None:
    player = player_at(alice, "j0-05")
    newest = StepEvent.objects.filter(block__startswith="j0-d").latest("id").at
    answer = alice.get(address(player, "decisions.zip"))
    with ZipFile(io.BytesIO(answer.content)) as archive:
        for entry in archive.infolist():
            assert entry.compress_type == ZIP_STORED
            assert entry.external_attr >> 16 == 0o100644
            assert entry.date_time[:3] == (newest.year, newest.month, newest.day)


def test_a_record_says_what_was_decided_why_and_what_stands_behind_it(alice: Person) -> None:
    player = Player(alice)
    player.start()
    decide(player, "We have no money and much time.")
    _path, text = prototype(alice, player)
    block = player.pack.block("j0-d1")
    assert isinstance(block, Decision)
    assert block.adr is not None
    assert block.documented is not None
    assert text.startswith(f"# {block.adr.title}\n")
    assert "- Status: accepted" in text
    assert "We have no money and much time." in text
    for option in block.options:
        assert inline(option.text) in text
    assert "prices-2026-11" in text
    assert player.pack.version[:12] in text


def test_the_page_is_made_of_the_text_that_is_exported(alice: Person) -> None:
    player = player_at(alice, "j0-05")
    listing = alice.get(address(player)).content.decode()
    exported = {path.rpartition("/")[2]: text for path, text in entries(alice, player).items()}
    for name, text in exported.items():
        if name != "index.md":
            assert address(player, name) in listing
            single = alice.get(address(player, name))
            assert single.content.decode() == text
            assert single.headers["Content-Type"] == "text/markdown; charset=utf-8"
            page = alice.get(address(player, f"{name.removesuffix('.md')}/"))
            assert page.status_code == 200
            assert "Considered Options" in page.content.decode()


def test_before_the_first_decision_there_is_a_sentence_and_no_folder(alice: Person) -> None:
    player = player_at(alice, "j0-01")
    page = alice.get(address(player))
    assert page.status_code == 200
    assert "You have not taken a decision yet" in page.content.decode()
    assert "decisions.zip" not in page.content.decode()
    assert alice.get(address(player, "decisions.zip")).status_code == 404


@pytest.mark.parametrize(
    "tail",
    ["9999-nothing/", "9999-nothing.md", "index.md", "..", "0001.md", "%00", "a%0d%0ab: c.md"],
)
def test_an_unknown_name_is_a_404_with_a_sentence(alice: Person, tail: str) -> None:
    response = alice.get(address(player_at(alice, "j0-03"), tail))
    assert response.status_code == 404
    assert '<p class="problem">' in response.content.decode()


def test_an_outsider_and_a_stranger_see_a_404(
    alice: Person, charlie: Person, stranger: Client
) -> None:
    player = player_at(alice, "j0-03")
    name = next(iter(entries(alice, player))).rpartition("/")[2]
    for tail in ("", "decisions.zip", name, f"{name.removesuffix('.md')}/"):
        assert alice.get(address(player, tail)).status_code == 200
        assert charlie.get(address(player, tail)).status_code == 404
        assert stranger.get(address(player, tail)).status_code == 404
        assert alice.get(f"/records/{uuid4()}/{tail}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_records_are_only_read(alice: Person, method: str) -> None:
    player = player_at(alice, "j0-03")
    for tail in ("", "decisions.zip"):
        assert getattr(alice.client, method)(address(player, tail)).status_code == 405


def test_hostile_words_are_shown_as_typed_and_do_nothing(alice: Person) -> None:
    player = Player(alice)
    player.start()
    decide(player, HOSTILE)
    path, text = prototype(alice, player)
    assert not re.search(r"(?<!\\)[<>`*#|!](?:script|code|not|\[)", text.partition("Decided")[0])
    assert r"\<script\>alert(1)\</script\> \[x\](javascript\:alert(2))" in text
    slug = path.rpartition("/")[2].removesuffix(".md")
    page = alice.get(address(player, f"{slug}/")).content.decode()
    assert "<script>alert" not in page
    assert "evil.example/z.png)" in page
    assert '<img src="http' not in page
    assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "**bold**" in page


@pytest.mark.parametrize(
    "reason", ["\x00", "a\x00b", "\u202egnp.exe", "\ue010", "\U0001d54f" * 500, "\r\n"]
)
def test_odd_words_never_break_a_record(alice: Person, reason: str) -> None:
    player = Player(alice)
    player.start()
    decide(player, reason)
    stored = StepEvent.objects.get(block="j0-d1").payload
    assert "\x00" not in str(stored.get("reason", ""))
    for text in entries(alice, player).values():
        assert not re.search(r"[\x00\u202e]", text)
    assert alice.get(address(player)).status_code == 200


def test_a_later_decision_on_the_same_part_supersedes_the_earlier_one(alice: Person) -> None:
    player = player_at(alice, None)
    files = {path.rpartition("/")[2]: text for path, text in entries(alice, player).items()}
    pairs: list[tuple[str, str]] = []
    for name, text in files.items():
        newer = re.search(r"[Ss]uperseded by \[[^\]]*\]\(([^)]+)\)", text)
        if newer:
            pairs.append((name, newer[1]))
    assert pairs
    for older, later in pairs:
        assert older < later
        assert older in files[later]
        assert "- Status: superseded" in files[older]
    assert alice.get(address(player)).content.decode().count("superseded by") == len(pairs)


def test_an_option_that_begins_with_the_drawing_of_before_supersedes_nothing(
    alice: Person,
) -> None:
    player = Player(alice, {"j0-d4": "gateway"})
    player.start()
    player.play(until="j0-06")
    texts = entries(alice, player)
    assert not [name for name, text in texts.items() if "- Status: superseded" in text]


def test_the_record_after_a_detour_keeps_the_choice_that_led_into_it(alice: Person) -> None:
    player = Player(alice, {"j0-d5": "strangle"})
    player.start()
    player.play(until="j0-08")
    assert "j0-06b" in player.seen
    (text,) = (text for name, text in entries(alice, player).items() if "exit-from" in name)
    assert 'Chosen option: "D: Move route by route, with old and new side by side"' in text
    assert "The source chose: Rewrite it without the framework, now." in text


def test_the_choice_that_led_into_a_detour_stays_in_the_record_and_at_the_end(
    alice: Person,
) -> None:
    player = Player(alice, slug="ec2-to-lambda", choices={"j2-d1": "containers", "j2-d2": "rest"})
    player.start()
    player.play()
    files = {path.rpartition("/")[2][:4]: text for path, text in entries(alice, player).items()}
    assert 'Chosen option: "C: Two small containers on Fargate"' in files["0001"]
    assert "The source chose: Functions behind an HTTP API." in files["0001"]
    assert "- Status: accepted" in files["0001"]
    end = alice.get(f"/journeys/{player.enrolment.id}/end/").content.decode()
    assert "Two small containers on Fargate" in end


def test_without_a_reason_the_consequence_goes_on_in_the_middle_of_the_sentence(
    alice: Person,
) -> None:
    player = Player(alice)
    player.start()
    decide(player, "")
    _path, text = prototype(alice, player)
    assert re.search(r'", because [a-z]', text)


def test_changing_ones_mind_leaves_one_record_with_the_new_choice(alice: Person) -> None:
    player = Player(alice)
    player.start()
    decide(player, "first thought")
    block = player.pack.block("j0-d1")
    assert isinstance(block, Decision)
    other = next(option for option in block.options if not option.documented)
    page = alice.get(f"/journeys/{player.enrolment.id}/j0-02/")
    player.answer(page, block, option=other.id, reason="second thought")
    files = entries(alice, player)
    assert len(files) == 3
    text = "".join(files.values())
    assert "second thought" in text
    assert "first thought" not in text


def test_the_pages_of_a_record_cost_a_bounded_number_of_queries(
    alice: Person, django_assert_max_num_queries: object
) -> None:
    player = player_at(alice, "j0-05")
    url = address(player)
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert alice.get(url).status_code == 200
