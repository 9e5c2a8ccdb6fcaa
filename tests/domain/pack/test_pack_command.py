"""The linter on the command line, without a web framework."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pack_builders import TEXTS, encoded

from archlab.domain.pack import version_of
from archlab.domain.pack.__main__ import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, text in TEXTS.items():
        file = tmp_path / "mini" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path / "mini"


def spoil(folder: Path, old: str, new: str) -> None:
    file = folder / "steps" / "50-side.md"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


def test_a_clean_pack_ends_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder)]) == 0
    assert capsys.readouterr().out == f"{folder}: 0 errors, 0 warnings\n"


def test_an_error_ends_with_1_and_says_where(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(folder, "next: rejoin", "next: nowhere")
    assert main(["check", str(folder)]) == 1
    assert f"{folder.as_posix()}/steps/50-side.md:6:7: E401 " in capsys.readouterr().out


def test_a_warning_ends_with_1_only_when_it_counts(folder: Path) -> None:
    spoil(folder, "What grew?", "What did not grow?")
    assert main(["check", str(folder)]) == 0
    assert main(["check", "--strict", str(folder)]) == 1


def test_json_is_nothing_but_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["problems"] == []


def test_the_version_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hash", str(folder)]) == 0
    assert capsys.readouterr().out == f"{version_of(encoded(TEXTS))}  {folder}\n"


@pytest.mark.parametrize("arguments", [[], ["check"], ["fly", "x"], ["check", "/no/such/folder"]])
def test_what_cannot_run_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
