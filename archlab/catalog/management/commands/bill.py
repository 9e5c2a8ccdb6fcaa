from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping

from django.conf import settings
from django.core.management.base import BaseCommand

from archlab.catalog.folders import CouldNotRun, architecture_named
from archlab.domain.money import cents, plain
from archlab.domain.pricing import Bill, Line, PriceBook, UnknownPrice, reconcile


class Command(BaseCommand):
    help = "The bill of an architecture of a pack, line by line beside the documented one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("architecture", metavar="SCENARIO/ARCHITECTURE")
        parser.add_argument("--hours", type=_hours, help="length of the month in hours, 1 to 744")
        parser.add_argument("--region", help="another region, such as eu-west-1")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, architecture: str, **options: object) -> None:
        system = architecture_named(settings.PACK_DIR, architecture)
        hours, region = options["hours"], options["region"]
        book = PriceBook.shipped()
        try:
            bill = reconcile(
                system,
                book,
                month_hours=hours if isinstance(hours, int) else None,
                region=_known_region(book, region),
            )
        except UnknownPrice as unknown:
            raise CouldNotRun(str(unknown)) from unknown
        if options["as_json"]:
            self.stdout.write(json.dumps(_as_json(bill), indent=2, ensure_ascii=False))
        else:
            self._print(bill)

    def _print(self, bill: Bill) -> None:
        self.stdout.write(f"{bill.month_hours} h, {bill.region}, {bill.price_book}")
        for line in bill.lines:
            documented = "" if line.documented_usd is None else f"{cents(line.documented_usd):>9}"
            modelled = "not priced" if line.usd is None else f"{cents(line.usd):>9}"
            self.stdout.write(
                f"{line.label:<24} {documented:>9} {modelled:>10}  {line.status:<12} {line.formula}"
            )
        self.stdout.write(f"{'total':<34} {cents(bill.total_usd):>10}")


def _hours(text: str) -> int:
    hours = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= hours <= 744:
        raise ArgumentTypeError(f"{text}: write a whole number from 1 to 744")
    return hours


def _known_region(book: PriceBook, region: object) -> str | None:
    if not isinstance(region, str):
        return None
    if region not in book.regions:
        raise CouldNotRun(f"--region {region}: the book knows {', '.join(book.regions)}")
    return region


def _as_json(bill: Bill) -> Mapping[str, object]:
    return {
        "total_usd": plain(cents(bill.total_usd)),
        "month_hours": bill.month_hours,
        "region": bill.region,
        "price_book": bill.price_book,
        "lines": [_line(line) for line in bill.lines],
    }


def _line(line: Line) -> Mapping[str, object]:
    return {
        "components": list(line.components),
        "label": line.label,
        "usd": None if line.usd is None else plain(cents(line.usd)),
        "documented_usd": None if line.documented_usd is None else plain(line.documented_usd),
        "delta_usd": None if line.delta_usd is None else plain(line.delta_usd),
        "status": line.status.value,
        "formula": line.formula,
    }
