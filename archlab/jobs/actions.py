"""Every write to the ledger of jobs. Each is one conditional UPDATE: whoever comes too late
changes nothing. `now` is the database's time (`queries.database_now`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django_q.tasks import async_task

from archlab.jobs import queries
from archlab.jobs.kinds import UnknownKind, kind_of
from archlab.jobs.models import Job, JobEvent

TASK = "archlab.jobs.tasks.run_job"
KEPT = timedelta(days=30)
State, Event = Job.State, JobEvent.Kind
ANEW: dict[str, Any] = {
    "attempts": 0,
    "not_before": None,
    "deadline_at": None,
    "cancel_requested_at": None,
    "ended_at": None,
    "error_code": "",
    "done": 0,
    "word": "",
}
"""What a job that is run again begins with."""


class Lost(Exception):
    """The job is not ours any more: the lease ran out, or it has ended. Stop and write nothing."""


@transaction.atomic
def ask(
    *,
    kind: str,
    business_key: str,
    object_ref: str = "",
    now: datetime,
    not_before: datetime | None = None,
    deadline_at: datetime | None = None,
) -> Job:
    """Have a job done; whoever asks again while it is active gets the same one.

    Part of the caller's transaction: the message is a row of the same database.
    """
    how = kind_of(kind)
    wanted = {
        "kind": how.name,
        "object_ref": object_ref,
        "cluster": how.cluster,
        "max_attempts": how.max_attempts,
        "not_before": not_before,
        "deadline_at": deadline_at,
        "asked_at": now,
        "woken_at": now,
    }
    job, is_new = Job.objects.get_or_create(
        business_key=business_key, state__in=Job.ACTIVE, defaults=wanted
    )
    if is_new:
        note(job, Event.ASKED, now)
        send(job)
    return job


def send(job: Job) -> str:
    """Put the job's number into its queue; the number of the message."""
    sent: str = async_task(TASK, job.pk, cluster=job.cluster)
    return sent


@transaction.atomic
def claim(*, job_id: int, owner: str, now: datetime) -> Job | None:
    """The job, if it waits and is ours now; None when another has it, or it has ended.

    A job whose lease ran out is not taken here but by the reconciler, which knows whether the
    clock was set: after a jump every lease would look old, and every message comes again.
    """
    claimed = queries.runnable(now).filter(pk=job_id, attempts__lt=F("max_attempts"))
    begun = claimed.order_by().update(
        state=State.RUNNING,
        owner=owner,
        epoch=F("epoch") + 1,
        attempts=F("attempts") + 1,
        lease_until=_lease(now),
        claimed_at=now,
    )
    if not begun:
        return None
    job = Job.objects.get(pk=job_id)
    note(job, Event.CLAIMED, now, owner)
    return job


def renew(*, job: Job, now: datetime) -> None:
    """The fence: first in each transaction in which a job writes. Raises Lost."""
    if not _ours(job).update(lease_until=_lease(now)):
        raise Lost


def advance(*, job: Job, now: datetime, done: int, total: int, word: str = "") -> bool:
    """Say how far the work has come; False when somebody wants it cancelled. Raises Lost."""
    job.done, job.total, job.word = done, total, word
    if not _ours(job).update(lease_until=_lease(now), done=done, total=total, word=word):
        raise Lost
    return not _ours(job).filter(cancel_requested_at__isnull=False).exists()


@transaction.atomic
def finish(*, job: Job, now: datetime, state: str = State.SUCCEEDED, code: str = "") -> None:
    """End our job. Raises Lost."""
    _end(_ours(job), job, state, now, code)


@transaction.atomic
def again(*, job: Job, after: timedelta, now: datetime) -> None:
    """Let go of our job and have it done once more after a while. Raises Lost.

    A clean stop: attempts begin anew, so work that looks after something for hours is not given
    up.
    """
    waits = {"not_before": now + after, "woken_at": now + after, "attempts": 0}
    if not _ours(job).update(state=State.QUEUED, lease_until=None, **waits):
        raise Lost
    note(job, Event.AGAIN, now)


@transaction.atomic
def interrupt(*, job: Job, now: datetime) -> None:
    """Whoever had the job died, or the database failed it: it waits again, or is given up.

    Raises Lost when it is under another epoch by now.
    """
    ours = _ours(job)
    if job.cancel_requested_at:
        return _end(ours, job, State.CANCELLED, now)
    if job.attempts >= job.max_attempts:
        return _end(ours, job, State.DEAD, now, "gave-up")
    if not ours.update(state=State.QUEUED, lease_until=None, woken_at=now):
        raise Lost
    note(job, Event.INTERRUPTED, now)
    send(job)
    return None


@transaction.atomic
def expire(*, job: Job, now: datetime) -> None:
    """Nobody came to it before its deadline. Raises Lost."""
    _end(_waiting(job.pk), job, State.FAILED, now, "too-late")


@transaction.atomic
def wake(*, job: Job, now: datetime) -> None:
    """Send the message of a job that waits once more; the one before may be lost."""
    if _waiting(job.pk).update(woken_at=now):
        send(job)


@transaction.atomic
def cancel(*, job_id: int, now: datetime) -> bool:
    """End a job that waits, and ask the one at work to end; False when it has ended already."""
    job = Job.objects.get(pk=job_id)
    try:
        _end(_waiting(job_id), job, State.CANCELLED, now)
    except Lost:
        running = Job.objects.filter(pk=job_id, state=State.RUNNING)
        if running.filter(cancel_requested_at__isnull=True).update(cancel_requested_at=now):
            note(job, Event.CANCEL_REQUESTED, now)
        return running.exists()
    return True


@transaction.atomic
def run_again(*, job_id: int, now: datetime) -> bool:
    """Have a job that did not succeed done once more, with all attempts before it.

    False when it is active or has succeeded, or another one with its business key is active.
    """
    job = Job.objects.get(pk=job_id)
    if not job.may_run_again or queries.active_job(job.business_key):
        return False
    ended = Job.objects.filter(pk=job_id, state=job.state)
    try:
        with transaction.atomic():
            moved = ended.update(state=State.QUEUED, asked_at=now, woken_at=now, **ANEW)
    except IntegrityError:  # somebody asked for the same in between
        return False
    if moved:
        job.refresh_from_db()
        note(job, Event.RUN_AGAIN, now)
        send(job)
    return bool(moved)


def forget(*, now: datetime) -> int:
    """Delete what ended a month ago."""
    old = Job.objects.filter(ended_at__lt=now - KEPT)
    return old.delete()[0]


def note(job: Job, kind: str, now: datetime, said: str = "") -> None:
    """Append to what happened, unless it is a kind of which nobody wants to know."""
    try:
        quiet = kind_of(job.kind).quiet
    except UnknownKind:
        quiet = False
    if not quiet:
        about = {"attempt": job.attempts, "epoch": job.epoch, "note": said}
        JobEvent.objects.create(job=job, at=now, kind=kind, **about)


def _end(rows: QuerySet[Job], job: Job, state: str, now: datetime, code: str = "") -> None:
    facts = {"state": state, "error_code": code, "lease_until": None, "ended_at": now}
    if not rows.update(**facts):
        raise Lost
    job.refresh_from_db()
    note(job, state, now, code)
    try:
        kind_of(job.kind).ended(job)
    except UnknownKind:
        return


def _ours(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, epoch=job.epoch, state=State.RUNNING)


def _waiting(job_id: int) -> QuerySet[Job]:
    return Job.objects.filter(pk=job_id, state=State.QUEUED)


def _lease(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.JOB_LEASE_S)
