"""The worker's outer process: it starts the cluster, restarts it when it dies, and keeps time."""

from __future__ import annotations

import logging
import sys
import threading
import time

from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from archlab.jobs import actions
from archlab.jobs.processes import Child, myself, stop
from archlab.jobs.schedule import Due

log = logging.getLogger(__name__)

TICK_S = 1.0
BEAT_S = 10.0
PATIENCE_S = 30.0
CLUSTER = [sys.executable, str(settings.ROOT / "manage.py"), "qcluster"]


class Supervisor:
    def __init__(self) -> None:
        self.holder = myself()
        self.due = Due()
        self.next_beat_s = 0.0
        actions.take_lease(holder=self.holder, now=timezone.now())
        self.cluster = Child(CLUSTER)

    def run(self, stopping: threading.Event) -> None:
        try:
            while not stopping.wait(TICK_S):
                self.tick(time.monotonic())
        finally:
            stop([self.cluster], patience_s=PATIENCE_S)
            actions.release_lease(holder=self.holder)

    def tick(self, now_s: float) -> None:
        if self.cluster.revive(now_s):
            log.error("The cluster ended by itself and was started again.")
            self.next_beat_s = now_s  # the lease must name the new group
        try:
            self._keep_time(now_s)
        except OperationalError as error:
            log.error("The database does not answer: %s", error)

    def _keep_time(self, now_s: float) -> None:
        if now_s >= self.next_beat_s:
            actions.beat(holder=self.holder, group=self.cluster.process, now=timezone.now())
            self.next_beat_s = now_s + BEAT_S
        for task in self.due.at(now_s):
            actions.enqueue(task=task)
