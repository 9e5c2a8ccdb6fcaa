"""Propose the next snapshot: the present one with the rates that its rows have in AWS's offers.

Nothing is ever dropped or guessed. A row that finds no single price keeps the old one and is
listed with the reason, so that a person can judge it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from archlab.domain.money import MONEY, plain
from archlab.domain.pricing.book import PriceBook
from archlab.domain.pricing.offers import (
    Found,
    NoSinglePrice,
    Offer,
    Selector,
    address,
    allowance,
    find,
)
from archlab.domain.pricing.rows import Confidence, FreeMode, PriceRow, Tier
from archlab.domain.pricing.wanted import selector_of

NO_RULE = "no rule says where the price list has it"
Offers = Mapping[tuple[str, str], Offer]
"""Offers that were read, by code and region; "global" for those without one."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that keeps its old value, and why."""

    key: str
    region: str
    reason: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """The text of a new snapshot, how many rows found their price, and which did not.

    `missed` have a rule and still found no single price; for `no_rule` the price list is no source.
    """

    text: str
    renewed: int
    missed: tuple[Kept, ...]
    no_rule: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row of the book and the product that it is."""

    row: PriceRow
    selector: Selector


def wanted(
    book: PriceBook, offers: Sequence[str] = (), regions: Sequence[str] = ()
) -> list[Wanted]:
    """The rows that the price list can renew, narrowed to some offers and regions if named."""
    rules = ((row, selector_of(row.key)) for row in book.rows)
    found = [Wanted(row, rule) for row, rule in rules if rule is not None]
    return [
        one
        for one in found
        if (not offers or one.selector.offer in offers)
        and (not regions or one.row.region in {*regions, "*", "global"})
    ]


def places(one: Wanted, regions: Iterable[str]) -> list[str]:
    """The regions whose offers decide a row: its own, or all of them for a row of everywhere."""
    return sorted(regions) if one.row.region == "*" else [one.row.region]


def renew(
    book: PriceBook, text: str, rows: Sequence[Wanted], offers: Offers, today: date
) -> Renewal:
    """The snapshot `text` of `book` with new rates for `rows`, as they stand `today`."""
    content: dict[str, Any] = json.loads(text)
    raw = {(f"{one['service']}:{one['key']}", one["region"]): one for one in content["prices"]}
    missed = []
    for one in rows:
        entry = raw[one.row.key, one.row.region]
        try:
            fields = _fields(one, offers, today, entry.get("free_allowance"))
        except NoSinglePrice as reason:
            missed.append(Kept(one.row.key, one.row.region, str(reason)))
            continue
        for form in {"price_usd", "tiers"} & entry.keys():
            entry[form] = None
        entry.update(fields)
    content["generated"] = today.isoformat()
    new = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    no_rule = [Kept(r.key, r.region, NO_RULE) for r in book.rows if selector_of(r.key) is None]
    return Renewal(new, len(rows) - len(missed), tuple(missed), tuple(no_rule))


def _fields(
    one: Wanted, offers: Offers, today: date, free: dict[str, str] | None
) -> dict[str, object]:
    """The new fields of a row; whatever they do not name stays, the note among it."""
    (place, offer), found = _price(one, offers, today)
    _check_free_tier(one.row, found.tiers)
    fields: dict[str, object] = {
        **_rates(found.tiers),
        "effective_date": found.effective.isoformat(),
        "source": _source(offer, found, place),
        "confidence": str(Confidence.A),
    }
    quantity = allowance(offer, one.selector.allowance) if one.selector.allowance else None
    if free is not None and quantity is not None:
        fields["free_allowance"] = {**free, "quantity": _text(quantity)}
    return fields


def _price(one: Wanted, offers: Offers, today: date) -> tuple[tuple[str, Offer], Found]:
    """What the row costs, and the offer that says so; every region of a `*` row must agree."""
    code = one.selector.offer
    regions = sorted(region for name, region in offers if name == code and region != "global")
    answers = [
        ((place, offers[code, place]), _found(one, offers[code, place], place, today))
        for place in places(one, regions)
        if (code, place) in offers
    ]
    if not answers:
        raise NoSinglePrice(f"the offer {code} was not read for {one.row.region}")
    (first, offer), found = answers[0]
    for (place, _offer), other in answers[1:]:
        if other.tiers != found.tiers:
            raise NoSinglePrice(f"{first} and {place} differ, so it is not the same everywhere")
    return (first, offer), found


def _found(one: Wanted, offer: Offer, place: str, today: date) -> Found:
    return find(offer, one.selector, place, one.row.unit, today)


def _check_free_tier(row: PriceRow, tiers: tuple[Tier, ...]) -> None:
    """A free quantity stands in the tiers or in the row, never in both and never in neither."""
    begins_free = not tiers[0].price_usd
    if begins_free and row.free_mode != FreeMode.ZERO_TIER:
        raise NoSinglePrice("its first tier is free, and the row does not say free_mode zero-tier")
    if row.free_mode == FreeMode.ZERO_TIER and not begins_free:
        raise NoSinglePrice("its first tier is not free, and the row says free_mode zero-tier")


def _rates(tiers: tuple[Tier, ...]) -> dict[str, object]:
    if len(tiers) == 1 and tiers[0].end is None:
        return {"price_usd": _text(tiers[0].price_usd)}
    rates = [
        {
            "from": _text(tier.start),
            "to": None if tier.end is None else _text(tier.end),
            "price_usd": _text(tier.price_usd),
        }
        for tier in tiers
    ]
    return {"tiers": rates}


def _text(value: Decimal) -> str:
    """0.0450000000 as 0.045, 10240.0 as 10240."""
    with localcontext(MONEY):
        return plain(value.normalize())


def _source(offer: Offer, found: Found, place: str) -> str:
    product = found.product
    operation = product.attributes.get("operation", "")
    parts = [
        f"AWS Price List {offer.code} version {offer.version} of {offer.published[:10]}",
        place,
        f"sku {product.sku}",
        f"usagetype {product.usage_type}",
        f"operation {operation}" if operation else "",
        address(offer.code, place, offer.version),
    ]
    return ", ".join(part for part in parts if part)
