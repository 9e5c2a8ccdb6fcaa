"""The same records are the same bytes, on any machine and in any process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from records_examples import team_chain

from archlab.domain.records import Profile, record_hash, tree
from archlab.records.archive import packed

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = """
import sys
sys.path[:0] = sys.argv[1:3]
from records_examples import team_chain
from archlab.domain.records import Profile
from archlab.records.archive import packed
sys.stdout.buffer.write(packed(team_chain(), profile=Profile(sys.argv[3]), start_at=9))
"""


def packed_elsewhere(folder: Path, profile: Profile, **environment: str) -> bytes:
    home = {"PATH": os.environ["PATH"], "HOME": str(folder), "USER": folder.name}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", ELSEWHERE, str(ROOT), str(ROOT / "tests"), profile],
        cwd=folder,
        env={**home, **environment},
        capture_output=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("profile", list(Profile))
def test_two_processes_write_the_same_bytes(tmp_path: Path, profile: Profile) -> None:
    one = packed_elsewhere(
        tmp_path, profile, TZ="Pacific/Kiritimati", LANG="tr_TR.UTF-8", PYTHONHASHSEED="1"
    )
    other = packed_elsewhere(
        ROOT, profile, TZ="America/Adak", LC_ALL="C", PYTHONHASHSEED="2", PYTHONOPTIMIZE="1"
    )
    assert one == other == packed(team_chain(), profile=profile, start_at=9)


def test_the_record_hash_is_that_of_the_manifest() -> None:
    files = tree(team_chain())
    assert record_hash(files) == hashlib.sha256(files["MANIFEST.sha256"].encode()).hexdigest()
    listed = [line.partition("  ")[2] for line in files["MANIFEST.sha256"].splitlines()]
    assert listed == sorted(set(files) - {"MANIFEST.sha256"})


def test_a_changed_word_changes_the_record_hash() -> None:
    older, newer = team_chain()
    other = (older, replace(newer, situation="Something else."))
    assert record_hash(tree(team_chain())) != record_hash(tree(other))


def test_an_entry_says_nothing_of_the_machine() -> None:
    with ZipFile(BytesIO(packed(team_chain()))) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        for entry in archive.infolist():
            assert (entry.compress_type, entry.create_system) == (ZIP_STORED, 3)
            assert entry.date_time == (2026, 11, 21, 0, 0, 0)
            assert (entry.external_attr >> 16, entry.extra, entry.comment) == (0o100644, b"", b"")


def test_a_zip_cannot_hold_a_day_before_1980() -> None:
    records = [replace(record, date=date(1970, 5, 17)) for record in team_chain()]
    with ZipFile(BytesIO(packed(records))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_names_differ_where_case_does_not_count() -> None:
    older, newer = team_chain()
    loud = replace(newer, title="KEEP a NAT gateway for outgoing payments")
    names = [
        name.casefold()
        for name in tree(
            (
                replace(older, superseded_by=None, status=loud.status),
                replace(loud, supersedes=(), relates_to=()),
            )
        )
    ]
    assert len(names) == len(set(names))
