"""A lab that was passed: what it counts for, whose it is, and that nobody needs it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import NOW, enrolment, pack
from people import Person
from player import Player

from archlab.accounts.merging import move as merge
from archlab.domain.pack.standing import standings
from archlab.journeys.actions import pass_lab
from archlab.journeys.models import Enrolment, StepEvent
from archlab.journeys.queries import play_of, runs

RECEIPT: dict[str, object] = {
    "lab": "lambda-to-fargate/l01",
    "target": "embedded",
    "template": "ab" * 32,
    "passed": 4,
    "before": [],
    "after": [],
}


def at_the_lab(person: Person) -> Player:
    """Beyond the third step, on which the first lab stands."""
    player = Player(person)
    player.start()
    player.play(until="j0-04")
    return player


def passed(run: Enrolment, **more: object) -> StepEvent | None:
    return pass_lab(enrolment=run, step="j0-03", block="l01", receipt={**RECEIPT, **more}, now=NOW)


def fresh(run: Enrolment) -> Enrolment:
    return runs().get(pk=run.pk)


def test_a_passed_lab_counts_for_its_objective_and_not_for_the_score(alice: Person) -> None:
    run = fresh(at_the_lab(alice).enrolment)
    total = play_of(run).total
    assert {one.labs for one in standings(play_of(run))} == {0}
    event = passed(run)
    assert event is not None
    play = play_of(fresh(run))
    assert {one.objective.id: one.labs for one in standings(play) if one.labs} == {
        "predict-cold-starts": 1
    }
    assert play.total == total
    assert play.answer("l01") == RECEIPT


def test_the_first_receipt_stays(alice: Person) -> None:
    run = fresh(at_the_lab(alice).enrolment)
    assert passed(run) is not None
    assert passed(run, template="cd" * 32) is None
    assert play_of(fresh(run)).answer("l01") == RECEIPT


@pytest.mark.parametrize(("step", "block"), [("j0-15", "l04"), ("j0-03", "j0-03q1"), ("x", "l01")])
def test_what_is_ahead_or_no_lab_is_not_passed(alice: Person, step: str, block: str) -> None:
    run = fresh(at_the_lab(alice).enrolment)
    given = {"step": step, "block": block, "receipt": RECEIPT, "now": NOW}
    assert pass_lab(enrolment=run, **given) is None  # type: ignore[arg-type]
    assert not run.events.filter(kind=StepEvent.Kind.PASSED).exists()


def test_the_map_and_the_step_say_that_a_lab_was_passed(alice: Person) -> None:
    run = fresh(at_the_lab(alice).enrolment)
    address = f"/journeys/{run.id}/"
    assert "1 lab passed" not in alice.get(address).content.decode()
    passed(run)
    assert "1 lab passed" in alice.get(address).content.decode()
    assert "You have passed this lab" in alice.get(f"{address}j0-03/").content.decode()


def test_a_journey_is_finished_with_every_point_and_without_a_sandbox(alice: Person) -> None:
    player = Player(alice)
    player.start()
    player.play()
    play = play_of(fresh(player.enrolment))
    assert play.finished
    assert play.total is not None
    assert not player.enrolment.events.filter(kind=StepEvent.Kind.PASSED).exists()


def test_a_guests_passed_lab_comes_into_the_account(alice: Person, charlie: Person) -> None:
    run = fresh(at_the_lab(alice).enrolment)
    passed(run)
    merge(alice.learner, charlie.learner)
    theirs = runs().get(learner=charlie.learner)
    assert play_of(theirs).answer("l01") == RECEIPT


def test_the_record_of_the_step_names_the_receipt(alice: Person) -> None:
    player = Player(alice)
    player.start()
    player.play(until="j0-11")
    run = fresh(player.enrolment)
    names = [one.step for one in play_of(run).decisions]
    step = pack()[0].step_of["l02"].id
    assert step in names
    receipt = {
        **RECEIPT,
        "lab": "lambda-to-fargate/l02",
        "checks": {"a": "pass", "b": "fail"},
        "left": ["x"],
    }
    later = NOW + timedelta(hours=1)
    assert pass_lab(enrolment=run, step=step, block="l02", receipt=receipt, now=later)
    pages = alice.get(f"/records/{run.id}/decisions.zip").content.decode(errors="replace")
    assert "- Lab: lambda-to-fargate/l02, " in pages
    assert "nothing ran in AWS" in pages
    assert "- Checks: 1 of 2 passed; failed: b" in pages
    assert "- Left behind: 1 resources" in pages


def test_a_run_that_never_reached_the_step_takes_no_receipt(alice: Person) -> None:
    run = enrolment(alice.learner)
    assert passed(fresh(run)) is None
