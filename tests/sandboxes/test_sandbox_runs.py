"""A lab from its launch to its receipt, with a real child process; and what must not happen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from builders import NOW, enrolment, forms_in, published
from django.db.utils import IntegrityError
from django.test import Client
from django.utils import timezone
from lab_runs import LAB, do, launched, page, send, worked
from people import Person
from player import Player

from archlab.accounts.merging import move as merge
from archlab.domain.grading.state_checks import CHECKS
from archlab.jobs.models import Job
from archlab.sandboxes import actions, queries
from archlab.sandboxes.labs import EditRefused
from archlab.sandboxes.models import AppendOnly, CheckResult, RunEvent, SandboxRun
from archlab.sandboxes.states import LIVE, UNDER_WAY, WAYS, State
from archlab.sandboxes.verdicts import is_passed

CALLS = ("fix_tags", "scan_images", "keep_images")


def lab_of(run: SandboxRun) -> Any:
    return queries.lab_of(run)


def test_a_lab_is_launched_fails_is_mended_and_leaves_a_receipt(alice: Person) -> None:
    run = worked(launched(alice))
    assert (run.state, run.attempt, run.error) == (State.READY, 1, "")
    assert {one.status for one in queries.results_of(run)} == {"fail"}
    assert all(one.state == "verified" for one in queries.resources_of(run))
    shown = page(alice, run)
    assert "How to mend it" in shown
    for call in CALLS:
        assert do(alice, run, call).status_code == 303
        run = worked(run)
    assert [one.status for one in queries.results_of(run)] == ["pass"] * 3
    assert "Everything is as it should be." in page(alice, run)
    assert send(alice, run, "tear-down").status_code == 303
    run = worked(run)
    assert run.state == State.GONE
    assert run.receipt is not None
    assert run.receipt["left"] == []
    assert run.receipt["template"] == run.template_sha256
    assert set(run.receipt["checks"].values()) == {"pass"}
    assert {one.state for one in queries.resources_of(run)} == {"deleted"}
    assert "nothing is left" in page(alice, run)


def test_a_lab_of_a_journey_is_passed_when_it_is_right_and_torn_down(alice: Person) -> None:
    player = Player(alice)
    player.start()
    player.play(until="j0-03")
    alice.client.post(f"/sandboxes/in/{player.enrolment.id}/j0-03/l01/")
    run = worked(SandboxRun.objects.get())
    calls = ("integrate_route", "allow_api", "delete_old_logs")
    run.edits = [{"kind": "action", "action": call, "with": {}} for call in calls]
    run.save(update_fields=["edits"])
    send(alice, run, "edit", kind="set", place="function.arch", value="arm64")
    run = worked(run)
    assert {one.status for one in queries.results_of(run)} == {"pass"}
    passed = player.enrolment.events.filter(kind="passed")
    assert not passed.exists()
    assert "Tear it down now" in page(alice, run)
    send(alice, run, "tear-down")
    run = worked(run)
    assert passed.get().payload == run.receipt
    assert "The receipt below says so" in page(alice, run)


def test_a_receipt_has_both_inventories_and_can_be_downloaded(alice: Person) -> None:
    run = launched(alice)
    assert alice.client.get(f"/sandboxes/{run.uid}/receipt.json").status_code == 404
    run = worked(run)
    assert (run.receipt or {})["before"] == []
    assert (run.receipt or {})["after"] is None
    send(alice, run, "tear-down")
    run = worked(run)
    answer = alice.client.get(f"/sandboxes/{run.uid}/receipt.json")
    found = answer.json()
    assert (found["before"], found["after"], found["left"]) == ([], [], [])
    assert found["template"] == run.template_sha256
    assert found["lab"] == "lambda-to-fargate/l04"
    assert "receipt.json" in answer.headers["Content-Disposition"]


def test_what_a_source_did_and_nobody_recommends_is_never_counted() -> None:
    def found(check: str, status: str) -> CheckResult:
        return CheckResult(check_name=check, status=status)

    documented = [name for name, check in CHECKS.items() if not check.counts]
    assert set(documented) == {
        *("sticky_for_websocket", "alb_idle_120", "db_gp3", "db_graviton", "db_max_connections"),
    }
    right = found("tg_health_path", "pass")
    assert is_passed([right, *(found(name, "fail") for name in documented)])
    assert not is_passed([right, found("db_multi_az", "fail")])
    assert not is_passed([right, found("db_multi_az", "unknown")])
    assert not is_passed([])


def test_beside_what_is_documented_stands_what_speaks_against_it(alice: Person) -> None:
    published("vps-to-aws")
    alice.client.post("/sandboxes/vps-to-aws/fix-cost/launch/")
    run = worked(SandboxRun.objects.get())
    shown = page(alice, run)
    assert "Not as documented" in shown
    assert "Graviton is about a tenth cheaper" in shown
    assert "Moving the database to Graviton saves about 20" in shown


def test_what_is_wrong_is_told_after_the_first_attempt_alone(alice: Person) -> None:
    run = launched(alice)
    fault = lab_of(run).faults[0]
    assert fault.hint not in page(alice, run)
    assert fault.hint in page(alice, worked(run))


def test_launching_again_leads_to_the_run_that_stands(alice: Person) -> None:
    first = launched(alice)
    assert launched(alice).pk == first.pk
    assert Job.objects.count() == 1


def test_one_run_of_a_step_is_live_at_a_time(alice: Person) -> None:
    run = launched(alice)
    copy = {name: getattr(run, name) for name in ("learner", "scenario", "version", "step")}
    with pytest.raises(IntegrityError):
        SandboxRun.objects.create(
            **copy, block="other", region="x", created=NOW, changed=NOW, expires=NOW
        )


def test_a_run_moves_only_on_the_ways_that_there_are(alice: Person) -> None:
    run = launched(alice)
    for was in State:
        for to in State:
            SandboxRun.objects.filter(pk=run.pk).update(state=was)
            run.refresh_from_db()
            if to in WAYS[was]:
                assert actions.move(run, to=to, now=NOW)
            else:
                with pytest.raises(ValueError, match="no way"):
                    actions.move(run, to=to, now=NOW)
            assert SandboxRun.objects.get(pk=run.pk).state == (to if to in WAYS[was] else was)


def test_who_comes_second_moves_nothing(alice: Person) -> None:
    run = launched(alice)
    other = SandboxRun.objects.get(pk=run.pk)
    assert actions.move(run, to=State.VALIDATING, now=NOW)
    assert not actions.move(other, to=State.CANCELLED, now=NOW)
    assert SandboxRun.objects.get(pk=run.pk).state == State.VALIDATING


def test_every_state_has_its_ways_and_gone_has_none() -> None:
    assert set(WAYS) == set(State)
    assert WAYS[State.GONE] == frozenset()
    assert UNDER_WAY < LIVE


def test_another_learners_run_is_a_404_like_one_that_is_not_there(
    alice: Person, charlie: Person
) -> None:
    run = launched(alice)
    foreign = charlie.client.get(f"/sandboxes/{run.uid}/")
    missing = charlie.client.get(f"/sandboxes/{uuid4()}/")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    for act in ("edit", "again", "tear-down", "cancel", "close"):
        assert send(charlie, run, act).status_code == 404
    assert RunEvent.objects.filter(run=run).count() == 1


def test_a_run_that_waits_can_be_stopped(alice: Person) -> None:
    run = launched(alice)
    assert send(alice, run, "cancel").status_code == 303
    run.refresh_from_db()
    assert run.state == State.CANCELLED
    assert worked(run).attempt == 0


def test_an_expired_run_is_over_and_says_so(alice: Person) -> None:
    run = worked(launched(alice))
    late = timezone.now() + timedelta(minutes=61)
    assert actions.expire(now=late) == 1
    run.refresh_from_db()
    assert run.state == State.GONE
    refused = do(alice, run, "fix_tags")
    assert refused.status_code == 409
    assert "This run is over" in refused.content.decode()
    assert {one.state for one in queries.resources_of(run)} == {"discarded"}
    assert "The time of the run was over" in page(alice, run)


def test_a_run_with_time_left_does_not_expire(alice: Person) -> None:
    run = worked(launched(alice))
    assert actions.expire(now=run.expires - timedelta(seconds=1)) == 0


def test_old_runs_are_forgotten_after_ninety_days(alice: Person) -> None:
    run = launched(alice)
    send(alice, run, "cancel")
    actions.expire(now=timezone.now() + timedelta(days=91))
    assert not SandboxRun.objects.exists()


HOSTILE = [
    {"kind": "set", "place": "", "value": "1"},
    {"kind": "set", "place": "images", "value": "1"},
    {"kind": "set", "place": "nobody.gb", "value": "1"},
    {"kind": "set", "place": "images.__class__", "value": "1"},
    {"kind": "set", "place": "images.gb", "value": ""},
    {"kind": "set", "place": "images.gb", "value": "lots"},
    {"kind": "set", "place": "images.gb", "value": "1\n2"},
    {"kind": "set", "place": "images.gb", "value": "9" * 300},
    {"kind": "set", "place": "images.kept_images", "value": "${AWS::AccountId}"},
    {"kind": "action", "action": "delete_everything"},
    {"kind": "action", "action": "rotate_key"},
    {"kind": "action", "action": "keep_images", "with-images": "-1"},
    {"kind": "action", "action": "keep_images", "with-images": "x" * 500},
    {"kind": "action", "action": "keep_images", "with-resource": "Vpc", "with-shell": "rm"},
    {},
]


@pytest.mark.parametrize("sent", HOSTILE)
def test_a_hostile_change_is_refused_with_a_sentence_and_changes_nothing(
    alice: Person, sent: dict[str, str]
) -> None:
    run = launched(alice)
    SandboxRun.objects.filter(pk=run.pk).update(state=State.READY)
    run.refresh_from_db()
    before = run.template
    answer = send(alice, run, "edit", **sent)
    assert answer.status_code == 422
    assert 'id="edit-problem"' in answer.content.decode()
    run.refresh_from_db()
    assert (run.template, run.edits, run.state) == (before, [], State.READY)


def test_what_was_typed_into_a_refused_form_stays(alice: Person) -> None:
    run = launched(alice)
    SandboxRun.objects.filter(pk=run.pk).update(state=State.READY)
    data = {"kind": "set", "place": "images.gb", "value": "lots", "seen": 0}
    answer = alice.client.post(f"/sandboxes/{run.uid}/edit/", data)
    form = forms_in(answer.content.decode())["set"]
    assert dict(form.fields)["value"] == "lots"


def test_a_page_older_than_the_run_changes_nothing(alice: Person) -> None:
    run = worked(launched(alice))
    stale = do(alice, run, "fix_tags", seen=0)
    assert stale.status_code == 409
    run.refresh_from_db()
    assert (run.state, run.edits) == (State.READY, [])


def test_a_changed_parameter_is_deployed_and_its_difference_shown(alice: Person) -> None:
    run = worked(launched(alice))
    data = {"kind": "set", "place": "images.kept_images", "value": "3"}
    assert send(alice, run, "edit", **data).status_code == 303
    run = worked(run)
    assert (run.attempt, run.state) == (2, State.READY)
    shown = page(alice, run)
    assert "changed in place: LifecyclePolicy" in shown
    assert "images: kept_images is now 3" in shown


def test_the_template_is_downloaded_as_it_is_deployed(alice: Person) -> None:
    run = launched(alice)
    answer = alice.client.get(f"/sandboxes/{run.uid}/template.json")
    assert answer.content.decode() == run.template
    assert run.template_sha256[:12] in answer.headers["Content-Disposition"]


def test_a_page_that_has_seen_everything_is_told_so(alice: Person) -> None:
    run = launched(alice)
    address = f"/sandboxes/{run.uid}/"
    assert alice.client.get(address, {"after": queries.latest_seq(run)}).status_code == 204
    assert alice.client.get(address, {"after": 0}).status_code == 200


def test_without_a_worker_the_page_says_so_and_lets_the_learner_go_on(alice: Person) -> None:
    shown = page(alice, launched(alice))
    assert "No worker is running" in shown
    assert "Go on with the journey" in shown


def test_events_are_never_rewritten(alice: Person) -> None:
    event = RunEvent.objects.filter(run=launched(alice)).get()
    event.kind = "other"
    with pytest.raises(AppendOnly):
        event.save()
    with pytest.raises(AppendOnly):
        event.delete()


def test_sixty_attempts_an_hour_are_enough(alice: Person) -> None:
    run = worked(launched(alice))
    for number in range(59):
        actions.note(run, "edited", now=timezone.now() - timedelta(seconds=number))
    refused = do(alice, run, "fix_tags")
    assert refused.status_code == 429


def test_a_worker_that_died_leaves_an_attempt_that_begins_anew(alice: Person) -> None:
    run = launched(alice)
    SandboxRun.objects.filter(pk=run.pk).update(state=State.DEPLOYING, attempt=1)
    run = worked(run)
    assert (run.state, run.attempt) == (State.READY, 2)
    kinds = [event.kind for event in queries.events_of(run)]
    assert "interrupted" in kinds


def test_a_lab_in_a_step_leads_back_to_it(alice: Person) -> None:
    journey = enrolment(alice.learner)
    address = f"/sandboxes/in/{journey.id}/j0-15/l04/"
    assert alice.client.get(address).headers["Location"].endswith("/j0-15/")
    alice.client.post(address)
    run = SandboxRun.objects.get()
    assert run.enrolment == journey
    assert f"/journeys/{journey.id}/j0-15/" in page(alice, run)


@pytest.mark.django_db
def test_a_stranger_who_launches_becomes_a_guest(stranger: Client) -> None:
    published()
    answer = stranger.post(f"{LAB}launch/")
    assert stranger.get(answer.headers["Location"]).status_code == 200


def test_of_two_runs_in_one_step_the_accounts_own_stays(alice: Person, charlie: Person) -> None:
    guests, own = launched(alice), launched(charlie)
    merge(alice.learner, charlie.learner)
    assert SandboxRun.objects.get(pk=own.pk).state == State.QUEUED
    assert SandboxRun.objects.get(pk=guests.pk).state == State.GONE


def test_forty_changes_are_enough(alice: Person) -> None:
    run = launched(alice)
    edits = [{"kind": "action", "action": "fix_tags", "with": {}}] * 40
    SandboxRun.objects.filter(pk=run.pk).update(state=State.READY, edits=edits)
    with pytest.raises(EditRefused, match="40 changes"):
        actions.edit(run=run, change=edits[0], seen=0, now=timezone.now())
