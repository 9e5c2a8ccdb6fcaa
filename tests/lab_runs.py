"""A learner's run of a lab, with a real child process."""

from __future__ import annotations

from typing import Any

from builders import published
from people import Person

from archlab.jobs.models import Job
from archlab.jobs.runner import run as work_on
from archlab.sandboxes import queries
from archlab.sandboxes.models import SandboxRun

LAB = "/sandboxes/lambda-to-fargate/l04/"


def launched(person: Person) -> SandboxRun:
    published()
    answer = person.client.post(f"{LAB}launch/")
    assert answer.status_code == 303
    return SandboxRun.objects.get(learner=person.learner)


def worked(run: SandboxRun) -> SandboxRun:
    """The run after the worker has done what waits."""
    for job in Job.objects.filter(state=Job.State.QUEUED):
        work_on(job.pk)
    return queries.runs().get(pk=run.pk)


def page(person: Person, run: SandboxRun) -> str:
    return person.client.get(f"/sandboxes/{run.uid}/").content.decode()


def send(person: Person, run: SandboxRun, act: str, **data: object) -> Any:
    return person.client.post(f"/sandboxes/{run.uid}/{act}/", {"seen": run.attempt, **data})


def do(person: Person, run: SandboxRun, call: str, **given: object) -> Any:
    return send(person, run, "edit", kind="action", action=call, **given)
