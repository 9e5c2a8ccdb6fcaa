"""Ask AWS for the prices of the book's rows, and put a new snapshot up for review.

The proposal is a new file beside a paper that says what moved. It overwrites nothing and is in use
only when a person names it in ARCHLAB_PRICE_SNAPSHOT.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from archlab.domain.pricing import PriceBook
from archlab.domain.pricing.differences import Diff, differences, markdown
from archlab.domain.pricing.offers import (
    BadOffer,
    Offer,
    Selector,
    address,
    read_offer,
    read_products,
)
from archlab.domain.pricing.renewal import Renewal, Wanted, places, renew, wanted
from archlab.domain.pricing.wanted import FETCHED_BY_QUERY

ENDPOINT = "us-east-1"
"""The service answers in three regions only; a client for another one asks a host that is none."""

PATIENCE_S = 60
LARGEST_BYTES = 200_000_000


class CannotFetch(Exception):
    """An offer did not come; the sentence says from where."""


class AlreadyThere(Exception):
    """A proposal of this month stands in the folder."""


class OfferSource(Protocol):
    """Where offers come from."""

    def offer(self, code: str, region: str, selectors: Sequence[Selector]) -> Offer:
        """The products that matter for these selectors. Raises CannotFetch or BadOffer."""


@dataclass(frozen=True)
class Recorded:
    """Offers in a folder: OFFER/REGION.json, an offer file or the list that GetProducts gives."""

    folder: Path

    def offer(self, code: str, region: str, selectors: Sequence[Selector]) -> Offer:
        file = self.folder / code / f"{region}.json"
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CannotFetch(f"{code} in {region}: {file} cannot be read ({error})") from error
        return read_products(_strings(text)) if text.lstrip()[:1] == "[" else read_offer(text)


def _strings(text: str) -> list[str]:
    try:
        listed = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadOffer(f"line {error.lineno} is not JSON: {error.msg}") from error
    if not all(isinstance(one, str) for one in listed):
        raise BadOffer("a list of products holds JSON strings, one for each product")
    return [str(one) for one in listed]


@dataclass(frozen=True)
class Aws:
    """The public offer files, and product queries where a file would be too large to fetch."""

    client: Any  # boto3 makes its clients at run time, so they have no type

    @classmethod
    def with_credentials(cls) -> Aws:
        """A client with what the environment holds; it is asked for EC2 and RDS only."""
        config = Config(retries={"mode": "standard", "max_attempts": 8})
        return cls(boto3.client("pricing", region_name=ENDPOINT, config=config))

    def offer(self, code: str, region: str, selectors: Sequence[Selector]) -> Offer:
        if code in FETCHED_BY_QUERY:
            return read_products(self._queried(code, region, selectors))
        return read_offer(_downloaded(address(code, region), f"{code} in {region}"))

    def _queried(self, code: str, region: str, selectors: Sequence[Selector]) -> list[str]:
        """`PriceList` is a list of JSON strings; two selectors may share a product."""
        questions = {filters for one in selectors for filters in _filters(one, region)}
        pages = self.client.get_paginator("get_products")
        found: dict[str, None] = {}
        try:
            for filters in sorted(questions):
                wanted_fields = [
                    {"Type": "TERM_MATCH", "Field": field, "Value": value}
                    for field, value in filters
                ]
                for page in pages.paginate(ServiceCode=code, Filters=wanted_fields):
                    found.update(dict.fromkeys(page["PriceList"]))
        except (BotoCoreError, ClientError) as error:
            raise CannotFetch(f"{code} in {region}: {error}") from error
        return list(found)


def _filters(selector: Selector, region: str) -> Iterable[tuple[tuple[str, str], ...]]:
    """One question for each way in which the usage type may be written."""
    fields = [("regionCode", region), *selector.where]
    if selector.family:
        fields.append(("productFamily", selector.family))
    if selector.operation:
        fields.append(("operation", selector.operation))
    for usage in sorted(selector.usage_types(region)):
        yield tuple(sorted({*fields, ("usagetype", usage)}))


def _downloaded(url: str, what: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310 - https, ours
            content: bytes = answer.read(LARGEST_BYTES + 1)
    except (urllib.error.URLError, OSError) as error:
        raise CannotFetch(f"{what}: {url} did not answer ({error})") from error
    if len(content) > LARGEST_BYTES:
        raise CannotFetch(f"{what}: {url} is larger than {LARGEST_BYTES:,} bytes")
    return content.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A new snapshot, what it would change, and what could not be renewed."""

    name: str
    renewal: Renewal
    diff: Diff
    not_read: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Every offer came, and every row with a rule found its one price."""
        return not self.renewal.missed and not self.not_read

    @property
    def summary(self) -> str:
        missed, untold = len(self.renewal.missed), len(self.renewal.no_rule)
        return (
            f"{self.renewal.renewed} rows found their price, {missed} did not, {untold} have no "
            f"rule; {len(self.diff.differences)} differ, {len(self.diff.to_look_at)} need a look"
        )

    @property
    def paper(self) -> str:
        return markdown(self.diff, [*self.renewal.missed, *self.renewal.no_rule], self.not_read)


def propose(
    source: OfferSource,
    *,
    book: PriceBook,
    text: str,
    today: date,
    offers: Sequence[str] = (),
    regions: Sequence[str] = (),
) -> Proposal:
    """The book with the rates that `source` knows today. Raises CannotFetch if it knows none."""
    rows = wanted(book, offers, regions)
    read, not_read = _read(source, rows, regions or book.regions)
    if not read:
        raise CannotFetch("; ".join(not_read) or "no row of the book fits these offers and regions")
    renewal = renew(book, text, rows, read, today)
    name = f"prices-{today:%Y-%m}"
    diff = differences(book, PriceBook.read(name, renewal.text))
    return Proposal(name, renewal, diff, tuple(not_read))


def _read(
    source: OfferSource, rows: Sequence[Wanted], regions: Sequence[str]
) -> tuple[Mapping[tuple[str, str], Offer], list[str]]:
    """Each offer once, with what it is wanted for; a failure is a sentence, not the end."""
    questions: dict[tuple[str, str], list[Selector]] = {}
    for one in rows:
        for place in places(one, regions):
            questions.setdefault((one.selector.offer, place), []).append(one.selector)
    read, not_read = {}, []
    for (code, place), selectors in sorted(questions.items()):
        try:
            read[code, place] = source.offer(code, place, selectors)
        except CannotFetch as failure:
            not_read.append(str(failure))
        except BadOffer as bad:
            not_read.append(f"{code} in {place}: {bad}")
    return read, not_read


def write(proposal: Proposal, folder: Path) -> tuple[Path, Path]:
    """The snapshot and its paper, both new files."""
    files = (folder / f"{proposal.name}.json", folder / f"{proposal.name}.md")
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        if file.exists():
            raise AlreadyThere(f"{file} is there already: move it away, or name another --output")
    for file, text in zip(files, (proposal.renewal.text, proposal.paper), strict=True):
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    return files
