from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archlab.jobs import processes
from archlab.jobs.processes import Child, start_of, stop

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
"""


def wait_for(condition: Callable[[], bool], limit_s: float = 20) -> None:
    """Look again and again until it holds; a test fails when it does not within the limit."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_child_leads_a_group_of_its_own() -> None:
    child = Child(SLEEP)
    assert os.getpgid(child.popen.pid) == child.popen.pid != os.getpgid(0)
    child.kill()


def test_a_child_that_ended_is_started_again() -> None:
    child = Child(SLEEP)
    first = child.popen.pid
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: not child.is_running())
    assert child.revive(child.started_s + 1)
    assert child.is_running()
    assert child.popen.pid != first
    child.kill()


def test_a_child_that_runs_is_left_alone() -> None:
    child = Child(SLEEP)
    assert not child.revive(child.started_s + 1000)
    child.kill()


def test_one_that_keeps_ending_gets_longer_pauses_up_to_a_minute() -> None:
    child = Child([sys.executable, "-c", ""])
    pauses = []
    for _ in range(8):
        child.popen.wait()
        assert not child.revive(child.started_s + child.pause_s - 0.01)
        pauses.append(child.pause_s)
        assert child.revive(child.started_s + child.pause_s)
    child.kill()
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def test_one_that_lived_long_is_started_again_without_a_pause() -> None:
    child = Child([sys.executable, "-c", ""])
    child.ended_early = 5
    child.popen.wait()
    assert child.revive(child.started_s + 61)
    assert child.pause_s == processes.PAUSES_S[0]
    child.kill()


def test_stop_asks_first_and_ends_those_who_do_not_listen(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    polite = Child(SLEEP)
    deaf = Child([sys.executable, "-c", DEAF, str(ready)])
    wait_for(ready.exists)
    stop([polite, deaf], patience_s=0.2)
    assert polite.popen.returncode == -signal.SIGTERM
    assert deaf.popen.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children")
def test_a_child_ends_with_its_parent_however_that_dies(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        "import sys, time, pathlib; from archlab.jobs.processes import Child; "
        "child = Child([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "pathlib.Path(sys.argv[1]).write_text(str(child.popen.pid)); time.sleep(60)"
    )
    parent = Child([sys.executable, "-c", code, str(note)])
    wait_for(lambda: note.exists() and bool(note.read_text(encoding="utf-8")))
    grandchild = int(note.read_text(encoding="utf-8"))
    assert start_of(grandchild)
    os.kill(parent.popen.pid, signal.SIGKILL)
    wait_for(lambda: start_of(grandchild) == 0)
    parent.kill()
