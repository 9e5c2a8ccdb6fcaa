"""Every process of the worker killed, idle and at work: no job lost, no effect twice, no orphan.

Each guard has its control beside it: what django-q2 alone does in the same place.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from rig import Rig, alive, end, members, parts, wait_for
from sampling import FULL, sampled

pytestmark = pytest.mark.fault

JOBS = 200 if FULL else 40
PARTS = ("main", "sentinel", "worker 1", "worker 2", "monitor", "pusher")
LONG = pytest.mark.skipif(not FULL, reason="the long form only: `make faults`")
SINGLE = sampled(range(5), 2)
"""Which of the single faults run: each starts a worker of its own, and two draw the minutes."""


def single(number: int) -> pytest.MarkDecorator:
    why = "not drawn by the seed at the head of this run; `make faults` runs all"
    return pytest.mark.skipif(number not in SINGLE, reason=why)


CASES = list(product(PARTS, ("idle", "busy"), ("short", "long")))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jobs") / "var"
    Rig(folder).migrate()
    return folder


@pytest.fixture
def rig(migrated: Path, tmp_path: Path) -> Iterator[Rig]:
    shutil.copytree(migrated, tmp_path / "var")
    made = Rig(tmp_path / "var")
    yield made
    made.stop()


def all_once(rig: Rig, count: int) -> None:
    """That many effects, each of another job."""
    wait_for(lambda: len(set(rig.effects())) == count, f"{len(set(rig.effects()))} of {count}")
    assert len(rig.effects()) == count


def kill_group(rig: Rig, cluster: str = "short") -> None:
    """The whole cluster at once; back when its supervisor has started another."""
    old = rig.leader(cluster)
    os.killpg(old, signal.SIGKILL)
    wait_for(lambda: rig.leader(cluster) not in (0, old))


def idle_part(rig: Rig, name: str, cluster: str = "short") -> int:
    """A process of the cluster while no message is anywhere in it."""
    waiting = f"django_q_ormq WHERE key = '{cluster}'"
    wait_for(lambda: bool(parts(rig.leader(cluster))) and rig.count(waiting) == 0)
    return parts(rig.leader(cluster))[name]


# ---- the cluster dies


def test_two_kills_lose_no_job_and_have_no_effect_twice(rig: Rig) -> None:
    """Amid them a job that kills its process, and one whose message comes fifty times."""
    rig.work()
    rig.do(f"fault_jobs.ask('poison'); fault_jobs.ask('effect-short', {JOBS})")
    rig.do("fault_jobs.ask_often(50)")
    for share in (4, 2):
        wait_for(lambda share=share: len(rig.effects()) >= JOBS // share)  # type: ignore[misc]
        kill_group(rig)
    all_once(rig, JOBS + 1)
    wait_for(lambda: rig.attempts("poison") == {("dead", 3)})
    assert rig.count("fault_trace WHERE what = 'start' AND subject = 'poison 0'") <= 3
    assert {state for state, _ in rig.attempts("effect-short")} == {"succeeded"}


@LONG
def test_a_job_that_kills_its_process_runs_three_times(rig: Rig) -> None:
    rig.work()
    rig.do("fault_jobs.ask('poison')")
    wait_for(lambda: rig.attempts("poison") == {("dead", 3)})
    assert rig.count("fault_trace WHERE what = 'start'") == 3
    events = rig.rows("SELECT kind FROM jobs_jobevent WHERE job_id IN "
                      "(SELECT id FROM jobs_job WHERE kind = 'poison') ORDER BY id")  # fmt: skip
    assert [kind for (kind,) in events] == [
        *("asked", "claimed", "interrupted", "claimed", "interrupted", "claimed", "dead"),
    ]


@single(0)
def test_control_a_task_without_a_job_stays_away_and_then_comes_twice(rig: Rig) -> None:
    rig.work()
    rig.do("fault_jobs.ask_plainly(2, 600.0)")
    wait_for(lambda: len(rig.effects()) == 2)
    kill_group(rig)
    rig.do("fault_jobs.ask('effect-short', 5)")
    wait_for(lambda: len(rig.effects("effect")) == 5)
    assert len(rig.effects("plain")) == 2  # the broker keeps them for `retry` seconds
    rig.unlock_messages()
    wait_for(lambda: len(rig.effects("plain")) == 4)
    kill_group(rig)


# ---- one of its processes dies


@pytest.mark.parametrize(("part", "when", "cluster"), sampled(CASES, 1))
def test_any_process_may_die_and_all_jobs_are_done_once(
    rig: Rig, part: str, when: str, cluster: str
) -> None:
    rig.work()
    victim, leader = idle_part(rig, part, cluster), rig.leader(cluster)
    if when == "busy":
        rig.do(f"fault_jobs.ask('slow-{cluster}', 20, '0.3')")
        wait_for(lambda: len(rig.effects()) >= 2)
        end(victim)
    else:
        end(victim)
        rig.do(f"fault_jobs.ask('effect-{cluster}', 20)")
    all_once(rig, 20)
    wait_for(lambda: len(parts(rig.leader(cluster))) == len(PARTS), "processes are missing")
    if rig.leader(cluster) != leader:
        wait_for(lambda: members(leader) == set(), "orphans are left")


@single(1)
def test_a_cluster_that_hands_out_nothing_is_started_again(rig: Rig) -> None:
    """One of the idle workers holds the lock of the queue while it waits."""
    rig.work()
    workers = idle_part(rig, "worker 1"), idle_part(rig, "worker 2")
    leader = rig.leader()
    for worker in workers:
        end(worker)
    rig.do("fault_jobs.ask('effect-short', 20)")
    all_once(rig, 20)
    assert rig.leader() != leader
    assert members(leader) == set()


@LONG
def test_control_without_a_supervisor_nothing_is_handed_out_any_more(rig: Rig) -> None:
    broken, whole = (rig.start("qcluster", Q_CLUSTER_NAME=name) for name in ("short", "long"))
    wait_for(lambda: bool(parts(broken.popen.pid)) and bool(parts(whole.popen.pid)))
    rig.do("fault_jobs.ask_plainly(2, 0.2)")
    wait_for(lambda: len(rig.effects()) == 2)
    before = parts(broken.popen.pid)
    for worker in ("worker 1", "worker 2"):
        end(before[worker])
    wait_for(lambda: len(set(before.values()) & set(alive())) == len(PARTS) - 2)
    wait_for(lambda: len(parts(broken.popen.pid)) == len(PARTS))
    rig.do("fault_jobs.ask_plainly(20, 0.0)")
    rig.do("fault_jobs.ask('effect-long', 20)")
    wait_for(lambda: len(rig.effects("effect")) == 20)  # time enough for 20
    assert len(rig.effects("plain")) == 2
    assert broken.is_running()
    broken.kill()


@single(2)
def test_a_monitor_that_died_makes_no_job_run_twice(rig: Rig) -> None:
    rig.work()
    monitor, leader = idle_part(rig, "monitor"), rig.leader()
    end(monitor)
    rig.do("fault_jobs.ask('effect-short', 20)")
    all_once(rig, 20)
    assert rig.count("django_q_ormq WHERE key = 'short'") >= 20  # nothing is acknowledged
    wait_for(lambda: rig.leader() != leader)
    last = rig.unlock_messages()
    wait_for(lambda: rig.count(f"django_q_ormq WHERE id <= {last}") == 0)  # all came again
    all_once(rig, 20)
    assert rig.count("fault_trace WHERE what = 'start'") == 20


# ---- what the supervisor must not do, and what outlives it


@single(3)
def test_an_honest_job_that_is_silent_for_long_is_left_alone(rig: Rig) -> None:
    """Twice as long as a cluster may be silent; both workers are at it, so no canary comes by."""
    rig.work()
    rig.do("fault_jobs.ask('slow-long', 2, '16')")
    all_once(rig, 2)
    assert rig.attempts("slow-long") == {("succeeded", 1)}
    assert rig.restarts() == 0


@single(4)
def test_a_killed_worker_leaves_nothing_and_the_standby_goes_on(rig: Rig) -> None:
    first = rig.work()
    standby = rig.start("worker")
    groups = [rig.leader("short"), rig.leader("long")]
    rig.do("fault_jobs.ask('slow-long', 4, '1')")
    wait_for(lambda: len(rig.effects()) >= 1)
    assert rig.holder() == first.popen.pid
    end(first.popen.pid)
    first.popen.wait()
    wait_for(lambda: rig.holder() == standby.popen.pid)
    all_once(rig, 4)
    wait_for(lambda: not any(members(group) for group in groups), "orphans are left")


def test_sigterm_lets_jobs_end_and_gives_the_lease_back(rig: Rig) -> None:
    worker = rig.work()
    groups = [rig.leader("short"), rig.leader("long")]
    rig.do("fault_jobs.ask('slow-short', 1, '2')")
    wait_for(lambda: rig.count("fault_trace WHERE what = 'start'") == 1)
    worker.ask_to_stop()
    assert worker.popen.wait(240) == 0
    assert len(rig.effects()) == 1
    assert rig.holder() == 0
    wait_for(lambda: not any(members(group) for group in groups))
