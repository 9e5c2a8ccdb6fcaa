"""`manage.py demo` as a learner's machine runs it: started, asked, and stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import IO

import pytest
from django.utils import timezone
from shell import Shell

from archlab.accounts.models import RoleGrant, User
from archlab.jobs.processes import start_of
from archlab.operations.demo import CannotStart, Site, refuse_busy_port
from archlab.operations.management.commands.demo import Command

ROOT = Path(__file__).resolve().parents[2]
DEMO = [sys.executable, str(ROOT / "manage.py"), "demo"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], bool], limit_s: float = 120) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def descendants(pid: int) -> set[int]:
    """All living processes below this one, whatever their group."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text(encoding="utf-8")
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class Demo:
    def __init__(self, env: dict[str, str], *arguments: str) -> None:
        self.port = free_port()
        self.popen = subprocess.Popen(  # noqa: S603
            [*DEMO, "--port", str(self.port), *arguments],
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )

    def url(self) -> str:
        """What the demo prints when it is ready."""
        lines: IO[str] = self.popen.stdout  # type: ignore[assignment]
        for line in lines:
            if found := re.search(r"http://\S+", line):
                return found[0]
        pytest.fail("the demo ended without a URL")

    def stop(self, number: int) -> int:
        self.popen.send_signal(number)
        return self.popen.wait(60)


@pytest.fixture
def demo(own_disk: dict[str, str]) -> Iterator[Demo]:
    running = Demo(own_disk)
    yield running
    if running.popen.poll() is None:
        running.stop(signal.SIGTERM)
    assert running.popen.stdout
    running.popen.stdout.close()


@pytest.mark.fault
def test_it_says_the_address_when_that_answers_and_ctrl_c_leaves_no_process(demo: Demo) -> None:
    url = demo.url()
    assert url == f"http://127.0.0.1:{demo.port}/"
    assert status(f"{url}healthz/live") == 200
    assert status(url) == 200
    assert status(f"{url}live/room/stream") == 404
    wait_for(lambda: status(f"{url}healthz/ready") == 200)
    wait_for(lambda: len(descendants(demo.popen.pid)) >= 15)  # web 2, worker 1, its clusters 12
    below = descendants(demo.popen.pid)
    assert demo.stop(signal.SIGINT) == 0
    wait_for(lambda: not any(start_of(pid) for pid in below), limit_s=10)
    assert status(url) == 0


@pytest.mark.fault
def test_a_killed_web_server_comes_back(demo: Demo) -> None:
    url = demo.url()
    web = next(pid for pid in descendants(demo.popen.pid) if b"granian" in command_of(pid))
    os.kill(web, signal.SIGKILL)
    wait_for(lambda: start_of(web) == 0)
    wait_for(lambda: status(f"{url}healthz/live") == 200)


@pytest.mark.fault
def test_a_killed_demo_takes_everything_with_it(demo: Demo) -> None:
    demo.url()
    below = descendants(demo.popen.pid)
    demo.popen.kill()
    demo.popen.wait()
    wait_for(lambda: not any(start_of(pid) for pid in below))


def command_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.fault
def test_odd_requests_get_an_answer_from_the_real_server(demo: Demo) -> None:
    url = demo.url()
    port = demo.port
    assert ask(port, b"GET /?caf\xc3\xa9=\xff HTTP/1.1") in {200, 400}
    assert ask(port, b"GET /%ff%fe?x=%ff HTTP/1.1") == 404
    assert ask(port, b"GET / HTTP/1.1", b"Host: a\r\nHost: b") == 400
    assert status(url) == 200


def ask(port: int, line: bytes, host: bytes = b"Host: 127.0.0.1") -> int:
    """The status of the answer to a request written by hand."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(line + b"\r\n" + host + b"\r\nConnection: close\r\n\r\n")
        return int(connection.recv(1000).split()[1])


def test_a_busy_port_is_one_sentence(own_disk: dict[str, str]) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        done = subprocess.run(  # noqa: S603
            [*DEMO, "--port", str(port)], env=own_disk, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"Port {port} is in use by another program" in done.stderr
    assert f"make run PORT={port + 1}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "\u0663"])
def test_a_port_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], port: str) -> None:
    done = Shell(capsys)("demo", f"--port={port}")
    assert done.code != 0
    assert "write a port from 1 to 65535" in done.err
    assert "Traceback" not in done.err


def test_a_port_on_which_a_server_shares_is_busy_too() -> None:
    """granian listens with SO_REUSEPORT, so a second one would start happily beside it."""
    with socket.socket() as sharing:
        sharing.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sharing.bind(("127.0.0.1", 0))
        sharing.listen()
        with pytest.raises(CannotStart):
            refuse_busy_port(sharing.getsockname()[1])


def test_the_web_server_is_started_as_it_was_measured() -> None:
    web = " ".join(Site(8000).commands()[0])
    for option in (
        "--interface asgi --workers 1 --loop uvloop --backpressure 8192",
        "--workers-kill-timeout 5 --respawn-failed-workers",
        "--no-ws",
        "archlab.asgi:application",
    ):
        assert option in web
    assert [len(Site(8000, with_worker=w).commands()) for w in (True, False)] == [2, 1]


@pytest.mark.django_db
def test_the_start_prints_a_link_for_the_operator_until_there_is_one() -> None:
    said = StringIO()
    command = Command(stdout=said)
    command.announce("http://127.0.0.1:8123/")
    first = re.search(r"http://127\.0\.0\.1:8123(/invitation/[\w-]{43}/) \(once\)", said.getvalue())
    assert first
    operator = User.objects.create_user("ada")
    RoleGrant.objects.create(user=operator, role="operator", granted=timezone.now())
    said.truncate(0)
    command.announce("http://127.0.0.1:8123/")
    assert "invitation" not in said.getvalue()
