from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, NoReturn

from django.db import models
from django.db.models import Q


class Lease(models.Model):
    """Who does a thing that only one process may do, and when it last said so."""

    WORKER = "worker"

    name = models.CharField(primary_key=True, max_length=40)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started = models.PositiveBigIntegerField()
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} by process {self.pid} on {self.host}"


class Cluster(models.Model):
    """A queue with the processes that serve it, as their supervisor last saw them."""

    class Name(models.TextChoices):
        SHORT = "short"
        LONG = "long"

    name = models.CharField(primary_key=True, max_length=5, choices=Name.choices)
    host = models.CharField(max_length=255)
    # the process group: whoever takes over from a dead supervisor ends it first
    pid = models.PositiveIntegerField()
    started = models.PositiveBigIntegerField()
    started_at = models.DateTimeField()
    # when a job of this cluster last showed that it works; None until the first one did
    heard_at = models.DateTimeField(null=True)
    restarts = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}, process {self.pid} on {self.host}"


class Job(models.Model):
    """Work in the background. The row is the truth; a queue message only says its number.

    Whoever works on it holds the lease under its `epoch`, and each write under another epoch
    than the row's is refused, so a process that wakes up too late changes nothing.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        DEAD = "dead"
        CANCELLED = "cancelled"

    ACTIVE = (State.QUEUED, State.RUNNING)

    # the number goes into queue messages, the random one into addresses
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    business_key = models.CharField(max_length=200)
    object_ref = models.CharField(max_length=200, blank=True)
    cluster = models.CharField(max_length=5, choices=Cluster.Name.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    # unclean starts in a row: counted before the work, so that work which kills its process ends
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    epoch = models.PositiveIntegerField(default=0)
    owner = models.CharField(max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    woken_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=40, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    word = models.CharField(max_length=80, blank=True)
    cancel_requested_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["business_key"],
                condition=Q(state__in=["queued", "running"]),
                name="job_one_active_per_key",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["queued", "running", "succeeded", "failed", "dead", "cancelled"]
                ),
                name="job_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="job_lease_while_running",
            ),
        )
        indexes = (models.Index(fields=["state", "cluster", "woken_at"], name="job_to_wake"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def was_interrupted(self) -> bool:
        """It waits because the process that had it died or fell silent; that is no failure."""
        return self.state == self.State.QUEUED and self.attempts > 0

    @property
    def is_being_cancelled(self) -> bool:
        return self.is_active and self.cancel_requested_at is not None

    @property
    def may_run_again(self) -> bool:
        return self.state in (self.State.DEAD, self.State.FAILED, self.State.CANCELLED)

    def is_late(self, now: datetime) -> bool:
        return self.deadline_at is not None and self.deadline_at < now


class AppendOnly(TypeError):
    """What happened is not written anew."""


class JobEvent(models.Model):
    """What happened to a job. Rows go only with their job."""

    class Kind(models.TextChoices):
        ASKED = "asked"
        CLAIMED = "claimed"
        INTERRUPTED = "interrupted"
        AGAIN = "again"
        CANCEL_REQUESTED = "cancel requested"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        DEAD = "dead"
        CANCELLED = "cancelled"
        RUN_AGAIN = "run again"

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    attempt = models.PositiveSmallIntegerField()
    epoch = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.kind} of job {self.job_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("An event of a job is written once.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("An event of a job goes only with its job.")
