"""`manage.py records export`: what an operator takes out of a journey, as a shell runs it."""

from __future__ import annotations

import hashlib
import io
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pikepdf
import pytest
from people import Person
from player import Player
from shell import Ran, Shell

from archlab.records import archive

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(alice: Person) -> str:
    player = Player(alice)
    player.start()
    player.play(until="j0-05")
    return str(player.enrolment.id)


def export(capsys: pytest.CaptureFixture[str], *words: object) -> Ran:
    return Shell(capsys)("records", "export", *map(str, words))


def names_in(content: bytes) -> list[str]:
    with ZipFile(io.BytesIO(content)) as zipped:
        return zipped.namelist()


def test_the_command_writes_what_the_page_gives(
    alice: Person, enrolment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.zip"
    ran = export(capsys, enrolment, "-o", out)
    assert ran.code == 0
    assert out.read_bytes() == alice.get(f"/records/{enrolment}/decisions.zip").content
    assert "record hash " in ran.out


@pytest.mark.parametrize(
    ("profile", "start"), [("universal", "# "), ("madr4", "---\n"), ("nygard", "# 1. ")]
)
def test_a_profile_changes_the_layout(
    enrolment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], profile: str, start: str
) -> None:
    out = tmp_path / "out.zip"
    assert export(capsys, enrolment, "-o", out, "--profile", profile).code == 0
    with ZipFile(out) as zipped:
        first = min(name for name in zipped.namelist() if name.endswith(".md") and "/0001" in name)
        assert zipped.read(first).decode().startswith(start)


def test_numbers_go_on_and_leave_the_readers_index_alone(
    enrolment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.zip"
    assert export(capsys, enrolment, "-o", out, "--start-at", 42).code == 0
    names = names_in(out.read_bytes())
    assert any(name.startswith("docs/decisions/0042-") for name in names)
    assert not {"docs/decisions/index.md", ".adr-dir", ".log4brains.yml"} & set(names)


def test_passing_9999_is_said(
    enrolment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = export(capsys, enrolment, "-o", tmp_path / "out.zip", "--start-at", 9999)
    assert ran.code == 0
    assert "pass 9999" in ran.err


def test_a_patch_is_one_that_git_applies(
    enrolment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patch, whole = tmp_path / "out.patch", tmp_path / "out.zip"
    assert export(capsys, enrolment, "-o", patch, "--patch").code == 0
    assert export(capsys, enrolment, "-o", whole).code == 0
    repository = tmp_path / "repository"
    repository.mkdir()
    for words in (["init", "--quiet"], ["apply", str(patch)]):
        subprocess.run(["git", *words], cwd=repository, check=True)  # noqa: S603, S607
    with ZipFile(whole) as zipped:
        for name in zipped.namelist():
            assert (repository / name).read_bytes() == zipped.read(name)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--start-at", "-1"], "write a whole number from 0"),
        (["--start-at", "x"], "write a whole number from 0"),
        (["--start-at", "99999"], "between 0 and 99999"),
        (["--pdf", "--patch"], "leave out --pdf"),
    ],
)
def test_a_wrong_wish_is_answered_by_a_sentence_and_no_file(
    enrolment: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    out = tmp_path / "out.zip"
    ran = export(capsys, enrolment, "-o", out, *words)
    assert ran.code == 2
    assert said in ran.err
    assert not out.exists()


@pytest.mark.parametrize("name", ["5932a288-b9cd-496b-8dd4-cf874e50f245", "j0", "../x"])
def test_an_unknown_journey_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    ran = export(capsys, name, "-o", tmp_path / "out.zip")
    assert ran.code == 2
    assert "no journey with this id" in ran.err


def test_a_journey_without_a_decision_is_a_sentence(
    alice: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    player = Player(alice)
    player.start()
    ran = export(capsys, player.enrolment.id, "-o", tmp_path / "out.zip")
    assert ran.code == 2
    assert "no decision has been taken" in ran.err


def test_a_folder_that_is_not_there_is_a_sentence(
    enrolment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = export(capsys, enrolment, "-o", tmp_path / "none" / "out.zip")
    assert ran.code == 2
    assert "No such file or directory" in ran.err


def test_without_weasyprint_the_command_says_what_to_install(
    enrolment: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("archlab.records.pdf.is_available", lambda: False)
    out = tmp_path / "out.zip"
    ran = export(capsys, enrolment, "-o", out, "--pdf")
    assert ran.code == 1
    assert "pip install weasyprint" in ran.err
    assert not out.exists()


def test_the_pdf_lies_beside_the_tree_and_outside_its_manifest(
    enrolment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.zip"
    ran = export(capsys, enrolment, "-o", out, "--pdf", "--start-at", 7)
    assert ran.code == 0
    with ZipFile(out) as zipped:
        manifest = zipped.read("MANIFEST.sha256")
        assert archive.PDF not in manifest.decode()
        with pikepdf.open(io.BytesIO(zipped.read(archive.PDF))) as pdf:
            identifier = bytes(pdf.trailer.ID[0]).hex()
    assert hashlib.sha256(manifest).hexdigest().startswith(identifier)
    assert ran.out.strip().endswith(hashlib.sha256(manifest).hexdigest())
