"""A real server on a free port of this machine, with its CPU time read from the kernel."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    pid: int
    port: int

    def cpu_s(self) -> float:
        """CPU seconds of the whole process tree, user and system."""
        return sum(_cpu_s(pid) for pid in [self.pid, *_children(self.pid)])

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)


def _cpu_s(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / TICKS


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    direct = [int(child) for child in text.split()]
    return [*direct, *(deeper for child in direct for deeper in _children(child))]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[Server]:
    """The site as `make run` serves it, without a worker, with one more URL that says hello."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {
            **os.environ,
            "ARCHLAB_DATA_DIR": f"{folder}/var",
            "ARCHLAB_SITE_URL": f"http://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "bench_settings",
            "PYTHONPATH": f"{ROOT}:{Path(__file__).parent}",
        }
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (["migrate", "-v0"], ["load_packs"], ["collectstatic", "--noinput", "-v0"]):
            subprocess.run([*manage, *command], check=True, env=environment, stdout=sys.stderr)  # noqa: S603
        granian = [str(Path(sys.executable).parent / "granian"), "--interface", "asgi"]
        options = ["--workers", "1", "--loop", "uvloop", "--no-ws", "--host", "127.0.0.1"]
        command = [*granian, *options, "--port", str(port), "archlab.asgi:application"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603
            try:
                _wait(port)
                yield Server(process.pid, port)
            finally:
                process.terminate()
                process.wait(20)


def _wait(port: int) -> None:
    for _attempt in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")
