"""One attempt at a run, in a process of its own: started, listened to, and ended."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from archlab.sandboxes.engine.events import Event, Outcome
from archlab.sandboxes.engine.request import Request

ROOT = Path(__file__).resolve().parents[2]
# an isolated interpreter does not look where the site lies, so it is told
_START = (
    "import runpy, sys; sys.path.append(sys.argv[1]);"
    " runpy.run_module('archlab.sandboxes.engine.child', run_name='__main__', alter_sys=True)"
)
_CHUNK = 65_536


@dataclass(frozen=True)
class Limits:
    """What one child may take; `look_every` is how often its parent is asked whether to go on."""

    wall_seconds: float = 90
    line_bytes: int = 64_000
    output_bytes: int = 5_000_000
    errors_bytes: int = 64_000
    look_every: float = 0.5


class Stopped(Exception):
    """The parent ends the child; `outcome` says why."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome)


class Attempt:
    """A child process that is listened to.

    `errors` has the last of what the child wrote to its error stream: for operators, never shown.
    """

    def __init__(self, request: Request, limits: Limits | None = None) -> None:
        self._request = request
        self._limits = limits or Limits()
        self.errors = ""
        self.pid = 0

    def events(
        self, still_wanted: Callable[[], bool] = lambda: True
    ) -> Generator[Event, None, None]:
        """Every event of the attempt; the last one is ENDED, whatever happens to the child.

        `still_wanted` is asked at least every `look_every` seconds: the place to renew a lease and
        to look for a cancellation. No process is left when the iterator ends or is closed.
        """
        with tempfile.TemporaryDirectory(prefix="archlab-attempt-") as home:
            child = self._start(Path(home))
            try:
                yield from self._listen(child, still_wanted)
            except Stopped as reason:
                yield Event("ENDED", args={"outcome": reason.outcome, "seconds": {}})
            finally:
                _kill(child)

    def _start(self, home: Path) -> subprocess.Popen[bytes]:
        with tempfile.TemporaryFile() as asked:
            asked.write(self._request.to_json().encode())
            asked.seek(0)
            command = [sys.executable, "-I", "-c", _START, str(ROOT), str(os.getpid())]
            child = subprocess.Popen(  # noqa: S603 - our own module, our own arguments
                command,
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment(self._request, home),
                cwd=home,
                start_new_session=True,
            )
        self.pid = child.pid
        return child

    def _listen(
        self, child: subprocess.Popen[bytes], still_wanted: Callable[[], bool]
    ) -> Iterator[Event]:
        ended = False
        for number, line in enumerate(self._lines(child, still_wanted)):
            event = _event(line, number)
            ended = event.kind == "ENDED"
            yield event
            if not still_wanted():
                raise Stopped("cancelled")
        if not ended:
            raise Stopped("died")

    def _lines(
        self, child: subprocess.Popen[bytes], still_wanted: Callable[[], bool]
    ) -> Iterator[bytes]:
        """The lines of the child as they come, within the limits of time and of size."""
        deadline = time.monotonic() + self._limits.wall_seconds
        asked = time.monotonic()
        held, errors, total = b"", b"", 0
        for stream, chunk in _chunks(child, self._limits.look_every):
            now = time.monotonic()
            if now > deadline:
                raise Stopped("timed_out")
            if now - asked >= self._limits.look_every:
                asked = now
                if not still_wanted():
                    raise Stopped("cancelled")
            if stream == "errors":
                errors = (errors + chunk)[-self._limits.errors_bytes :]
                self.errors = errors.decode(errors="replace")
                continue
            total += len(chunk)
            *lines, held = (held + chunk).split(b"\n")
            longest = max(map(len, (*lines, held)))
            if total > self._limits.output_bytes or longest > self._limits.line_bytes:
                raise Stopped("too_much_output")
            yield from lines


def environment(request: Request, home: Path) -> Mapping[str, str]:
    """All that a child is told; nothing of it comes from the site's own environment."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "TMPDIR": str(home),
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": request.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "MOTO_ACCOUNT_ID": request.account_id,
        # without them a role cannot be given a policy of AWS, and half of a system fails with it
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    }


def _chunks(child: subprocess.Popen[bytes], look_every: float) -> Iterator[tuple[str, bytes]]:
    """What the child writes, and an empty chunk whenever it is silent for so long."""
    with selectors.DefaultSelector() as selector:
        for name, stream in (("lines", child.stdout), ("errors", child.stderr)):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ, name)
        while selector.get_map():
            ready = selector.select(look_every)
            if not ready:
                yield "lines", b""
            for key, _ in ready:
                chunk = os.read(key.fd, _CHUNK)
                if chunk:
                    yield key.data, chunk
                else:
                    selector.unregister(key.fileobj)


def _event(line: bytes, number: int) -> Event:
    """One line of the child; a line that is not the next one means that the child is broken."""
    try:
        raw = json.loads(line)
        if raw.pop("seq") != number:
            raise Stopped("died")
        return Event(**raw)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Stopped("died") from error


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started; it is the leader of its own group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for stream in (child.stdout, child.stderr):
        if stream is not None:
            stream.close()
