"""Real accounts as jobs: a run, a first visit to an account, a sweep of one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from archlab.jobs.kinds import Kind
from archlab.jobs.models import Job
from archlab.jobs.work import Work
from archlab.sandboxes.real.actions import CONNECT, RUN, SWEEP


# what they need of AWS's client library is read by who does them, and not at every start
def _run(work: Work) -> None:
    from archlab.sandboxes.real.steps import carry_out

    carry_out(work)


def _left(job: Job) -> None:
    from archlab.sandboxes.real.steps import left

    left(job)


def _connect(work: Work) -> None:
    from archlab.sandboxes.real.account import verify

    verify(work)


def _sweep(work: Work) -> None:
    from archlab.sandboxes.real.account import sweep_one

    sweep_one(work)


KINDS = (
    Kind(RUN, _("Bring a launch in AWS along"), _run, ended=_left),
    Kind(CONNECT, _("Enter an account for the first time"), _connect, max_attempts=1),
    Kind(SWEEP, _("Look for what was left in an account"), _sweep, max_attempts=1, quiet=True),
)
