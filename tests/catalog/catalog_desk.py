"""Packs on disk."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from shell import Shell as Shell

EXAMPLE = Path(__file__).parents[1] / "data" / "packs" / "ninety-dollar-bill"
NOT_PLAYED_YET = re.compile(r"```\{(?:calculator|lab)\}.*?```\n", re.DOTALL)


def example_in(folder: Path) -> Path:
    """The folder, with one small valid pack in it that is free to be broken."""
    shutil.copytree(EXAMPLE, folder / EXAMPLE.name)
    for step in (folder / EXAMPLE.name / "steps").iterdir():
        text = NOT_PLAYED_YET.sub("", step.read_text("utf-8"))
        step.write_text(text.rstrip() + "\n", "utf-8")
    return folder
