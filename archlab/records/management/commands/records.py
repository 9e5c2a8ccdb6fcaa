from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from archlab.catalog.folders import CouldNotRun
from archlab.domain.records import (
    BadNumber,
    BrokenLink,
    DecisionRecord,
    Profile,
    TooMuch,
    new_files_patch,
    record_hash,
    renumbered,
    sorts_wrongly,
    start_number,
    tree,
)
from archlab.journeys.models import Enrolment
from archlab.journeys.queries import runs
from archlab.records.archive import packed
from archlab.records.pdf import NoPrinter, pdf_of
from archlab.records.queries import records_of


class Command(BaseCommand):
    help = "Export the decision records of a journey."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="export")
        export = acts.add_parser("export", help="write the tree of records for a repository")
        export.add_argument(
            "enrolment", metavar="ENROLMENT", help="the id in the journey's address"
        )
        export.add_argument(
            "-o", "--output", type=Path, required=True, metavar="FILE.zip", help="the file to write"
        )
        export.add_argument(
            "--profile",
            choices=[str(one) for one in Profile],
            default=str(Profile.UNIVERSAL),
            help="the layout of the Markdown",
        )
        export.add_argument(
            "--start-at", default="1", metavar="N", help="the number of the first record"
        )
        export.add_argument("--pdf", action="store_true", help="with a PDF of all records")
        export.add_argument(
            "--patch", action="store_true", help="a patch for `git apply` instead of a zip"
        )

    def handle(self, *, output: Path, pdf: bool, patch: bool, **options: Any) -> None:
        if pdf and patch:
            raise CouldNotRun("--patch holds text only: leave out --pdf, or write a zip.")
        records = _records(options["enrolment"])
        profile = Profile(options["profile"])
        try:
            start_at = start_number(options["start_at"])
            files = tree(records, profile=profile, start_at=start_at)
            if patch:
                content = new_files_patch(files).encode()
            else:
                found = _pdf(renumbered(records, start_at), record_hash(files)) if pdf else None
                content = packed(records, profile=profile, start_at=start_at, pdf=found)
        except (BadNumber, BrokenLink, TooMuch) as refused:
            raise CouldNotRun(str(refused)) from refused
        _write(output, content)
        if sorts_wrongly(records, start_at):
            self.stderr.write("The numbers pass 9999: tools sort four and five digits wrongly.")
        self.stdout.write(f"{output}: {len(records)} records, record hash {record_hash(files)}")


def _records(enrolment: str) -> Sequence[DecisionRecord]:
    try:
        run = runs().get(pk=UUID(enrolment))
    except (ValueError, Enrolment.DoesNotExist):
        raise CouldNotRun(f"{enrolment}: there is no journey with this id.") from None
    records = records_of(run)
    if not records:
        raise CouldNotRun(f"{enrolment}: no decision has been taken in this journey yet.")
    return records


def _pdf(records: Sequence[DecisionRecord], identifier: str) -> bytes:
    try:
        return pdf_of(records, identifier=identifier)
    except NoPrinter as missing:
        raise CommandError(str(missing)) from missing


def _write(output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError as refused:
        raise CouldNotRun(f"{output}: {refused.strerror}") from refused
