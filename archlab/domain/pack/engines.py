"""What the linter asks of the pricing and latency engines, and the answers of the shipped ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from archlab.domain.architecture import Architecture
from archlab.domain.pricing import Allowances, Bill, PriceBook, Sweep, Unpriced, reconcile
from archlab.domain.pricing.rows import Confidence, PriceRow


class Engines(Protocol):
    """The engines behind golden values. All prices are USD; Unpriced is raised, never 0."""

    @property
    def snapshot(self) -> str:
        """The name of the price book, such as prices-2026-11."""

    def price(self, key: str, region: str) -> Decimal:
        """The flat price of a row."""

    def tiered(self, key: str, region: str, quantity: Decimal) -> Decimal:
        """The graduated cost of a quantity after allowances."""

    def is_verified(self, key: str, region: str) -> bool:
        """The row has a source better than general knowledge."""

    def bill(self, architecture: Architecture) -> Bill:
        """The system's bill, line by line against the documented one."""

    def modelled(self, architecture: Architecture) -> Bill:
        """The bill of the model alone, exact, in the month of the documented bill."""

    def sweep(self, architecture: Architecture, places: Sequence[str]) -> Sweep:
        """The total of the model along numbers of the system, many times over."""

    def unverified(self, architecture: Architecture) -> Iterator[tuple[str, PriceRow]]:
        """Component and row of low confidence wherever one is used."""


@dataclass(frozen=True, slots=True)
class ShippedEngines:
    """The engines of this archlab with one price book."""

    book: PriceBook

    @property
    def snapshot(self) -> str:
        return self.book.id

    def price(self, key: str, region: str) -> Decimal:
        row = self.book.row(key, region)
        if not row.is_flat:
            raise Unpriced(f"{key} in {region} has tiers or a range: use tiered(), or a figure")
        return row.tiers[0].price_usd

    def tiered(self, key: str, region: str, quantity: Decimal) -> Decimal:
        return self.book.cost(key, region, quantity, Allowances.ALL)

    def is_verified(self, key: str, region: str) -> bool:
        return self.book.row(key, region).confidence != Confidence.D

    def bill(self, architecture: Architecture) -> Bill:
        return reconcile(architecture, self.book)

    def modelled(self, architecture: Architecture) -> Bill:
        hours = month_hours(architecture)
        return reconcile(replace(architecture, documented=None), self.book, month_hours=hours)

    def sweep(self, architecture: Architecture, places: Sequence[str]) -> Sweep:
        return Sweep(architecture, places, self.book)

    def unverified(self, architecture: Architecture) -> Iterator[tuple[str, PriceRow]]:
        for line in self.modelled(architecture).lines:
            for part in line.parts:
                if part.row is not None and part.row.confidence == Confidence.D:
                    yield part.component, part.row


def shipped_engines() -> ShippedEngines:
    """The engines with the price book that comes with the product."""
    return ShippedEngines(PriceBook.shipped())


def month_hours(architecture: Architecture) -> int:
    """The month of the documented bill, else of the system."""
    bill = architecture.documented
    return (bill and bill.month_hours) or architecture.month_hours
