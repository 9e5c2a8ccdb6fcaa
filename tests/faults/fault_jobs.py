"""Jobs that leave a trace, take their time or kill their process; and a task without a job."""

from __future__ import annotations

import os
import signal
import threading

from django.db import connection, transaction
from django_q.tasks import async_task

from archlab.jobs import actions, kinds
from archlab.jobs.models import Cluster, Job
from archlab.jobs.queries import database_now
from archlab.jobs.work import Work

TABLE = "CREATE TABLE fault_trace (what text, subject text, pid integer)"


def register() -> None:
    for cluster in Cluster.Name:
        kinds.register(kinds.Kind(f"effect-{cluster}", "Effect", effect, cluster=cluster))
        kinds.register(kinds.Kind(f"slow-{cluster}", "Slow", slow, cluster=cluster))
    kinds.register(kinds.Kind("poison", "Poison", poison, cluster=Cluster.Name.SHORT))


def prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)


def trace(what: str, subject: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO fault_trace VALUES (%s, %s, %s)", [what, subject, os.getpid()])


def effect(work: Work) -> None:
    trace("start", work.job.object_ref)
    pass_time(0.03)
    with work.finishing():
        trace("effect", work.job.object_ref)


def slow(work: Work) -> None:
    """As many seconds as the reference says, silent all the while."""
    trace("start", work.job.business_key)
    pass_time(float(work.job.object_ref))
    with work.finishing():
        trace("effect", work.job.business_key)


def poison(work: Work) -> None:
    trace("start", work.job.object_ref)
    os.kill(os.getpid(), signal.SIGKILL)


def plain(subject: str, seconds: float) -> None:
    """What a task looks like that trusts the queue alone."""
    trace("effect", subject)
    pass_time(seconds)


def pass_time(seconds: float) -> None:
    threading.Event().wait(seconds)


def ask(kind: str, count: int = 1, object_ref: str = "", prefix: str = "") -> None:
    with transaction.atomic():
        for number in range(count):
            subject = f"{prefix or kind} {number}"
            actions.ask(
                kind=kind,
                business_key=subject,
                object_ref=object_ref or subject,
                now=database_now(),
            )


def ask_often(times: int) -> None:
    """One job, whose message both clusters get again and again."""
    with transaction.atomic():
        ask("effect-short", prefix="often")
        job = Job.objects.get(business_key="often 0")
        for number in range(times):
            cluster = list(Cluster.Name)[number % 2]
            async_task(actions.TASK, job.pk, cluster=cluster)


def ask_plainly(count: int, seconds: float, cluster: str = "short") -> None:
    with transaction.atomic():
        for number in range(count):
            async_task("fault_jobs.plain", f"plain {number}", seconds, cluster=cluster)
