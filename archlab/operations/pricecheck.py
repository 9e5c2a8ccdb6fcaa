"""Does a price book hold? Its own rules, the age and evidence of its rows, what packs take from it.

Old or undated rows and prices that are missing in a region are states that every page shows, so
they are told and do not fail the book. What fails it: a broken rule, a row without evidence that a
pack has not accepted, a key of a pack that no row and no rule of the updater knows: a slip of the
pen, where a machine that the book does not list is only not priced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from archlab.domain.architecture import Architecture
from archlab.domain.pack import Pack
from archlab.domain.pricing import Confidence, Freshness, PriceBook, PriceRow, freshness, reconcile
from archlab.domain.pricing.wanted import selector_of


@dataclass(frozen=True, slots=True, order=True)
class Taken:
    """A row that a system of a pack takes from the book."""

    system: str
    component: str
    key: str
    region: str

    def __str__(self) -> str:
        return f"{self.key} in {self.region}, for {self.component} of {self.system}"

    def as_json(self) -> Mapping[str, str]:
        return {
            "system": self.system,
            "component": self.component,
            "key": self.key,
            "region": self.region,
        }


@dataclass(frozen=True, slots=True)
class BookReport:
    """The findings on one book at one day."""

    book: PriceBook
    by_age: Mapping[Freshness, tuple[PriceRow, ...]]
    not_accepted: tuple[Taken, ...]
    unknown: tuple[Taken, ...]
    not_priced: tuple[Taken, ...]

    @property
    def holds(self) -> bool:
        return not self.not_accepted and not self.unknown

    def as_json(self) -> Mapping[str, object]:
        letters = Counter(row.confidence for row in self.book.rows)
        return {
            "holds": self.holds,
            "price_book": self.book.reference,
            "rows": len(self.book.rows),
            "confidence": {str(letter): letters[letter] for letter in Confidence},
            "freshness": {str(age): len(self.by_age[age]) for age in Freshness},
            "stale": [_dated(row) for row in self.by_age[Freshness.STALE]],
            "undated": [_dated(row) for row in self.by_age[Freshness.UNDATED]],
            "not_accepted": [one.as_json() for one in self.not_accepted],
            "unknown": [one.as_json() for one in self.unknown],
            "not_priced": [one.as_json() for one in self.not_priced],
        }

    def lines(self) -> Iterator[str]:
        letters = Counter(row.confidence for row in self.book.rows)
        counts = ", ".join(f"{letters[one]} {one.shown_as} ({one})" for one in Confidence)
        ages = ", ".join(f"{len(self.by_age[age])} {age}" for age in Freshness)
        yield f"{self.book.reference}: {len(self.book.rows)} rows"
        yield f"evidence: {counts}"
        yield f"age: {ages}"
        yield from (f"not accepted by its pack: {one}" for one in self.not_accepted)
        yield from (f"no such price: {one}" for one in self.unknown)
        yield from (f"not priced: {one}" for one in self.not_priced)
        yield "the book holds" if self.holds else "the book does not hold"


def report(book: PriceBook, packs: Sequence[Pack], today: date) -> BookReport:
    by_age = {
        age: tuple(row for row in book.rows if freshness(row, today) == age) for age in Freshness
    }
    missing = sorted({taken for pack in packs for taken in _missing(book, pack)})
    return BookReport(
        book,
        by_age,
        tuple(sorted({taken for pack in packs for taken in _not_accepted(book, pack)})),
        tuple(one for one in missing if not _is_known(book, one.key)),
        tuple(one for one in missing if _is_known(book, one.key)),
    )


def _is_known(book: PriceBook, key: str) -> bool:
    return selector_of(key) is not None or any(row.key == key for row in book.rows)


def _not_accepted(book: PriceBook, pack: Pack) -> Iterator[Taken]:
    accepted = {(one.price, one.region) for one in pack.scenario.accepted_unverified}
    for name, system in _systems(pack):
        for component, key, row in _takes(book, system):
            unproved = row is not None and row.confidence == Confidence.D
            if row is not None and unproved and (key, row.region) not in accepted:
                yield Taken(name, component, key, row.region)


def _missing(book: PriceBook, pack: Pack) -> Iterator[Taken]:
    for name, system in _systems(pack):
        for component, key, row in _takes(book, system):
            if row is None:
                yield Taken(name, component, key, system.region)


def _systems(pack: Pack) -> Iterator[tuple[str, Architecture]]:
    for id_, system in pack.architectures.items():
        yield f"{pack.scenario.slug}/{id_}", system


def _takes(book: PriceBook, system: Architecture) -> Iterator[tuple[str, str, PriceRow | None]]:
    """Component, key and row of whatever the book must price; figures of a source are their own."""
    for line in reconcile(system, book).lines:
        for part in line.parts:
            if part.usage.stated_usd is None and not part.usage.has_no_price:
                yield part.component, part.usage.key, part.row


def _dated(row: PriceRow) -> Mapping[str, str | None]:
    return {"key": row.key, "region": row.region, "effective_date": row.effective_date}
