from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import NoReturn

from django.db import models
from django.db.models import Q

from archlab.sandboxes.states import (
    LIVE,
    MOST_LIVE_RUNS,
    UNDER_WAY,
    AwsState,
    ResourceState,
    State,
)

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


class AppendOnlyRow(models.Model):
    """An event of a run: written once."""

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        if not self._state.adding:
            raise AppendOnly("a run's events are never changed")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise AppendOnly("a run's events are never deleted")


class RunEvent(AppendOnlyRow):
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


class AwsConnection(models.Model):
    """A learner's way into an account of their own: a role and our secret, never a key."""

    learner = models.OneToOneField(
        "accounts.Learner", null=True, on_delete=models.SET_NULL, related_name="aws_connection"
    )
    region = models.CharField(max_length=24)
    # drawn by us; the learner types it into the bootstrap stack, and the role opens to it alone
    external_id = models.CharField(max_length=64)
    role_arn = models.CharField(max_length=128, blank=True)
    account = models.CharField(max_length=12, blank=True)
    problem = models.TextField(blank=True)
    """Why the last try to enter the account did not succeed."""
    created = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True)
    unread = models.JSONField(default=list)
    """What the last sweep could not look at: region, what, code."""

    def __str__(self) -> str:
        return f"connection {self.pk} in {self.region}"


class AwsRun(models.Model):
    """A template in a learner's real account, from the wish to the proof that nothing is left.

    The row is committed before anything is written to the account, and it outlives its learner
    until then. `launch` and `teardown` are what `sandboxes.aws` knows between two steps.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=12, unique=True)
    """In the names and the tags of everything that it makes."""
    learner = models.ForeignKey(
        "accounts.Learner", null=True, on_delete=models.SET_NULL, related_name="aws_runs"
    )
    connection = models.ForeignKey(
        AwsConnection, null=True, on_delete=models.SET_NULL, related_name="runs"
    )
    proof = models.ForeignKey(
        SandboxRun, null=True, on_delete=models.SET_NULL, related_name="aws_runs"
    )
    """The run in the emulator with the same template, all of whose checks passed."""
    title = models.CharField(max_length=200)
    slot = models.PositiveSmallIntegerField()
    """The site has five; the database gives each to one run at a time."""
    state = models.CharField(max_length=16, choices=choices(AwsState), default=AwsState.VALIDATING)
    template = models.TextField(max_length=TEMPLATE_BYTES)
    template_sha256 = models.CharField(max_length=64)
    component_of = models.JSONField(default=dict)
    edits = models.JSONField(default=list)
    launch = models.JSONField()
    teardown = models.JSONField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    """How often in a row AWS did not take the present step."""
    error = models.TextField(blank=True)
    cancel_requested_at = models.DateTimeField(null=True)
    extension_asked_at = models.DateTimeField(null=True)
    created = models.DateTimeField()
    changed = models.DateTimeField()
    expires = models.DateTimeField()
    due = models.DateTimeField(null=True, db_index=True)
    """When the clock looks after it though nobody asks; null when nothing is to come."""
    gone_at = models.DateTimeField(null=True)
    late_looks = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                "learner", condition=Q(gone_at__isnull=True), name="aws_run_one_of_a_learner"
            ),
            models.UniqueConstraint(
                "slot", condition=Q(gone_at__isnull=True), name="aws_run_one_in_a_slot"
            ),
            models.CheckConstraint(
                condition=Q(slot__gte=1, slot__lte=MOST_LIVE_RUNS), name="aws_run_slot_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(AwsState)), name="aws_run_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class AwsEvent(AppendOnlyRow):
    """What happened in a run in a real account, the stack's own events among it."""

    STACK = "stack"

    run = models.ForeignKey(AwsRun, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=24)
    logical_id = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=64, blank=True)
    said = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.kind} {self.logical_id} {self.status}".strip()


class SweepFinding(models.Model):
    """Something in a connected account that should not be there; gone with the sweep after."""

    class Status(models.TextChoices):
        OVERDUE = "overdue"
        UNKNOWN = "unknown"
        SUSPECT = "suspect"

    connection = models.ForeignKey(AwsConnection, on_delete=models.CASCADE, related_name="findings")
    region = models.CharField(max_length=24)
    what = models.CharField(max_length=40)
    name = models.CharField(max_length=512)
    run = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=7, choices=Status.choices)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                "connection", "region", "what", "name", name="sweep_finding_once"
            ),
        )
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.what} {self.name} in {self.region}"
