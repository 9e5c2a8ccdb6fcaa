"""Prices with tiers and sources, bills with every line explained."""

from __future__ import annotations

from archlab.domain.pricing.bill import (
    Bill,
    Billable,
    DocumentedBill,
    DocumentedLine,
    Line,
    PricedUsage,
    QuantityClass,
    Status,
    Usage,
)
from archlab.domain.pricing.book import PriceAnswer, PriceBook, UnknownPrice, price
from archlab.domain.pricing.reconcile import WrongUnit, reconcile
from archlab.domain.pricing.rows import (
    Allowances,
    Confidence,
    Freshness,
    PriceRow,
    Tier,
    Unpriced,
    freshness,
)
from archlab.domain.pricing.snapshot import BadPriceBook

__all__ = [
    "Allowances",
    "BadPriceBook",
    "Bill",
    "Billable",
    "Confidence",
    "DocumentedBill",
    "DocumentedLine",
    "Freshness",
    "Line",
    "PriceAnswer",
    "PriceBook",
    "PriceRow",
    "PricedUsage",
    "QuantityClass",
    "Status",
    "Tier",
    "UnknownPrice",
    "Unpriced",
    "Usage",
    "WrongUnit",
    "freshness",
    "price",
    "reconcile",
]
