"""The key of a laptop: one for all processes, whole from its first moment, for its owner alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from archlab.settings import local_secret


def test_all_who_start_at_once_get_the_same_whole_key(tmp_path: Path) -> None:
    for number in range(20):
        file = tmp_path / f"secret-{number}"
        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(local_secret, [file] * 8))
        assert len(found) == 1
        assert len(found.pop()) == 64


def test_a_key_stays_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    first = local_secret(file)
    assert local_secret(file) == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]
