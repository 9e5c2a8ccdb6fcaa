from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import NoReturn

from django.db import models
from django.db.models import Q

from archlab.sandboxes.states import LIVE, UNDER_WAY, ResourceState, State

TEMPLATE_BYTES = 51_200


def choices(values: Iterable[str]) -> list[tuple[str, str]]:
    return [(str(value), str(value)) for value in values]


class AppendOnly(Exception):
    """What happened is not rewritten."""


class SandboxRun(models.Model):
    """A learner's run of a lab. Each attempt is a new account and a new process: what is stored
    here is all that there is of it.
    """

    class Target(models.TextChoices):
        EMBEDDED = "embedded"
        MINISTACK = "ministack"
        AWS = "aws"

    # the number makes the accounts of the attempts, the random one stands in addresses
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(
        "accounts.Learner", on_delete=models.CASCADE, related_name="sandbox_runs"
    )
    scenario = models.ForeignKey(
        "catalog.Scenario", on_delete=models.PROTECT, related_name="sandbox_runs"
    )
    version = models.ForeignKey(
        "catalog.ScenarioVersion", on_delete=models.PROTECT, related_name="sandbox_runs"
    )
    enrolment = models.ForeignKey(
        "journeys.Enrolment", null=True, on_delete=models.CASCADE, related_name="sandbox_runs"
    )
    step = models.CharField(max_length=48)
    block = models.CharField(max_length=48)
    target = models.CharField(max_length=9, choices=Target.choices, default=Target.EMBEDDED)
    state = models.CharField(max_length=12, choices=choices(State), default=State.QUEUED)
    tears_down = models.BooleanField(default=False)
    """This attempt ends with the deletion of what it made, for the learner to look at."""
    attempt = models.PositiveSmallIntegerField(default=0)
    region = models.CharField(max_length=24)
    template = models.TextField(max_length=TEMPLATE_BYTES)
    template_sha256 = models.CharField(max_length=64)
    template_before = models.TextField(blank=True, max_length=TEMPLATE_BYTES)
    """The template of the attempt before; the difference is shown."""
    component_of = models.JSONField(default=dict)
    """Logical id -> component; the ground belongs to nobody."""
    faults = models.JSONField(default=list)
    edits = models.JSONField(default=list)
    """What the learner changed, in order; every attempt replays it."""
    receipt = models.JSONField(null=True)
    """Of the last attempt that came to its end: template, checks, what was left."""
    error = models.TextField(blank=True)
    cancel_requested_at = models.DateTimeField(null=True)
    created = models.DateTimeField()
    changed = models.DateTimeField()
    expires = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                "learner",
                "scenario",
                "step",
                condition=Q(state__in=sorted(LIVE)),
                name="sandbox_run_live_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(State)), name="sandbox_run_state_known"
            ),
        )
        indexes = (models.Index(fields=["state", "expires"], name="sandbox_run_expiry"),)

    def __str__(self) -> str:
        return f"{self.block} {self.state}"

    @property
    def is_under_way(self) -> bool:
        return State(self.state) in UNDER_WAY

    def is_over(self, now: datetime) -> bool:
        return self.expires <= now


class RunResource(models.Model):
    """One resource of one attempt."""

    run = models.ForeignKey(SandboxRun, on_delete=models.CASCADE, related_name="resources")
    attempt = models.PositiveSmallIntegerField()
    ordinal = models.PositiveSmallIntegerField()
    logical_id = models.CharField(max_length=255)
    component = models.CharField(max_length=48, blank=True)
    type = models.CharField(max_length=80)
    physical_id = models.TextField(blank=True)
    state = models.CharField(
        max_length=13, choices=choices(ResourceState), default=ResourceState.PENDING
    )
    error = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint("run", "attempt", "logical_id", name="run_resource_once"),
        )
        ordering = ("ordinal",)

    def __str__(self) -> str:
        return f"{self.logical_id} {self.state}"


class RunEvent(models.Model):
    """What happened in a run, in order. Appended, never changed."""

    run = models.ForeignKey(SandboxRun, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    attempt = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40)
    logical_id = models.CharField(max_length=255, blank=True)
    args = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint("run", "seq", name="run_event_seq_once"),)
        ordering = ("seq",)

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.logical_id}".strip()

    def save(self, *args: object, **kwargs: object) -> None:
        if not self._state.adding:
            raise AppendOnly("a run's events are never changed")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise AppendOnly("a run's events are never deleted")


class CheckResult(models.Model):
    """What one check of the lab found in one attempt."""

    class Status(models.TextChoices):
        PASS = "pass"  # noqa: S105  # a verdict
        FAIL = "fail"
        UNKNOWN = "unknown"

    run = models.ForeignKey(SandboxRun, on_delete=models.CASCADE, related_name="checks")
    attempt = models.PositiveSmallIntegerField()
    ordinal = models.PositiveSmallIntegerField()
    check_id = models.CharField(max_length=48)
    check_name = models.CharField(max_length=48)
    status = models.CharField(max_length=7, choices=Status.choices)
    basis = models.CharField(max_length=9)
    reason = models.TextField()
    expected = models.TextField()
    actual = models.TextField()
    evidence = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint("run", "attempt", "check_id", name="check_result_once"),
        )
        ordering = ("ordinal",)

    def __str__(self) -> str:
        return f"{self.check_id} {self.status}"
