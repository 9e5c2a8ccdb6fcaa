"""Child processes that never outlive their parent, each in a process group of its own."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
PAUSES_S = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)


@dataclass(frozen=True)
class Process:
    """A process by its number and its start: numbers are given out again, the pair is not."""

    pid: int
    started: int

    def is_alive(self) -> bool:
        return self.started == start_of(self.pid)

    def kill_group(self) -> None:
        """End the group that this process leads, if it is still the one that we know."""
        if self.is_alive():
            _signal_group(self.pid, signal.SIGKILL)


def myself() -> Process:
    return Process(os.getpid(), start_of(os.getpid()))


def start_of(pid: int) -> int:
    """When the process started, in ticks since the machine did; 0 when there is none.

    Where the system has no /proc, 1 stands for every process that lives.
    """
    if not Path("/proc/self/stat").exists():
        return int(_exists(pid))
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    state, *fields = stat.rpartition(")")[2].split()  # the name before it may hold any character
    return 0 if state == "Z" else int(fields[18])


class Child:
    """A command that is kept running.

    `env` is the whole environment of the command, `more` what is added to it.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self.command = command
        self.env = {**(os.environ if env is None else env), **(more or {})}
        self.pauses_s = pauses_s
        self.ended_early = 0
        self.popen = self._spawn()

    def _spawn(self) -> subprocess.Popen[bytes]:
        self.started_s = time.monotonic()
        return subprocess.Popen(  # noqa: S603 - the commands are our own
            self.command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    @property
    def process(self) -> Process:
        return Process(self.popen.pid, start_of(self.popen.pid))

    @property
    def pause_s(self) -> float:
        """How long after its start it is not started again."""
        return self.pauses_s[self.ended_early]

    def is_running(self) -> bool:
        return self.popen.poll() is None

    def revive(self, now_s: float) -> bool:
        """Start again when it ended, and say whether that was so.

        One that keeps ending at its start gets longer and longer pauses.
        """
        if self.is_running() or now_s < self.started_s + self.pause_s:
            return False
        lived = now_s - self.started_s > self.pauses_s[-1]
        self.ended_early = 0 if lived else min(self.ended_early + 1, len(self.pauses_s) - 1)
        self.kill()  # what a leader that was killed has left in its group
        self.popen = self._spawn()
        return True

    def ask_to_stop(self) -> None:
        """SIGTERM to the leader alone: it ends its own children in the right order."""
        if self.is_running():
            self.popen.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        _signal_group(self.popen.pid, signal.SIGKILL)
        self.popen.wait()


def stop(children: Sequence[Child], *, patience_s: float) -> None:
    """Ask all to stop, wait for them together, and end whatever is left of their groups."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + patience_s
    for child in children:
        try:
            child.popen.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            continue
    for child in children:
        child.kill()


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _end_with_parent() -> None:
    """In the child: have the kernel send SIGTERM when the parent dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
