from __future__ import annotations

from archlab.calculators.models import ExactRun
from archlab.jobs.models import Job


def exact_run(key: str) -> ExactRun | None:
    """The run of an order, with its job and its result; None when nobody has asked for it."""
    return ExactRun.objects.select_related("job").filter(key=key).first()


def under_way() -> int:
    """How many runs wait or are at work."""
    return ExactRun.objects.filter(job__state__in=Job.ACTIVE).count()
