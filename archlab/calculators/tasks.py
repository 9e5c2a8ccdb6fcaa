from __future__ import annotations

import logging

from django.utils import timezone

from archlab.calculators import actions

log = logging.getLogger(__name__)


def run_exactly(key: str) -> None:
    try:
        actions.carry_out(key=key, clock=timezone.now)
    except Exception:
        # the outermost loop of a job: beyond it the queue would keep the traceback in the database
        log.exception("The exact run %s failed.", key)
        actions.give_up(key=key, now=timezone.now())
