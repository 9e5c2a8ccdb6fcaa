"""A worker on a database of the test's own, seen from outside: its rows and its processes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archlab.jobs.processes import Child, start_of

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, str(ROOT / "manage.py")]
LIMIT_S = 240
"""A machine with much else to do takes its time; nothing here measures it."""


def wait_for(condition: Callable[[], bool], said: str = "it did not happen in time") -> None:
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, said
        time.sleep(0.05)


class Rig:
    """`folder` holds the data; it is filled by `migrate`, or is a copy of one that was."""

    def __init__(self, folder: Path) -> None:
        self.env = {
            **os.environ,
            "ARCHLAB_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "job_fault_settings",
            "PYTHONPATH": str(ROOT / "tests" / "faults"),
            "ARCHLAB_LOG_LEVEL": "ERROR",
        }
        self.file = folder / "archlab.sqlite3"
        self.children: list[Child] = []

    def migrate(self) -> None:
        self.manage("migrate", "-v", "0")
        self.do("fault_jobs.prepare()")

    def start(self, *command: str, **more: str) -> Child:
        child = Child([*MANAGE, *command], env=self.env, more=more)
        self.children.append(child)
        return child

    def work(self) -> Child:
        """A worker whose clusters have both given a sign of life."""
        child = self.start("worker")
        wait_for(lambda: self.count("jobs_cluster WHERE heard_at IS NOT NULL") == 2)
        return child

    def stop(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.popen.wait(LIMIT_S)
            child.kill()

    def manage(self, *command: str) -> None:
        subprocess.run([*MANAGE, *command], env=self.env, check=True)  # noqa: S603

    def do(self, code: str) -> None:
        self.manage("shell", "-v", "0", "-c", f"import fault_jobs; {code}")

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.file, timeout=20) as plain:
            return list(plain.execute(query, values))

    def count(self, source: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {source}")[0][0])  # noqa: S608

    def unlock_messages(self) -> int:
        """As if the broker had waited for `retry` seconds; the number of the last message."""
        with sqlite3.connect(self.file, timeout=20) as plain:
            plain.execute("UPDATE django_q_ormq SET lock = '2020-01-01 00:00:00'")
            return int(plain.execute("SELECT max(id) FROM django_q_ormq").fetchone()[0])

    def effects(self, prefix: str = "") -> list[str]:
        query = "SELECT subject FROM fault_trace WHERE what = 'effect' AND subject LIKE ?"
        return sorted(row[0] for row in self.rows(query, f"{prefix}%"))

    def attempts(self, kind: str) -> set[tuple[str, int]]:
        """How the jobs of a kind stand, and after how many unclean starts."""
        return set(self.rows("SELECT state, attempts FROM jobs_job WHERE kind = ?", kind))

    def restarts(self) -> int:
        return int(self.rows("SELECT sum(restarts) FROM jobs_cluster")[0][0])

    def leader(self, cluster: str = "short") -> int:
        found = self.rows("SELECT pid FROM jobs_cluster WHERE name = ?", cluster)
        return int(found[0][0]) if found else 0

    def holder(self) -> int:
        found = self.rows("SELECT pid FROM jobs_lease")
        return int(found[0][0]) if found else 0


def alive() -> dict[int, tuple[int, int]]:
    """Parent and group of every living process."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text(encoding="utf-8")
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, parent, group, *_ = stat.rpartition(")")[2].split()
        if state != "Z":
            found[int(folder.name)] = int(parent), int(group)
    return found


def members(group: int) -> set[int]:
    return {pid for pid, (_, its) in alive().items() if its == group}


def parts(leader: int) -> dict[str, int]:
    """The processes of a django-q2 cluster with two workers, by what they do.

    It starts them in this order: main, sentinel, workers, monitor, pusher.
    """
    below = alive()
    sentinels = [pid for pid, (parent, _) in below.items() if parent == leader]
    if len(sentinels) != 1:
        return {}
    rest = [pid for pid, (parent, _) in below.items() if parent == sentinels[0]]
    rest.sort(key=lambda pid: (start_of(pid), pid))
    names = ("main", "sentinel", "worker 1", "worker 2", "monitor", "pusher")
    found = (leader, sentinels[0], *rest)
    return dict(zip(names, found, strict=True)) if len(found) == len(names) else {}


def end(pid: int) -> None:
    os.kill(pid, 9)
