"""The price book: dated rates that are looked up, never fetched and never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from difflib import get_close_matches
from functools import cache
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Self

from archlab.domain.money import MONEY
from archlab.domain.pricing.rows import (
    Allowances,
    Charge,
    Confidence,
    PriceRow,
    Tier,
    Unpriced,
    charges,
)
from archlab.domain.pricing.snapshot import parse

SHIPPED = "prices-2026-11"


class UnknownPrice(Unpriced):
    """No row for this key, or none in this region."""


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Rates of one snapshot; `id` is its file name, `digest` the hash of its content."""

    id: str
    digest: str
    rows: tuple[PriceRow, ...] = field(compare=False, repr=False)
    _index: Mapping[tuple[str, str], PriceRow] = field(compare=False, repr=False)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Read and check a snapshot file. Raises BadPriceBook, or OSError."""
        file = Path(path)
        return cls.read(file.stem, file.read_text("utf-8"))

    @classmethod
    def read(cls, name: str, text: str) -> Self:
        """Check the text of a snapshot. Raises BadPriceBook."""
        snapshot = parse(text)
        index = {(row.key, row.region): row for row in snapshot.rows}
        return cls(name, snapshot.digest, snapshot.rows, index)

    @classmethod
    def shipped(cls) -> PriceBook:
        """The snapshot that comes with the product, read once per process."""
        return _shipped()

    @property
    def reference(self) -> str:
        """The name that stands on every record, such as "prices-2026-11@0123456789ab"."""
        return f"{self.id}@{self.digest}"

    @property
    def regions(self) -> list[str]:
        """The cloud regions for which the book has a row of their own."""
        return sorted({row.region for row in self.rows} - {"*", "global"})

    def row(self, key: str, region: str) -> PriceRow:
        """The rate of `SERVICE:KEY` in this region, else everywhere, else of a global product.

        Never another region's: a missing one is UnknownPrice, which names the nearest.
        """
        for place in (region, "*", "global"):
            row = self._index.get((key, place))
            if row is not None:
                return row
        raise UnknownPrice(self._nearest(key, region))

    def cost(
        self,
        key: str,
        region: str,
        quantity: Decimal | int | str,
        allowances: Allowances = Allowances.NONE,
    ) -> Decimal:
        """USD of a month's quantity in the row's unit, not rounded. Raises Unpriced."""
        with localcontext(MONEY):
            row = self.row(key, region)
            free = row.allows(allowances)
            return total(charges(row, Decimal(quantity), free.quantity if free else Decimal(0)))

    def _nearest(self, key: str, region: str) -> str:
        regions = [row.region for row in self.rows if row.key == key]
        if regions:
            near = ", ".join(get_close_matches(region, regions, n=3, cutoff=0))
            return f"no price for {key} in {region}; {self.id} has it in {near}"
        keys = sorted({row.key for row in self.rows})
        near = ", ".join(get_close_matches(key, keys))
        advice = f"the nearest are {near}" if near else "write it as SERVICE:KEY"
        return f"no price is called {key}; {advice}"


def shipped_text() -> str:
    """The snapshot that comes with the product, as it stands in its file."""
    file = resources.files("archlab.domain.pricing") / "snapshots" / f"{SHIPPED}.json"
    return file.read_text("utf-8")


@cache
def _shipped() -> PriceBook:
    return PriceBook.read(SHIPPED, shipped_text())


def total(parts: Iterable[Charge]) -> Decimal:
    return sum((part.quantity * part.price_usd for part in parts), Decimal(0))


@dataclass(frozen=True, slots=True)
class PriceAnswer:
    """A cost with the evidence behind it; `region` is the one that was asked for."""

    usd: Decimal
    key: str
    region: str
    tiers: tuple[Tier, ...]
    source: str
    effective_date: str | None
    confidence: Confidence


def price(
    book: PriceBook,
    key: str,
    region: str,
    quantity: Decimal | int | str,
    allowances: Allowances = Allowances.NONE,
) -> PriceAnswer:
    """What a month's quantity costs and where the rate comes from. Raises Unpriced."""
    usd = book.cost(key, region, quantity, allowances)
    row = book.row(key, region)
    return PriceAnswer(usd, key, region, row.tiers, row.source, row.effective_date, row.confidence)
