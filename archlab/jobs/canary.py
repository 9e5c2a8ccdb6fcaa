"""A job that does nothing but come back: it shows that a cluster still works.

django-q2 can stop handing out messages, or stop acknowledging them, while all its processes look
alive. So each cluster has one canary, sent again and again, and two things are looked at: that the
job was done (a worker took it) and that the broker's record of it exists (the monitor works).
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy
from django_q.models import Task

from archlab.jobs import actions, queries
from archlab.jobs.kinds import Kind, register
from archlab.jobs.models import Cluster, Job
from archlab.jobs.work import Work

START_S = 30.0
KINDS = {name: f"canary-{name}" for name in Cluster.Name}


def register_canaries() -> None:
    title = gettext_lazy("Sign of life of a cluster")
    for cluster, kind in KINDS.items():
        register(Kind(kind, title, _sing, cluster=cluster, quiet=True))


def _sing(_work: Work) -> None:
    return


@transaction.atomic
def send(cluster: Cluster.Name, now: datetime) -> str:
    """Put the canary into the queue, whatever became of it before; the number of its message."""
    fresh = {
        "kind": KINDS[cluster],
        "cluster": cluster,
        "state": Job.State.QUEUED,
        "attempts": 0,
        "lease_until": None,
        "asked_at": now,
        "woken_at": now,
        "ended_at": None,
    }
    job, _ = Job.objects.update_or_create(business_key=KINDS[cluster], defaults=fresh)
    return actions.send(job)


class Watch:
    """What the canary of one cluster has shown so far, by a monotonic clock in seconds."""

    def __init__(self, cluster: Cluster.Name, now_s: float) -> None:
        self.cluster = cluster
        self.begin(now_s)

    def begin(self, now_s: float) -> None:
        """The cluster is a new one: nothing is known of it, and it needs a moment to start."""
        self.message = ""
        self.sent_s = now_s
        self.busy_s = now_s + START_S
        self.worked_s: float | None = None

    def look(self, now: datetime, now_s: float) -> bool:
        """Send the canary when it is time; whether the cluster gave a sign of life."""
        if not self.message:
            self.message, self.sent_s, self.worked_s = send(self.cluster, now), now_s, None
        if queries.at_work(self.cluster, now).exists():
            self.busy_s = now_s
        if self.worked_s is None and self._was_done():
            self.worked_s = self.busy_s = now_s
        due = now_s - self.sent_s >= settings.JOB_RECONCILE_S
        if self.worked_s is not None and due and self._was_acknowledged():
            self.message = ""
        return now_s in (self.worked_s, self.busy_s)

    def is_stale(self, now_s: float) -> bool:
        """Neither a worker nor the monitor may be silent so long.

        While an honest job renews its lease the cluster is left to it, because the canary waits
        behind such jobs; a silent monitor is borne at most until the broker would hand every
        message out again.
        """
        since_s = self.sent_s if self.worked_s is None else self.worked_s
        if now_s - max(since_s, self.busy_s) > settings.JOB_STALE_S:
            return True
        return self.worked_s is not None and now_s - self.worked_s > settings.Q_CLUSTER["retry"]

    def _was_done(self) -> bool:
        done = Job.objects.filter(business_key=KINDS[self.cluster])
        return done.filter(state=Job.State.SUCCEEDED).exists()

    def _was_acknowledged(self) -> bool:
        return bool(Task.objects.filter(id=self.message, success=True).exists())
