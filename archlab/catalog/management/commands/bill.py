from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from decimal import Decimal

from django.conf import settings
from django.core.management.base import BaseCommand

from archlab.catalog.folders import CouldNotRun, architecture_named
from archlab.domain.money import cents, plain
from archlab.domain.pricing import (
    Allowances,
    Bill,
    Line,
    PriceBook,
    PricedUsage,
    Status,
    UnknownPrice,
    reconcile,
)
from archlab.web.prices import active_book


class Command(BaseCommand):
    help = "The bill of an architecture of a pack, line by line beside the documented one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("architecture", metavar="SCENARIO/ARCHITECTURE")
        parser.add_argument("--hours", type=_hours, help="length of the month in hours, 1 to 744")
        parser.add_argument("--region", help="another region, such as eu-west-1")
        parser.add_argument(
            "--allowances",
            choices=[str(one) for one in Allowances],
            help="free tiers to subtract; those of the architecture by default",
        )
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument(
            "--parts",
            action="store_true",
            help="with --json: every line's parts, its residual and what was fitted",
        )

    def handle(self, *, architecture: str, **options: object) -> None:
        system = architecture_named(settings.PACK_DIR, architecture)
        hours, region, free = options["hours"], options["region"], options["allowances"]
        book = active_book()
        try:
            bill = reconcile(
                system,
                book,
                month_hours=hours if isinstance(hours, int) else None,
                region=_known_region(book, region),
                allowances=Allowances(free) if isinstance(free, str) else None,
            )
        except UnknownPrice as unknown:
            raise CouldNotRun(str(unknown)) from unknown
        if options["as_json"]:
            self.stdout.write(
                json.dumps(
                    _as_json(bill, parts=bool(options["parts"])), indent=2, ensure_ascii=False
                )
            )
        else:
            self._print(bill)

    def _print(self, bill: Bill) -> None:
        self.stdout.write(f"{bill.month_hours} h, {bill.region}, {bill.price_book}")
        for line in bill.lines:
            documented = "" if line.documented_usd is None else f"{cents(line.documented_usd):>9}"
            text = f"{line.label:<28} {documented:>9} {_amount(line.usd):>10}  {line.status:<12} "
            self.stdout.write(text + (line.formula if len(line.parts) < 3 else ""))
            for part in line.parts if len(line.parts) > 2 else ():
                said = part.formula or part.reason
                self.stdout.write(f"  {part.component:<26} {'':>9} {_amount(part.usd):>10}  {said}")
            if line.status == Status.RESIDUAL and line.residual:
                self.stdout.write(f"  {line.delta_usd:+}: {line.residual}")
        printed = "" if bill.documented_usd is None else f"{cents(bill.documented_usd):>9}"
        total = f"{'total':<28} {printed:>9} {cents(bill.total_usd):>10}"
        unpriced = f"  and {len(bill.unpriced)} not priced" if bill.unpriced else ""
        self.stdout.write(total + unpriced)


def _amount(usd: Decimal | None) -> str:
    return "not priced" if usd is None else str(cents(usd))


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


def _as_json(bill: Bill, *, parts: bool) -> Mapping[str, object]:
    more = {
        "allowances": str(bill.allowances),
        "documented_usd": _exact(bill.documented_usd),
        "unpriced": len(bill.unpriced),
    }
    return {
        "total_usd": plain(cents(bill.total_usd)),
        "month_hours": bill.month_hours,
        "region": bill.region,
        "price_book": bill.price_book,
        "lines": [{**_line(line), **(_more(line) if parts else {})} for line in bill.lines],
        **(more if parts else {}),
    }


def _line(line: Line) -> Mapping[str, object]:
    return {
        "components": list(line.components),
        "label": line.label,
        "usd": None if line.usd is None else plain(cents(line.usd)),
        "documented_usd": _exact(line.documented_usd),
        "delta_usd": _exact(line.delta_usd),
        "status": line.status.value,
        "formula": line.formula,
    }


def _more(line: Line) -> Mapping[str, object]:
    return {
        "residual": line.residual,
        "fitted": line.fitted,
        "parts": [_part(part) for part in line.parts],
    }


def _part(part: PricedUsage) -> Mapping[str, object]:
    return {
        "component": part.component,
        "key": part.usage.key,
        "quantity": plain(part.usage.quantity),
        "evidence": part.usage.quantity_class,
        "usd": _exact(part.usd),
        "formula": part.formula or f"not priced: {part.reason}",
    }


def _exact(usd: Decimal | None) -> str | None:
    return None if usd is None else plain(usd)
