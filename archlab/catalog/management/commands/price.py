from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from decimal import Decimal

from django.core.management.base import BaseCommand

from archlab.catalog.folders import CouldNotRun
from archlab.domain.grading import AnswerRefused, parse_number
from archlab.domain.money import plain
from archlab.domain.pricing import Allowances, PriceAnswer, Unpriced, price
from archlab.web.prices import active_book


class Command(BaseCommand):
    help = "What a quantity of one priced thing costs, with the row that says so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="SERVICE:KEY")
        parser.add_argument("--region", required=True)
        parser.add_argument("--quantity", required=True)
        parser.add_argument("--allowances", choices=[str(a) for a in Allowances], default="none")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(
        self, *, key: str, region: str, quantity: str, allowances: str, **options: object
    ) -> None:
        book = active_book()
        try:
            answer = price(book, key, region, _quantity(quantity), Allowances(allowances))
        except Unpriced as unknown:
            raise CouldNotRun(str(unknown)) from unknown
        if options["as_json"]:
            self.stdout.write(json.dumps(_as_json(answer), indent=2, ensure_ascii=False))
        else:
            self.stdout.write(f"{plain(answer.usd)} USD, {answer.source}")


def _as_json(answer: PriceAnswer) -> Mapping[str, object]:
    return {
        "usd": plain(answer.usd),
        "key": answer.key,
        "region": answer.region,
        "tiers": [
            {
                "from": plain(tier.start),
                "to": None if tier.end is None else plain(tier.end),
                "price_usd": plain(tier.price_usd),
            }
            for tier in answer.tiers
        ],
        "source": answer.source,
        "effective_date": answer.effective_date,
        "confidence": str(answer.confidence),
    }


def _quantity(text: str) -> Decimal:
    """A quantity as people type it; nothing can be bought below 0."""
    try:
        quantity = parse_number(text)
    except AnswerRefused as refused:
        raise CouldNotRun(f"--quantity {text}: write a number such as 744 or 3.78") from refused
    if quantity < 0:
        raise CouldNotRun(f"--quantity {text}: write 0 or more")
    return quantity
