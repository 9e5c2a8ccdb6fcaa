from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from archlab.catalog.folders import CouldNotRun, packs_in
from archlab.domain.pricing import BadPriceBook, PriceBook
from archlab.domain.pricing.differences import differences, markdown
from archlab.domain.pricing.offers import PREFIXES
from archlab.domain.pricing.renewal import wanted
from archlab.operations.pricecheck import report
from archlab.operations.queries import proposals_folder
from archlab.web.prices import active_book, active_text

REGIONS = sorted(set(PREFIXES) - {"global"})


class Command(BaseCommand):
    help = "Check the price book, propose a newer one, or compare two."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="check, update or diff")
        check = acts.add_parser("check", help="verify the book in use, or a file")
        check.add_argument("file", nargs="?", type=Path, metavar="FILE")
        check.add_argument("--json", action="store_true", dest="as_json")
        update = acts.add_parser("update", help="fetch prices into a new file for review")
        update.add_argument("--offer", action="append", default=[], help="such as AWSELB")
        update.add_argument("--region", action="append", default=[], choices=REGIONS)
        update.add_argument("--from", type=Path, dest="source", metavar="FOLDER")
        update.add_argument("--output", type=Path, metavar="FOLDER")
        update.add_argument("--dry-run", action="store_true", help="print the paper, write nothing")
        compare = acts.add_parser("diff", help="what moved from one file to another")
        compare.add_argument("old", type=Path, metavar="A")
        compare.add_argument("new", type=Path, metavar="B")

    def handle(self, *, act: str, **options: Any) -> None:
        acts: dict[str, Callable[..., None]] = {
            "check": self.check_book,
            "update": self.update,
            "diff": self.diff,
        }
        acts[act](**options)

    def check_book(self, *, file: Path | None, as_json: bool, **_options: object) -> None:
        try:
            book = _book(file) if file else active_book()
        except BadPriceBook as bad:
            told = {"holds": False, "problem": str(bad)}
            self.stdout.write(json.dumps(told, indent=2) if as_json else str(bad))
            sys.exit(1)
        found = report(book, packs_in(settings.PACK_DIR), timezone.now().date())
        text = json.dumps(found.as_json(), indent=2) if as_json else "\n".join(found.lines())
        self.stdout.write(text)
        if not found.holds:
            sys.exit(1)

    def update(
        self,
        *,
        offer: list[str],
        region: list[str],
        source: Path | None,
        output: Path | None,
        dry_run: bool,
        **_options: object,
    ) -> None:
        # boto3 takes as long to import as all the rest
        from archlab.operations import prices

        book = active_book()
        _check_offers(book, offer)
        try:
            proposal = prices.propose(
                prices.Recorded(_folder(source)) if source else prices.Aws.with_credentials(),
                book=book,
                text=active_text(),
                today=timezone.now().date(),
                offers=offer,
                regions=region,
            )
            if dry_run:
                self.stdout.write(proposal.paper.rstrip())
            else:
                for file in prices.write(proposal, output or proposals_folder()):
                    self.stdout.write(f"wrote {file}")
        except (prices.CannotFetch, prices.AlreadyThere, OSError) as refusal:
            raise CouldNotRun(str(refusal)) from refusal
        self.stdout.write(proposal.summary)
        if not proposal.is_whole:
            sys.exit(1)

    def diff(self, *, old: Path, new: Path, **_options: object) -> None:
        try:
            found = differences(_book(old), _book(new))
        except BadPriceBook as bad:
            raise CouldNotRun(str(bad)) from bad
        self.stdout.write(markdown(found).rstrip())
        if found.to_look_at:
            sys.exit(1)


def _book(file: Path) -> PriceBook:
    try:
        return PriceBook.load(file)
    except BadPriceBook as bad:
        raise BadPriceBook(f"{file}: {bad}") from bad
    except (OSError, UnicodeDecodeError) as error:
        raise CouldNotRun(f"{file}: the file cannot be read ({error})") from error


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise CouldNotRun(f"--from {path}: there is no such folder")
    return path


def _check_offers(book: PriceBook, asked: list[str]) -> None:
    known = {one.selector.offer for one in wanted(book)}
    for name in asked:
        if name not in known:
            raise CouldNotRun(f"--offer {name}: the book needs {', '.join(sorted(known))}")
