from __future__ import annotations

from datetime import datetime

from archlab.calculators.models import SILENCE, ExactRun

State = ExactRun.State


def exact_run(key: str) -> ExactRun | None:
    """The run of an order, with its result; None when nobody has asked for it."""
    return ExactRun.objects.filter(key=key).first()


def under_way(now: datetime) -> int:
    """How many runs wait or are at work."""
    alive = ExactRun.objects.filter(state__in=[State.QUEUED, State.RUNNING])
    return alive.filter(beat_at__gt=now - SILENCE).count()
