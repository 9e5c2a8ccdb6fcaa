"""Packs on disk, and commands as a shell runs them."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import ManagementUtility

EXAMPLE = Path(__file__).parents[1] / "data" / "packs" / "ninety-dollar-bill"
NOT_PLAYED_YET = re.compile(r"```\{(?:calculator|lab)\}.*?```\n", re.DOTALL)


def example_in(folder: Path) -> Path:
    """The folder, with one small valid pack in it that is free to be broken."""
    shutil.copytree(EXAMPLE, folder / EXAMPLE.name)
    for step in (folder / EXAMPLE.name / "steps").iterdir():
        text = NOT_PLAYED_YET.sub("", step.read_text("utf-8"))
        step.write_text(text.rstrip() + "\n", "utf-8")
    return folder


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """`manage.py WORDS` in this process: what it printed, and the exit code of the process."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Ran:
        code = 0
        try:
            ManagementUtility(["manage.py", *words]).execute()
        except SystemExit as ended:
            code = int(ended.code or 0)
        printed = self.capsys.readouterr()
        return Ran(code, printed.out, printed.err)
