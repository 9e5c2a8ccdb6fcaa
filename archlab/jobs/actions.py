from __future__ import annotations

import socket
from datetime import datetime, timedelta

from django.db import transaction
from django_q.tasks import async_task

from archlab.jobs.models import Lease
from archlab.jobs.processes import Process

STALE = timedelta(seconds=30)


class LeaseHeld(ValueError):
    """Another worker is at work."""


class LeaseLost(ValueError):
    """Another worker took over while this one was silent."""


@transaction.atomic
def take_lease(*, holder: Process, now: datetime) -> Lease:
    """Become the one worker. What a dead one left running is ended first."""
    lease = Lease.objects.select_for_update().filter(name=Lease.WORKER).first()
    if lease and _is_held(lease, now):
        raise LeaseHeld(
            f"A worker is already running: process {lease.pid} on {lease.host}. "
            "Stop it first, or set ARCHLAB_WORKERS for more jobs at once."
        )
    if lease and lease.host == socket.gethostname() and lease.group:
        Process(lease.group, lease.group_started or 0).kill_group()
    facts = {"host": socket.gethostname(), "pid": holder.pid, "started": holder.started}
    facts |= {"beat_at": now, "group": None, "group_started": None}
    return Lease.objects.update_or_create(name=Lease.WORKER, defaults=facts)[0]


def beat(*, holder: Process, group: Process | None, now: datetime) -> None:
    """Say that the worker lives and which process group is its own."""
    mine = Lease.objects.filter(name=Lease.WORKER, host=socket.gethostname(), pid=holder.pid)
    facts = {"group": group.pid, "group_started": group.started} if group else {}
    if not mine.filter(started=holder.started).update(beat_at=now, **facts):
        raise LeaseLost("Another worker took over, so this one stops.")


def release_lease(*, holder: Process) -> None:
    Lease.objects.filter(name=Lease.WORKER, pid=holder.pid, started=holder.started).delete()


def enqueue(*arguments: str, task: str, limit_s: int | None = None) -> None:
    """Ask the cluster to run the function at the dotted path `task`.

    With `limit_s` seconds instead of the usual ones the message may be given out a second time
    while the first is at work: only for tasks that see that themselves.
    """
    async_task(task, *arguments, **({} if limit_s is None else {"timeout": limit_s}))


def _is_held(lease: Lease, now: datetime) -> bool:
    """On this machine the process itself tells; of another one only the beat is known."""
    if lease.host == socket.gethostname():
        return Process(lease.pid, lease.started).is_alive()
    return now - lease.beat_at < STALE
