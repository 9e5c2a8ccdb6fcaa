"""Drills: incidents to survive. What happens when is `archlab.domain.grading.drill`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic import model_validator as rule

from archlab.domain.grading.drill.rules import Outcome
from archlab.domain.grading.drill.rules import Part as ScorePart
from archlab.domain.pack.blocks.block import Retry, Scored
from archlab.domain.pack.blocks.decision import Verdict
from archlab.domain.pack.blocks.quiz import Rationale
from archlab.domain.pack.fields import (
    Boolean,
    Free,
    Id,
    Ids,
    Number,
    Strict,
    Var,
    Whole,
    fault,
    filled,
)
from archlab.domain.pack.sources import Evidence

LONGEST_CLOCK = 5_760
"""Minutes: four days."""
MOST_ASKING = 500_000
"""Minutes times the characters of win and lose: what keeps a whole night within some 30 ms."""

_AGAIN = Retry(attempts=None, penalty=Decimal(0), hint_penalty=Decimal(0), reveal="each")

Formula = Annotated[str, Field(min_length=1, max_length=300)]
Said = Annotated[str, Field(min_length=1, max_length=240)]
Needed = Annotated[Ids, Field(min_length=1, max_length=20)]
Point = tuple[
    Annotated[Whole, Field(ge=-LONGEST_CLOCK, le=LONGEST_CLOCK)],
    Number,
]


def _added(value: object) -> object:
    """A plain number is added."""
    return {"add": value} if isinstance(value, str) else value


class Clock(Strict):
    """Story time. `speed` is simulated seconds for each real one; 0 is turns only."""

    minutes: Annotated[Whole, Field(ge=5, le=LONGEST_CLOCK)]
    start: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    speed: Annotated[Whole, Field(ge=0, le=3_600)] = 0
    timeout: Outcome = "lose"


class Variable(Strict):
    """A number of the story; `drift` is added every minute, within `min` and `max`."""

    label: Annotated[str, Field(min_length=1, max_length=60)]
    unit: Annotated[str, Field(min_length=1, max_length=20)] = ""
    initial: Number
    min: Number | None = None
    max: Number | None = None
    drift: Number = Decimal(0)
    hidden: Boolean = False

    @rule(mode="after")
    def _starts_within_its_limits(self) -> Variable:
        if self.min is not None and self.initial < self.min:
            raise fault("E205", "the variable starts below its min", at="initial")
        if self.max is not None and self.initial > self.max:
            raise fault("E205", "the variable starts above its max", at="initial")
        return self


class Effect(Strict):
    """What happens to a variable: `add` to it or `set` it, and a new `drift` from now on."""

    add: Number = Decimal(0)
    set: Number | None = None
    drift: Number | None = None

    @rule(mode="after")
    def _adds_or_sets(self) -> Effect:
        if self.set is not None and "add" in self.model_fields_set:
            raise fault("E208", "give one of add and set")
        return self


DrillEffects = Annotated[
    Mapping[Var, Annotated[Effect, BeforeValidator(_added), AfterValidator(filled)]],
    Field(min_length=1, max_length=8),
]


class Panel(Strict):
    """Evidence: a text, a line over the minutes (`series`) or a drawing, in words as `alt`."""

    id: Id
    title: Annotated[str, Field(min_length=3, max_length=80)]
    kind: Literal["log", "metric", "text", "mail", "code", "diagram"]
    minutes: Annotated[Whole, Field(ge=0, le=60)] = 1
    requires: Needed = ()
    text: Annotated[str, Field(min_length=1, max_length=6_000)] = ""
    series: Annotated[tuple[Point, ...], Field(min_length=2, max_length=600)] = ()
    architecture: str = ""
    alt: Annotated[str, Field(min_length=20, max_length=400)] = ""

    @rule(mode="after")
    def _shows_one_thing(self) -> Panel:
        if sum(map(bool, (self.text, self.series, self.architecture))) != 1:
            raise fault("E208", "give exactly one of text, series and architecture")
        if self.text and self.alt:
            raise fault("E208", "a text says itself: alt is for series and architecture")
        if not self.text and not self.alt:
            raise fault("E209", "a series or an architecture needs alt, what it shows in words")
        minutes = [minute for minute, _ in self.series]
        if minutes != sorted(set(minutes)):
            raise fault("E205", "the minutes of a series rise", at="series")
        return self


class Action(Strict):
    """Something that a learner can do, with what it costs and changes."""

    id: Id
    text: Annotated[str, Field(min_length=1, max_length=160)]
    minutes: Annotated[Whole, Field(ge=0, le=480)]
    requires: Needed = ()
    forbids: Needed = ()
    once: Boolean = True
    effects: DrillEffects = Field({})
    ends: Outcome | None = None
    verdict: Verdict
    explanation: Annotated[str, Field(min_length=20, max_length=600)]
    evidence: Evidence = ()


class DrillEvent(Strict):
    """What happens at a minute, unless something was done against it."""

    at_min: Annotated[Whole, Field(ge=0, le=LONGEST_CLOCK)]
    text: Said
    when: Formula = ""
    unless: Needed = ()
    effects: DrillEffects = Field({})
    ends: Outcome | None = None


class Adjustment(Strict):
    """What an earlier choice changes at minute 0."""

    when: Formula
    text: Said
    effects: DrillEffects


class DrillCause(Strict):
    """A candidate for the diagnosis."""

    id: Id
    text: Said
    correct: Boolean = False
    rationale: Rationale


class Prevention(Strict):
    """What keeps it from happening again; `flags` go into the carried state."""

    id: Id
    text: Said
    flags: Annotated[Mapping[Var, Free], Field(min_length=1)] = {}
    rationale: Rationale


class Rated(Strict):
    """Points for what holds at the end."""

    points: Annotated[Whole, Field(ge=-100, le=100)]
    when: Formula
    label: Annotated[str, Field(min_length=1, max_length=120)]
    part: ScorePart = "outcome"


class Cap(Strict):
    """The most that a result can be after a destructive action."""

    at_most: Annotated[Whole, Field(ge=0, le=100)]
    when: Formula
    label: Annotated[str, Field(min_length=1, max_length=120)]


class Drill(Scored):
    """An incident with a clock, evidence, actions and a result of 0 to 100."""

    directive: ClassVar[str] = "drill"

    briefing: Annotated[str, Field(min_length=20, max_length=1_500)]
    clock: Clock
    state: Annotated[Mapping[Var, Variable], Field(min_length=1, max_length=8)]
    panels: Annotated[tuple[Panel, ...], Field(min_length=1, max_length=12)]
    actions: Annotated[tuple[Action, ...], Field(min_length=3, max_length=20)]
    events: Annotated[tuple[DrillEvent, ...], Field(min_length=1, max_length=20)] = ()
    adjust: Annotated[tuple[Adjustment, ...], Field(min_length=1, max_length=8)] = ()
    causes: Annotated[tuple[DrillCause, ...], Field(min_length=4, max_length=8)]
    prevention: Annotated[tuple[Prevention, ...], Field(min_length=1, max_length=6)] = ()
    win: Formula
    lose: Formula = ""
    scoring: Annotated[tuple[Rated, ...], Field(min_length=1, max_length=12)]
    caps: Annotated[tuple[Cap, ...], Field(min_length=1, max_length=6)] = ()
    model_solution: Annotated[Ids, Field(min_length=1, max_length=38)]
    debrief: Annotated[str, Field(min_length=40, max_length=3_000)]

    @property
    def retry(self) -> Retry:
        """A drill is played as often as one likes, without a penalty; the best night counts."""
        return _AGAIN

    def __hash__(self) -> int:
        """Mappings have no hash; id and briefing tell drills apart well enough."""
        return hash((self.id, self.line, self.briefing))

    @rule(mode="after")
    def _is_quickly_played(self) -> Drill:
        most = MOST_ASKING // self.clock.minutes
        if len(self.win) + len(self.lose) > most:
            said = f"asked every minute of {self.clock.minutes}, win and lose have together at most"
            raise fault("E206", f"{said} {most} characters", at="win")
        return self

    @rule(mode="after")
    def _has_points_to_earn(self) -> Drill:
        if all(row.points <= 0 for row in self.scoring):
            raise fault("E209", "one row of scoring gives points at least", at="scoring")
        return self
