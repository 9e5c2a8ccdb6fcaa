from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archlab.jobs import leases, queries, supervisor
from archlab.jobs.models import Cluster, Lease
from archlab.jobs.processes import Child, Process, myself, start_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def lease_of(*, host: str, pid: int, started: int, beat_at: datetime = NOW) -> Lease:
    return Lease.objects.create(
        name=Lease.WORKER, host=host, pid=pid, started=started, beat_at=beat_at
    )


def cluster_of(leader: Process, host: str = os.uname().nodename) -> Cluster:
    facts = {"pid": leader.pid, "started": leader.started, "started_at": NOW}
    return Cluster.objects.create(name="long", host=host, **facts)


def sleeper() -> Child:
    return Child([sys.executable, "-c", "import time; time.sleep(60)"])


def test_the_first_worker_takes_the_lease_and_gives_it_back() -> None:
    leases.take(holder=myself(), now=NOW)
    assert queries.worker_beat() == NOW
    leases.started(name="short", leader=Process(7, 70), now=NOW)
    leases.release(holder=myself())
    assert queries.worker_beat() is None
    assert queries.clusters() == []


def test_a_second_worker_stands_by_and_changes_nothing() -> None:
    leases.take(holder=myself(), now=NOW)
    with pytest.raises(leases.LeaseHeld, match=f"Process {os.getpid()} on"):
        leases.take(holder=Process(1, 1), now=NOW)
    stopped = threading.Event()
    stopped.set()
    assert not supervisor.stand_by(Process(1, 1), stopped)
    assert Lease.objects.get().pid == os.getpid()


def test_whoever_stands_by_has_the_lease_once_it_is_free() -> None:
    assert supervisor.stand_by(myself(), threading.Event())
    assert Lease.objects.get().pid == os.getpid()


def test_the_lease_of_a_dead_worker_is_taken_over_at_once() -> None:
    lease_of(host=os.uname().nodename, pid=os.getpid(), started=myself().started - 1)
    taken = leases.take(holder=myself(), now=NOW)
    assert (taken.pid, taken.started) == (os.getpid(), myself().started)


@pytest.mark.parametrize(("silent_s", "held"), [(29, True), (30, False)])
def test_a_worker_on_another_machine_keeps_it_while_it_beats(silent_s: int, *, held: bool) -> None:
    lease_of(host="elsewhere", pid=1, started=1, beat_at=NOW - timedelta(seconds=silent_s))
    if held:
        with pytest.raises(leases.LeaseHeld, match="Process 1 on elsewhere"):
            leases.take(holder=myself(), now=NOW)
    else:
        assert leases.take(holder=myself(), now=NOW).pid == os.getpid()


def test_what_a_dead_worker_left_running_is_ended() -> None:
    left = sleeper()
    lease_of(host=os.uname().nodename, pid=os.getpid(), started=1)
    cluster_of(left.process)
    leases.take(holder=myself(), now=NOW)
    assert left.popen.wait(10) == -9
    assert queries.clusters() == []


def test_what_runs_on_another_machine_is_left_alone() -> None:
    other = sleeper()
    cluster_of(other.process, host="elsewhere")
    leases.take(holder=myself(), now=NOW)
    assert other.is_running()
    other.kill()


def test_a_process_that_only_has_the_same_number_is_left_alone() -> None:
    other = sleeper()
    Process(other.process.pid, other.process.started + 1).kill_group()
    assert other.is_running()
    other.kill()


def test_a_beat_moves_the_time() -> None:
    leases.take(holder=myself(), now=NOW)
    leases.beat(holder=myself(), now=NOW + timedelta(seconds=10))
    assert queries.worker_beat() == NOW + timedelta(seconds=10)


def test_a_cluster_that_was_started_again_is_counted() -> None:
    for pid in (7, 8):
        leases.started(name="short", leader=Process(pid, 70), now=NOW)
    leases.heard(name="short", now=NOW)
    (row,) = queries.clusters()
    assert (row.pid, row.restarts, row.heard_at) == (8, 1, NOW)


def test_a_worker_that_was_replaced_learns_it_from_its_beat() -> None:
    lease_of(host="elsewhere", pid=1, started=1)
    with pytest.raises(leases.LeaseLost):
        leases.beat(holder=myself(), now=NOW)
    leases.release(holder=myself())
    assert Lease.objects.get().host == "elsewhere"


def test_the_start_of_a_process_is_zero_when_it_has_ended() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert start_of(child.pid) == 0
    assert start_of(os.getpid()) > 0


def test_the_tasks_that_come_round_exist() -> None:
    from django.utils.module_loading import import_string

    from archlab.jobs.schedule import TASKS

    expected = {
        "archlab.accounts.tasks.forget": timedelta(hours=1),
        "archlab.jobs.tasks.forget_jobs": timedelta(days=1),
        "archlab.practice.tasks.reconcile": timedelta(minutes=10),
        "archlab.records.tasks.forget_printed": timedelta(hours=1),
        "archlab.sandboxes.tasks.expire": timedelta(minutes=1),
        "archlab.sandboxes.tasks.sweep_all": timedelta(minutes=15),
        "archlab.sandboxes.tasks.sweep_live": timedelta(minutes=5),
    }
    assert dict(TASKS) == expected
    assert all(callable(import_string(task)) for task in TASKS)


def test_a_task_is_due_at_the_start_and_then_once_a_period(monkeypatch: Any) -> None:
    from archlab.jobs import schedule

    monkeypatch.setattr(schedule, "TASKS", {"a": timedelta(seconds=10)})
    due = schedule.Due()
    assert [due.at(t) for t in (100.0, 101.0, 109.9, 110.0, 111.0)] == [["a"], [], [], ["a"], []]
