from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from archlab.calculators.labs.kernel import Kernel
from archlab.jobs import canary
from archlab.jobs.models import Cluster, Lease
from archlab.operations import health
from archlab.operations.models import Probe

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def good() -> bool:
    return True


def raising() -> bool:
    raise OperationalError("disk is full")


def test_live_answers_without_database(stranger: Client) -> None:
    answer = stranger.get("/healthz/live")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.parametrize("path", ["/healthz/live", "/healthz/ready"])
def test_posting_is_refused(stranger: Client, path: str) -> None:
    assert stranger.post(path).status_code == 405


def test_the_first_failing_probe_is_named() -> None:
    assert health.failing({"a": good, "b": good}) == ""
    assert health.failing({"a": good, "b": lambda: False, "c": raising}) == "b"
    assert health.failing({"a": raising}) == "a"


def test_a_probe_that_hangs_has_failed() -> None:
    hanging = threading.Event()
    assert health.failing({"gate": hanging.wait}, limit_s=0.05) == "gate"
    hanging.set()


@pytest.mark.parametrize(("failed", "status"), [("", 200), ("disk", 503)])
def test_ready_says_what_fails_and_nothing_more(stranger: Client, failed: str, status: int) -> None:
    state = patch.object(Kernel, "state", "preparing")
    with patch.object(health, "failing", return_value=failed), state:
        answer = stranger.get("/healthz/ready")
    assert answer.status_code == status
    said = f"not ready: {failed}\n" if failed else "ok\nsimulator: preparing\n"
    assert answer.content.decode() == said


@pytest.mark.django_db(transaction=True)
def test_the_database_probe_writes() -> None:
    assert health.database()
    assert health.database()
    assert Probe.objects.count() == 1


@pytest.mark.parametrize(("free", "fit"), [(5, True), (4, False)])
def test_five_percent_of_the_disk_must_be_free(free: int, *, fit: bool) -> None:
    with patch("shutil.disk_usage") as usage:
        usage.return_value.free, usage.return_value.total = free, 100
        assert health.disk() is fit


@pytest.mark.django_db
@pytest.mark.parametrize(("silent_s", "fit"), [(60, True), (61, False)])
def test_the_worker_must_have_beaten_within_a_minute(silent_s: int, *, fit: bool) -> None:
    working(beat_at=NOW - timedelta(seconds=silent_s))
    with time_machine.travel(NOW, tick=False):
        assert health.worker() is fit


def working(*, beat_at: datetime = NOW, heard_at: datetime | None = NOW) -> None:
    Lease.objects.create(name=Lease.WORKER, host="x", pid=1, started=1, beat_at=beat_at)
    for name, at in (("short", NOW), ("long", heard_at)):
        facts = {"host": "x", "pid": 1, "started": 1, "started_at": NOW}
        Cluster.objects.create(name=name, heard_at=at, **facts)


@pytest.mark.django_db
@pytest.mark.parametrize(("silent_s", "fit"), [(120, True), (121, False), (None, False)])
def test_each_cluster_must_have_shown_that_it_works(silent_s: int | None, *, fit: bool) -> None:
    working(heard_at=None if silent_s is None else NOW - timedelta(seconds=silent_s))
    with time_machine.travel(NOW, tick=False):
        assert health.worker() is fit


@pytest.mark.django_db
def test_a_job_that_nobody_takes_is_told() -> None:
    with time_machine.travel(NOW, tick=False):
        assert health.jobs()
        canary.send(Cluster.Name.SHORT, NOW - timedelta(seconds=121))
        assert not health.jobs()


@pytest.mark.django_db
def test_without_a_worker_the_site_is_not_ready() -> None:
    assert not health.worker()


def test_the_probes_are_these(settings: Any) -> None:
    assert list(health.PROBES) == ["database", "disk", "worker", "jobs"]
    assert settings.SECURE_REDIRECT_EXEMPT == [r"^healthz/"]
