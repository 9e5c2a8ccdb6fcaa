"""One job from its claim to its end. Nothing escapes: the queue would write the traceback of what
does into the database, and an exit would take the worker process with it."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from datetime import datetime

from django.db import OperationalError
from django_q.exceptions import TimeoutException

from archlab.jobs import actions
from archlab.jobs.kinds import UnknownKind, kind_of
from archlab.jobs.models import Job
from archlab.jobs.queries import database_now
from archlab.jobs.work import Again, Cancelled, Failed, Pulse, Work

log = logging.getLogger(__name__)
State = Job.State
Clock = Callable[[], datetime]


def run(job_id: int, clock: Clock = database_now) -> None:
    """Do the job, if it waits. A message that comes again, too early or too late does nothing."""
    try:
        job = actions.claim(job_id=job_id, owner=owner(), now=clock())
        if job:
            _do(Work(job, clock))
    except actions.Lost:
        log.warning("Job %s belongs to another process by now; this one wrote nothing.", job_id)
    except (Exception, SystemExit):
        # its lease runs out, and the reconciler takes it up
        log.exception("The end of job %s could not be written down.", job_id)


def owner() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _do(work: Work) -> None:
    job, clock = work.job, work.clock
    try:
        kind = kind_of(job.kind)
        with Pulse(work):
            kind.run(work)
    except actions.Lost:
        raise
    except Again as later:
        actions.again(job=job, after=later.after, now=clock())
    except OperationalError:
        log.exception("The database failed job %s.", job.pk)
        actions.interrupt(job=job, now=clock())
    except (Exception, SystemExit) as error:
        state, code = _ending(error, job)
        actions.finish(job=job, now=clock(), state=state, code=code)
    else:
        if job.is_running:  # as far as we know: `finishing` has not ended it
            actions.finish(job=job, now=clock())


def _ending(error: Exception | SystemExit, job: Job) -> tuple[State, str]:
    """The state and the code of a job that raised."""
    if isinstance(error, Cancelled):
        return State.CANCELLED, ""
    if isinstance(error, Failed):
        return State.FAILED, error.code
    if isinstance(error, UnknownKind):
        return State.FAILED, "unknown-kind"
    if isinstance(error, TimeoutException):
        log.error("Job %s, %s, took longer than its cluster allows.", job.pk, job.kind)
        return State.FAILED, "timed-out"
    log.error("Job %s, %s, broke.", job.pk, job.kind, exc_info=error)
    return State.FAILED, "exited" if isinstance(error, SystemExit) else "broke"
