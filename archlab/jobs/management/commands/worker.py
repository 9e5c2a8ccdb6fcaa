from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archlab.jobs.actions import LeaseHeld, LeaseLost
from archlab.jobs.supervisor import Supervisor


class Command(BaseCommand):
    help = "Runs the jobs: one django-q2 cluster, restarted when it dies, until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        try:
            Supervisor().run(stopping)
        except (LeaseHeld, LeaseLost) as error:
            raise CommandError(str(error)) from None
