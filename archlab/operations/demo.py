"""Everything on one machine under one supervisor: the web server and the worker."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from archlab.jobs.processes import Child, stop

HOST = "127.0.0.1"
START_S = 60.0
TICK_S = 0.5
PATIENCE_S = 35.0  # the worker gives its jobs 30 s


class CannotStart(ValueError):
    """The site did not come up; the sentence says what to do."""


@dataclass(frozen=True)
class Site:
    port: int
    with_worker: bool = True

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/"

    def commands(self) -> list[list[str]]:
        web = [sys.executable, "-m", "granian", "--host", HOST, "--port", str(self.port), *WEB]
        worker = [sys.executable, str(settings.ROOT / "manage.py"), "worker"]
        return [web, worker] if self.with_worker else [web]


# Streams beyond the default backpressure of 1,024 would block every page, and an open stream would
# hang the shutdown without a kill timeout. Without the respawn one dead worker ends the server.
WEB = [
    *("--interface", "asgi", "--workers", "1", "--loop", "uvloop", "--backpressure", "8192"),
    *("--workers-kill-timeout", "5", "--respawn-failed-workers", "--respawn-interval", "0.5"),
    *("--http1-header-read-timeout", "5000", "--no-ws", "--log-level", "warning"),
    *("--working-dir", str(settings.ROOT), "archlab.asgi:application"),
]


def refuse_busy_port(port: int) -> None:
    """granian shares a port with whoever listens there already, so it would not complain itself."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise CannotStart(
                f"Port {port} is in use by another program. "
                f"Stop it, or choose another one: make run PORT={port + 1}"
            ) from None


def serve(site: Site, *, stopping: threading.Event, announce: Callable[[str], None]) -> None:
    """Run the site until `stopping` is set; `announce` gets the URL once it really answers."""
    env = {"DJANGO_SETTINGS_MODULE": "archlab.settings", "ARCHLAB_SITE_URL": site.url}
    children = [Child(command, env=env | os.environ) for command in site.commands()]
    try:
        _wait_until_it_answers(site, children[0], stopping)
        if not stopping.is_set():
            announce(site.url)
        while not stopping.wait(TICK_S):
            for child in children:
                child.revive(time.monotonic())
    finally:
        stop(children, patience_s=PATIENCE_S)


def _wait_until_it_answers(site: Site, web: Child, stopping: threading.Event) -> None:
    deadline = time.monotonic() + START_S
    while not _answers(site) and not stopping.wait(0.1):
        if not web.is_running():
            raise CannotStart("The web server ended at its start; the lines above say why.")
        if time.monotonic() > deadline:
            raise CannotStart(f"The web server did not answer within {START_S:.0f} seconds.")


def _answers(site: Site) -> bool:
    try:
        with urllib.request.urlopen(f"{site.url}healthz/live", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
