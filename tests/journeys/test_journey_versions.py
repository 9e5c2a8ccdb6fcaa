"""A learner keeps their version; a newer one is offered, previewed, moved to and undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import builders
import pytest
import time_machine
import version_desk as desk
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from people import Person
from player import Player

from archlab.catalog.models import ScenarioVersion
from archlab.journeys.models import Enrolment, Kept, Move, StepEvent
from archlab.journeys.queries import enrolment_of, play_of
from archlab.records.queries import records_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def player(alice: Person) -> Player:
    """Somebody who plays the shipped pack and has come to its third step."""
    player = Player(alice)
    player.start()
    player.play(until="j0-03")
    return player


def path(player: Player, rest: str = "") -> str:
    return f"/journeys/{player.enrolment.id}/{rest}"


def page(player: Player, rest: str) -> str:
    response = player.person.get(path(player, rest))
    assert response.status_code == 200
    content: str = response.content.decode()
    return content


def sent(player: Player, act: str, at: str = "version/") -> Any:
    """Press the button of a form as it stands on a page."""
    action = path(player, f"version/{act}/")
    form = builders.forms_in(page(player, at))[action]
    return player.person.post(action, form.sending())


def events() -> list[tuple[object, ...]]:
    return list(StepEvent.objects.order_by("id").values_list())


def state(player: Player) -> tuple[object, ...]:
    play = play_of(enrolment_of(player.person.visitor, player.enrolment.id))
    blocks = list(play.pack.step_of)
    return (
        play.pack.version,
        play.step,
        play.visited,
        play.architecture,
        play.total,
        [(play.attempts(one), play.hints(one), play.answer(one)) for one in blocks],
    )


def text_of(response: Any) -> str:
    content: str = response.content.decode()
    return content


# ---- words alone


def test_mended_words_are_read_at_once_and_reading_writes_nothing(player: Player) -> None:
    newer = desk.publish_edited(desk.TYPO)
    before = (Enrolment.objects.values().get(), events())
    assert "careless on the way" in page(player, "j0-01/")
    here = page(player, "j0-03/")
    assert "The words of this journey were mended: you read version 2 now" in here
    assert "See what would happen" not in here
    assert (Enrolment.objects.values().get(), events()) == before
    player.play(until="j0-04")
    assert player.enrolment.version == newer
    assert StepEvent.objects.latest("id").version == newer
    assert StepEvent.objects.earliest("id").version.number == 1
    assert "were mended" not in page(player, "j0-04/")


def test_a_form_from_before_the_mending_is_still_good(player: Player) -> None:
    response = player.person.get(path(player, "j0-03/"))
    desk.publish_edited(desk.TYPO)
    block = next(b for b in player.pack.steps["j0-03"].blocks if b.points)
    assert player.answer(response, block).status_code == 200  # type: ignore[arg-type]
    assert StepEvent.objects.latest("id").block == block.id


def test_mended_words_are_read_below_a_version_that_changes_more(player: Player) -> None:
    desk.publish_edited(desk.TYPO)
    desk.publish_edited(desk.TYPO, desk.ADDED)
    assert "careless on the way" in page(player, "j0-01/")
    here = page(player, "j0-03/")
    assert "You are in version 2; version 3 is out." in here


# ---- the offer


def test_a_newer_version_is_offered_where_the_learner_stands_and_on_the_map(
    player: Player,
) -> None:
    desk.publish_edited(desk.ADDED, desk.RESCORED)
    assert "There is a newer version of this journey" in page(player, "j0-03/")
    assert "Changes behind you: 2. Ahead of you: 0." in page(player, "j0-03/")
    assert "There is a newer version of this journey" in page(player, "")
    assert "There is a newer version" not in page(player, "j0-02/")
    assert player.enrolment.version.number == 1


def test_who_keeps_their_version_is_asked_once_for_each_newer_one(player: Player) -> None:
    desk.publish_edited(desk.ADDED)
    for _twice in range(2):
        sent(player, "keep")
    assert Kept.objects.count() == 1
    assert "There is a newer version" not in page(player, "j0-03/")
    assert "Version 2 is out" in page(player, "")
    assert not Move.objects.exists()
    desk.publish_edited(desk.ADDED, desk.RESCORED)
    assert "There is a newer version" in page(player, "j0-03/")


def test_without_a_newer_version_the_page_says_so(player: Player) -> None:
    assert "There is no newer version that changes more than words" in page(player, "version/")


def test_the_plan_says_what_would_happen_to_each_answer(player: Player) -> None:
    desk.publish_edited(desk.ADDED, desk.RESCORED, desk.OPTION_GONE, desk.RENAMED)
    shown = page(player, "version/")
    assert "carried over and judged by the new rules" in shown
    assert "new, optional for you" in shown
    assert "Which of the two meters ends the zero?" in shown
    assert "You will stand where you are: “" in shown
    assert "70 %" in shown
    assert "90 %" in shown
    assert not Move.objects.exists()


# ---- moving


def test_a_move_keeps_the_answers_and_offers_the_way_back(player: Player) -> None:
    newer = desk.publish_edited(desk.ADDED, desk.RESCORED, desk.RENAMED)
    before = events()
    response = sent(player, "move")
    assert response.headers["Location"] == path(player, "resume/")
    assert player.enrolment.version == newer
    assert events() == before
    here = page(player, "j0-03/")
    assert "You are in version 2 now" in here
    assert "Go back to version 1" in here
    play = play_of(enrolment_of(player.person.visitor, player.enrolment.id))
    assert play.attempts("j0-01-quarrel")
    assert str(play.score("j0-d1")) == "0.9"
    assert "Which of the two meters ends the zero?" in page(player, "j0-02/")


def test_a_move_and_its_undoing_leave_everything_as_it_was(player: Player) -> None:
    before = (state(player), events())
    desk.publish_edited(desk.ADDED, desk.RESCORED, without_fourth=True)
    sent(player, "move")
    moved = state(player)
    player.play(until="j0-05")
    later = events()
    assert moved != before[0]
    assert len(later) > len(before[1])
    sent(player, "undo")
    assert state(player) == before[0]
    assert events() == later
    assert later[: len(before[1])] == before[1]
    assert [(one.origin.number, one.target.number) for one in Move.objects.all()] == [
        (1, 2),
        (2, 1),
    ]


def test_after_going_back_the_same_questions_can_be_answered_again(player: Player) -> None:
    desk.publish_edited(desk.ADDED)
    sent(player, "move")
    answer_next(player)
    sent(player, "undo")
    answer_next(player)
    last = StepEvent.objects.order_by("-id")[:2]
    assert [one.block for one in last] == [last[0].block] * 2
    assert [one.epoch for one in last] == [2, 1]
    assert [one.version.number for one in last] == [1, 2]
    assert len(play_of(enrolment_of(player.person.visitor, player.enrolment.id)).visited) == 3


def answer_next(player: Player) -> None:
    response = player.person.get(path(player, "resume/"), follow=True)
    step = player.pack.steps["j0-03"]
    block = next(b for b in step.blocks if b.points)
    assert player.answer(response, block).status_code == 200  # type: ignore[arg-type]


def test_two_clicks_on_move_are_one_move(player: Player) -> None:
    desk.publish_edited(desk.ADDED)
    action = path(player, "version/move/")
    form = builders.forms_in(page(player, "version/"))[action]
    for _click in range(2):
        assert player.person.post(action, form.sending()).status_code == 302
    assert Move.objects.count() == 1


def test_a_plan_of_before_the_last_answer_is_refused(player: Player) -> None:
    desk.publish_edited(desk.ADDED)
    action = path(player, "version/move/")
    form = builders.forms_in(page(player, "version/"))[action]
    answer_next(player)
    response = player.person.post(action, form.sending())
    assert response.status_code == 409
    assert "look at what would happen now" in text_of(response)
    assert not Move.objects.exists()
    assert player.enrolment.version.number == 1


def test_a_plan_for_a_version_that_is_not_the_newest_any_more_is_refused(player: Player) -> None:
    desk.publish_edited(desk.ADDED)
    action = path(player, "version/move/")
    form = builders.forms_in(page(player, "version/"))[action]
    desk.publish_edited(desk.ADDED, desk.RESCORED)
    assert player.person.post(action, form.sending()).status_code == 409
    assert not Move.objects.exists()


def test_a_form_of_before_the_move_is_stale_in_the_other_tab(player: Player) -> None:
    block = next(b for b in player.pack.steps["j0-03"].blocks if b.points)
    other_tab = player.person.get(path(player, "j0-03/"))
    form = builders.forms_in(text_of(other_tab))[f"form-{block.id}"]
    desk.publish_edited(desk.ADDED)
    sent(player, "move")
    before = events()
    given = {**form.sending(), **player._given(block)}  # type: ignore[arg-type]
    assert player.person.post(form.action, given).status_code == 409
    assert events() == before


@pytest.mark.parametrize(
    "data", [{}, {"key": "x"}, {"version": "0" * 64, "key": "x"}, {"version": "\x00"}]
)
def test_a_tampered_move_writes_nothing(player: Player, data: dict[str, str]) -> None:
    newer = desk.publish_edited(desk.ADDED)
    known = {"version": newer.sha256, **data}
    assert player.person.post(path(player, "version/move/"), known).status_code in (404, 409)
    assert player.person.post(path(player, "version/undo/"), data).status_code == 409
    assert player.person.post(path(player, "version/keep/"), data).status_code == 404
    assert not Move.objects.exists()
    assert not Kept.objects.exists()


def test_who_stood_on_a_removed_step_is_told_where_they_will_stand(player: Player) -> None:
    player.play(until="j0-04")
    desk.publish_edited(without_fourth=True)
    assert "is gone. You will stand at" in page(player, "version/")
    assert sent(player, "move").status_code == 302
    response = player.person.get(path(player, "resume/"))
    assert response.headers["Location"] == path(player, "j0-03/")
    assert player.person.get(path(player, "j0-04/")).status_code == 404


@pytest.mark.parametrize(
    "edits", [(desk.ADDED,), (desk.RESCORED,), (desk.RENAMED,), (desk.OPTION_GONE,)]
)
def test_after_each_usual_edit_the_journey_can_be_played_to_its_end(
    alice: Person, edits: tuple[desk.Edit, ...]
) -> None:
    player = Player(alice, choices={"j0-d0": "cheap"})
    player.start()
    player.play(until="j0-06")
    desk.publish_edited(*edits)
    sent(player, "move")
    assert player.play().status_code == 200
    play = play_of(enrolment_of(alice.visitor, player.enrolment.id))
    assert play.finished
    assert play.passed
    assert player.person.get(path(player, "")).status_code == 200


# ---- going back


def test_a_move_can_be_taken_back_for_30_days(player: Player) -> None:
    desk.publish_edited(desk.ADDED)
    with time_machine.travel(builders.NOW, tick=False):
        sent(player, "move")
        action = path(player, "version/undo/")
        form = builders.forms_in(page(player, "version/"))[action]
    with time_machine.travel(builders.NOW + timedelta(days=30, seconds=1), tick=False):
        assert "Go back to version 1" not in page(player, "version/")
        assert player.person.post(action, form.sending()).status_code == 409
    assert player.enrolment.version.number == 2
    with time_machine.travel(builders.NOW + timedelta(days=30), tick=False):
        for _click in range(2):
            assert player.person.post(action, form.sending()).status_code == 302
    assert player.enrolment.version.number == 1
    assert Move.objects.count() == 2


def test_moves_are_undone_one_by_one_and_can_be_made_again(player: Player) -> None:
    first = state(player)
    desk.publish_edited(desk.ADDED)
    sent(player, "move")
    second = state(player)
    desk.publish_edited(desk.ADDED, desk.RESCORED)
    sent(player, "move")
    third = state(player)
    sent(player, "undo")
    assert state(player) == second
    sent(player, "undo")
    assert state(player) == first
    sent(player, "move")
    assert state(player) == third
    sent(player, "undo")
    assert state(player) == first


# ---- the end


def test_a_finished_journey_stays_in_its_version_and_says_which(alice: Person) -> None:
    player = Player(alice)
    player.start()
    assert player.play().status_code == 200
    newer = desk.publish_edited(desk.TYPO, desk.ADDED)
    assert "version 1" in page(player, "end/")
    assert "careless in between" in page(player, "j0-01/")
    for at in ("", "end/", "j0-15/"):
        assert "There is a newer version" not in page(player, at)
    assert "it stays in its version" in page(player, "version/")
    data = {"version": newer.sha256, "key": "x"}
    assert player.person.post(path(player, "version/move/"), data).status_code == 409
    assert player.enrolment.version.number == 1
    record = alice.get(f"/records/{player.enrolment.id}/", follow=True)
    assert record.status_code == 200


def test_somebody_who_starts_now_gets_the_newest_version(player: Player, charlie: Person) -> None:
    newer = desk.publish_edited(desk.ADDED)
    charlie.post(f"/scenarios/{player.slug}/start/")
    assert Enrolment.objects.get(learner=charlie.learner).version == newer
    assert player.enrolment.version.number == 1


def test_a_record_follows_its_decision_and_names_the_version_that_is_read(
    alice: Person,
) -> None:
    with time_machine.travel(builders.NOW, tick=False):
        player = Player(alice)
        player.start()
        player.play(until="j0-03")
    desk.publish_edited(desk.TYPO)
    read = records_of(enrolment_of(alice.visitor, player.enrolment.id))
    assert {one.date for one in read} == {builders.NOW.date()}
    assert {one.evidence.scenario_version for one in read} == {"2"}
    desk.publish_edited(desk.TYPO, desk.RENAMED_DECISION)
    with time_machine.travel(builders.NOW + timedelta(days=3), tick=False):
        sent(player, "move")
        moved = records_of(enrolment_of(alice.visitor, player.enrolment.id))
    assert [(one.title, one.date) for one in moved] == [(one.title, one.date) for one in read]
    assert {one.evidence.scenario_version for one in moved} == {"3"}


# ---- who may


@pytest.mark.parametrize("rest", ["version/", "version/move/", "version/undo/", "version/keep/"])
def test_an_outsider_sees_a_404_and_changes_nothing(
    player: Player, charlie: Person, stranger: Client, rest: str
) -> None:
    newer = desk.publish_edited(desk.ADDED)
    for client in (charlie.client, stranger):
        ask = client.get if rest == "version/" else client.post
        assert ask(path(player, rest), {"version": newer.sha256}).status_code == 404
    assert not Move.objects.exists()
    assert not Kept.objects.exists()


@pytest.mark.parametrize(
    ("rest", "method"),
    [("version/", "post"), ("version/move/", "get"), ("version/undo/", "get")],
)
def test_the_wrong_method_is_refused(player: Player, rest: str, method: str) -> None:
    ask = getattr(player.person, method)
    assert ask(path(player, rest)).status_code == 405


# ---- what the database keeps


@pytest.mark.parametrize(
    "change",
    [{"content": b"other"}, {"sha256": "0" * 64}, {"number": 9}, {"status": "draft"}],
)
def test_the_database_refuses_to_change_a_published_version(change: dict[str, object]) -> None:
    version = builders.published()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        ScenarioVersion.objects.filter(pk=version.pk).update(**change)
    version.refresh_from_db()
    assert (version.number, version.status) == (1, "published")


def test_a_draft_may_change_and_a_published_version_may_be_deprecated() -> None:
    version = builders.published()
    ScenarioVersion.objects.filter(pk=version.pk).update(status="deprecated")
    draft = ScenarioVersion.objects.create(
        scenario=version.scenario,
        number=2,
        sha256="1" * 64,
        status="draft",
        content=b"first",
        created=builders.NOW,
    )
    assert ScenarioVersion.objects.filter(pk=draft.pk).update(content=b"second") == 1


def test_a_version_that_a_run_or_an_answer_names_is_never_deleted(player: Player) -> None:
    old = player.enrolment.version
    desk.publish_edited(desk.ADDED)
    sent(player, "move")
    with pytest.raises(ProtectedError):
        old.delete()


def test_a_deprecated_version_is_still_played(player: Player) -> None:
    ScenarioVersion.objects.filter(pk=player.enrolment.version_id).update(status="deprecated")
    assert "<h1>" in page(player, "j0-03/")
