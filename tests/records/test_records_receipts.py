"""What a lab told stands in the record of the decision of its step."""

from __future__ import annotations

import pytest
from django.utils import timezone
from people import Person
from player import Player
from record_desk import pages_of, text_at

from archlab.sandboxes.models import SandboxRun

pytestmark = pytest.mark.django_db
TOLD = {
    "template": "c" * 64,
    "attempt": 1,
    "made": 3,
    "passed": 1,
    "checks": {"runs_alone": "pass", "answers_in_time": "fail"},
    "left": [],
}


def lab_run(player: Player, step: str, receipt: object) -> SandboxRun:
    version, now = player.enrolment.version, timezone.now()
    return SandboxRun.objects.create(
        learner=player.enrolment.learner,
        scenario=version.scenario,
        version=version,
        enrolment=player.enrolment,
        step=step,
        block="j0-l01",
        state="gone",
        region="us-east-1",
        template="{}",
        template_sha256="c" * 64,
        receipt=receipt,
        created=now,
        changed=now,
        expires=now,
    )


@pytest.fixture
def player(alice: Person) -> Player:
    found = Player(alice)
    found.start()
    found.play(until="j0-03")
    return found


def record_of_step_two(alice: Person, player: Player) -> str:
    return text_at(alice, pages_of(alice, f"/records/{player.enrolment.id}/")[1])


def test_a_receipt_is_evidence_of_the_decision_of_its_step(alice: Person, player: Player) -> None:
    run = lab_run(player, "j0-02", TOLD)
    text = record_of_step_two(alice, player)
    assert "### Lab receipt" in text
    assert "Checks: 1 of 2 passed; failed: answers\\_in\\_time" in text
    assert "Left behind: 0 resources" in text
    assert f"run {run.uid}" in text
    assert "nothing ran in AWS" in text
    folder = f"/records/{player.enrolment.id}/"
    assert "### Lab receipt" not in text_at(alice, pages_of(alice, folder)[0])


def test_the_newest_run_of_a_lab_speaks(alice: Person, player: Player) -> None:
    lab_run(player, "j0-02", TOLD)
    lab_run(player, "j0-02", TOLD | {"passed": 2, "checks": {"a": "pass", "b": "pass"}})
    text = record_of_step_two(alice, player)
    assert text.count("### Lab receipt") == 1
    assert "Checks: 2 of 2 passed" in text


@pytest.mark.parametrize("left", [None, ["a bucket"]])
def test_what_was_left_is_said_or_said_not_to_be_known(
    alice: Person, player: Player, left: list[str] | None
) -> None:
    lab_run(player, "j0-02", TOLD | {"left": left})
    said = "not looked at" if left is None else "1 resources"
    assert f"Left behind: {said}" in record_of_step_two(alice, player)


def test_a_run_without_an_end_says_nothing(alice: Person, player: Player) -> None:
    lab_run(player, "j0-02", None)
    assert "### Lab receipt" not in record_of_step_two(alice, player)
