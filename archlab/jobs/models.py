from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """Who does a thing that only one process may do, and when it last said so."""

    WORKER = "worker"

    name = models.CharField(primary_key=True, max_length=40)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started = models.PositiveBigIntegerField()
    beat_at = models.DateTimeField()
    # the process group that the holder started: whoever takes the lease over ends it first
    group = models.PositiveIntegerField(null=True)
    group_started = models.PositiveBigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.name} by process {self.pid} on {self.host}"
