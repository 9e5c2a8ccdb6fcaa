from __future__ import annotations

from django.db import models

from archlab.jobs.models import Job


class ExactRun(models.Model):
    """A simulation in the background. Whoever asks for the same one shares its row.

    How far it is and how it ended is its job's to say; the result outlives the job.
    """

    key = models.CharField(primary_key=True, max_length=64)
    lab = models.CharField(max_length=48)
    address = models.TextField()
    of = models.PositiveSmallIntegerField()
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    result = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"{self.lab} {self.key[:8]}"

    @property
    def is_done(self) -> bool:
        return self.result is not None

    @property
    def is_under_way(self) -> bool:
        return self.job is not None and self.job.is_active

    @property
    def was_cancelled(self) -> bool:
        return self.job is not None and self.job.state == Job.State.CANCELLED
