from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archlab.operations import checks


def test_these_settings_pass() -> None:
    assert [*checks.public_site(), *checks.hosts(), *checks.queue(), *checks.local_disk()] == []


@pytest.mark.parametrize(("retry", "ids"), [(180, ["archlab.E006"]), (181, [])])
def test_a_queue_that_could_run_a_job_twice_is_refused(
    settings: Any, retry: int, ids: list[str]
) -> None:
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "workers": 2, "retry": retry}
    assert [problem.id for problem in checks.queue()] == ids


@pytest.mark.parametrize(("retry", "ids"), [(1800, ["archlab.E006"]), (1801, [])])
def test_the_long_queue_keeps_the_same_rule(settings: Any, retry: int, ids: list[str]) -> None:
    long = {**settings.Q_CLUSTER["ALT_CLUSTERS"]["long"], "retry": retry}
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "workers": 2, "ALT_CLUSTERS": {"long": long}}
    problems = checks.queue()
    assert [problem.id for problem in problems] == ids
    assert all("Q_CLUSTER, long: retry is 1800 s" in problem.msg for problem in problems)


@pytest.mark.parametrize("workers", range(1, 33))
@pytest.mark.parametrize("timeout_s", [60, 600])
def test_every_number_of_workers_has_a_safe_retry(timeout_s: int, workers: int) -> None:
    from archlab import settings as written

    needed = timeout_s * (1 + -(-3 // workers))
    assert needed < written.retry_s(timeout_s, workers) <= needed + max(20, timeout_s / 10)


def test_the_two_clusters_are_timed_as_they_were_measured(settings: Any) -> None:
    from archlab import settings as written

    q = settings.Q_CLUSTER
    assert [written.retry_s(timeout_s, 2) for timeout_s in (60, 600)] == [200, 1860]
    assert (q["timeout"], q["ALT_CLUSTERS"]["long"]["timeout"]) == (60, 600)
    assert (q["scheduler"], q["catch_up"], q["ack_failures"]) == (False, False, True)
    assert q["save_limit"] > 0  # the monitor's path is seen in what it saves


def test_the_disk_of_a_folder_is_the_longest_mount_above_it(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nserver:/x /srv nfs4 rw 0 0\nserver:/y /srvx cifs rw 0 0\n",
        encoding="utf-8",
    )
    assert checks.file_system(Path("/srv/archlab"), mounts) == "nfs4"
    assert checks.file_system(Path("/srvy"), mounts) == "ext4"
    assert checks.file_system(Path("/srv"), tmp_path / "absent") == ""


def test_a_network_disk_is_refused_for_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "file_system", lambda folder: "nfs4")
    assert [problem.id for problem in checks.local_disk()] == ["archlab.E008"]
