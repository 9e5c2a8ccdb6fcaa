"""The worker's outer process: the one at work keeps both clusters and the ledger in order, any
other stands by until that one is gone."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from archlab.jobs import leases, schedule
from archlab.jobs.clusters import Supervised
from archlab.jobs.models import Cluster
from archlab.jobs.processes import Process, myself, stop
from archlab.jobs.queries import database_now
from archlab.jobs.reconciler import Reconciler

log = logging.getLogger(__name__)

TICK_S = 1.0
BEAT_S = 10.0
PATIENCE_S = 30.0


def run(stopping: threading.Event) -> None:
    """Stand by or be at work, in turns, until `stopping` is set."""
    holder = myself()
    while stand_by(holder, stopping):
        try:
            Supervisor(holder).work(stopping)
        except leases.LeaseLost as lost:
            log.warning("%s This one stands by.", lost)


def stand_by(holder: Process, stopping: threading.Event) -> bool:
    """Wait for the lease; False when this process is to stop before it has it."""
    told = False
    while not stopping.is_set():
        try:
            leases.take(holder=holder, now=database_now())
        except leases.LeaseHeld as held:
            if not told:
                log.warning("%s This worker stands by.", held)
            told = True
        except DatabaseError as error:
            _not_answering(error)
        else:
            return True
        stopping.wait(TICK_S)
    return False


class Supervisor:
    """The worker that has the lease."""

    def __init__(self, holder: Process) -> None:
        now, now_s = database_now(), time.monotonic()
        self.holder = holder
        self.due = schedule.Due()
        self.reconciler = Reconciler()
        self.next_beat_s = self.next_look_s = now_s
        self.clusters = [Supervised(name, now, now_s) for name in Cluster.Name]

    def work(self, stopping: threading.Event) -> None:
        try:
            while not stopping.wait(TICK_S):
                self.tick(time.monotonic())
        finally:
            stop([cluster.child for cluster in self.clusters], patience_s=PATIENCE_S)
            with suppress(DatabaseError):  # whoever comes next sees that this process is gone
                leases.release(holder=self.holder)

    def tick(self, now_s: float) -> None:
        close_old_connections()
        try:
            self._keep_time(now_s)
        except DatabaseError as error:
            _not_answering(error)

    def _keep_time(self, now_s: float) -> None:
        now = database_now()
        if now_s >= self.next_beat_s:
            leases.beat(holder=self.holder, now=now)
            self.next_beat_s = now_s + BEAT_S
        for cluster in self.clusters:
            cluster.keep(now, now_s)
        for task in self.due.at(now_s):
            schedule.ask_for(task, now=now)
        if now_s >= self.next_look_s:
            self.reconciler.look(now, now_s)
            self.next_look_s = now_s + settings.JOB_RECONCILE_S


def _not_answering(error: DatabaseError) -> None:
    log.error("The database does not answer: %s", error)
