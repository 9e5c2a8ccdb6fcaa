"""The ledger: one job for each key, counted attempts, leases that fence, ends that are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django_q.exceptions import TimeoutException
from django_q.models import OrmQ

from archlab.jobs import actions, kinds, queries, runner
from archlab.jobs.models import AppendOnly, Cluster, Job, JobEvent
from archlab.jobs.work import Again, Cancelled, Failed, Work

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)
State = Job.State

pytestmark = pytest.mark.django_db


class Bench:
    """A kind of job whose work each test writes for itself."""

    def __init__(self) -> None:
        self.work: Callable[[Work], None] = lambda _work: None
        self.runs = 0
        self.breaks_at_the_end = False
        self.told: list[tuple[str, str]] = []

    def run(self, work: Work) -> None:
        self.runs += 1
        self.work(work)

    def ended(self, job: Job) -> None:
        self.told.append((job.state, job.error_code))
        if self.breaks_at_the_end:
            raise ValueError("what belongs to the job could not be brought along")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench()
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(kinds.Kind("bench", "Bench", made.run, ended=made.ended))
    return made


def asked(key: str = "one", **more: datetime) -> Job:
    return actions.ask(kind="bench", business_key=key, object_ref="thing", now=NOW, **more)


def claimed(job: Job, now: datetime = NOW) -> Job:
    taken = actions.claim(job_id=job.pk, owner="here:1", now=now)
    assert taken
    return taken


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def done(job: Job, now: datetime = NOW) -> Job:
    runner.run(job.pk, lambda: now)
    return fresh(job)


def history(job: Job) -> list[str]:
    return [event.kind for event in queries.events_of(job)]


# ---- asking


@pytest.mark.usefixtures("bench")
def test_asking_again_while_it_is_active_is_the_same_job_and_one_message() -> None:
    job = asked()
    assert asked() == job
    claimed(job)
    assert asked() == job
    assert OrmQ.objects.count() == 1


@pytest.mark.usefixtures("bench")
def test_the_message_says_nothing_but_the_number() -> None:
    job = asked()
    message = OrmQ.objects.get()
    assert (message.task["func"], message.task["args"]) == (actions.TASK, (job.pk,))
    assert message.task["kwargs"] == {}
    assert message.key == "long"


@pytest.mark.usefixtures("bench")
def test_a_job_that_was_rolled_back_leaves_no_message() -> None:
    with transaction.atomic():
        asked()
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not OrmQ.objects.exists()


@pytest.mark.usefixtures("bench")
def test_after_the_end_the_key_is_free_and_the_database_holds_one_active() -> None:
    first = done(asked())
    second = asked()
    assert second != first
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=first.pk).update(state=State.QUEUED)


def test_an_unknown_kind_cannot_be_asked_for() -> None:
    with pytest.raises(kinds.UnknownKind, match="nonsense"):
        actions.ask(kind="nonsense", business_key="x", now=NOW)


@pytest.mark.usefixtures("bench")
def test_a_kind_has_one_owner() -> None:
    with pytest.raises(ValueError, match="bench is registered already"):
        kinds.register(kinds.Kind("bench", "Another", lambda _work: None))


# ---- claiming


@pytest.mark.usefixtures("bench")
def test_a_claim_counts_before_any_work_and_takes_the_lease() -> None:
    job = claimed(asked())
    assert (job.state, job.attempts, job.epoch) == (State.RUNNING, 1, 1)
    assert (job.owner, job.lease_until, job.claimed_at) == ("here:1", NOW + LEASE, NOW)


def test_the_same_message_fifty_times_is_one_run(bench: Bench) -> None:
    job = asked()
    for _ in range(50):
        runner.run(job.pk, lambda: NOW)
    assert bench.runs == 1
    assert bench.told == [(State.SUCCEEDED, "")]
    assert history(job) == ["asked", "claimed", "succeeded"]


def test_a_job_that_runs_is_not_run_beside_itself_even_when_its_lease_is_over(
    bench: Bench,
) -> None:
    """Late messages know nothing of clocks that were set; only the reconciler takes a job back."""
    job = claimed(asked())
    assert done(job, NOW + timedelta(days=1)).epoch == 1
    assert bench.runs == 0


@pytest.mark.parametrize(("wait_s", "runs"), [(-1, 0), (0, 1)])
def test_it_is_not_done_before_its_time(bench: Bench, wait_s: int, runs: int) -> None:
    job = asked(not_before=NOW + timedelta(minutes=1))
    done(job, NOW + timedelta(seconds=60 + wait_s))
    assert bench.runs == runs


def test_a_message_without_its_job_does_nothing(bench: Bench) -> None:
    runner.run(4711, lambda: NOW)
    assert bench.runs == 0


# ---- the fence


def test_a_process_that_wakes_after_its_lease_writes_nothing(bench: Bench) -> None:
    """Another one has the job by then; the late result, the late progress and the late end go."""
    written: list[str] = []

    def zombie(work: Work) -> None:
        actions.interrupt(job=fresh(work.job), now=NOW)
        claimed(work.job)
        with pytest.raises(actions.Lost):
            work.step(1, 2)
        with pytest.raises(actions.Lost):
            actions.renew(job=work.job, now=NOW)
        with work.finishing():
            written.append("result")  # never reached

    bench.work = zombie
    job = done(asked())
    assert written == []
    assert (job.state, job.epoch, job.done) == (State.RUNNING, 2, 0)
    assert bench.told == []


def test_what_is_written_with_the_end_goes_with_it(bench: Bench) -> None:
    def half(work: Work) -> None:
        with work.finishing():
            Cluster.objects.create(name="long", host="h", pid=1, started=1, started_at=NOW)
            raise ValueError("in the middle of the last writes")

    bench.work = half
    job = done(asked())
    assert (job.state, job.error_code) == (State.FAILED, "broke")
    assert not Cluster.objects.exists()


def test_fenced_writes_renew_the_lease(bench: Bench) -> None:
    later = NOW + timedelta(seconds=30)

    def work(work: Work) -> None:
        with Work(work.job, lambda: later).fenced():
            assert fresh(work.job).lease_until == later + LEASE

    bench.work = work
    assert done(asked()).state == State.SUCCEEDED


def test_each_step_renews_the_lease_and_is_seen(bench: Bench) -> None:
    later = NOW + timedelta(seconds=30)

    def work(work: Work) -> None:
        Work(work.job, lambda: later).step(2, 3, "replications")
        seen = fresh(work.job)
        assert (seen.done, seen.total, seen.word) == (2, 3, "replications")
        assert seen.lease_until == later + LEASE

    bench.work = work
    assert done(asked()).state == State.SUCCEEDED


# ---- how it ends


def raising(error: BaseException) -> Callable[[Work], None]:
    def work(_work: Work) -> NoReturn:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (Failed("too-large"), State.FAILED, "too-large"),
        (Cancelled(), State.CANCELLED, ""),
        (RuntimeError("secret"), State.FAILED, "broke"),
        (TimeoutException("600 s"), State.FAILED, "timed-out"),
        (SystemExit(3), State.FAILED, "exited"),
    ],
)
def test_whatever_the_work_raises_the_job_ends_and_nothing_escapes(
    bench: Bench, error: BaseException, state: State, code: str
) -> None:
    bench.work = raising(error)
    job = done(asked())
    assert (job.state, job.error_code, job.ended_at, job.lease_until) == (state, code, NOW, None)
    assert bench.told == [(state, code)]


def test_a_database_that_fails_is_an_interruption_and_no_failure(bench: Bench) -> None:
    bench.work = raising(OperationalError("gone"))
    job = done(asked())
    assert (job.state, job.attempts, job.was_interrupted) == (State.QUEUED, 1, True)
    assert bench.told == []
    assert OrmQ.objects.count() == 2


def test_after_three_unclean_ends_it_is_dead(bench: Bench) -> None:
    bench.work = raising(OperationalError("gone"))
    job = asked()
    for _ in range(5):
        runner.run(job.pk, lambda: NOW)
    assert (fresh(job).state, fresh(job).error_code, bench.runs) == (State.DEAD, "gave-up", 3)
    assert bench.told == [(State.DEAD, "gave-up")]
    assert history(job)[-2:] == ["claimed", "dead"]


def test_coming_again_is_clean_and_uses_no_attempt_up(bench: Bench) -> None:
    bench.work = raising(Again(timedelta(seconds=10)))
    job = asked()
    for turn in range(5):
        job = done(job, NOW + turn * timedelta(seconds=10))
        assert (job.state, job.attempts, job.epoch) == (State.QUEUED, 0, turn + 1)
    assert job.not_before == NOW + timedelta(seconds=50)
    assert done(job, NOW + timedelta(seconds=49)).epoch == 5


def test_a_job_of_an_app_that_is_gone_fails(bench: Bench) -> None:
    job = asked()
    Job.objects.update(kind="gone")
    assert done(job).error_code == "unknown-kind"
    assert bench.runs == 0


def test_an_end_that_cannot_be_written_does_not_escape(bench: Bench) -> None:
    bench.breaks_at_the_end = True
    job = done(asked())
    assert job.state == State.RUNNING  # its lease runs out, and the reconciler takes it up


# ---- cancelling, and once more


def test_what_waits_is_cancelled_at_once_and_never_run(bench: Bench) -> None:
    job = asked()
    assert actions.cancel(job_id=job.pk, now=NOW)
    assert done(job).state == State.CANCELLED
    assert bench.runs == 0
    assert bench.told == [(State.CANCELLED, "")]


def test_what_runs_learns_it_at_its_next_step(bench: Bench) -> None:
    seen: list[bool] = []

    def work(work: Work) -> None:
        seen.append(work.is_cancelled)
        assert actions.cancel(job_id=work.job.pk, now=NOW)
        assert actions.cancel(job_id=work.job.pk, now=NOW)
        assert fresh(work.job).is_being_cancelled
        seen.append(work.is_cancelled)
        work.step(1, 2)

    bench.work = work
    job = done(asked())
    assert (job.state, job.done) == (State.CANCELLED, 1)
    assert seen == [False, True]
    assert history(job) == ["asked", "claimed", "cancel requested", "cancelled"]


@pytest.mark.usefixtures("bench")
def test_what_has_ended_stays_as_it_ended() -> None:
    job = done(asked())
    assert not actions.cancel(job_id=job.pk, now=NOW)
    assert fresh(job).state == State.SUCCEEDED


def test_one_that_was_to_be_cancelled_and_died_is_cancelled(bench: Bench) -> None:
    job = claimed(asked())
    actions.cancel(job_id=job.pk, now=NOW)
    actions.interrupt(job=fresh(job), now=NOW)
    assert bench.told == [(State.CANCELLED, "")]


def test_a_dead_job_runs_again_with_all_its_attempts(bench: Bench) -> None:
    bench.work = raising(OperationalError("gone"))
    job = asked()
    for _ in range(3):
        runner.run(job.pk, lambda: NOW)
    bench.work = lambda _work: None
    assert actions.run_again(job_id=job.pk, now=NOW)
    assert not actions.run_again(job_id=job.pk, now=NOW)
    assert (fresh(job).state, fresh(job).attempts) == (State.QUEUED, 0)
    assert done(job).state == State.SUCCEEDED
    assert "run again" in history(job)


@pytest.mark.usefixtures("bench")
def test_what_succeeded_or_has_a_successor_does_not_run_again() -> None:
    job = done(asked())
    assert not actions.run_again(job_id=job.pk, now=NOW)
    cancelled = asked("two")
    actions.cancel(job_id=cancelled.pk, now=NOW)
    asked("two")
    assert not actions.run_again(job_id=cancelled.pk, now=NOW)


# ---- what is kept


@pytest.mark.usefixtures("bench")
def test_events_are_neither_changed_nor_deleted_alone() -> None:
    event = JobEvent.objects.get(job=asked())
    event.note = "rewritten"
    with pytest.raises(AppendOnly):
        event.save()
    with pytest.raises(AppendOnly):
        event.delete()


@pytest.mark.usefixtures("bench")
def test_what_ended_a_month_ago_is_forgotten_with_its_events() -> None:
    old, young, active = done(asked("a")), done(asked("b")), asked("c")
    Job.objects.filter(pk=old.pk).update(ended_at=NOW - actions.KEPT - timedelta(seconds=1))
    actions.forget(now=NOW)
    assert set(Job.objects.all()) == {young, active}
    assert not JobEvent.objects.filter(job_id=old.pk).exists()


def test_only_declared_tasks_come_round(monkeypatch: pytest.MonkeyPatch) -> None:
    from archlab.jobs import schedule

    ran: list[str] = []
    monkeypatch.setattr("archlab.jobs.tasks.forget_jobs", lambda: ran.append("forgot"))
    job = schedule.ask_for("archlab.jobs.tasks.forget_jobs", now=NOW)
    assert schedule.ask_for("archlab.jobs.tasks.forget_jobs", now=NOW) == job
    assert done(job).state == State.SUCCEEDED
    assert ran == ["forgot"]
    assert done(schedule.ask_for("os.abort", now=NOW)).error_code == "unknown-task"
