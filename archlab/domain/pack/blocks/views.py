"""Views: a drawing, a bill, the way of a request, what a source claims."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field
from pydantic import model_validator as rule

from archlab.domain.architecture.timing import Percentile
from archlab.domain.pack.blocks.block import Block
from archlab.domain.pack.fields import (
    Amount,
    Boolean,
    ClaimId,
    Free,
    Id,
    Ids,
    KnobId,
    OneOrMore,
    Strict,
    fault,
)

SourceVerdict = Literal[
    "confirmed",
    "residual",
    "contradicted",
    "outdated",
    "inconsistent",
    "unsafe",
    "unverifiable",
]


class DiagramView(Block):
    """The drawing of a system; `architecture` is a name or the word `current`."""

    directive: ClassVar[str] = "diagram"

    architecture: str
    compare: str = ""
    flow: Id | None = None
    highlight: Annotated[Ids, Field(min_length=1, max_length=12)] = ()
    show: Annotated[
        tuple[Literal["labels", "cost", "latency", "params"], ...], Field(min_length=1)
    ] = ("labels",)
    alt: Annotated[str, Field(min_length=20, max_length=400)]
    caption: Annotated[str, Field(min_length=1, max_length=240)] = ""


class KnobChoice(Strict):
    """A position of a knob."""

    value: Free
    label: Annotated[str, Field(min_length=1, max_length=60)]


def _positions(value: object) -> object:
    """A plain value is its own label."""
    if not isinstance(value, tuple):
        return value
    return tuple({"value": one, "label": one} if isinstance(one, str) else one for one in value)


class Knob(Strict):
    """A dial of the bill bench; it sets every place that `bind` names."""

    id: KnobId
    label: Annotated[str, Field(min_length=2, max_length=60)]
    bind: Annotated[OneOrMore[str], Field(min_length=1, max_length=4)]
    choices: Annotated[
        tuple[KnobChoice, ...], Field(min_length=2, max_length=12), BeforeValidator(_positions)
    ]
    help: Annotated[str, Field(min_length=1, max_length=300)] = ""


class BillView(Block):
    """A bill: printed, modelled or both; with `reconcile` a bench that the learner closes."""

    directive: ClassVar[str] = "bill"

    architecture: str
    mode: Literal["documented", "modelled", "both", "reconcile"] = "both"
    compare: str = ""
    group_by: Literal["line", "component", "kind"] = "line"
    caption: Annotated[str, Field(min_length=1, max_length=240)] = ""
    knobs: Annotated[tuple[Knob, ...], Field(min_length=1, max_length=6)] = ()
    solution: Annotated[Mapping[KnobId, Free], Field(min_length=1)] = {}
    goal_usd: Amount = Decimal("0.05")

    @rule(mode="after")
    def _a_bench_is_whole(self) -> BillView:
        if self.mode == "reconcile":
            if not self.knobs:
                raise fault("E209", "mode reconcile needs knobs", at="mode")
            if not self.solution:
                raise fault("E209", "mode reconcile needs a solution", at="mode")
        elif self.knobs or self.solution:
            raise fault("E209", "knobs and solution need mode reconcile")
        return self


class WaterfallView(Block):
    """Where the milliseconds of a request go, in one system or in two beside each other.

    `percentile` names those of the whole way that are shown below the rows, which are means.
    """

    directive: ClassVar[str] = "waterfall"

    architecture: str
    flow: Id
    against: str = ""
    against_flow: Id | None = None
    percentile: Annotated[OneOrMore[Percentile], Field(min_length=1, max_length=3)] = ()
    alt: Annotated[str, Field(min_length=20, max_length=400)]
    caption: Annotated[str, Field(min_length=1, max_length=240)] = ""

    @rule(mode="after")
    def _second_way_has_a_system(self) -> WaterfallView:
        if self.against_flow is not None and not self.against:
            raise fault("E209", "against_flow needs against, the second system")
        return self

    @property
    def other_flow(self) -> str:
        """The way through the second system; it is called like the first if nothing is said."""
        return self.against_flow or self.flow


class ClaimView(Block):
    """What a source says beside what recomputation says."""

    directive: ClassVar[str] = "claim"

    claims: Annotated[tuple[ClaimId, ...], Field(min_length=1, max_length=8)]
    ask: Boolean = False
    show: Literal["card", "row"] = "card"
