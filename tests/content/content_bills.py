"""What the tests of documented bills share: the systems of a pack and their amounts in cents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from archlab.domain.architecture import Architecture, Change, apply
from archlab.domain.money import cents
from archlab.domain.pack import Formulas, Pack, read, shipped_engines
from archlab.domain.pricing import Bill, PriceBook, reconcile

BOOK = PriceBook.shipped()


@cache
def pack_of(slug: str) -> Pack:
    """A pack of this project, read once."""
    return read(settings.PACK_DIR / slug)


def formulas_of(slug: str) -> Formulas:
    """The expressions of a pack, as its claims and its prose use them."""
    pack = pack_of(slug)
    return Formulas(pack.architectures, pack.facts, shipped_engines())


def bill_of(slug: str, system: str, *, month_hours: int | None = None) -> Bill:
    """The bill of a named system."""
    return reconcile(pack_of(slug).architectures[system], BOOK, month_hours=month_hours)


def changed(slug: str, system: str, **places: str) -> Architecture:
    """A named system with some parameters set; `box__count` means `box.count`."""
    named = {place.replace("__", "."): value for place, value in places.items()}
    return apply(pack_of(slug).architectures[system], Change(set=named))


def amounts(bill: Bill, ids: Sequence[str]) -> dict[str, str | None]:
    """Line id -> amount in cents, None where nothing is priced."""
    usd = {line.id: line.usd for line in bill.lines}
    return {id_: None if usd[id_] is None else str(cents(usd[id_] or Decimal(0))) for id_ in ids}


def printed(capsys: pytest.CaptureFixture[str], system: str, *words: str) -> Any:
    """What `manage.py bill SYSTEM --json` prints."""
    call_command("bill", system, *words, "--json")
    return json.loads(capsys.readouterr().out)
