from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand

from archlab.catalog.folders import CouldNotRun
from archlab.domain.latency.truths import (
    BadTruths,
    Truth,
    check_truths,
    holds,
    read_truths,
    shipped_truths,
)


class Command(BaseCommand):
    help = "Compare published figures of queueing theory with our own; exit 1 when one differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, metavar="FILE", help="those of the product by default"
        )
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, file: Path | None, as_json: bool, **_options: object) -> None:
        try:
            cases = read_truths(_text(file) if file else shipped_truths())
        except BadTruths as bad:
            raise CouldNotRun(f"{file}: {bad}") from bad
        truths = check_truths(cases)
        if as_json:
            self.stdout.write(json.dumps([truth.as_json() for truth in truths], indent=2))
        else:
            self._print(truths)
        if not holds(truths):
            sys.exit(1)

    def _print(self, truths: list[Truth]) -> None:
        for truth in truths:
            error = "" if truth.relative_error is None else f"{truth.relative_error:.1e}"
            told = f"{truth.id:<6}{truth.model:<28} {truth.verdict:<13}{error:>8}  {truth.why}"
            self.stdout.write(told)
        held = sum(truth.ok for truth in truths)
        self.stdout.write(f"{held} of {len(truths)} hold")


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CouldNotRun(f"{file}: the file cannot be read ({error})") from error
