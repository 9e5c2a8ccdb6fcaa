from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class DrillRun(models.Model):
    """One learner in one night of a pinned version. The night is folded from the moves.

    Without an enrolment it is played alone. `flags` are the earlier decisions as they were when
    the night began. `result` (0 to 100) stands from the moment the run is closed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(
        "accounts.Learner", on_delete=models.CASCADE, related_name="drill_runs"
    )
    version = models.ForeignKey(
        "catalog.ScenarioVersion", on_delete=models.PROTECT, related_name="drill_runs"
    )
    enrolment = models.ForeignKey(
        "journeys.Enrolment", null=True, on_delete=models.CASCADE, related_name="drill_runs"
    )
    step = models.CharField(max_length=48)
    block = models.CharField(max_length=48)
    flags = models.JSONField(default=dict)
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    result = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                "learner",
                "version",
                "block",
                condition=Q(enrolment=None, ended=None),
                name="drill_run_alone_once",
            ),
            models.UniqueConstraint(
                "enrolment",
                "version",
                "block",
                condition=Q(enrolment__isnull=False, ended=None),
                name="drill_run_in_step_once",
            ),
            models.CheckConstraint(
                condition=Q(ended=None, result=None)
                | Q(ended__isnull=False, result__isnull=False, result__lte=100),
                name="drill_run_result_when_ended",
            ),
        )

    def __str__(self) -> str:
        return f"{self.block} {self.id}"


class DrillMove(models.Model):
    """What was sent in one turn: appended, never changed. The same `key` is the same turn.

    `moves` holds one move, or what the learner said when the night was over: nothing, the cause,
    what would prevent it.
    """

    run = models.ForeignKey(DrillRun, on_delete=models.CASCADE, related_name="turns")
    number = models.PositiveSmallIntegerField()
    key = models.UUIDField()
    moves = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint("run", "number", name="drill_move_number_once"),
            models.UniqueConstraint("run", "key", name="drill_move_key_once"),
        )
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.moves}"
