from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from archlab.jobs.models import Cluster, Job, JobEvent, Lease

STUCK = timedelta(seconds=120)


def database_now() -> datetime:
    """The clock of every lease: the database's, which all machines share.

    SQLite has none of its own; it is on this machine.
    """
    if connection.vendor == "sqlite":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row: tuple[datetime] = cursor.fetchone()
    return row[0]


def worker_beat() -> datetime | None:
    """When the worker last said that it lives; None when there is no worker."""
    return Lease.objects.filter(name=Lease.WORKER).values_list("beat_at", flat=True).first()


def clusters() -> list[Cluster]:
    return list(Cluster.objects.order_by("-name"))


def active_job(business_key: str) -> Job | None:
    return Job.objects.filter(business_key=business_key, state__in=Job.ACTIVE).first()


def runnable(now: datetime) -> QuerySet[Job]:
    """Jobs that wait and may be done now, the oldest first."""
    due = Q(not_before__isnull=True) | Q(not_before__lte=now)
    return Job.objects.filter(due, state=Job.State.QUEUED).order_by("asked_at", "pk")


def at_work(cluster: str, now: datetime) -> QuerySet[Job]:
    """Jobs whose process renewed its lease lately."""
    return Job.objects.filter(cluster=cluster, state=Job.State.RUNNING, lease_until__gt=now)


def is_stuck(now: datetime) -> bool:
    """Whether a job waits for two minutes in a queue where nothing has moved in that time.

    A long queue that moves is busy, not broken.
    """
    waiting = runnable(now).filter(woken_at__lt=now - STUCK, asked_at__lt=now - STUCK)
    return any(
        not at_work(name, now).exists()
        and not Job.objects.filter(cluster=name, claimed_at__gte=now - STUCK).exists()
        for name in waiting.order_by().values_list("cluster", flat=True).distinct()
    )


def listed(kinds: Iterable[str], state: str = "") -> QuerySet[Job]:
    """The jobs of these kinds, in any state or in one, the newest first."""
    found = Job.objects.filter(kind__in=kinds).order_by("-asked_at", "-pk")
    return found.filter(state=state) if state else found


def counts(kinds: Iterable[str]) -> dict[str, int]:
    """How many jobs of these kinds are in each state."""
    return dict(listed(kinds).order_by().values_list("state").annotate(n=Count("pk")))


def job_of(public_id: UUID) -> Job | None:
    return Job.objects.filter(public_id=public_id).first()


def events_of(job: Job) -> QuerySet[JobEvent]:
    return job.events.all()
