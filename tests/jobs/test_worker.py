"""The worker as it runs: a real cluster, killed, stopped and found again."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archlab.jobs.processes import Child, start_of

pytestmark = pytest.mark.fault
ROOT = Path(__file__).resolve().parents[2]
TASK = "archlab.accounts.tasks.forget"
MANAGE = [sys.executable, str(ROOT / "manage.py")]


LIMIT_S = 120  # a machine with much else to do takes its time; nothing here measures it


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


class Worker:
    """A worker on a database of this test's own."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.file = Path(env["ARCHLAB_DATA_DIR"]) / "archlab.sqlite3"
        self.child = Child([*MANAGE, "worker"], env=env)

    def lease(self) -> tuple[int, int]:
        """The worker's process and its group; zeros while there is no lease."""
        with sqlite3.connect(self.file) as plain:
            row = plain.execute("SELECT pid, [group] FROM jobs_lease").fetchone()
        return (row[0], row[1] or 0) if row else (0, 0)

    def done(self) -> int:
        with sqlite3.connect(self.file) as plain:
            return int(
                plain.execute("SELECT count(*) FROM django_q_task WHERE success").fetchone()[0]
            )

    def enqueue(self) -> None:
        code = f"from archlab.jobs import actions; actions.enqueue(task={TASK!r})"
        subprocess.run([*MANAGE, "shell", "-v", "0", "-c", code], env=self.env, check=True)  # noqa: S603

    def members(self, group: int) -> set[int]:
        """The living processes of this group; one that was killed dies a moment later."""
        found = set()
        for folder in Path("/proc").glob("[0-9]*"):
            pid = int(folder.name)
            try:
                if os.getpgid(pid) == group and start_of(pid):
                    found.add(pid)
            except ProcessLookupError:
                continue
        return found


@pytest.fixture
def worker(own_disk: dict[str, str]) -> Iterator[Worker]:
    subprocess.run([*MANAGE, "migrate", "-v", "0"], env=own_disk, check=True)  # noqa: S603
    running = Worker(own_disk)
    wait_for(lambda: running.lease()[1] != 0)
    yield running
    running.child.ask_to_stop()
    running.child.popen.wait(LIMIT_S)


def test_the_worker_runs_tasks_and_goes_on_after_its_cluster_was_killed(worker: Worker) -> None:
    wait_for(lambda: worker.done() == 1)  # the hourly task, first at the start
    _, group = worker.lease()
    os.kill(group, signal.SIGKILL)
    wait_for(lambda: worker.lease()[1] not in (0, group))
    wait_for(lambda: worker.members(group) == set())
    worker.enqueue()
    wait_for(lambda: worker.done() == 2)


def test_a_second_worker_refuses_and_the_first_goes_on(worker: Worker) -> None:
    second = subprocess.run(  # noqa: S603
        [*MANAGE, "worker"], env=worker.env, capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert f"A worker is already running: process {worker.child.popen.pid}" in second.stderr
    assert "Traceback" not in second.stderr
    assert worker.child.is_running()


def test_sigterm_stops_the_cluster_and_gives_the_lease_back(worker: Worker) -> None:
    _, group = worker.lease()
    wait_for(lambda: worker.done() == 1)
    worker.child.ask_to_stop()
    assert worker.child.popen.wait(LIMIT_S) == 0
    wait_for(lambda: worker.members(group) == set())
    assert worker.lease() == (0, 0)


def test_after_a_killed_worker_the_next_one_takes_over_and_ends_the_old_cluster(
    worker: Worker,
) -> None:
    _, group = worker.lease()
    os.kill(worker.child.popen.pid, signal.SIGKILL)
    worker.child.popen.wait()
    successor = Worker(worker.env)
    wait_for(lambda: successor.lease()[0] == successor.child.popen.pid)
    wait_for(lambda: worker.members(group) == set())
    successor.child.ask_to_stop()
    assert successor.child.popen.wait(LIMIT_S) == 0
