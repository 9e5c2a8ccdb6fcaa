"""Writes of a run in the background. The row is the truth, a queue message only says its key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from archlab.calculators import queries
from archlab.calculators.labs.experiment import Order
from archlab.calculators.labs.pages import PAGES, BadSettings, ordered
from archlab.calculators.models import SILENCE, ExactRun
from archlab.domain.latency.stored import packed
from archlab.jobs.actions import enqueue
from archlab.web.errors import Refused

State = ExactRun.State
TASK = "archlab.calculators.tasks.run_exactly"
LIMIT_S = 600
"""On a busy or slow machine; `carry_out` leaves a message that comes again alone."""
MOST_UNDER_WAY = 8
KEPT = timedelta(days=90)


class TooLarge(Refused):
    """No worker could hold so many requests."""


class QueueFull(Refused):
    """Others wait already."""

    status = 429


class _Stopped(Exception):
    """Somebody cancelled the run or started it again."""


@transaction.atomic
def ask(*, order: Order, now: datetime) -> ExactRun:
    """Have the order run; one that is done or under way is left as it is."""
    if order.problem:
        raise TooLarge(order.problem)
    run = ExactRun.objects.select_for_update().filter(key=order.key).first()
    if run and (run.state == State.DONE or run.is_under_way(now)):
        return run
    if queries.under_way(now) >= MOST_UNDER_WAY:
        said = _("%(n)s exact runs wait already. Try again when one has ended.")
        raise QueueFull(said % {"n": MOST_UNDER_WAY})
    ExactRun.objects.filter(ended_at__lt=now - KEPT).delete()
    fresh = {
        "lab": order.lab,
        "address": order.address,
        "state": State.QUEUED,
        "done": 0,
        "of": order.replications,
        "beat_at": now,
        "ended_at": None,
        "problem": "",
    }
    run, _created = ExactRun.objects.update_or_create(key=order.key, defaults=fresh)
    enqueue(order.key, task=TASK, limit_s=LIMIT_S)
    return run


def cancel(*, key: str, now: datetime) -> None:
    """For everybody who waits for it; one that has ended stays as it ended."""
    open_ = ExactRun.objects.filter(key=key, state__in=[State.QUEUED, State.RUNNING])
    open_.update(state=State.CANCELLED, ended_at=now)


def carry_out(*, key: str, clock: Callable[[], datetime]) -> None:
    """Run an order that waits. A message that comes twice, or too late, changes nothing."""
    run = _claimed(key, clock())
    if run is None:
        return
    mine = ExactRun.objects.filter(key=key, state=State.RUNNING, attempt=run.attempt)

    def watch(done: int) -> None:
        if not mine.update(done=done, beat_at=clock()):
            raise _Stopped

    try:
        result = packed(_order(run).run(watch))
    except _Stopped:
        return
    except (ValueError, MemoryError) as error:
        said = str(error) or _("The machine has not enough memory for so many requests.")
        mine.update(state=State.FAILED, problem=said, ended_at=clock())
    else:
        mine.update(state=State.DONE, result=result, ended_at=clock())


def give_up(*, key: str, now: datetime) -> None:
    """What nobody foresaw has ended the run; the log has it."""
    said = _("It broke on our side, and it is in our log.")
    broken = ExactRun.objects.filter(key=key, state=State.RUNNING)
    broken.update(state=State.FAILED, problem=said, ended_at=now)


def _claimed(key: str, now: datetime) -> ExactRun | None:
    """The run, if it is ours now: it waited, or whoever had it fell silent."""
    silent = Q(state=State.RUNNING, beat_at__lte=now - SILENCE)
    free = ExactRun.objects.filter(Q(state=State.QUEUED) | silent, key=key)
    begun = {"state": State.RUNNING, "done": 0, "beat_at": now, "attempt": F("attempt") + 1}
    return ExactRun.objects.get(key=key) if free.update(**begun) else None


def _order(run: ExactRun) -> Order:
    """As it was asked for; ValueError when the lab is another one by now."""
    page = PAGES.get(run.lab)
    try:
        order = ordered(page(QueryDict(run.address))).order if page else None
    except (BadSettings, Http404):
        order = None
    if order is None or order.key != run.key:
        raise ValueError(_("The lab has changed since this was asked for. Start it again."))
    return order
