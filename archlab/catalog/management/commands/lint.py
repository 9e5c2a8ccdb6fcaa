from __future__ import annotations

import sys
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast, get_args

from django.conf import settings
from django.core.management.base import BaseCommand

from archlab.catalog.folders import CouldNotRun
from archlab.domain.pack import Problem, format_problems, lint

Format = Literal["text", "json", "github", "sarif"]
FORMATS: tuple[Format, ...] = get_args(Format)


class Command(BaseCommand):
    help = "Check packs: every problem with its file, line and column. Exit 1 on an error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
        parser.add_argument("--format", choices=FORMATS, default="text")

    def handle(self, *, paths: list[Path], **options: object) -> None:
        problems = [
            problem
            for path in paths or [settings.PACK_DIR]
            for folder in _packs(path)
            for problem in _problems(folder)
        ]
        text = format_problems(problems, cast(Format, options["format"]))
        if text:
            self.stdout.write(text.rstrip("\n"))
        if any(problem.code.startswith("E") for problem in problems):
            sys.exit(1)


def _packs(path: Path) -> list[Path]:
    """A pack, or every pack of a folder."""
    if not path.is_dir():
        raise CouldNotRun(f"{path}: there is no such folder")
    if (path / "scenario.yaml").is_file():
        return [path]
    found = sorted(child for child in path.iterdir() if child.is_dir() and child.name[0] != ".")
    return found or [path]


def _problems(folder: Path) -> list[Problem]:
    return [replace(problem, path=str(folder / problem.path)) for problem in lint(folder)]
