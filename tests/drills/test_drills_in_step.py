from __future__ import annotations

import builders
import nights
import player as player_of_journeys
import pytest
from nights import DRILL, SLUG, STEP, Player, arrived, opened
from people import Person

from archlab.drills import actions
from archlab.drills.models import DrillRun
from archlab.drills.queries import key_for, run_of
from archlab.journeys import moves
from archlab.journeys.models import Enrolment, StepEvent
from archlab.journeys.queries import play_of, runs
from archlab.journeys.runs import newer_version

pytestmark = pytest.mark.django_db


def test_the_step_shows_the_briefing_and_waits_for_the_night(alice: Person) -> None:
    enrolment = arrived(alice)
    page = alice.get(f"/journeys/{enrolment.pk}/{STEP}/").content.decode()
    assert "The disk of the only host is full." in page
    assert "Open the night" in page
    assert [secret for secret in nights.SECRETS if secret in page] == []
    on = f"/journeys/{enrolment.pk}/{STEP}/on/"
    assert alice.post(on, {"key": ""}).status_code == 409
    assert play_of(enrolment).undone(STEP)


def test_a_closed_night_is_the_answer_of_its_block_once(alice: Person) -> None:
    enrolment = arrived(alice)
    player = opened(alice, enrolment)
    player.play("open:usage", "act:truncate")
    assert not StepEvent.objects.filter(block=DRILL).exists()
    over = player.response
    player.close(cause="logs", prevention=["rotate"])
    player.response = over
    player.close(cause="logs", prevention=["rotate"])
    event = StepEvent.objects.get(block=DRILL)
    assert event.payload == {
        "moves": [
            {"kind": "open", "id": "usage"},
            {"kind": "act", "id": "truncate"},
            {"kind": "name", "id": "logs"},
            {"kind": "prevent", "id": "rotate"},
        ],
        "flags": {"alarms": False, "backups": "here", "colour": False, "rotation": False},
    }
    play = play_of(enrolment)
    assert play.done(STEP)
    assert play.score(DRILL) == 1
    assert play.flags["rotation"] is True
    assert (
        "Your best night so far: 100 of 100"
        in alice.get(f"/journeys/{enrolment.pk}/{STEP}/").content.decode()
    )


def test_a_lost_night_with_nothing_said_is_an_answer_too(alice: Person) -> None:
    enrolment = arrived(alice)
    player = opened(alice, enrolment)
    player.play("stop")
    player.close()
    assert play_of(enrolment).done(STEP)
    assert play_of(enrolment).score(DRILL) == 0


def test_the_flags_of_the_choices_reach_the_night(alice: Person) -> None:
    player = opened(alice, arrived(alice, option="half-gig"))
    assert DrillRun.objects.get().flags["alarms"] is True
    assert "The alarm woke you early." in player.text


def test_the_best_night_counts_and_a_worse_one_takes_nothing(alice: Person) -> None:
    enrolment = arrived(alice)
    player = opened(alice, enrolment)
    player.play("open:usage", "act:truncate")
    player.close(cause="logs")
    best = play_of(enrolment).score(DRILL)
    player.response = alice.post(f"/drills/runs/{player.run.pk}/again/", follow=True)
    player.play("act:drop")
    player.close()
    assert StepEvent.objects.filter(block=DRILL).count() == 2
    assert play_of(enrolment).score(DRILL) == best > 0


def test_a_night_alone_leaves_the_journey_as_it_is(alice: Person) -> None:
    enrolment = arrived(alice)
    player = Player(alice)
    player.alone()
    player.play("stop")
    player.close()
    assert not StepEvent.objects.filter(block=DRILL).exists()
    assert not play_of(enrolment).done(STEP)


def test_the_answer_of_a_drill_cannot_be_sent_past_its_night(alice: Person) -> None:
    enrolment = arrived(alice)
    answer = f"/journeys/{enrolment.pk}/{STEP}/{DRILL}/answer/"
    assert alice.post(answer, {"moves": "[]", "flags": "{}"}).status_code == 404
    assert not StepEvent.objects.filter(block=DRILL).exists()


def test_a_night_is_not_opened_before_its_step(alice: Person, charlie: Person) -> None:
    nights.published()
    alice.post(f"/scenarios/{SLUG}/start/")
    enrolment = Enrolment.objects.get()
    door = f"/drills/in/{enrolment.pk}/{STEP}/{DRILL}/"
    assert alice.post(door).status_code == 409
    assert charlie.post(door).status_code == 404
    assert alice.post(f"/drills/in/{enrolment.pk}/{STEP}/none/").status_code == 404
    assert alice.post(f"/drills/in/{enrolment.pk}/none/{DRILL}/").status_code == 404
    assert alice.post(f"/drills/in/{enrolment.pk}/task-size/pick-size/").status_code == 404
    assert alice.get(door).status_code == 405
    assert not DrillRun.objects.exists()


def test_two_doors_lead_to_one_night(alice: Person) -> None:
    enrolment = arrived(alice)
    first, second = opened(alice, enrolment), opened(alice, enrolment)
    assert first.run == second.run


def test_a_night_that_cannot_become_an_answer_is_not_closed(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are one transaction."""
    enrolment = arrived(alice)
    player = opened(alice, enrolment)
    player.play("stop")
    run = run_of(alice.visitor, player.run.pk)

    def broken(**_given: object) -> None:
        raise OSError

    monkeypatch.setattr("archlab.journeys.actions.answer", broken)
    with pytest.raises(OSError, match=r"^$"):
        actions.close(run=run, moves=[], key=key_for(run, 2), now=builders.NOW)
    assert DrillRun.objects.get().ended is None
    assert run.turns.count() == 1


def test_a_journey_of_another_version_takes_no_answer_of_the_old_one(alice: Person) -> None:
    enrolment = arrived(alice)
    player = opened(alice, enrolment)
    player.play("stop")
    enrolment.version = builders.published()
    enrolment.save()
    player.close(cause="logs")
    assert player.response.status_code == 200
    assert "does not count there" in player.text
    assert not StepEvent.objects.filter(block=DRILL).exists()


@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_a_night_counts_although_words_were_mended_meanwhile(alice: Person, when: str) -> None:
    enrolment = arrived(alice)
    if when == "before":
        nights.published_with("A night on call.", "A night on duty.")
    player = opened(alice, enrolment)
    if when == "during":
        nights.published_with("A night on call.", "A night on duty.")
    player.play("open:usage", "act:truncate")
    if when == "after":
        nights.published_with("A night on call.", "A night on duty.")
        enrolment.refresh_from_db()
        enrolment.version = newer_version(enrolment) or enrolment.version
        enrolment.save()
    player.close(cause="logs")
    assert "does not count there" not in player.text
    assert StepEvent.objects.filter(block=DRILL).count() == 1
    again = actions.start_again(run=run_of(alice.visitor, player.run.pk), now=builders.NOW)
    assert again.enrolment == enrolment


def test_after_a_move_the_step_opens_a_night_that_counts(alice: Person) -> None:
    enrolment = arrived(alice)
    waiting = opened(alice, enrolment).run
    actions.give_up(enrolment=enrolment, drill=DRILL)
    newer = nights.published_with(
        "anger: {label: Anger of the customers, initial: 1",
        "anger: {label: Anger of the customers, initial: 2",
    )
    enrolment = runs().get(pk=enrolment.pk)
    moves.move(
        enrolment=enrolment, to=newer, key=moves.move_key(enrolment, newer), now=builders.NOW
    )
    player = opened(alice, enrolment)
    assert player.run != waiting
    assert opened(alice, enrolment).run == player.run
    player.play("open:usage", "act:truncate")
    player.close(cause="logs")
    assert StepEvent.objects.get(block=DRILL).version == newer


def test_the_whole_scenario_can_be_played_with_its_drill(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builders, "pack", lambda _slug: nights.pack())
    player = player_of_journeys.Player(alice, slug=SLUG)
    player.start()
    player.play()
    assert player.seen == ["task-size", STEP, "bill-bench"]
    assert play_of(player.enrolment).score(DRILL) == 1
