"""The web server is killed while people answer: nothing is lost, nothing counts twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from answering import Crowd, crowd
from fault_site import BACK_S, Site, children, copied, serving, those_of, wait_for
from sampling import FULL

pytestmark = pytest.mark.fault

KILLS = 5 if FULL else 1
LEARNERS = 8 if FULL else 4
ANSWERS_BETWEEN = 20


@pytest.fixture
def site(prepared: Path, tmp_path: Path) -> Iterator[Site]:
    with serving(copied(prepared, tmp_path / "var")) as running:
        yield running


def processes(site: Site) -> set[int]:
    return {site.web, *children(site.web)}


def is_hit(site: Site, before: set[int]) -> bool:
    return not before <= processes(site)


def kill_worker(site: Site) -> None:
    for pid in children(site.web):
        os.kill(pid, signal.SIGKILL)


def kill_main(site: Site) -> None:
    os.kill(site.web, signal.SIGKILL)


def kill_group(site: Site) -> None:
    os.killpg(site.web, signal.SIGKILL)


VICTIMS: list[Callable[[Site], None]] = [kill_worker, kill_main, kill_group]


def some_more(people: Crowd) -> None:
    """Until the stream flows: a kill has to come in the middle of it."""
    until = len(people.told) + ANSWERS_BETWEEN
    wait_for(lambda: len(people.told) >= until or bool(people.problems), 60, "answers flow")


def lost(told: set[str], stored: list[str]) -> set[str]:
    return told - set(stored)


def test_nothing_acknowledged_is_lost_and_nothing_counts_twice(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    with crowd(site.port, LEARNERS) as people:
        for kill in VICTIMS * KILLS:
            some_more(people)
            before = processes(site)
            kill(site)
            wait_for(partial(is_hit, site, before), 20, "it dies")
            away_s = wait_for(site.answers, BACK_S, f"200 again after {kill.__name__}")
            with capsys.disabled():
                print(f"\n200 again {away_s:.1f} s after {kill.__name__}")  # noqa: T201
        some_more(people)
    stored = site.keys()
    assert people.problems == []
    assert lost(people.told, stored) == set()
    assert sorted(stored) == sorted(people.sent)  # each sent answer once: none lost, none doubled
    assert site.rows("PRAGMA integrity_check") == [("ok",)]


def test_no_process_is_left_behind(prepared: Path, tmp_path: Path) -> None:
    folder = copied(prepared, tmp_path / "left")
    with serving(folder) as site:
        kill_main(site)
        wait_for(site.answers, BACK_S, "200 again")
        site.supervisor.ask_to_stop()
        site.supervisor.popen.wait(40)
        wait_for(lambda: those_of(folder) == [], 10, "all processes have ended")


def test_without_a_second_try_a_kill_costs_answers(site: Site) -> None:
    """The control: the kills really do hit answers on their way."""
    with crowd(site.port, LEARNERS, patient=False) as people:
        for _kill in range(6):
            some_more(people)
            kill_group(site)
            wait_for(site.answers, 20, "200 again")
            if people.cut_off:
                break
        some_more(people)
    assert people.cut_off > 0
    assert lost(people.told, site.keys()) == set()


def test_a_lost_answer_would_be_seen() -> None:
    assert lost({"a", "b"}, ["b"]) == {"a"}
