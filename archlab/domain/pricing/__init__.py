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
from archlab.domain.pricing.breakeven import (
    PIECES,
    BreakEven,
    Crossing,
    Curve,
    Stretch,
    crossings,
    whole_crossings,
)
from archlab.domain.pricing.meter import WrongUnit
from archlab.domain.pricing.reconcile import reconcile
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
from archlab.domain.pricing.sweep import (
    Adjustable,
    Along,
    NoSuchDial,
    Sweep,
    break_even,
)
from archlab.domain.pricing.uncertainty import (
    Assumption,
    Spread,
    Sway,
    Tornado,
    monte_carlo,
    tornado,
)

__all__ = [
    "PIECES",
    "Adjustable",
    "Allowances",
    "Along",
    "Assumption",
    "BadPriceBook",
    "Bill",
    "Billable",
    "BreakEven",
    "Confidence",
    "Crossing",
    "Curve",
    "DocumentedBill",
    "DocumentedLine",
    "Freshness",
    "Line",
    "NoSuchDial",
    "PriceAnswer",
    "PriceBook",
    "PriceRow",
    "PricedUsage",
    "QuantityClass",
    "Spread",
    "Status",
    "Stretch",
    "Sway",
    "Sweep",
    "Tier",
    "Tornado",
    "UnknownPrice",
    "Unpriced",
    "Usage",
    "WrongUnit",
    "break_even",
    "crossings",
    "freshness",
    "monte_carlo",
    "price",
    "reconcile",
    "tornado",
    "whole_crossings",
]
