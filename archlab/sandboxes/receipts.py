"""The receipts of a journey's labs, for its decision records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from archlab.catalog.queries import pack_of
from archlab.journeys.models import Enrolment
from archlab.journeys.receipts import Receipt
from archlab.sandboxes.models import SandboxRun


def receipts_of(enrolment: Enrolment) -> Iterator[Receipt]:
    """The newest run of each lab that came to its end; one query where there is none."""
    runs = SandboxRun.objects.filter(enrolment=enrolment, receipt__isnull=False)
    newest = {(run.step, run.block): run for run in runs.select_related("version").order_by("id")}
    for run in newest.values():
        yield _receipt(run, run.receipt or {})


def _receipt(run: SandboxRun, told: Mapping[str, Any]) -> Receipt:
    block = pack_of(run.version).block(run.block)
    return Receipt(
        step=run.step,
        lab=run.block,
        title=getattr(block, "title", "") or run.block,
        run=str(run.uid),
        day=run.changed.date(),
        target=_("an emulator on this machine; nothing ran in AWS"),
        version=run.version.number,
        template_sha256=told["template"],
        passed=told["passed"],
        checks=len(told["checks"]),
        failed=tuple(name for name, status in told["checks"].items() if status != "pass"),
        left=None if told["left"] is None else len(told["left"]),
    )
