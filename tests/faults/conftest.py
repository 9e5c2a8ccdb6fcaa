from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from server import Site, copied, prepare, serving


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared") / "var"
    prepare(folder)
    return folder


@pytest.fixture
def site(prepared: Path, tmp_path: Path) -> Iterator[Site]:
    with serving(copied(prepared, tmp_path / "var")) as running:
        yield running
