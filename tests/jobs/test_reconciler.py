"""What dead processes leave is put right; clocks that are set do no harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django_q.models import OrmQ

from archlab.jobs import actions, kinds, queries, reconciler, runner
from archlab.jobs.models import Job
from archlab.jobs.reconciler import Reconciler
from archlab.jobs.work import Work

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)
State = Job.State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The references of the jobs that were done."""
    seen: list[str] = []

    def note(work: Work) -> None:
        seen.append(work.job.object_ref)

    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    monkeypatch.setattr(reconciler, "_rules", {})
    kinds.register(kinds.Kind("bench", "Bench", note))
    return seen


def asked(key: str = "one", **more: datetime) -> Job:
    return actions.ask(kind="bench", business_key=key, object_ref=key, now=NOW, **more)


def at_work(key: str = "one", now: datetime = NOW) -> Job:
    job = actions.claim(job_id=asked(key).pk, owner="here:1", now=now)
    assert job
    return job


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def look(now: datetime) -> None:
    Reconciler().look(now, 0.0)


def events(job: Job) -> list[str]:
    return [event.kind for event in queries.events_of(job)]


@pytest.mark.parametrize(("silent_s", "state"), [(60, State.RUNNING), (61, State.QUEUED)])
def test_a_job_whose_lease_ran_out_waits_again_and_is_sent_again(
    silent_s: int, state: State
) -> None:
    job = at_work()
    look(NOW + silent_s * SECOND)
    assert fresh(job).state == state
    assert (events(job)[-1] == "interrupted") is (state == State.QUEUED)
    assert OrmQ.objects.count() == 1 + (state == State.QUEUED)


def test_a_job_that_kills_its_process_is_dead_after_three_runs() -> None:
    """The worker dies without a word each time; nothing but the claim was written."""
    job, now, runs = asked(), NOW, 0
    for _ in range(6):
        if actions.claim(job_id=job.pk, owner="dies", now=now):
            runs += 1
        now += LEASE + SECOND
        look(now)
    assert (fresh(job).state, runs) == (State.DEAD, 3)
    assert events(job).count("claimed") == 3


def test_a_lost_message_is_sent_again_once_the_queue_is_empty() -> None:
    job = asked()
    look(NOW + timedelta(minutes=1))
    assert OrmQ.objects.count() == 1  # it may still come, so a long queue does not grow
    OrmQ.objects.all().delete()
    look(NOW + 5 * SECOND)
    assert OrmQ.objects.count() == 0
    look(NOW + 6 * SECOND)
    look(NOW + 7 * SECOND)
    assert OrmQ.objects.count() == 1
    assert fresh(job).woken_at == NOW + 6 * SECOND


def test_messages_that_a_dead_cluster_locked_are_sent_again(ran: list[str]) -> None:
    job = asked()
    OrmQ.objects.update(lock=datetime.now(UTC) + timedelta(hours=1))
    look(NOW + 6 * SECOND)
    assert OrmQ.objects.count() == 2
    for _ in OrmQ.objects.all():
        runner.run(job.pk, lambda: NOW)
    assert ran == ["one"]


def test_a_job_that_waits_for_its_time_is_sent_then() -> None:
    asked(not_before=NOW + timedelta(hours=1))
    OrmQ.objects.all().delete()
    look(NOW + timedelta(minutes=59))
    assert not OrmQ.objects.exists()
    look(NOW + timedelta(minutes=60))
    assert OrmQ.objects.count() == 1


def test_nobody_came_before_its_deadline() -> None:
    soon = NOW + 30 * SECOND
    job, begun = asked("late", deadline_at=soon), asked("begun", deadline_at=soon)
    actions.claim(job_id=begun.pk, owner="here", now=NOW)
    look(soon)
    assert fresh(job).state == State.QUEUED
    look(soon + SECOND)
    assert (fresh(job).state, fresh(job).error_code) == (State.FAILED, "too-late")
    assert fresh(begun).state == State.RUNNING


def test_one_row_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = at_work("bad"), at_work("good")
    interrupt = actions.interrupt

    def refusing(*, job: Job, now: datetime) -> None:
        if job.pk == bad.pk:
            raise ValueError("a row that cannot be mended")
        interrupt(job=job, now=now)

    monkeypatch.setattr(actions, "interrupt", refusing)
    look(NOW + 2 * LEASE)
    assert (fresh(bad).state, fresh(good).state) == (State.RUNNING, State.QUEUED)


def test_rules_of_other_apps_are_looked_after_even_when_one_fails() -> None:
    seen: list[datetime] = []

    def failing(_now: datetime) -> None:
        raise ValueError("a rule that fails")

    reconciler.also("first", failing)
    reconciler.also("second", seen.append)
    with pytest.raises(ValueError, match="second is looked after already"):
        reconciler.also("second", seen.append)
    look(NOW)
    assert seen == [NOW]


def test_a_pass_looks_at_a_limited_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciler, "MOST", 2)
    for key in "abc":
        at_work(key)
    look(NOW + 2 * LEASE)
    assert Job.objects.filter(state=State.RUNNING).count() == 1


# ---- clocks


def jumped(by: timedelta) -> tuple[Reconciler, Job]:
    """A reconciler that knew the time, a job at work, and a clock that was set ten seconds on."""
    one, job = Reconciler(), at_work()
    one.look(NOW, 100.0)
    one.look(NOW + 10 * SECOND + by, 110.0)
    return one, job


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_set_expires_no_lease(hours: int) -> None:
    jump = timedelta(hours=hours)
    one, job = jumped(jump)
    actions.renew(job=job, now=NOW + jump + 15 * SECOND)  # its worker lives
    for s in range(20, 120, 10):
        actions.renew(job=job, now=NOW + jump + s * SECOND)
        one.look(NOW + jump + s * SECOND, 100.0 + s)
    assert (fresh(job).state, fresh(job).epoch) == (State.RUNNING, 1)


def test_without_the_guard_the_same_jump_would_run_it_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reconciler, "JUMP_S", 10**6)
    _, job = jumped(timedelta(hours=1))
    assert fresh(job).state == State.QUEUED


@pytest.mark.parametrize("hours", [1, -1])
def test_whoever_died_before_the_clock_was_set_is_found_one_lease_later(hours: int) -> None:
    jump = timedelta(hours=hours)
    one, job = jumped(jump)
    one.look(NOW + jump + 69 * SECOND, 169.0)
    assert fresh(job).state == State.RUNNING
    one.look(NOW + jump + 71 * SECOND, 171.0)
    assert fresh(job).state == State.QUEUED


def test_messages_that_come_again_with_the_jump_start_nothing(ran: list[str]) -> None:
    job = at_work()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        runner.run(job.pk)
    assert ran == []
    assert fresh(job).epoch == 1


def test_a_night_with_two_half_past_two_changes_nothing(ran: list[str]) -> None:
    """Summer time ends at one o'clock UTC; the ledger knows no other time than UTC."""
    night = datetime(2026, 10, 25, 0, 59, 30, tzinfo=UTC)
    job = asked()
    one = Reconciler()
    for s in range(0, 120, 10):
        with time_machine.travel(night + s * SECOND, tick=False):
            one.look(queries.database_now(), float(s))
    with time_machine.travel(night + 2 * LEASE, tick=False):
        runner.run(job.pk)
    assert ran == ["one"]


# ---- is anything stuck


def test_a_queue_where_nothing_moves_for_two_minutes_is_stuck() -> None:
    asked()
    assert not queries.is_stuck(NOW + 120 * SECOND)
    assert queries.is_stuck(NOW + 121 * SECOND)


def test_a_long_queue_that_moves_is_busy_and_not_stuck() -> None:
    asked("waits")
    job = at_work("runs", NOW)
    later = NOW + timedelta(minutes=10)
    actions.renew(job=job, now=later - SECOND)
    assert not queries.is_stuck(later)
    actions.finish(job=job, now=later)
    actions.claim(job_id=asked("next").pk, owner="here", now=later)
    assert not queries.is_stuck(later + 119 * SECOND)
    assert queries.is_stuck(later + 121 * SECOND)
