from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from archlab.catalog.actions import Loaded, load_packs
from archlab.catalog.folders import CouldNotRun


class Command(BaseCommand):
    help = "Publish the packs of a folder; a pack with errors keeps its last good version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.PACK_DIR)

    def handle(self, *, folder: Path, **options: object) -> None:
        if not folder.is_dir():
            raise CouldNotRun(f"{folder}: there is no such folder")
        for result in load_packs(folder=folder, now=timezone.now()):
            self._report(folder, result)

    def _report(self, folder: Path, result: Loaded) -> None:
        errors = [p for p in result.problems if p.code.startswith("E")]
        for problem in errors:
            self.stderr.write(f"{folder.name}/{result.slug}/{problem}")
        if errors:
            count = f"{len(errors)} problem" + ("s" if len(errors) > 1 else "")
            self.stderr.write(f"{result.slug}: {count}; the last good version stays")
        else:
            news = "published" if result.is_new else "unchanged"
            self.stdout.write(f"{result.slug}: version {result.number}, {news}")
