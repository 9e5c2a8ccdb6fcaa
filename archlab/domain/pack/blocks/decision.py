"""Decisions: options with consequences, each a change of the architecture."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field
from pydantic import model_validator as rule

from archlab.domain.architecture import Change
from archlab.domain.pack.blocks.block import DecisionRetry, Hints, Scored
from archlab.domain.pack.fields import (
    Boolean,
    Free,
    Id,
    Number,
    Share,
    Strict,
    Var,
    fault,
    filled,
)
from archlab.domain.pack.sources import Evidence

Verdict = Literal["best", "good", "costly", "risky"]
Needle = Literal["usd", "latency", "downtime"]
Texts = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=300)], ...],
    Field(min_length=1, max_length=5),
]


class Consequences(Strict):
    """What follows from an option, for its decision record."""

    good: Texts = ()
    bad: Texts = ()
    neutral: Texts = ()


class Effects(Strict):
    """What no engine computes."""

    one_off_usd: Number = Decimal(0)
    ops_hours_month: Number = Decimal(0)
    weeks: Number = Decimal(0)


class RecordStub(Strict):
    """What a decision record says besides what the model computes."""

    title: Annotated[str, Field(min_length=5, max_length=90)]
    context: Annotated[str, Field(min_length=20, max_length=800)]
    drivers: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=300)], ...],
        Field(min_length=1, max_length=6),
    ]
    confirmation: Annotated[str, Field(min_length=1, max_length=240)] = ""


SCORES: Mapping[str, tuple[Decimal, Decimal, Decimal]] = {
    "best": (Decimal(1), Decimal(1), Decimal(1)),
    "good": (Decimal("0.7"), Decimal("0.5"), Decimal("0.9")),
    "costly": (Decimal("0.3"), Decimal("0.1"), Decimal("0.6")),
    "risky": (Decimal(0), Decimal(0), Decimal("0.5")),
}
"""Per verdict: the score without one written, the lowest and the highest allowed."""


class OptionText(Strict):
    """One answer of a decision, all but its change."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    id: Id
    text: Annotated[str, Field(min_length=1, max_length=160)]
    verdict: Verdict
    score_: Share | None = Field(None, validation_alias="score")
    documented: Boolean = False
    explanation: Annotated[str, Field(min_length=20, max_length=800)]
    right_when: Annotated[str, Field(min_length=10, max_length=300)] = ""
    consequence: Annotated[str, Field(min_length=10, max_length=400)] = ""
    evidence: Evidence = ()
    effects: Annotated[Effects, AfterValidator(filled)] | None = None
    flags: Annotated[Mapping[Var, Free], Field(min_length=1)] = {}
    goto: Id | None = None
    rejoin: Id | None = None
    carry: Literal["keep", "documented"] | None = None
    consequences: Annotated[Consequences, AfterValidator(filled)] | None = None

    @property
    def score(self) -> Decimal:
        """0 to 1, from the verdict unless the author wrote another."""
        return SCORES[self.verdict][0] if self.score_ is None else self.score_

    @rule(mode="after")
    def _detour_is_whole(self) -> OptionText:
        if self.rejoin and not self.goto:
            raise fault("E209", "rejoin needs goto", at="rejoin")
        if self.carry and not self.rejoin:
            raise fault("E209", "carry needs rejoin", at="carry")
        return self


class Option(OptionText):
    """One answer of a decision; `change` is what it does to the current architecture."""

    change: Change | None = None


class DecisionText(Scored):
    """A decision, all but its options."""

    directive: ClassVar[str] = "decision"

    prompt: Annotated[str, Field(min_length=10, max_length=600)]
    editorial: Boolean = False
    shuffle: Boolean = True
    needles: Annotated[tuple[Needle, ...], Field(min_length=1, max_length=3)] = (
        "usd",
        "latency",
        "downtime",
    )
    flow: Id | None = None
    reason: Literal["off", "optional", "required"] = "optional"
    confidence: Boolean = False
    hints: Hints = ()
    retry: Annotated[DecisionRetry, AfterValidator(filled)] = DecisionRetry()
    adr: RecordStub | None = None


class Decision(DecisionText):
    """A choice with consequences: each option changes the architecture."""

    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=6)]

    def option(self, option: str) -> Option | None:
        """The option of that id."""
        return next((one for one in self.options if one.id == option), None)

    @property
    def documented(self) -> Option | None:
        """What the source did; None where the question is ours."""
        return next((one for one in self.options if one.documented), None)

    @property
    def best(self) -> Option:
        """The option to fall back on where the source took none."""
        return next(one for one in self.options if one.verdict == "best")
