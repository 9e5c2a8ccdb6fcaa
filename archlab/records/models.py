from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q


class Permalink(models.Model):
    """Inputs without a person, named by their hash: it outlives session and account.

    `figures` are those of the day when it was made, for when the inputs are no longer installed.
    """

    key = models.CharField(primary_key=True, max_length=12)
    inputs = models.JSONField()
    figures = models.JSONField()

    def __str__(self) -> str:
        return self.key


class DecisionRecord(models.Model):
    """A decision whose owner added something to what is computed: words, a link, or all of it.

    One taken in a journey gets its row at the first edit; until then the events alone tell it. One
    of a calculator begins with its row: `address` is what was compared, `pinned` with what.
    """

    class Origin(models.TextChoices):
        JOURNEY = "journey"
        CALCULATOR = "calculator"

    MOST_OWN = 60
    MOST_EDITS = 500

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(
        "accounts.Learner", on_delete=models.CASCADE, related_name="decision_records"
    )
    origin = models.CharField(max_length=10, choices=Origin.choices)
    enrolment = models.ForeignKey(
        "journeys.Enrolment", null=True, on_delete=models.CASCADE, related_name="decision_records"
    )
    decision = models.CharField(max_length=48, blank=True)
    address = models.CharField(max_length=8000, blank=True)
    title = models.CharField(max_length=160, blank=True)
    pinned = models.JSONField(default=dict)
    permalink = models.ForeignKey(Permalink, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    """How often it was edited."""
    made = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint("enrolment", "decision", name="record_of_a_decision_once"),
            models.CheckConstraint(
                condition=Q(origin="journey", enrolment__isnull=False, address="") & ~Q(decision="")
                | Q(origin="calculator", enrolment=None, decision="") & ~Q(address=""),
                name="record_has_one_origin",
            ),
        )
        ordering = ("made", "id")

    def __str__(self) -> str:
        return self.title or self.decision


class RecordEdit(models.Model):
    """What the owner wrote, whole, at one time: appended, never changed; the newest one holds."""

    record = models.ForeignKey(DecisionRecord, on_delete=models.CASCADE, related_name="edits")
    revision = models.PositiveIntegerField()
    words = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint("record", "revision", name="edit_revision_once"),)
        ordering = ("revision",)

    def __str__(self) -> str:
        return f"{self.record_id} {self.revision}"


class ShareLink(models.Model):
    """Lets whoever has the link read one record, until it ends or is taken back."""

    MOST_OPEN = 10
    DAYS = 90

    token = models.CharField(max_length=43, unique=True)
    record = models.ForeignKey(DecisionRecord, on_delete=models.CASCADE, related_name="links")
    made = models.DateTimeField()
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)

    class Meta:
        ordering = ("made", "id")

    def __str__(self) -> str:
        return f"{self.record_id} until {self.expires:%Y-%m-%d}"

    def revoke(self, now: datetime) -> None:
        self.revoked = now
        self.save(update_fields=["revoked"])


class Printed(models.Model):
    """A long PDF that is made in the background, or was: it is kept for a day.

    `binder` is the id of the run or of the learner; `digest` the record hash of what it shows, so
    that an older document is not taken for that of today.
    """

    learner = models.ForeignKey("accounts.Learner", on_delete=models.CASCADE, related_name="+")
    binder = models.UUIDField(unique=True)
    digest = models.CharField(max_length=64)
    language = models.CharField(max_length=16)
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    asked = models.DateTimeField()
    content = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"{self.binder} {self.digest[:8]}"

    @property
    def is_under_way(self) -> bool:
        return self.content is None and self.job is not None and self.job.is_active

    @property
    def has_failed(self) -> bool:
        return self.content is None and not self.is_under_way
