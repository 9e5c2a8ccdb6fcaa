"""Which worker is the one at work, and which process groups are its own."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from archlab.jobs.models import Cluster, Lease
from archlab.jobs.processes import Process

STALE = timedelta(seconds=30)


class LeaseHeld(ValueError):
    """Another worker is at work."""


class LeaseLost(ValueError):
    """Another worker took over while this one was silent."""


@transaction.atomic
def take(*, holder: Process, now: datetime) -> Lease:
    """Become the one worker. What a dead one left running is ended first."""
    lease = Lease.objects.select_for_update().filter(name=Lease.WORKER).first()
    if lease and _is_held(lease, now):
        raise LeaseHeld(f"Process {lease.pid} on {lease.host} is at work.")
    for left in Cluster.objects.filter(host=socket.gethostname()):
        Process(left.pid, left.started).kill_group()
    Cluster.objects.all().delete()
    facts = {"host": socket.gethostname(), "pid": holder.pid, "started": holder.started}
    return Lease.objects.update_or_create(name=Lease.WORKER, defaults={**facts, "beat_at": now})[0]


def beat(*, holder: Process, now: datetime) -> None:
    """Say that the worker lives."""
    mine = Lease.objects.filter(name=Lease.WORKER, host=socket.gethostname())
    if not mine.filter(pid=holder.pid, started=holder.started).update(beat_at=now):
        raise LeaseLost("Another worker took over.")


@transaction.atomic
def release(*, holder: Process) -> None:
    mine = Lease.objects.filter(name=Lease.WORKER, pid=holder.pid, started=holder.started)
    if mine.filter(host=socket.gethostname()).delete()[0]:
        Cluster.objects.all().delete()


def started(*, name: str, leader: Process, now: datetime) -> None:
    """Write down the process group that serves a queue, so that a successor can end it."""
    facts = {"host": socket.gethostname(), "pid": leader.pid, "started": leader.started}
    row, is_new = Cluster.objects.update_or_create(name=name, defaults={**facts, "started_at": now})
    if not is_new:
        Cluster.objects.filter(pk=row.pk).update(restarts=F("restarts") + 1)


def heard(*, name: str, now: datetime) -> None:
    """A job of this queue was done, or is being done."""
    Cluster.objects.filter(name=name).update(heard_at=now)


def _is_held(lease: Lease, now: datetime) -> bool:
    """On this machine the process itself tells; of another one only the beat is known."""
    if lease.host == socket.gethostname():
        return Process(lease.pid, lease.started).is_alive()
    return now - lease.beat_at < STALE
