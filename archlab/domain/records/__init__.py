"""Decision records: what was decided, why and with which figures, as Markdown that tools read."""

from __future__ import annotations

from archlab.domain.records.figures import consequences
from archlab.domain.records.markdown import markdown
from archlab.domain.records.names import file_name
from archlab.domain.records.reader import NotARecord, ReadRecord, read
from archlab.domain.records.record import (
    Assumption,
    Basis,
    ConsideredOption,
    Cost,
    CostLine,
    DecisionRecord,
    Driver,
    Evidence,
    LabReceipt,
    Latency,
    Link,
    Needles,
    Outage,
    Outcome,
    Point,
    Recipe,
    SourceClaim,
    State,
    Statement,
    Status,
    Tone,
    Verdict,
)
from archlab.domain.records.text import Own, Text, escape, one_line
from archlab.domain.records.tree import BrokenLink, index, proposed_pairs, superseding, tree

__all__ = [
    "Assumption",
    "Basis",
    "BrokenLink",
    "ConsideredOption",
    "Cost",
    "CostLine",
    "DecisionRecord",
    "Driver",
    "Evidence",
    "LabReceipt",
    "Latency",
    "Link",
    "Needles",
    "NotARecord",
    "Outage",
    "Outcome",
    "Own",
    "Point",
    "ReadRecord",
    "Recipe",
    "SourceClaim",
    "State",
    "Statement",
    "Status",
    "Text",
    "Tone",
    "Verdict",
    "consequences",
    "escape",
    "file_name",
    "index",
    "markdown",
    "one_line",
    "proposed_pairs",
    "read",
    "superseding",
    "tree",
]
