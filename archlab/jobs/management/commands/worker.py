from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from archlab.jobs import supervisor


class Command(BaseCommand):
    help = "Runs the jobs until SIGTERM; a second one stands by until the first is gone."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        supervisor.run(stopping)
