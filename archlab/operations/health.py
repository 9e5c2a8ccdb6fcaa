"""Is this machine fit to serve? A probe that does not answer within five seconds has failed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from archlab.jobs import queries
from archlab.operations.models import Probe

LIMIT_S = 5.0
FREE_PART = 0.05
SILENCE = timedelta(seconds=60)

# Apart from the request's thread: waiting for the writer gate knows no time limit of its own.
THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="probe")


def database() -> bool:
    with transaction.atomic():
        Probe.objects.update_or_create(name="ready", defaults={"written_at": timezone.now()})
    return True


def disk() -> bool:
    usage = shutil.disk_usage(settings.DATA_DIR)
    return usage.free >= FREE_PART * usage.total


def worker() -> bool:
    """Its supervisor has beaten within a minute, and each cluster has shown within two that it
    works: a canary came back, or a job renewed its lease."""
    now, beat_at = queries.database_now(), queries.worker_beat()
    heard = [cluster.heard_at for cluster in queries.clusters()]
    return (
        beat_at is not None
        and now - beat_at <= SILENCE
        and bool(heard)
        and all(at is not None and now - at <= 2 * SILENCE for at in heard)
    )


def jobs() -> bool:
    return not queries.is_stuck(queries.database_now())


PROBES = {"database": database, "disk": disk, "worker": worker, "jobs": jobs}


def failing(probes: Mapping[str, Callable[[], bool]] = PROBES, limit_s: float = LIMIT_S) -> str:
    """The name of the first probe that fails, empty when all hold."""
    failed = (name for name, probe in probes.items() if not holds(probe, limit_s))
    return next(failed, "")


def holds(probe: Callable[[], bool], limit_s: float) -> bool:
    try:
        return THREADS.submit(_alone, probe).result(limit_s)
    except (DatabaseError, OSError, TimeoutError):
        return False


def _alone(probe: Callable[[], bool]) -> bool:
    try:
        return probe()
    finally:
        connection.close()  # the thread's own
