from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

SILENCE = timedelta(minutes=2)
"""So long may one replication take, or a worker be busy with something else."""


class ExactRun(models.Model):
    """A simulation in the background. Whoever asks for the same one shares its row."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    key = models.CharField(primary_key=True, max_length=64)
    lab = models.CharField(max_length=48)
    address = models.TextField()
    state = models.CharField(max_length=9, choices=State.choices)
    done = models.PositiveSmallIntegerField(default=0)
    of = models.PositiveSmallIntegerField()
    # counts up with each start: who runs it writes only while the number is still its own
    attempt = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    result = models.BinaryField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed", "cancelled"]),
                name="exact_run_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="done", result__isnull=False)
                | (~Q(state="done") & Q(result__isnull=True)),
                name="exact_run_result_when_done",
            ),
        )

    def __str__(self) -> str:
        return f"{self.lab} {self.key[:8]} {self.state}"

    def is_under_way(self, now: datetime) -> bool:
        """Queued or running, and heard of lately."""
        waits = self.state in (self.State.QUEUED, self.State.RUNNING)
        return waits and now - self.beat_at < SILENCE
