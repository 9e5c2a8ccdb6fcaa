"""A worker that dies at any call of a joined launch; sweeps that find, and secrets that stay."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from aws_account import (
    ACCOUNT,
    OTHER,
    REGION,
    SECRET,
    Account,
    Killed,
    Site,
    emulated,
    learner_with_second_factor,
    operator_with_mail,
)
from django.apps import apps
from django.core import mail
from sampling import sampled

from archlab.accounts import privacy
from archlab.accounts.queries import person_behind
from archlab.jobs import runner
from archlab.jobs.models import Job
from archlab.sandboxes import tasks
from archlab.sandboxes.models import AwsConnection, AwsRun, SweepFinding
from archlab.sandboxes.real import queries
from archlab.sandboxes.states import AwsState

pytestmark = [pytest.mark.django_db, pytest.mark.fault, pytest.mark.rare]

CALLS_OF_A_LAUNCH = 34
CALLS_OF_A_TEARDOWN = 52
"""With the doors that are opened and the checks that are read back."""


@pytest.fixture
def account(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with emulated(settings, monkeypatch) as found:
        yield found


@pytest.fixture
def site(account: Account) -> Site:
    return Site(learner_with_second_factor(), account)


def lived(site: Site, *, dies_at: int = 0, before: bool = False) -> AwsRun:
    """From the wish to a run that stands."""
    site.account.dies_at, site.account.before = dies_at, before
    return site.ready()


def ended(site: Site, run: AwsRun) -> AwsRun:
    site.send(run, "end")
    site.work()
    return site.fresh(run)


def test_a_launch_makes_as_many_calls_as_the_kills_are_tried_at(site: Site) -> None:
    run = lived(site)
    made = len(site.account.calls)
    ended(site, run)
    torn_down = len(site.account.calls) - made
    assert (made, torn_down) == (CALLS_OF_A_LAUNCH, CALLS_OF_A_TEARDOWN)


@pytest.mark.parametrize(
    ("at", "when"),
    sampled(
        [(at, when) for at in range(1, CALLS_OF_A_LAUNCH + 1) for when in ("before", "after")], 2
    ),
)
def test_a_death_at_any_call_of_a_launch_makes_nothing_twice_and_leaves_nothing(
    site: Site, at: int, when: str
) -> None:
    run = lived(site, dies_at=at, before=when == "before")
    assert (run.state, run.error) == (AwsState.READY, "")
    made = [one for one in site.account.stands(run.name) if one in ("stack", "schedule")]
    assert made == ["schedule", "stack"]
    assert ended(site, run).state == AwsState.GONE
    assert site.account.stands(run.name) == []


@pytest.mark.parametrize("at", sampled(range(1, CALLS_OF_A_TEARDOWN + 1), 1))
def test_a_death_at_any_call_of_a_teardown_leaves_nothing(site: Site, at: int) -> None:
    run = lived(site)
    site.account.dies_at = len(site.account.calls) + at
    run = ended(site, run)
    assert run.state == AwsState.GONE
    assert site.account.stands(run.name) == []


def test_three_deaths_in_a_row_give_the_job_up_and_the_launch_is_still_torn_down(
    site: Site,
) -> None:
    run = site.confirmed()
    for _death in range(3):
        site.account.dies_at = len(site.account.calls) + 1
        dies(site)
    run = site.fresh(run)
    assert Job.objects.filter(state=Job.State.DEAD).count() == 1
    assert (run.state, run.error) == (AwsState.FAILED, "The worker broke off.")
    site.account.dies_at = 0
    site.until_rest()
    assert site.fresh(run).state == AwsState.GONE
    assert site.account.stands(run.name) == []


def dies(site: Site) -> None:
    """The worker takes the job, and is killed at its next call."""
    job = Job.objects.get(state=Job.State.QUEUED, kind="aws")
    site.now = max(site.now, job.not_before or site.now)
    with pytest.raises(Killed):
        runner.run(job.pk, site.clock)
    site.reconcile(after_s=61)


# ---- sweeps


def swept(site: Site, task: Any = tasks.sweep_all) -> None:
    task()
    site.work()


def test_a_sweep_reports_what_no_launch_of_this_site_owns_in_any_region(site: Site) -> None:
    run = site.ready()
    for region, name in ((REGION, "0ff1"), (OTHER, "0ff2")):
        queue = site.account.client("sqs", region)
        queue.create_queue(QueueName=f"orphan-{name}", tags={"archlab:run": name})
    swept(site)
    ours = SweepFinding.objects.exclude(status="suspect")  # moto has public snapshots
    assert sorted(ours.values_list("region", "run", "status")) == [
        (REGION, "0ff1", "unknown"),
        (OTHER, "0ff2", "unknown"),
    ]
    assert site.fresh(run).state == AwsState.READY
    olga = operator_with_mail("olga", "olga@nowhere.example")
    page = olga.client.get("/operations/jobs/").content.decode()
    assert "The sweep found 2 things of ours that no live launch owns." in page
    assert "orphan-0ff2" in olga.client.get("/operations/aws/").content.decode()
    assert ACCOUNT not in olga.client.get("/operations/aws/").content.decode()
    site.account.client("sqs", OTHER).delete_queue(
        QueueUrl=site.account.client("sqs", OTHER).get_queue_url(QueueName="orphan-0ff2")[
            "QueueUrl"
        ]
    )
    swept(site, tasks.sweep_live)
    assert ours.count() == 2  # that region was not looked at
    swept(site)
    assert [one.run for one in ours] == ["0ff1"]
    assert queries.findings()[0].run == "0ff1"


def test_a_sweep_finds_what_a_launch_left_after_it_was_gone(site: Site) -> None:
    run = ended(site, site.ready())
    name = f"/aws/lambda/archlab-{run.name}-fn"
    site.account.client("logs", OTHER).create_log_group(logGroupName=name)
    swept(site)
    assert site.fresh(run).state == AwsState.GONE
    assert "came_back" in [one.kind for one in queries.events_of(run)]
    assert site.account.stands(run.name, OTHER) == []


def test_an_account_that_cannot_be_entered_keeps_what_was_known_and_says_so(site: Site) -> None:
    site.ready()
    connection = AwsConnection.objects.get()
    SweepFinding.objects.create(
        connection=connection, region=OTHER, what="stack", name="archlab-0ff1", run="0ff1",
        status="unknown", first_seen=site.now, last_seen=site.now,
    )  # fmt: skip
    site.account.refuses["AssumeRole"] = 10
    swept(site)
    connection.refresh_from_db()
    assert connection.unread == [[REGION, "account", "InternalFailure"]]
    assert SweepFinding.objects.count() == 1


def test_only_accounts_with_something_live_are_swept_often(site: Site) -> None:
    run = site.ready()
    tasks.sweep_live()
    assert Job.objects.filter(kind="aws-sweep", state=Job.State.QUEUED).count() == 1
    site.work()
    ended(site, run)
    tasks.sweep_live()
    assert not Job.objects.filter(kind="aws-sweep", state=Job.State.QUEUED).exists()


def test_of_two_hundred_and_one_expired_runs_one_that_always_fails_stops_no_other(
    site: Site,
) -> None:
    first = site.shown()
    AwsRun.objects.filter(pk=first.pk).update(gone_at=site.now)
    rows = [
        AwsRun(
            name=f"old{number:05d}", slot=1, title="old", state=AwsState.READY,
            connection=first.connection, template="{}", template_sha256="", gone_at=site.now,
            launch=first.launch if number else {"stage": "broken"}, due=site.now,
            created=site.now, changed=site.now, expires=site.now,
        )
        for number in range(201)
    ]  # fmt: skip
    AwsRun.objects.bulk_create(rows)
    site.reconcile()
    site.reconcile()
    old = AwsRun.objects.filter(name__startswith="old")
    assert old.filter(state=AwsState.TEARING_DOWN).count() == 200
    assert Job.objects.filter(kind="aws", state=Job.State.QUEUED).count() >= 200
    assert old.get(name="old00000").state == AwsState.READY


# ---- secrets


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield heard
    root.removeHandler(handler)
    root.setLevel(level)


def rows(*, but: tuple[str, ...] = ()) -> str:
    """Everything that the database holds, but some columns."""
    return "\n".join(
        repr({name: value for name, value in row.items() if f"{model.__name__}.{name}" not in but})
        for model in apps.get_models()
        for row in model._default_manager.values()
    )


def test_no_secret_of_a_launch_is_in_a_log_a_row_a_job_an_export_or_a_mail(
    site: Site, logged: io.StringIO, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    run = site.ready()
    swept(site)
    site.account.refuses["DeleteStack"] = 10**6
    ended(site, run)
    assert site.fresh(run).state == AwsState.QUARANTINED
    tokens = set(site.account.tokens)
    assert len(tokens) > 2
    stored = rows(but=("AwsConnection.external_id",))
    exported = "\n".join(text for _n, text in privacy.files_of(person_behind(site.ada.user)))
    told = "\n".join(f"{one.subject}\n{one.body}" for one in mail.outbox)
    shown = site.page(run)
    for place in (logged.getvalue(), stored, exported, told, shown):
        assert [one for one in (SECRET, *tokens) if one in place] == []
    assert SECRET in rows()  # it would be seen: the stack has it, so the site must keep it
    assert run.name in exported
    assert ACCOUNT not in logged.getvalue() + told
