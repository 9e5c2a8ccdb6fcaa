"""The child process: what it sees, what it may take, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import deployments
import pytest
from deployments import small
from sampling import sampled

from archlab.sandboxes import attempt as attempts
from archlab.sandboxes.attempt import ROOT, Attempt, Limits, environment
from archlab.sandboxes.engine.events import Event
from archlab.sandboxes.engine.request import Call, Request, account_of


def request(what: object = None, **more: object) -> Request:
    template = json.dumps(what or small())
    given = {"stack_name": "archlab-1", "account_id": account_of(1, 0), "region": "us-east-1"}
    return Request(template, **{**given, **more})  # type: ignore[arg-type]


def outcome(events: list[Event]) -> object:
    assert events[-1].kind == "ENDED"
    return events[-1].args["outcome"]


def is_gone(pid: int) -> bool:
    """Whether a process ends within a second; a dead one that nobody fetched has ended."""
    deadline = time.monotonic() + 1
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not runs(pid)


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_an_attempt_makes_reads_back_and_tears_down_in_its_own_account() -> None:
    attempt = Attempt(request(teardown=True))
    events = list(attempt.events())
    assert outcome(events) == "torn_down"
    topic = next(e for e in events if e.kind == "CREATED" and e.logical_id == "Topic")
    assert topic.args["physical_id"] == "arn:aws:sns:us-east-1:200000001000:archlab-1"
    assert set(events[-1].args["seconds"]) == {"deploy", "act", "read", "teardown"}  # type: ignore[arg-type]
    assert is_gone(attempt.pid)


def test_a_template_that_is_refused_is_answered_with_its_problems() -> None:
    changed = small()
    changed["Resources"]["Topic"]["Properties"]["Colour"] = "red"
    first, last = Attempt(request(changed)).events()
    assert first.kind == "REFUSED"
    assert "Resources.Topic.Properties.Colour" in repr(first.args["problems"])
    assert outcome([last]) == "refused"


def test_a_check_fault_or_edit_that_does_not_exist_is_refused() -> None:
    first, _ = Attempt(request(edits=(Call("nothing"),))).events()
    assert first.args["problems"] == [{"path": "edits", "sentence": "The sandbox has no nothing."}]


INSIDE = """
import json, os, socket, sys
sys.argv = ["child", str(os.getppid())]
sys.path.append({root!r})
from archlab.sandboxes.engine import child
child._die_with_parent(os.getppid())
child._close_sockets()
sys.modules["django"] = None
import archlab.sandboxes.engine.phases
found = {{"environment": dict(os.environ), "django": [m for m in sys.modules if "django" in m]}}
for name, act in (
    ("import", lambda: __import__("django.conf")),
    ("socket", lambda: socket.create_connection(("127.0.0.1", 9), timeout=1)),
    ("datagram", lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))),
):
    try:
        act()
        found[name] = "done"
    except Exception as error:
        found[name] = type(error).__name__
print(json.dumps(found))
"""


def test_nothing_of_the_site_reaches_the_child(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("DATABASE_URL", "ARCHLAB_SECRET_KEY", "AWS_PROFILE", "PYTHONPATH"):
        monkeypatch.setenv(name, "canary-7f3a")
    told = environment(request(), tmp_path)
    answer = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", "-c", INSIDE.format(root=str(ROOT))],
        env=told,
        capture_output=True,
        check=True,
        cwd=tmp_path,
    )
    found = json.loads(answer.stdout)
    assert "canary-7f3a" not in answer.stdout.decode()
    assert {**told, "LC_CTYPE": "C.UTF-8"} == {"LC_CTYPE": "C.UTF-8", **found["environment"]}
    assert found["django"] == ["django"]
    assert found["import"] == "ModuleNotFoundError"
    assert found["socket"] == "NoNetwork"
    assert found["datagram"] == "NoNetwork"


def test_the_engine_needs_no_django(tmp_path: Path) -> None:
    script = (
        "import sys, pkgutil, importlib; sys.modules['django'] = None;"
        f"sys.path.append({str(ROOT)!r}); import archlab.sandboxes.engine as e;"
        "names = [m.name for m in pkgutil.walk_packages(e.__path__, e.__name__ + '.')];"
        "[importlib.import_module(n) for n in [*names, 'archlab.sandboxes.attempt']];"
        "print(len(names), 'moto' in sys.modules)"
    )
    run = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", "-c", script],
        capture_output=True,
        check=True,
        cwd=tmp_path,
        text=True,
    )
    count, emulator = run.stdout.split()
    assert int(count) > 30
    assert emulator == "False"


def test_an_attempt_gives_way_to_the_pages() -> None:
    attempt = Attempt(request())
    events = attempt.events()
    next(events)
    assert os.getpriority(os.PRIO_PROCESS, attempt.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    events.close()


def test_two_attempts_at_once_do_not_see_each_other() -> None:
    one, other = Attempt(request()), Attempt(request(account_id=account_of(2, 0)))
    both = list(zip(one.events(), other.events(), strict=True))
    assert [(a.kind, a.logical_id) for a, _ in both] == [(b.kind, b.logical_id) for _, b in both]
    made = [(a.args, b.args) for a, b in both if a.kind == "CREATED"]
    assert "200000001000" in repr([a for a, _ in made])
    assert "200000001000" not in repr([b for _, b in made])


def test_no_two_attempts_have_one_account() -> None:
    accounts = {account_of(run, number) for run in (1, 2, 10, 99_999_999) for number in (0, 1, 999)}
    assert len(accounts) == 12
    assert all(len(one) == 12 and one.isdecimal() for one in accounts)
    assert "123456789012" not in accounts
    with pytest.raises(ValueError, match="no account"):
        account_of(10**8, 0)


@pytest.mark.parametrize("index", sampled(range(11), 3))
def test_a_child_that_is_killed_leaves_nothing_and_a_new_attempt_succeeds(index: int) -> None:
    attempt = Attempt(request())
    seen: list[Event] = []
    for number, event in enumerate(attempt.events()):
        seen.append(event)
        if number == index:
            os.killpg(attempt.pid, signal.SIGKILL)
    # what was written before the signal may still be read; nothing comes after the end
    assert outcome(seen) in ("died", "ready")
    assert is_gone(attempt.pid)
    again = list(Attempt(request(account_id=account_of(1, 1))).events())
    assert outcome(again) == "ready"
    assert not [event for event in again if event.kind.endswith("FAILED")]


@pytest.mark.parametrize("index", sampled(range(11), 2))
def test_a_cancelled_attempt_ends_at_once_and_says_nothing_more(index: int) -> None:
    attempt, seen = Attempt(request()), list[Event]()
    for event in attempt.events(lambda: len(seen) <= index):
        seen.append(event)
    assert outcome(seen) == "cancelled"
    assert len(seen) == index + 2
    assert is_gone(attempt.pid)


def test_a_silent_child_is_asked_about_at_short_intervals() -> None:
    asked: list[float] = []

    def still_wanted() -> bool:
        asked.append(time.monotonic())
        return len(asked) < 3

    attempt = Attempt(request(), Limits(look_every=0.01))
    events = list(attempt.events(still_wanted))
    assert outcome(events) == "cancelled"
    assert len(events) == 1


def test_closing_the_events_ends_the_child() -> None:
    attempt = Attempt(request())
    events = attempt.events()
    next(events)
    events.close()
    assert is_gone(attempt.pid)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(wall_seconds=0.01, look_every=0.01), "timed_out"),
        (Limits(output_bytes=100), "too_much_output"),
        (Limits(line_bytes=100), "too_much_output"),
    ],
)
def test_a_child_past_its_limits_is_ended_with_the_reason(limits: Limits, said: str) -> None:
    attempt = Attempt(request(), limits)
    assert outcome(list(attempt.events())) == said
    assert is_gone(attempt.pid)


@pytest.mark.parametrize(
    "script",
    [
        "import sys; sys.exit(3)",
        "print('no json', flush=True); import time; time.sleep(60)",
        'print(\'{"seq": 5, "kind": "ENDED"}\', flush=True)',
        'print(\'{"seq": 0, "colour": "red"}\', flush=True)',
        "print('[]', flush=True)",
    ],
)
def test_a_child_that_talks_nonsense_is_dead(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(attempts, "_START", script)
    attempt = Attempt(request())
    assert outcome(list(attempt.events())) == "died"
    assert is_gone(attempt.pid)


def test_what_a_child_says_on_its_error_stream_is_kept_in_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = "import sys; sys.stderr.write('a' * 9000 + 'the end'); sys.exit(1)"
    monkeypatch.setattr(attempts, "_START", script)
    attempt = Attempt(request(), Limits(errors_bytes=100))
    list(attempt.events())
    assert attempt.errors.endswith("the end")
    assert len(attempt.errors) == 100


PARENT = """
import sys
sys.path.append({root!r})
from archlab.sandboxes.attempt import Attempt
from archlab.sandboxes.engine.request import Request
attempt = Attempt(Request.from_json({request!r}))
events = attempt.events()
next(events)
print(attempt.pid, flush=True)
import time
time.sleep(60)
"""


def test_a_child_dies_with_a_parent_that_is_killed() -> None:
    script = PARENT.format(root=str(ROOT), request=request().to_json())
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:  # noqa: S603 - our own
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert runs(pid)
        parent.kill()
    assert is_gone(pid)


@pytest.mark.parametrize("name", sampled(deployments.names(), 1))
def test_a_documented_system_stays_within_the_limits_of_a_child(name: str) -> None:
    text = deployments.template(name).text
    given = Request(text, "archlab-1", account_of(3, 0), deployments.region(name), teardown=True)
    events = list(Attempt(given).events())
    assert outcome(events) in ("torn_down", "leftovers")
