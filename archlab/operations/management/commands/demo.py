from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any
from urllib.parse import urlsplit

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archlab.accounts.invitations import invite
from archlab.accounts.queries import an_operator_exists
from archlab.accounts.roles import Role
from archlab.operations.demo import CannotStart, Site, refuse_busy_port, serve


class Command(BaseCommand):
    help = "Runs the whole site on this machine: database, packs, web server and worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=port, default=8000, help="where the site listens")
        parser.add_argument("--no-worker", action="store_true", help="start the pages alone")

    def handle(self, *, port: int, no_worker: bool, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        try:
            refuse_busy_port(port)
            call_command("migrate", verbosity=0)
            call_command("load_packs")
            call_command("collectstatic", interactive=False, verbosity=0)
            serve(Site(port, with_worker=not no_worker), stopping=stopping, announce=self.announce)
        except CannotStart as error:
            raise CommandError(str(error)) from None

    def announce(self, url: str) -> None:
        self.stdout.write(f"archlab is running at {url} (Ctrl-C stops it)")
        if not an_operator_exists():
            link = urlsplit(invite(role=Role.OPERATOR, now=timezone.now())).path
            self.stdout.write(f"To become its operator, open {url.rstrip('/')}{link} (once)")
        self.stdout.flush()


def port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= 65_535):
        raise ArgumentTypeError("write a port from 1 to 65535")
    return int(text)
