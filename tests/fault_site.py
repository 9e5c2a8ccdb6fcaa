"""The site as `make run` serves it: real processes, a real disk, real cookies, a free port."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from archlab.jobs.processes import Child, stop

HERE = Path(__file__).parent / "faults"
START_S = 90.0
BACK_S = 60.0
"""When a killed web server counts as gone for good; how long it was away is printed."""


def wait_for(condition: Callable[[], bool], limit_s: float, what: str) -> float:
    """Seconds until it holds; a test fails when that takes longer than the limit."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < limit_s, f"{what}: not within {limit_s:.0f} s"
        time.sleep(0.02)
    return time.monotonic() - begun


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Site:
    folder: Path
    port: int
    supervisor: Child

    @property
    def web(self) -> int:
        """granian's main process, which leads a group of its own."""
        return next(iter(children(self.supervisor.popen.pid)), 0)

    @property
    def worker(self) -> int:
        """The process that answers: granian's youngest child."""
        return max(children(self.web), default=0)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError, http.client.HTTPException):
            return False

    def rows(self, query: str) -> list[tuple[object, ...]]:
        database = sqlite3.connect(f"file:{self.folder / 'archlab.sqlite3'}?mode=ro", uri=True)
        try:
            return list(database.execute(query))
        finally:
            database.close()

    def keys(self) -> list[str]:
        """The keys of all answers that are stored."""
        found = self.rows("SELECT key FROM journeys_stepevent WHERE kind = 'answered'")
        return [str(key) for (key,) in found]


def environment(folder: Path, port: int, extra: Mapping[str, str]) -> dict[str, str]:
    return {
        **os.environ,
        "ARCHLAB_DATA_DIR": str(folder),
        "ARCHLAB_SITE_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "fault_settings",
        "PYTHONPATH": f"{settings.ROOT}:{HERE}",
        **extra,
    }


def prepare(folder: Path) -> None:
    """A data folder with the database and the packs."""
    command = [sys.executable, str(HERE / "supervised.py"), "prepare"]
    env = environment(folder, 8000, {})
    subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)  # noqa: S603


@contextmanager
def serving(folder: Path, **extra: str) -> Iterator[Site]:
    port = free_port()
    command = [sys.executable, str(HERE / "supervised.py"), str(port)]
    supervisor = Child(command, env=environment(folder, port, extra))
    site = Site(folder, port, supervisor)
    try:
        wait_for(site.answers, START_S, "the site starts")
        yield site
    finally:
        stop([supervisor], patience_s=20)
        kill_those_of(folder)


def children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for child in text.split()]


def those_of(folder: Path) -> list[int]:
    """Every process that lives and was started with this data folder."""
    mark = f"ARCHLAB_DATA_DIR={folder}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def kill_those_of(folder: Path) -> None:
    for pid in those_of(folder):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def copied(prepared: Path, folder: Path) -> Path:
    shutil.copytree(prepared, folder, ignore=shutil.ignore_patterns("*.gate"))
    return folder


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Browser:
    """Cookies and forms, without scripts; one connection for each request."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        """The page, at the end of its redirects."""
        answer = self.request("GET", path)
        while answer.status in (301, 302, 303):
            path = urlsplit(answer.headers["location"]).path
            answer = self.request("GET", path)
        return answer

    def request(self, method: str, path: str, data: Mapping[str, object] | None = None) -> Answer:
        """Raises OSError or HTTPException when the server goes away meanwhile."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Host": f"127.0.0.1:{self.port}"}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(data or {}), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {key: m.value for key, m in SimpleCookie(value).items()}
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, named, text)
