"""Puts right what a dead process left: run by the supervisor every ten seconds and at its start.

Each rule looks at no more than 200 rows, every row stands in a transaction of its own, and one
that fails never stops the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django_q.models import OrmQ

from archlab.jobs import actions, queries
from archlab.jobs.models import Cluster, Job

log = logging.getLogger(__name__)

MOST = 200
UNHEARD = timedelta(seconds=5)
JUMP_S = 5.0
Rule = Callable[[datetime], None]
Row = TypeVar("Row", bound=Model)
_rules: dict[str, Rule] = {}


def also(name: str, rule: Rule) -> None:
    """Have a rule of an app above looked after in each pass. It gets the database's time.

    It is as careful as these: conditional updates, at most `MOST` rows.
    """
    if name in _rules:
        raise ValueError(f"the rule {name} is looked after already")
    _rules[name] = rule


class Reconciler:
    """Keeps, between two passes, what tells a clock that was set from time that went by."""

    def __init__(self) -> None:
        self.seen: tuple[datetime, float] | None = None
        self.trusted_from_s = 0.0

    def look(self, now: datetime, now_s: float) -> None:
        """One pass; `now` by the database's clock, `now_s` by a monotonic one."""
        self._compare_clocks(now, now_s)
        if now_s >= self.trusted_from_s:
            each("interrupted job", silent(now), lambda job: actions.interrupt(job=job, now=now))
            each("expired job", late(now), lambda job: actions.expire(job=job, now=now))
        each("woken job", unheard(now), lambda job: actions.wake(job=job, now=now))
        for name, rule in _rules.items():
            _safely(name, partial(rule, now))

    def _compare_clocks(self, now: datetime, now_s: float) -> None:
        """After a jump nothing runs out for one lease: who is alive has renewed it by then."""
        if self.seen:
            was, was_s = self.seen
            jump_s = (now - was).total_seconds() - (now_s - was_s)
            if abs(jump_s) > JUMP_S:
                log.warning("The clock was set by %.0f s; leases are left alone.", jump_s)
                self.trusted_from_s = now_s + settings.JOB_LEASE_S
        self.seen = now, now_s


def silent(now: datetime) -> QuerySet[Job]:
    """Whoever runs these has not renewed the lease.

    One that ends further ahead than any lease can was given before the clock was set back.
    """
    impossible = now + timedelta(seconds=2 * settings.JOB_LEASE_S)
    over = Q(lease_until__lt=now) | Q(lease_until__gt=impossible)
    return Job.objects.filter(over, state=Job.State.RUNNING).order_by("lease_until")[:MOST]


def late(now: datetime) -> QuerySet[Job]:
    waiting = Job.objects.filter(state=Job.State.QUEUED, deadline_at__lt=now)
    return waiting.order_by("deadline_at")[:MOST]


def unheard(now: datetime) -> QuerySet[Job]:
    """Jobs that wait although their queue has nothing left to hand out.

    Their messages are lost, or locked by a cluster that died. While a queue still holds messages
    nothing is sent a second time, so a long queue grows by none.
    """
    empty = [name for name in Cluster.Name.values if not _holds_messages(name)]
    waiting = queries.runnable(now).filter(cluster__in=empty, woken_at__lt=now - UNHEARD)
    return waiting[:MOST]


def _holds_messages(cluster: str) -> bool:
    """By the worker's own clock, which is the one that locks messages."""
    return bool(OrmQ.objects.filter(key=cluster, lock__lt=timezone.now()).exists())


def each(name: str, rows: Iterable[Row], act: Callable[[Row], None]) -> None:
    """Act on every row; one that fails is logged and does not keep the others waiting."""

    def one_by_one() -> None:
        for row in list(rows):
            _safely(f"{name} {row.pk}", partial(act, row))

    _safely(name, one_by_one)


def _safely(name: str, act: Callable[[], None]) -> None:
    try:
        act()
    except actions.Lost:
        return  # it moved on by itself
    except Exception:
        # the outermost loop of the worker: the next pass tries again
        log.exception("The reconciler failed at: %s.", name)
