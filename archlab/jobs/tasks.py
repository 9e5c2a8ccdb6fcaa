from __future__ import annotations

from django.utils.module_loading import import_string

from archlab.jobs import actions, queries, runner
from archlab.jobs.schedule import TASKS
from archlab.jobs.work import Failed, Work


def run_job(job_id: int) -> None:
    """The only thing that is ever put into a queue."""
    runner.run(job_id)


def run_scheduled(work: Work) -> None:
    """Only what was declared is called, whatever the row says."""
    if work.job.object_ref not in TASKS:
        raise Failed("unknown-task")
    import_string(work.job.object_ref)()


def forget_jobs() -> None:
    actions.forget(now=queries.database_now())
