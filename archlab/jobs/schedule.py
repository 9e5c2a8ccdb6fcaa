"""Tasks that come round. Declared here, filled by the apps above in `AppConfig.ready()`."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy

from archlab.jobs import actions
from archlab.jobs.kinds import Kind, register
from archlab.jobs.models import Cluster, Job

TASKS: dict[str, timedelta] = {}
KIND = "scheduled"


def every(pause: timedelta, task: str) -> None:
    """Have the worker run the function at the dotted path `task`, first at its start."""
    TASKS[task] = pause


def register_scheduled() -> None:
    from archlab.jobs.tasks import run_scheduled

    title = gettext_lazy("What comes round")
    register(Kind(KIND, title, run_scheduled, cluster=Cluster.Name.SHORT))


def ask_for(task: str, *, now: datetime) -> Job:
    """One that is still at work, or waits, is not asked for a second time."""
    return actions.ask(kind=KIND, business_key=f"scheduled {task}", object_ref=task, now=now)


class Due:
    """Which tasks are due, by a monotonic clock in seconds: set clocks back, and none is lost."""

    def __init__(self) -> None:
        self.next: dict[str, float] = {}

    def at(self, now_s: float) -> list[str]:
        due = [task for task in TASKS if self.next.get(task, now_s) <= now_s]
        for task in due:
            self.next[task] = now_s + TASKS[task].total_seconds()
        return due
