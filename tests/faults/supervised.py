"""With `prepare` it fills a data folder; with a port it is the supervisor of `make run`."""

from __future__ import annotations

import signal
import sys
import threading

import django


def main(word: str) -> None:
    django.setup()
    if word == "prepare":
        prepare()
    else:
        supervise(int(word))


def prepare() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_packs")


def supervise(port: int) -> None:
    from archlab.operations.demo import Site, serve

    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    serve(Site(port, with_worker=False), stopping=stopping, announce=lambda _url: None)


if __name__ == "__main__":
    main(sys.argv[1])
