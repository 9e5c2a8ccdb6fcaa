"""The disk is full: writes are refused in a sentence, reads go on, and space mends it by itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from answering import Learner
from fault_site import Site, copied, serving

pytestmark = pytest.mark.fault

MB = 1024 * 1024


@dataclass(frozen=True)
class Disk:
    """A small disk in memory."""

    at: Path

    def mount(self, size: int) -> None:
        done = subprocess.run(  # noqa: S603
            ["/bin/mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(self.at)],
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (
            "This test mounts a small disk and may not do so here: run it as root of a machine "
            f"or container that may mount (CAP_SYS_ADMIN). mount says: {done.stderr}"
        )

    def grow(self, size: int) -> None:
        command = ["/bin/mount", "-o", f"remount,size={size}", str(self.at)]
        subprocess.run(command, check=True)  # noqa: S603

    def fill(self) -> None:
        """To the last byte."""
        with (self.at / "ballast").open("ab", buffering=0) as ballast:
            for size in (MB, 4096, 1):
                try:
                    while True:
                        ballast.write(b"\0" * size)
                except OSError:
                    continue

    def unmount(self) -> None:
        subprocess.run(["/bin/umount", "--lazy", str(self.at)], check=True)  # noqa: S603


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    assert os.geteuid() == 0, (
        "This test mounts a small disk, which only root may do: run it as root."
    )
    at = tmp_path / "disk"
    at.mkdir()
    small = Disk(at)
    small.mount(64 * MB)
    yield small
    small.unmount()


@pytest.fixture
def small_site(prepared: Path, disk: Disk) -> Iterator[Site]:
    with serving(copied(prepared, disk.at / "var")) as running:
        yield running


def refused(learner: Learner) -> bool:
    """Answers until one is refused; what stands in the log beside the database may take some."""
    for turn in range(200):
        answer = learner.post("form-j0-d0", option=("quick", "simple")[turn % 2])
        if answer.status == 503:
            assert "Not saved" in answer.text
            assert "Nothing was saved" in answer.text
            assert answer.headers["retry-after"] == "5"
            return True
        assert answer.status == 302, answer.text
        learner.page = learner.browser.get(learner.address)
        assert learner.page.status == 200
    return False


def test_a_full_disk_refuses_in_a_sentence_and_recovers_by_itself(
    small_site: Site, disk: Disk
) -> None:
    learner = Learner(small_site.port)
    learner.begin()
    learner.decide("simple")
    disk.fill()
    assert refused(learner), "the disk was never full"
    waiting = learner.sent[-1]
    for path in ("/", learner.address, "/scenarios/", "/calculators/"):
        assert learner.browser.get(path).status == 200, path
    newcomer = Learner(small_site.port)
    with pytest.raises(AssertionError, match="Nothing was saved"):
        newcomer.begin()
    assert set(learner.told) <= set(small_site.keys())
    assert waiting not in set(small_site.keys())
    disk.grow(128 * MB)
    assert learner.post("form-j0-d0", option="learn").status == 302
    assert small_site.keys().count(waiting) == 1
    assert set(learner.told) == set(small_site.keys())
    assert small_site.rows("PRAGMA integrity_check") == [("ok",)]
