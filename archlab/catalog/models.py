from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Scenario(models.Model):
    """The work: it keeps its id while slug, title and text change from version to version."""

    id = models.UUIDField(primary_key=True)
    slug = models.SlugField(max_length=48, unique=True)
    current = models.OneToOneField(
        "ScenarioVersion", on_delete=models.PROTECT, null=True, related_name="current_of"
    )

    def __str__(self) -> str:
        return self.slug


class ScenarioVersion(models.Model):
    """Immutable bytes of a pack, named by their sha256. Rows are never changed and never deleted.

    `content` is the canonical form (`domain.pack.canonical`), so the sha256 can be proved from it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft"
        IN_REVIEW = "in_review"
        PUBLISHED = "published"
        DEPRECATED = "deprecated"

    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PUBLISHED)
    content = models.BinaryField()
    created = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint("scenario", "number", name="version_number_once"),
            models.UniqueConstraint("scenario", "sha256", name="version_bytes_once"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "in_review", "published", "deprecated"]),
                name="version_status_known",
            ),
        )
        ordering = (F("number").desc(),)

    def __str__(self) -> str:
        return f"{self.scenario_id} version {self.number}"
