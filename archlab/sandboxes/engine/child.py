"""The process of one attempt: reads a request, works in an emulator of its own, says every step.

Nothing of the site reaches it: no database, no settings, no secrets, no network. When it ends,
everything that it made is gone with it.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import sys
import time
from dataclasses import asdict
from typing import NoReturn

MIB = 1024 * 1024
LIMITS = {
    resource.RLIMIT_AS: 1024 * MIB,
    resource.RLIMIT_CPU: 60,
    resource.RLIMIT_NOFILE: 256,
    resource.RLIMIT_FSIZE: 10 * MIB,
    resource.RLIMIT_CORE: 0,
}
_PDEATHSIG = 1
NICENESS = 5
"""Whoever waits for a page goes before whoever waits for a deployment."""


class NoNetwork(OSError):
    """Something tried to leave the process."""


def main() -> None:
    began = time.monotonic()
    _die_with_parent(int(sys.argv[-1]))
    os.nice(NICENESS)
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    _close_sockets()
    # the site's framework is installed beside the emulator and must not be reached from here
    sys.modules["django"] = None  # type: ignore[assignment]
    # imported late, so that all of it happens inside of the limits
    from moto import mock_aws

    from archlab.sandboxes.engine import emulator
    from archlab.sandboxes.engine.clients import Boto
    from archlab.sandboxes.engine.phases import Course
    from archlab.sandboxes.engine.request import Request

    request = Request.from_json(sys.stdin.read())
    if emulator.NEEDED_FOR in request.template:
        emulator.complete()
    with mock_aws():
        course = Course(request, Boto(request.region), lambda: time.monotonic() - began)
        for number, event in enumerate(course.events()):
            print(json.dumps({"seq": number, **asdict(event)}), flush=True)  # noqa: T201
    # the interpreter would spend a tenth of a second on taking the emulator apart
    sys.stdout.flush()
    os._exit(0)


def _die_with_parent(parent: int) -> None:
    """A parent that is killed cannot end its child; the kernel does it."""
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _close_sockets() -> None:
    def refuse(*_args: object, **_more: object) -> NoReturn:
        raise NoNetwork("An attempt has no network.")

    for name in ("connect", "connect_ex", "sendto", "sendmsg", "bind", "listen"):
        setattr(socket.socket, name, refuse)


if __name__ == "__main__":
    main()
