"""The directives of a step as frozen models; field names are the keys that authors write.

Fields called prompt, stem, explanation, rationale and the like hold Markdown source; rendering is
the web's. `id` and `line` come from the fence, never from the body.
"""

from __future__ import annotations

from archlab.domain.pack.blocks.block import Block, DecisionRetry, Retry, Scored
from archlab.domain.pack.blocks.decision import (
    SCORES,
    Consequences,
    Decision,
    DecisionText,
    Effects,
    Option,
    OptionText,
    RecordStub,
)
from archlab.domain.pack.blocks.quiz import (
    QUIZZES,
    Accept,
    Answer,
    Choice,
    Code,
    Decoy,
    Distractor,
    Exhibit,
    Hotspot,
    Item,
    Match,
    Media,
    Multiple,
    Numeric,
    Order,
    Pair,
    PlantedError,
    Quiz,
    Single,
    Spot,
    Text,
    UnitFactor,
)
from archlab.domain.pack.blocks.views import (
    BillView,
    ClaimView,
    DiagramView,
    Knob,
    KnobChoice,
    SourceVerdict,
)

__all__ = [
    "QUIZZES",
    "SCORES",
    "Accept",
    "Answer",
    "BillView",
    "Block",
    "Choice",
    "ClaimView",
    "Code",
    "Consequences",
    "Decision",
    "DecisionRetry",
    "DecisionText",
    "Decoy",
    "DiagramView",
    "Distractor",
    "Effects",
    "Exhibit",
    "Hotspot",
    "Item",
    "Knob",
    "KnobChoice",
    "Match",
    "Media",
    "Multiple",
    "Numeric",
    "Option",
    "OptionText",
    "Order",
    "Pair",
    "PlantedError",
    "Quiz",
    "RecordStub",
    "Retry",
    "Scored",
    "Single",
    "SourceVerdict",
    "Spot",
    "Text",
    "UnitFactor",
]
