"""The processes of one queue: started, watched, and started again when they end or fall silent."""

from __future__ import annotations

import logging
import sys
from collections import deque
from datetime import datetime

from django.conf import settings

from archlab.jobs import leases
from archlab.jobs.canary import Watch
from archlab.jobs.models import Cluster
from archlab.jobs.processes import Child

log = logging.getLogger(__name__)

COMMAND = [sys.executable, str(settings.ROOT / "manage.py"), "qcluster"]
PAUSES_S = (5.0, 10.0, 20.0, 60.0)
ALARM, ALARM_S = 5, 600.0
HEARD_EVERY_S = 5.0


class Supervised:
    """A django-q2 cluster in a process group of its own."""

    def __init__(self, name: Cluster.Name, now: datetime, now_s: float) -> None:
        self.name = name
        self.child = Child(COMMAND, more={"Q_CLUSTER_NAME": name.value}, pauses_s=PAUSES_S)
        self.watch = Watch(name, now_s)
        self.restarts: deque[float] = deque(maxlen=ALARM)
        self.heard_s = 0.0
        self._write_down(now)

    def keep(self, now: datetime, now_s: float) -> None:
        """Start it again where that is needed, and note its signs of life."""
        if self.child.is_running() and self.watch.is_stale(now_s):
            log.error("The %s cluster is silent; it is ended.", self.name.value)
            self.child.kill()
        if self.child.revive(now_s):
            self._count(now_s)
            self.watch.begin(now_s)
            self._write_down(now)
        lives = self.child.is_running() and self.watch.look(now, now_s)
        if lives and now_s - self.heard_s >= HEARD_EVERY_S:
            leases.heard(name=self.name, now=now)
            self.heard_s = now_s

    def _count(self, now_s: float) -> None:
        log.error("The %s cluster had ended and was started again.", self.name.value)
        self.restarts.append(now_s)
        if len(self.restarts) == ALARM and now_s - self.restarts[0] < ALARM_S:
            log.critical("The %s cluster was started 5 times in 10 minutes.", self.name.value)

    def _write_down(self, now: datetime) -> None:
        leases.started(name=self.name, leader=self.child.process, now=now)
