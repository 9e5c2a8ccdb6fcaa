"""Steps in a learner's own words: kept, changed, taken away, and shown where they help."""

from __future__ import annotations

from typing import Any

import builders
import pytest
import time_machine
from people import Person
from player import Player

from archlab.journeys.models import Explanation

URL = f"/words/{builders.J0}/j0-02/"


def reached(person: Person, until: str = "j0-03") -> Player:
    player = Player(person)
    player.start()
    player.play(until=until)
    return player


def form_of(person: Person) -> builders.Form:
    return builders.forms_in(person.get(URL).content.decode())["words"]


def write(person: Person, text: str) -> Any:
    return person.post(URL, {**form_of(person).sending(), "text": text}, follow=True)


def test_words_are_kept_and_shown_again(alice: Person) -> None:
    reached(alice)
    with time_machine.travel(builders.NOW, tick=False):
        page = write(alice, "One machine falls, all falls.\r\nA second one costs.")
    assert "Kept on 21 November 2026." in page.content.decode()
    assert Explanation.objects.get().text == "One machine falls, all falls.\nA second one costs."
    assert "One machine falls, all falls." in alice.get(URL).content.decode()


def test_the_same_words_twice_are_one_text_of_one_revision(alice: Person) -> None:
    reached(alice)
    form = form_of(alice)
    for _click in range(2):
        sent = alice.post(URL, {**form.sending(), "text": "It falls alone."})
        assert sent.status_code == 302
    assert Explanation.objects.get().revision == 1


def test_words_changed_in_another_tab_are_not_lost_and_neither_are_these(alice: Person) -> None:
    reached(alice)
    old = form_of(alice)
    write(alice, "Written in the first tab.")
    page = alice.post(URL, {**old.sending(), "text": "Written in the second tab."})
    shown = page.content.decode()
    assert page.status_code == 409
    assert "Written in the first tab." in shown
    assert "Written in the second tab." in shown
    assert Explanation.objects.get().text == "Written in the first tab."
    form = builders.forms_in(shown)["words"]
    alice.post(URL, {**form.sending(), "text": "Written in the second tab."})
    assert Explanation.objects.get().text == "Written in the second tab."


def test_an_empty_text_takes_the_words_away(alice: Person) -> None:
    reached(alice)
    write(alice, "Something.")
    write(alice, "  ")
    assert not Explanation.objects.exists()


@pytest.mark.parametrize(("length", "status"), [(2000, 302), (2001, 422)])
def test_words_have_a_length(alice: Person, length: int, status: int) -> None:
    reached(alice)
    text = "a\r\n" * 10 + "b" * (length - 20)
    page = alice.post(URL, {**form_of(alice).sending(), "text": text})
    assert page.status_code == status
    if status == 422:
        assert "Keep it to 2000 characters; these are 2001." in page.content.decode()
        assert "b" * 1981 in page.content.decode()
    assert Explanation.objects.count() == (status == 302)


def test_a_form_without_its_revision_is_asked_again(alice: Person) -> None:
    reached(alice)
    for revision in ("", "x", "-1"):
        page = alice.post(URL, {"text": "Typed all the same.", "revision": revision})
        assert page.status_code == 422
        assert "Typed all the same." in page.content.decode()


def test_what_was_typed_is_shown_as_text(alice: Person) -> None:
    reached(alice)
    page = write(alice, "<script>alert(1)</script> & <b>bold</b>")
    assert "<script>alert" not in page.content.decode()
    assert "&lt;b&gt;bold" in page.content.decode()


def test_only_who_came_to_a_step_explains_it(alice: Person, charlie: Person) -> None:
    reached(alice)
    assert charlie.get(URL).status_code == 404
    assert charlie.post(URL, {"text": "x", "revision": "0"}).status_code == 404
    for path in (f"/words/{builders.J0}/j0-09/", "/words/nothing/j0-02/"):
        assert alice.get(path).status_code == 404
    assert not Explanation.objects.exists()


def test_words_of_one_learner_are_nobody_elses(alice: Person, charlie: Person) -> None:
    reached(alice)
    write(alice, "Mine alone.")
    other = Player(charlie)
    other.start()
    other.play(until="j0-03")
    assert "Mine alone." not in charlie.get(URL).content.decode()


def test_a_finished_step_and_the_end_lead_to_the_words(alice: Person) -> None:
    player = reached(alice)
    write(alice, "It falls alone.")
    assert URL in alice.get(f"/journeys/{player.enrolment.id}/j0-02/").content.decode()
    page = player.play()
    assert page.request["PATH_INFO"].endswith("/end/")
    shown = page.content.decode()
    assert "It falls alone." in shown
    assert shown.count("/words/") == len(
        [
            s
            for s in player.pack.steps.values()
            if s.takeaway and s.id in player.pack.path_documented
        ]
    )


def test_the_record_of_a_decision_holds_the_words_of_its_step(alice: Person) -> None:
    player = reached(alice, until="j0-05")
    write(alice, "It *falls* alone.")
    page = alice.get(f"/records/{player.enrolment.id}/")
    names = {one for one in page.content.decode().split('"') if one.startswith("/records/")}
    texts = [alice.get(name).content.decode() for name in sorted(names) if name.endswith(".md")]
    assert len(texts) > 1
    holding = [text for text in texts if "In my own words:\n\nIt \\*falls\\* alone." in text]
    assert len(holding) >= 1
    assert len(holding) < len(texts)
