"""A launch in a real account through pages, rows, jobs and the clock; AWS is emulated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aws_account import (
    ACCOUNT,
    OTHER,
    REGION,
    ROLE,
    SECRET,
    Account,
    Site,
    emulated,
    learner_with_second_factor,
    operator_with_mail,
)
from django.core import mail
from django.db.utils import IntegrityError
from people import Person, member

from archlab.jobs.models import Job
from archlab.sandboxes.aws.launched import Stage
from archlab.sandboxes.models import AppendOnly, AwsConnection, AwsEvent, AwsRun, SandboxRun
from archlab.sandboxes.real import actions, queries
from archlab.sandboxes.states import AWS_WAYS, AwsState

pytestmark = [pytest.mark.django_db, pytest.mark.rare]


@pytest.fixture
def account(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with emulated(settings, monkeypatch) as found:
        yield found


@pytest.fixture
def site(account: Account) -> Site:
    return Site(learner_with_second_factor(), account)


def kinds(run: AwsRun) -> list[str]:
    return [one.kind for one in queries.events_of(run) if one.kind != AwsEvent.STACK]


def test_a_launch_is_shown_confirmed_made_read_back_and_torn_down(
    site: Site, account: Account
) -> None:
    run = site.shown()
    assert run.state == AwsState.AWAITING_CONFIRM
    assert "ExecuteChangeSet" not in " ".join(account.calls)
    page = site.page(run)
    assert "Type: spend 0.01 USD in 1 hour" in page
    assert "requests, data transferred and everything else that is paid by use" in page
    assert "AWS::SQS::Queue" in page
    assert site.confirm(run).status_code == 302
    site.work()
    run = site.fresh(run)
    assert (run.state, run.error) == (AwsState.READY, "")
    assert {one.status for one in queries.events_of(run) if one.kind == "stack"} >= {
        "CREATE_COMPLETE"
    }
    assert set(account.stands(run.name)) == {"schedule", "stack", "tagged"}
    assert site.send(run, "end").status_code == 302
    site.work()
    run = site.fresh(run)
    assert run.state == AwsState.GONE
    assert account.stands(run.name) == []
    assert kinds(run) == [
        *("begun", "awaiting_confirm", "confirmed", "ready"),
        *("tear_down_asked", "gone"),
    ]


def test_the_checks_of_the_lab_are_read_back_from_the_account(site: Site) -> None:
    run = site.ready()
    verdicts = dict(run.launch["verdicts"])
    assert set(verdicts) == {one.id for one in lab_of(run).checks}
    assert set(verdicts.values()) == {"pass"}


def lab_of(run: AwsRun) -> Any:
    from archlab.sandboxes.queries import lab_of

    assert run.proof is not None
    return lab_of(run.proof)


def test_the_row_is_committed_before_the_first_call_and_the_schedule_stands_before_the_change_set(
    site: Site, account: Account
) -> None:
    run = site.begun()
    assert account.calls == []
    assert run.state == AwsState.VALIDATING
    site.work()
    assert site.confirm(site.fresh(run)).status_code == 302
    site.work()
    assert [one for one in account.calls if not one.startswith("sts:AssumeRole")][:13] == [
        "sts:GetCallerIdentity",
        "iam:ListAccountAliases",
        "iam:ListRoleTags",
        "cloudformation:DescribeStacks",
        "scheduler:CreateSchedule",
        "scheduler:GetSchedule",
        "cloudformation:CreateChangeSet",
        "cloudformation:DescribeChangeSet",
        "scheduler:GetSchedule",
        "cloudformation:DescribeStacks",
        "cloudformation:ExecuteChangeSet",
        "cloudformation:DescribeStackEvents",
        "cloudformation:DescribeStacks",
    ]


@pytest.mark.parametrize("phrase", ["", "spend 0.01 USD in 2 hours" + "x" * 5000])
def test_nothing_is_made_until_the_phrase_is_typed(
    site: Site, account: Account, phrase: str
) -> None:
    run = site.shown()
    answer = site.send(run, "confirm", phrase=phrase)
    assert answer.status_code == 422
    assert "Type exactly: spend 0.01 USD in 1 hour" in answer.content.decode()
    site.until_rest()
    assert site.fresh(run).state == AwsState.AWAITING_CONFIRM
    assert "cloudformation:ExecuteChangeSet" not in account.calls


def test_nobody_confirms_within_fifteen_minutes_and_everything_is_taken_back(
    site: Site, account: Account
) -> None:
    run = site.shown()
    site.reconcile(after_s=14 * 60)
    assert site.fresh(run).state == AwsState.AWAITING_CONFIRM
    site.reconcile(after_s=61)
    site.work()
    run = site.fresh(run)
    assert (run.state, run.error) == (AwsState.GONE, "Nobody confirmed it in time.")
    assert account.stands(run.name) == []


def test_what_is_refused_before_anything_was_written_needs_no_teardown(
    site: Site, account: Account
) -> None:
    account.client("iam").create_account_alias(AccountAlias="our-production")
    account.calls.clear()
    run = site.begun()
    site.work()
    run = site.fresh(run)
    assert (run.state, run.teardown) == (AwsState.GONE, None)
    assert run.error == "The account's alias says that it is not for experiments."
    assert kinds(run) == ["begun", "failed", "nothing_written"]
    assert not [one for one in account.calls if ":Create" in one or ":Delete" in one]


def test_what_fails_after_something_was_written_is_torn_down(site: Site, account: Account) -> None:
    account.refuses["CreateChangeSet"] = 3
    run = site.begun()
    site.work()
    run = site.fresh(run)
    assert run.state == AwsState.GONE
    assert run.error == "AWS answered create_change_set with InternalFailure."
    assert kinds(run) == ["begun", "failed", "tearing_down", "gone"]
    assert account.stands(run.name) == []


def test_a_call_that_fails_twice_is_tried_again(site: Site, account: Account) -> None:
    account.refuses["CreateChangeSet"] = 2
    assert site.shown().state == AwsState.AWAITING_CONFIRM


def test_its_time_is_over_and_the_clock_tears_it_down(site: Site, account: Account) -> None:
    run = site.ready()
    site.now = run.expires - timedelta(seconds=20)
    site.reconcile()
    assert site.fresh(run).state == AwsState.READY
    site.reconcile(after_s=11)
    assert site.fresh(run).state == AwsState.TEARING_DOWN
    site.work()
    assert site.fresh(run).state == AwsState.GONE
    assert account.stands(run.name) == []


@pytest.mark.parametrize("skew_h", [-1, 1])
def test_a_clock_that_is_set_ends_nothing_too_early_and_nothing_never(
    site: Site, skew_h: int
) -> None:
    """The end is a moment of the database's clock; a jump of one hour moves it by one hour."""
    run = site.ready()
    site.now += timedelta(hours=skew_h)
    site.reconcile()
    expected = AwsState.TEARING_DOWN if site.now >= run.expires else AwsState.READY
    assert site.fresh(run).state == expected
    site.now = run.expires
    site.until_rest()
    site.until_rest()
    assert site.fresh(run).state == AwsState.GONE


def test_an_extension_moves_the_end_in_the_account_first_and_twice_at_most(
    site: Site, account: Account
) -> None:
    run = site.ready()
    for number in (1, 2):
        assert site.send(run, "extend").status_code == 302
        site.work()
        later = site.fresh(run)
        assert later.expires == run.expires + timedelta(hours=number)
        found = account.client("scheduler").get_schedule(
            Name=f"archlab-{run.name}", GroupName="archlab"
        )
        assert found["StartDate"] == later.expires
    refused = site.send(run, "extend")
    assert refused.status_code == 409
    assert "can be extended 2 times" in refused.content.decode()


def test_what_is_on_its_way_can_be_cancelled(site: Site, account: Account) -> None:
    run = site.confirmed()
    assert site.send(run, "end").status_code == 302
    site.work()
    run = site.fresh(run)
    assert (run.state, run.error) == (AwsState.GONE, "You cancelled it.")
    assert account.stands(run.name) == []


def test_one_launch_a_learner(site: Site) -> None:
    run = site.shown()
    answer = site.ada.client.post(f"/sandboxes/aws/from/{run.proof.uid}/", {"lease": "60"})  # type: ignore[union-attr]
    assert answer.status_code == 409
    assert "You have a launch in AWS already" in answer.content.decode()
    with pytest.raises(IntegrityError, match="UNIQUE"):
        copy(run, slot=2, learner=run.learner)


def copy(run: AwsRun, *, slot: int, learner: Any = None, **facts: Any) -> AwsRun:
    given = {
        "name": f"copy{slot:04d}", "slot": slot, "learner": learner, "title": "copy",
        "connection": run.connection, "proof": run.proof, "state": AwsState.READY,
        "template": run.template, "template_sha256": run.template_sha256, "launch": run.launch,
        "created": run.created, "changed": run.changed, "expires": run.expires,
    }  # fmt: skip
    return AwsRun.objects.create(**{**given, **facts})


def test_five_launches_on_the_site(site: Site) -> None:
    first = site.shown()
    for slot in (2, 3, 4, 5):
        copy(first, slot=slot)
    AwsRun.objects.filter(pk=first.pk).update(learner=None)
    answer = site.ada.client.post(f"/sandboxes/aws/from/{first.proof.uid}/", {"lease": "60"})  # type: ignore[union-attr]
    assert answer.status_code == 409
    assert "5 launches are running here" in answer.content.decode()
    assert AwsRun.objects.count() == 5


def test_only_a_template_that_passed_in_the_emulator_is_launched(site: Site) -> None:
    site.connected()
    proof = site.proof()
    proof.checks.update(status="unknown")
    answer = site.ada.client.post(f"/sandboxes/aws/from/{proof.uid}/", {"lease": "60"})
    assert answer.status_code == 409
    assert "Run this very template in the emulator first" in answer.content.decode()


def test_a_call_that_mended_what_stood_does_not_prove_a_template_that_was_changed(
    site: Site,
) -> None:
    proof = site.proof()
    assert queries.is_proven(proof)
    call = {"kind": "action", "action": "any", "with": {}}
    SandboxRun.objects.filter(pk=proof.pk).update(edits=[call])
    proof.refresh_from_db()
    assert queries.is_proven(proof)  # what it mended was planted after the deployment
    changed = {"kind": "set", "component": "jobs", "parameter": "fifo", "value": "true"}
    proof.edits = [changed, call]
    assert not queries.is_proven(proof)


@pytest.mark.parametrize("lease", ["", "600", "60\x00x"])
def test_a_time_that_is_not_offered_is_refused(site: Site, lease: str) -> None:
    site.connected()
    answer = site.ada.client.post(f"/sandboxes/aws/from/{site.proof().uid}/", {"lease": lease})
    assert answer.status_code == 409
    assert "Choose one of the times" in answer.content.decode()
    assert not AwsRun.objects.exists()


# ---- the connection


def test_an_account_is_connected_by_its_role_and_our_secret(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "new_external_id", lambda: SECRET)
    get, post = site.ada.client.get, site.ada.client.post
    assert post("/sandboxes/aws/connect/", {"region": REGION}).status_code == 302
    page = get("/sandboxes/aws/").content.decode()
    assert SECRET in page
    stack = get("/sandboxes/aws/bootstrap.json").json()
    assert stack["Parameters"]["TrustedPrincipal"]["Default"].endswith(":role/worker")
    assert post("/sandboxes/aws/role/", {"role": f" {ROLE} "}).status_code == 302
    assert "The role is being tried" in get("/sandboxes/aws/").content.decode()
    site.work()
    connection = AwsConnection.objects.get()
    assert (connection.account, connection.problem) == (ACCOUNT, "")
    assert connection.verified_at is not None
    page = get("/sandboxes/aws/").content.decode()
    assert "Connected" in page
    assert SECRET not in page


def test_a_role_that_does_not_open_says_so_and_nothing_is_connected(site: Site) -> None:
    site.ada.client.post("/sandboxes/aws/connect/", {"region": REGION})  # another secret
    site.ada.client.post("/sandboxes/aws/role/", {"role": ROLE})
    site.work()
    connection = AwsConnection.objects.get()
    assert connection.verified_at is None
    assert "AWS answered assume_role with AccessDenied." in connection.problem
    assert "did not open" in site.ada.client.get("/sandboxes/aws/").content.decode()


@pytest.mark.parametrize(
    "role",
    ["", "admin", f"arn:aws:iam::{ACCOUNT}:user/ada", ROLE.replace(ACCOUNT, "999999999999")],
)
def test_a_role_that_cannot_be_ours_is_refused_and_kept_in_the_field(site: Site, role: str) -> None:
    site.ada.client.post("/sandboxes/aws/connect/", {"region": REGION})
    answer = site.ada.client.post("/sandboxes/aws/role/", {"role": role})
    assert answer.status_code == 422
    assert f'value="{role}"' in answer.content.decode()
    assert not Job.objects.exists()


def test_a_connection_is_not_forgotten_while_a_launch_is_looked_after(site: Site) -> None:
    run = site.shown()
    forget = "/sandboxes/aws/disconnect/"
    assert site.ada.client.post(forget).status_code == 409
    site.send(run, "end")
    site.work()
    assert site.ada.client.post(forget).status_code == 409  # late looks are to come
    AwsRun.objects.update(due=None)
    assert site.ada.client.post(forget).status_code == 302
    assert not AwsConnection.objects.exists()
    assert AwsRun.objects.get().connection is None


# ---- who may


@pytest.mark.parametrize(
    "path", ["", "connect/", "bootstrap.json", "role/", "7e5a3c1e-0000-4000-8000-000000000000/"]
)
def test_switched_off_there_is_no_such_page(settings: Any, path: str) -> None:
    settings.AWS_ENABLED = False
    ada = learner_with_second_factor()
    answer = ada.client.get(f"/sandboxes/aws/{path}")
    assert answer.status_code == 404
    assert "There is no page at this address" in answer.content.decode()


def test_switched_off_there_is_no_link(settings: Any) -> None:
    settings.AWS_ENABLED = False
    ada = learner_with_second_factor()
    assert "/sandboxes/aws" not in ada.client.get("/sandboxes/").content.decode()
    settings.AWS_ENABLED = True
    assert "/sandboxes/aws" in ada.client.get("/sandboxes/").content.decode()


def test_switched_off_what_still_stands_can_be_seen_and_ended(site: Site, settings: Any) -> None:
    run = site.ready()
    settings.AWS_ENABLED = False
    assert "It stands, and it costs money" in site.page(run)
    site.send(run, "end")
    site.work()
    assert site.fresh(run).state == AwsState.GONE
    assert site.ada.client.get("/sandboxes/aws/").status_code == 404


def test_without_a_second_factor_nobody_gets_in(account: Account) -> None:  # noqa: ARG001
    dana = member("dana")
    answer = dana.client.get("/sandboxes/aws/")
    assert answer.status_code == 403
    assert "second factor" in answer.content.decode()


def test_a_guest_is_led_to_the_sign_in(account: Account, alice: Person) -> None:  # noqa: ARG001
    assert alice.get("/sandboxes/aws/")["Location"].startswith("/account/login/")


def test_another_learners_launch_is_a_404(site: Site) -> None:
    run = site.shown()
    eve = learner_with_second_factor("eve")
    assert eve.client.get(f"/sandboxes/aws/{run.uid}/").status_code == 404
    for act in ("confirm", "extend", "end", "again"):
        assert eve.client.post(f"/sandboxes/aws/{run.uid}/{act}/").status_code == 404
    assert site.fresh(run).state == AwsState.AWAITING_CONFIRM


def test_every_page_says_that_it_was_never_run_in_a_real_account(site: Site) -> None:
    run = site.shown()
    proof = run.proof
    assert proof is not None
    for path in ("", f"{run.uid}/", f"from/{proof.uid}/"):
        page = site.ada.client.get(f"/sandboxes/aws/{path}").content.decode()
        assert "Never yet run in a real account" in page


# ---- the end


def test_a_delete_that_fails_twice_is_tried_again(site: Site, account: Account) -> None:
    run = site.ready()
    account.refuses["DeleteStack"] = 2
    site.send(run, "end")
    site.work()
    assert site.fresh(run).state == AwsState.GONE
    assert account.stands(run.name) == []


def quarantined(site: Site, account: Account) -> AwsRun:
    run = site.ready()
    account.refuses["DeleteStack"] = 10**6
    site.send(run, "end")
    site.work()
    return site.fresh(run)


@pytest.fixture
def olga(settings: Any) -> Any:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return operator_with_mail("olga", "olga@nowhere.example")


def test_three_failures_are_loud_on_every_operator_page_and_on_the_learners(
    site: Site, account: Account, olga: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        run = quarantined(site, account)
    assert run.state == AwsState.QUARANTINED
    assert "stack" in account.stands(run.name)
    link = f"https://{REGION}.console.aws.amazon.com/cloudformation/home?region={REGION}"
    page = site.page(run)
    assert "This could not be deleted" in page
    assert link in page
    for path in ("/operations/jobs/", "/people/", "/operations/aws/"):
        seen = olga.client.get(path).content.decode()
        assert f"archlab-{run.name}" in seen
        assert link in seen
    (told,) = [one for one in mail.outbox if "quarantined" in one.subject]
    assert told.to == ["olga@nowhere.example"]
    assert link in told.body
    assert ACCOUNT not in told.body


def test_without_trouble_no_operator_page_has_a_banner(olga: Any) -> None:
    for path in ("/operations/jobs/", "/people/"):
        assert 'class="alarm"' not in olga.client.get(path).content.decode()


def test_what_is_quarantined_is_tried_every_day_and_never_dropped(
    site: Site, account: Account
) -> None:
    run = quarantined(site, account)
    for _day in range(3):
        site.reconcile(after_s=23 * 3600)
        site.work()
        asked = account.calls.count("cloudformation:DeleteStack")
        site.reconcile(after_s=3601)
        site.work()
        assert account.calls.count("cloudformation:DeleteStack") == asked + 3
        assert site.fresh(run).state == AwsState.QUARANTINED
    account.refuses.clear()
    site.reconcile(after_s=86_401)
    site.work()
    assert site.fresh(run).state == AwsState.GONE
    assert account.stands(run.name) == []


def test_an_operator_can_have_it_tried_at_once(site: Site, account: Account, olga: Any) -> None:
    run = quarantined(site, account)
    account.refuses.clear()
    assert olga.client.post(f"/operations/aws/{run.uid}/again/").status_code == 302
    site.work()
    assert site.fresh(run).state == AwsState.GONE


def test_something_left_in_a_second_region_keeps_it_from_being_gone(
    site: Site, account: Account
) -> None:
    run = site.ready()
    queue = account.client("sqs", OTHER)
    url = queue.create_queue(QueueName="left", tags={"archlab:run": run.name})["QueueUrl"]
    site.send(run, "end")
    site.work()
    run = site.fresh(run)
    assert run.state == AwsState.QUARANTINED
    assert OTHER in site.page(run)
    queue.delete_queue(QueueUrl=url)
    assert site.send(run, "again").status_code == 302
    site.work()
    assert site.fresh(run).state == AwsState.GONE


def test_two_late_looks_follow_and_then_nothing(site: Site, account: Account) -> None:
    run = site.ready()
    site.send(run, "end")
    site.work()
    gone_at = site.fresh(run).gone_at
    assert gone_at is not None
    for hours, looks in ((1, 1), (24, 2)):
        site.now = gone_at + timedelta(hours=hours)
        site.until_rest()
        assert site.fresh(run).late_looks == looks
    assert site.fresh(run).due is None
    account.calls.clear()
    site.now += timedelta(days=2)
    site.until_rest()
    assert account.calls == []


def test_what_comes_back_after_it_was_gone_is_torn_down_once_more(
    site: Site, account: Account
) -> None:
    run = site.ready()
    site.send(run, "end")
    site.work()
    name = f"/aws/lambda/archlab-{run.name}-fn"
    account.client("logs").create_log_group(logGroupName=name)
    site.now += timedelta(hours=1, seconds=1)
    site.until_rest()
    run = site.fresh(run)
    assert "came_back" in kinds(run)
    assert run.state == AwsState.GONE
    assert account.stands(run.name) == []


# ---- rows


def test_a_run_moves_only_on_the_ways_that_there_are(site: Site) -> None:
    run = site.shown()
    assert set(AWS_WAYS) == set(AwsState)
    for was in AwsState:
        for to in set(AwsState) - {was}:
            AwsRun.objects.filter(pk=run.pk).update(state=was)
            run.refresh_from_db()
            if to in AWS_WAYS[was]:
                assert actions.bring(run, to=to, now=site.now)
            else:
                with pytest.raises(ValueError, match="no way"):
                    actions.bring(run, to=to, now=site.now)


def test_who_comes_second_moves_nothing(site: Site) -> None:
    run = site.shown()
    other = site.fresh(run)
    assert actions.bring(run, to=AwsState.CANCELLED, now=site.now)
    assert not actions.bring(other, to=AwsState.DEPLOYING, now=site.now)
    assert site.fresh(run).state == AwsState.CANCELLED


def test_events_are_appended_alone(site: Site) -> None:
    event = queries.events_of(site.begun())[0]
    with pytest.raises(AppendOnly):
        event.save()
    with pytest.raises(AppendOnly):
        event.delete()


def test_the_events_of_the_stack_are_written_down_once(site: Site) -> None:
    run = site.ready()
    told = [(one.at, one.logical_id, one.status) for one in run.events.filter(kind=AwsEvent.STACK)]
    assert len(told) == len(set(told)) > 1


def test_a_job_that_breaks_ends_its_launch_and_the_clock_tears_it_down(
    site: Site, account: Account
) -> None:
    run = site.confirmed()
    AwsRun.objects.filter(pk=run.pk).update(launch={**run.launch, "stage": "no such stage"})
    site.work()
    run = site.fresh(run)
    assert (run.state, run.error) == (AwsState.FAILED, "The worker broke off.")
    AwsRun.objects.filter(pk=run.pk).update(launch={**run.launch, "stage": Stage.EXECUTE})
    site.until_rest()
    assert site.fresh(run).state == AwsState.GONE
    assert account.stands(run.name) == []


def test_an_erased_learner_leaves_no_trace_but_what_is_still_to_be_torn_down(
    site: Site, account: Account
) -> None:
    from archlab.accounts.actions import erase
    from archlab.accounts.queries import person_behind

    run = site.ready()
    erase(person_behind(site.ada.user))
    run = site.fresh(run)
    assert (run.learner, run.title) == (None, "")
    site.now = run.expires
    site.until_rest()
    assert account.stands(run.name) == []
    for _look in (1, 2):
        site.now += timedelta(hours=25)
        site.until_rest()
    site.reconcile()
    assert not AwsRun.objects.exists()
    assert not AwsConnection.objects.exists()
