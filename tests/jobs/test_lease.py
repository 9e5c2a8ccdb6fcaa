from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from archlab.jobs import actions, queries
from archlab.jobs.models import Lease
from archlab.jobs.processes import Child, Process, myself, start_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def lease_of(*, host: str, pid: int, started: int, beat_at: datetime = NOW) -> Lease:
    return Lease.objects.create(
        name=Lease.WORKER, host=host, pid=pid, started=started, beat_at=beat_at
    )


def test_the_first_worker_takes_the_lease_and_gives_it_back() -> None:
    actions.take_lease(holder=myself(), now=NOW)
    assert queries.worker_beat() == NOW
    actions.release_lease(holder=myself())
    assert queries.worker_beat() is None


def test_a_second_worker_refuses_with_a_sentence() -> None:
    actions.take_lease(holder=myself(), now=NOW)
    with pytest.raises(CommandError, match=f"already running: process {os.getpid()} on"):
        call_command("worker")
    assert Lease.objects.get().pid == os.getpid()


def test_the_lease_of_a_dead_worker_is_taken_over_at_once() -> None:
    lease_of(host=os.uname().nodename, pid=os.getpid(), started=myself().started - 1)
    taken = actions.take_lease(holder=myself(), now=NOW)
    assert (taken.pid, taken.started) == (os.getpid(), myself().started)


@pytest.mark.parametrize(("silent_s", "held"), [(29, True), (30, False)])
def test_a_worker_on_another_machine_keeps_it_while_it_beats(silent_s: int, *, held: bool) -> None:
    lease_of(host="elsewhere", pid=1, started=1, beat_at=NOW - timedelta(seconds=silent_s))
    if held:
        with pytest.raises(actions.LeaseHeld, match="process 1 on elsewhere"):
            actions.take_lease(holder=myself(), now=NOW)
    else:
        assert actions.take_lease(holder=myself(), now=NOW).pid == os.getpid()


def test_what_a_dead_worker_left_running_is_ended() -> None:
    left = Child([sys.executable, "-c", "import time; time.sleep(60)"])
    lease = lease_of(host=os.uname().nodename, pid=os.getpid(), started=1)
    lease.group, lease.group_started = left.process.pid, left.process.started
    lease.save()
    actions.take_lease(holder=myself(), now=NOW)
    assert left.popen.wait(10) == -9


def test_a_process_that_only_has_the_same_number_is_left_alone() -> None:
    other = Child([sys.executable, "-c", "import time; time.sleep(60)"])
    Process(other.process.pid, other.process.started + 1).kill_group()
    assert other.is_running()
    other.kill()


def test_a_beat_moves_the_time_and_names_the_group() -> None:
    actions.take_lease(holder=myself(), now=NOW)
    later = NOW + timedelta(seconds=10)
    actions.beat(holder=myself(), group=Process(7, 70), now=later)
    lease = Lease.objects.get()
    assert (lease.beat_at, lease.group, lease.group_started) == (later, 7, 70)


def test_a_worker_that_was_replaced_learns_it_from_its_beat() -> None:
    lease_of(host="elsewhere", pid=1, started=1)
    with pytest.raises(actions.LeaseLost):
        actions.beat(holder=myself(), group=None, now=NOW)
    assert Lease.objects.get().host == "elsewhere"


def test_the_start_of_a_process_is_zero_when_it_has_ended() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert start_of(child.pid) == 0
    assert start_of(os.getpid()) > 0


def test_enqueuing_writes_a_row_in_the_same_database() -> None:
    from django_q.models import OrmQ

    actions.enqueue(task="archlab.accounts.tasks.forget")
    assert [entry.func() for entry in OrmQ.objects.all()] == ["archlab.accounts.tasks.forget"]


def test_the_tasks_that_come_round_exist() -> None:
    from django.utils.module_loading import import_string

    from archlab.jobs.schedule import TASKS

    expected = {
        "archlab.accounts.tasks.forget": timedelta(hours=1),
        "archlab.practice.tasks.reconcile": timedelta(minutes=10),
    }
    assert dict(TASKS) == expected
    assert all(callable(import_string(task)) for task in TASKS)


def test_a_task_is_due_at_the_start_and_then_once_a_period(monkeypatch: Any) -> None:
    from archlab.jobs import schedule

    monkeypatch.setattr(schedule, "TASKS", {"a": timedelta(seconds=10)})
    due = schedule.Due()
    assert [due.at(t) for t in (100.0, 101.0, 109.9, 110.0, 111.0)] == [["a"], [], [], ["a"], []]
