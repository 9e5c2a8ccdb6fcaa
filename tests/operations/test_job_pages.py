"""The ledger on pages: listed, looked into, cancelled, run again, and watched by anybody."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from people import Member, member
from pytest_django import DjangoAssertNumQueries

from archlab.accounts.models import RoleGrant
from archlab.calculators.actions import KIND
from archlab.jobs import actions, canary
from archlab.jobs.models import Cluster, Job

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture
def olga() -> Member:
    """She operates the site, with a second factor."""
    person = member("olga")
    RoleGrant.objects.create(user=person.user, role="operator", granted=timezone.now())
    Authenticator.objects.create(user=person.user, type="totp", data={"secret": "none"})
    return person


def asked(key: str = "one") -> Job:
    return actions.ask(kind=KIND, business_key=key, object_ref=key, now=timezone.now())


def at_work(key: str = "one") -> Job:
    job = actions.claim(job_id=asked(key).pk, owner="host:12", now=timezone.now())
    assert job
    return job


def dead(key: str = "one") -> Job:
    Job.objects.filter(pk=asked(key).pk).update(max_attempts=1)
    actions.interrupt(job=at_work(key), now=timezone.now())
    return Job.objects.get(business_key=key)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_list_shows_state_attempts_and_progress(olga: Member) -> None:
    actions.advance(job=at_work(), now=timezone.now(), done=3, total=32, word="replications")
    dead("two")
    page = text(olga.get("/operations/jobs/"))
    assert "3 of 32 replications" in page
    assert "given up (<bdi>gave-up</bdi>)" in page
    assert "1 at work, 1 given up" in page
    assert "No worker is running." in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [("state=dead", {"two"}), ("state=running", {"one"}), (f"kind={KIND}", {"one", "two"})],
)
def test_the_list_is_filtered_by_state_and_kind(olga: Member, query: str, shown: set[str]) -> None:
    jobs = {"one": at_work("one"), "two": dead("two")}
    page = text(olga.get(f"/operations/jobs/?{query}"))
    assert {key for key, job in jobs.items() if str(job.public_id) in page} == shown


def test_a_filter_that_is_none_is_a_sentence_and_hides_nothing(olga: Member) -> None:
    job = asked()
    answer = olga.get("/operations/jobs/?state=asleep")
    assert answer.status_code == 422
    assert "asleep is not here; choose one of the list" in text(answer)
    assert str(job.public_id) in text(answer)


def test_the_signs_of_life_are_not_listed(olga: Member) -> None:
    canary.send(Cluster.Name.SHORT, timezone.now())
    assert "No job fits." in text(olga.get("/operations/jobs/"))


def test_the_list_costs_the_same_however_long_it_is(
    olga: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(105):
        asked(f"job {number}")
    with django_assert_max_num_queries(14):
        page = text(olga.get("/operations/jobs/"))
    assert "The newest 100 of 105 are shown." in page


def test_one_job_tells_what_happened(olga: Member) -> None:
    job = at_work()
    actions.interrupt(job=job, now=timezone.now())
    page = text(olga.get(f"/operations/jobs/{job.public_id}/"))
    for word in ("asked for", "begun", "interrupted, waits again", "host:12"):
        assert word in page
    assert 'id="cancel"' in page
    assert 'id="again"' not in page


def test_an_operator_cancels_what_waits_and_hears_when_it_is_too_late(olga: Member) -> None:
    job = asked()
    address = f"/operations/jobs/{job.public_id}/"
    assert olga.post(f"{address}cancel/")["Location"] == address
    assert Job.objects.get().state == State.CANCELLED
    again = olga.post(f"{address}cancel/")
    assert again.status_code == 409
    assert "This job has ended already" in text(again)


def test_a_dead_job_is_run_again_once(olga: Member) -> None:
    job = dead()
    address = f"/operations/jobs/{job.public_id}/"
    assert 'id="again"' in text(olga.get(address))
    assert olga.post(f"{address}again/")["Location"] == address
    assert Job.objects.get().state == State.QUEUED
    assert olga.post(f"{address}again/").status_code == 409


@pytest.mark.parametrize("rest", ["", "cancel/", "again/"])
def test_a_job_that_does_not_exist_is_a_404(olga: Member, rest: str) -> None:
    address = f"/operations/jobs/{uuid.uuid4()}/{rest}"
    assert (olga.post if rest else olga.get)(address).status_code == 404


@pytest.mark.parametrize("rest", ["cancel/", "again/"])
def test_without_the_role_nothing_is_done(rest: str) -> None:
    job = dead() if rest == "again/" else asked()
    answer = member("eve").post(f"/operations/jobs/{job.public_id}/{rest}")
    assert answer.status_code == 403
    assert Job.objects.get().state == job.state


# ---- the fragment that any page may poll


def progress(client: Client, job: Job, back: str = "/somewhere/") -> str:
    return text(client.get(f"/jobs/{job.public_id}/progress/", {"back": back}))


def test_the_progress_asks_again_while_the_job_is_active_and_then_stops(stranger: Client) -> None:
    job = asked()
    assert "It waits for its turn." in progress(stranger, job)
    job = at_work()
    actions.advance(job=job, now=timezone.now(), done=2, total=5, word="steps")
    running = progress(stranger, job)
    assert "2 of 5 steps" in running
    assert 'hx-trigger="every 1s"' in running
    actions.finish(job=job, now=timezone.now())
    ended = progress(stranger, job)
    assert "It is done." in ended
    assert "hx-" not in ended
    assert '<a href="/somewhere/">Show what it gave</a>' in ended


def test_an_interruption_is_no_failure(stranger: Client) -> None:
    job = at_work()
    actions.interrupt(job=job, now=timezone.now())
    assert "begins again by itself: attempt 1 of 3 broke off." in progress(stranger, job)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:x", ""])
def test_the_way_back_never_leaves_the_site(stranger: Client, back: str) -> None:
    assert '<a href="/">' in progress(stranger, asked(), back)


def test_the_progress_tells_nothing_of_what_the_job_is(stranger: Client) -> None:
    job = at_work("a secret key")
    shown = progress(stranger, job)
    assert "secret" not in shown
    assert KIND not in shown


def test_the_age_is_that_of_the_asking(olga: Member) -> None:
    job = asked()
    Job.objects.filter(pk=job.pk).update(asked_at=timezone.now() - timedelta(hours=3, minutes=1))
    assert "3 hours, 1 minute ago" in text(olga.get("/operations/jobs/"))
