"""Runs as jobs: what is asked of the ledger of jobs, and what it tells back."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from archlab.jobs import actions as jobs
from archlab.jobs.kinds import Kind
from archlab.jobs.models import Job
from archlab.jobs.queries import active_job
from archlab.jobs.work import Work
from archlab.sandboxes.models import SandboxRun

NAME = "sandbox"


def ask(run: SandboxRun, *, now: datetime) -> None:
    """Have the run's next attempt made; part of the caller's transaction."""
    jobs.ask(kind=NAME, business_key=_key(run), object_ref=str(run.pk), now=now)


def cancel(run: SandboxRun, *, now: datetime) -> None:
    job = active_job(_key(run))
    if job is not None:
        jobs.cancel(job_id=job.pk, now=now)


def _key(run: SandboxRun) -> str:
    return f"{NAME}/{run.pk}"


def _attempt(work: Work) -> None:
    from archlab.sandboxes.attempts import carry_out

    carry_out(work)


def _ended(job: Job) -> None:
    from archlab.sandboxes.attempts import left

    left(job)


RUN = Kind(NAME, _("Deploy a lab and read it back"), _attempt, ended=_ended, max_attempts=3)
