"""A sandbox whose process dies, hangs or is answered badly at any call to the emulator.

Whatever happens at a call, the attempt ends in a state that has a name, no process is left, and the
next attempt makes everything in an account that has seen nothing of it.
"""

from __future__ import annotations

import re
from pathlib import Path

import deployments
import pytest
from lab_runs import launched, send, worked
from people import Person
from sampling import sampled

from archlab.jobs.models import Job
from archlab.sandboxes import attempt as attempts
from archlab.sandboxes import queries
from archlab.sandboxes.attempt import Attempt, Limits
from archlab.sandboxes.engine.events import Event
from archlab.sandboxes.engine.request import Request, account_of
from archlab.sandboxes.states import State

pytestmark = pytest.mark.fault

AT_A_CALL = """
import os, signal, sys, time, runpy
sys.path.append(sys.argv[1])
from botocore.client import BaseClient
real, calls, ending = BaseClient._make_api_call, [0], os._exit

def call(self, operation, given):
    calls[0] += 1
    here = {when}
    if here:
        {act}
    answer = real(self, operation, given)
    if here and {after}:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

def counted(status):
    print("calls", calls[0], file=sys.stderr, flush=True)
    ending(status)

BaseClient._make_api_call, os._exit = call, counted
runpy.run_module('archlab.sandboxes.engine.child', run_name='__main__', alter_sys=True)
"""
"""The child with something planted at one of its calls; at its end it says how many there were."""

DOCUMENTED = [
    "lambda-to-fargate/fargate", "spot-mvp/spot", "ec2-to-lambda/lambda", "vps-to-aws/aws",
    "eight-services/documented",
]  # fmt: skip
NOTHING = "pass"
KILL = "os.kill(os.getpid(), signal.SIGKILL)"
ANSWERS = {
    "hangs": ("time.sleep(600)", "timed_out"),
    "resets": ("raise ConnectionResetError('reset by peer')", "rolled_back"),
    "breaks": ("raise RuntimeError('500')", "rolled_back"),
}


def planted(
    patch: pytest.MonkeyPatch, when: str = "False", act: str = NOTHING, *, after: bool = False
) -> None:
    patch.setattr(attempts, "_START", AT_A_CALL.format(when=when, act=act, after=after))


def number(at: int) -> str:
    return f"calls[0] == {at}"


def request(name: str, number: int) -> Request:
    return Request(
        deployments.template(name).text,
        "archlab-1",
        account_of(1, number),
        deployments.region(name),
        teardown=True,
    )


def gone(pid: int) -> bool:
    """Whether a process is no more; one that nobody fetched is none."""
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] == "Z"


def outcome(events: list[Event]) -> object:
    assert events[-1].kind == "ENDED"
    return events[-1].args["outcome"]


def made(events: list[Event]) -> set[str]:
    return {event.logical_id for event in events if event.kind == "CREATED"}


def whole(name: str, number: int) -> tuple[Attempt, set[str]]:
    """An attempt that nothing happens to, and what it made."""
    attempt = Attempt(request(name, number))
    events = list(attempt.events())
    assert outcome(events) in ("torn_down", "leftovers")
    assert not [event for event in events if event.kind == "CREATE_FAILED"]
    return attempt, made(events)


@pytest.mark.parametrize("name", sampled(DOCUMENTED, 1))
def test_a_death_at_any_call_leaves_nothing_and_the_next_attempt_is_whole(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        planted(patch)
        counting, everything = whole(name, 0)
        found = re.search(r"calls ([0-9]+)", counting.errors)
        assert found is not None
        calls = int(found[1])
        assert calls >= len(everything)
    for at in sampled(range(1, calls + 1), 2):
        with monkeypatch.context() as patch:
            planted(patch, number(at), NOTHING if at % 2 else KILL, after=bool(at % 2))
            attempt = Attempt(request(name, at))
            events = list(attempt.events())
        assert outcome(events) == "died", at
        assert gone(attempt.pid)
        assert made(events) <= everything
    assert whole(name, calls + 1)[1] == everything


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_emulator_that_hangs_or_fails_ends_the_attempt_with_the_reason(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    act, expected = ANSWERS[answer]
    name = DOCUMENTED[0]
    planted(monkeypatch, 'operation.startswith("Create")', act)
    attempt = Attempt(request(name, 0), Limits(wall_seconds=8))
    assert outcome(list(attempt.events())) == expected
    assert gone(attempt.pid)


@pytest.mark.parametrize("at", sampled(range(1, 9), 1))
def test_a_run_whose_process_dies_says_so_and_can_be_deployed_again(
    alice: Person, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """No job is lost, nothing is left over, and what was made is not called deleted."""
    with monkeypatch.context() as patch:
        planted(patch, number(at), KILL)
        run = worked(launched(alice))
    assert run.state == State.FAILED
    assert "The process of the attempt died" in run.error
    states = {one.state for one in queries.resources_of(run)}
    assert states <= {"pending", "discarded"}
    assert not Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists()
    assert send(alice, run, "again").status_code == 303
    run = worked(run)
    assert (run.state, run.attempt) == (State.READY, 2)
