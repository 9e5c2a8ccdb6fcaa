from __future__ import annotations

from datetime import datetime

from archlab.jobs.models import Lease


def worker_beat() -> datetime | None:
    """When the worker last said that it lives; None when there is no worker."""
    return Lease.objects.filter(name=Lease.WORKER).values_list("beat_at", flat=True).first()
