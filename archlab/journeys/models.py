from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q


class Enrolment(models.Model):
    """One learner in one pinned version of a scenario. Progress is computed from the events."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(
        "accounts.Learner", on_delete=models.CASCADE, related_name="enrolments"
    )
    version = models.ForeignKey(
        "catalog.ScenarioVersion", on_delete=models.PROTECT, related_name="enrolments"
    )
    started = models.DateTimeField()
    epoch = models.PositiveSmallIntegerField(default=0)
    """How often the run was moved to another version or back."""

    def __str__(self) -> str:
        return str(self.id)


class StepEvent(models.Model):
    """What a learner did: appended, never changed. The same `key` is the same act.

    `version` is what they read when they did it, `epoch` how often the run had been moved by then.
    """

    class Kind(models.TextChoices):
        ANSWERED = "answered"
        HINT = "hint"
        ASKED = "asked"
        CLOSED = "closed"
        LEFT = "left"
        PASSED = "passed"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="events")
    key = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    step = models.CharField(max_length=48)
    block = models.CharField(max_length=48, blank=True)
    payload = models.JSONField(default=dict)
    attempt = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    version = models.ForeignKey(
        "catalog.ScenarioVersion", on_delete=models.PROTECT, related_name="events"
    )
    epoch = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint("enrolment", "key", name="event_key_once"),
            models.UniqueConstraint(
                "enrolment",
                "epoch",
                "step",
                "block",
                "kind",
                "attempt",
                name="event_attempt_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["answered", "hint", "asked", "closed", "left", "passed"]),
                name="event_kind_known",
            ),
        )
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.step} {self.block}".strip()


class Move(models.Model):
    """A run went on in another version, or back: appended, never changed.

    What happened in an `epoch` counts until the move that began it is undone.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="moves")
    key = models.UUIDField()
    epoch = models.PositiveSmallIntegerField()
    origin = models.ForeignKey(
        "catalog.ScenarioVersion", on_delete=models.PROTECT, related_name="moves_from"
    )
    target = models.ForeignKey(
        "catalog.ScenarioVersion", on_delete=models.PROTECT, related_name="moves_to"
    )
    undoes = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, related_name="undone_by"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint("enrolment", "key", name="move_key_once"),
            models.UniqueConstraint("enrolment", "epoch", name="move_epoch_once"),
            models.CheckConstraint(condition=Q(epoch__gt=0), name="move_begins_an_epoch"),
        )
        ordering = ("epoch",)

    def __str__(self) -> str:
        return f"{self.enrolment_id} move {self.epoch}"


class Kept(models.Model):
    """A learner was asked about a newer version and stays: nobody asks about it again."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="kept")
    version = models.ForeignKey(
        "catalog.ScenarioVersion", on_delete=models.PROTECT, related_name="kept"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint("enrolment", "version", name="kept_once"),)

    def __str__(self) -> str:
        return f"{self.enrolment_id} stays"


class Explanation(models.Model):
    """What a learner would tell a colleague about a step, in their own words.

    It belongs to the learner and the scenario, not to one run: it is shown again in reviews and
    goes into the records of every run.
    """

    LONGEST = 2000

    learner = models.ForeignKey(
        "accounts.Learner", on_delete=models.CASCADE, related_name="explanations"
    )
    scenario = models.ForeignKey("catalog.Scenario", on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=48)
    text = models.TextField(max_length=LONGEST)
    revision = models.PositiveIntegerField(default=1)
    written = models.DateTimeField()
    revised = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint("learner", "scenario", "step", name="explanation_once"),
        )
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.learner_id} on {self.step}"

    def revise(self, text: str, now: datetime) -> None:
        self.text, self.revised, self.revision = text, now, self.revision + 1
        self.save(update_fields=["text", "revised", "revision"])
