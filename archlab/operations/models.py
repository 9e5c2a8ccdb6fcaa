from __future__ import annotations

from django.db import models


class Probe(models.Model):
    """The row that a readiness probe writes, to learn whether writing works."""

    name = models.CharField(primary_key=True, max_length=20)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
