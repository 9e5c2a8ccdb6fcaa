"""What `make` says on a machine that lacks something: one sentence, and nothing half-made."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ["sh", "make", "mkdir", "touch", "rm", "id", "env", "dirname"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh copy of what `make setup` reads, beside an almost empty folder of programs."""
    for name in ("Makefile", "requirements.txt", "package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, tmp_path / name)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in NEEDED:
        (programs / name).symlink_to(shutil.which(name) or "")
    program(tmp_path, "node", "exit 0")
    program(tmp_path, "npm", "mkdir node_modules; touch called; exit 0")
    program(tmp_path, "python3", "exit 0")
    return tmp_path


def program(checkout: Path, name: str, script: str) -> None:
    file = checkout / "bin" / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def setup(checkout: Path) -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(checkout / "bin"), "HOME": os.environ["HOME"]}
    make = str(checkout / "bin" / "make")
    return subprocess.run(  # noqa: S603
        [make, "setup"], cwd=checkout, env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("name", "script", "sentence"),
    [
        ("node", None, "Node is missing. Install Node 20 or newer with npm"),
        ("node", 'test "$1" = --version && echo v18.1.0; exit 1', "Node v18.1.0 is too old"),
        ("npm", None, "npm is missing. Install it"),
        ("python3", None, "Python is missing. Install Python 3.11 or newer"),
        (
            "python3",
            'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac',
            "Python 3.9.2 is too old: archlab needs Python 3.11 or newer.",
        ),
        (
            "python3",
            'case "$1" in -m) mkdir .venv; exit 1;; esac',
            "Install its venv package (Debian: apt-get install python3-venv).",
        ),
    ],
)
def test_what_is_missing_or_old_is_one_sentence(
    checkout: Path, name: str, script: str | None, sentence: str
) -> None:
    (checkout / "bin" / name).unlink()
    if script:
        program(checkout, name, script)
    done = setup(checkout)
    assert done.returncode != 0
    assert sentence in done.stdout
    assert "Traceback" not in done.stderr
    assert not (checkout / ".venv").exists()


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node itself")
def test_the_node_of_this_machine_is_new_enough(checkout: Path) -> None:
    (checkout / "bin" / "node").unlink()
    (checkout / "bin" / "node").symlink_to(shutil.which("node") or "")
    setup(checkout)
    assert (checkout / "called").exists()


def test_nothing_is_installed_twice(checkout: Path) -> None:
    pip = 'mkdir -p .venv/bin; printf "#!/bin/sh\\necho pip >> calls\\n" > .venv/bin/pip'
    program(checkout, "chmod", f'exec {shutil.which("chmod")} "$@"')
    python = (
        f'test "$1" = -m && {{ {pip}; chmod +x .venv/bin/pip; touch .venv/bin/python; }}; exit 0'
    )
    program(checkout, "python3", python)
    for _ in range(2):
        assert setup(checkout).returncode == 0
    assert (checkout / "calls").read_text(encoding="utf-8") == "pip\n"
    later = (checkout / ".venv" / ".runtime").stat().st_mtime + 10  # file times may be coarse
    os.utime(checkout / "requirements.txt", (later, later))
    assert setup(checkout).returncode == 0
    assert (checkout / "calls").read_text(encoding="utf-8") == "pip\npip\n"
