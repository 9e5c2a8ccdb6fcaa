"""Scenario packs: read, validate, lint, hash."""

from __future__ import annotations

from archlab.domain.pack.bench import closes, turned
from archlab.domain.pack.blocks import (
    BillView,
    Block,
    Calculator,
    ClaimView,
    Decision,
    DiagramView,
    Drill,
    Hotspot,
    Match,
    Multiple,
    Numeric,
    Option,
    Order,
    Quiz,
    Simulation,
    Single,
    Spot,
    Text,
)
from archlab.domain.pack.check import check, lint, load, read
from archlab.domain.pack.codes import CODES
from archlab.domain.pack.engines import Engines, ShippedEngines, shipped_engines
from archlab.domain.pack.files import canonical, files_in, files_of, version_of
from archlab.domain.pack.formats import format_problems
from archlab.domain.pack.formulas import Figure, Formulas
from archlab.domain.pack.model import Branch, Claim, Fact, Pack, Prose, Scenario, Step
from archlab.domain.pack.problem import PackInvalid, Problem
from archlab.domain.pack.sources import Citation, citation

__all__ = [
    "CODES",
    "BillView",
    "Block",
    "Branch",
    "Calculator",
    "Citation",
    "Claim",
    "ClaimView",
    "Decision",
    "DiagramView",
    "Drill",
    "Engines",
    "Fact",
    "Figure",
    "Formulas",
    "Hotspot",
    "Match",
    "Multiple",
    "Numeric",
    "Option",
    "Order",
    "Pack",
    "PackInvalid",
    "Problem",
    "Prose",
    "Quiz",
    "Scenario",
    "ShippedEngines",
    "Simulation",
    "Single",
    "Spot",
    "Step",
    "Text",
    "canonical",
    "check",
    "citation",
    "closes",
    "files_in",
    "files_of",
    "format_problems",
    "lint",
    "load",
    "read",
    "shipped_engines",
    "turned",
    "version_of",
]
