"""A scenario as frozen models: what the files of a pack say, typed.

Field names are the keys that authors write; see `blocks.py` for the directives. Texts that are
Markdown stay source here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field
from pydantic import model_validator as rule

from archlab.domain.architecture import Architecture
from archlab.domain.pack.blocks import Block, Decision, SourceVerdict
from archlab.domain.pack.fields import (
    Boolean,
    ClaimId,
    Day,
    FactId,
    Free,
    Https,
    Id,
    Ids,
    Number,
    PackId,
    Share,
    Strict,
    Tolerance,
    Var,
    Was,
    Whole,
    fault,
)
from archlab.domain.pack.sources import Source, Sources
from archlab.domain.pack.words import RIGHT_TO_LEFT

Short = Annotated[str, Field(min_length=1, max_length=300)]


class Author(Strict):
    """Who made it, and as what."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    role: Literal["author", "reviewer", "translator", "editor"] = "author"
    url: Https | Literal[""] = ""
    orcid: Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X])?$")] = ""


class AcceptedPrice(Strict):
    """A price row of low confidence that this pack may show, with the reason."""

    price: Annotated[str, Field(pattern=r"^[A-Za-z0-9]+:[A-Za-z0-9._-]+$")]
    region: Annotated[str, Field(min_length=1, max_length=40)]
    reason: Annotated[str, Field(min_length=10, max_length=200)]


class Reference(Strict):
    """A source of the scenario, cited by `ref` and line."""

    ref: Id
    kind: Literal["seed", "web", "book", "dataset", "own", "fictional"]
    title: Annotated[str, Field(min_length=3, max_length=160)]
    author: Annotated[str, Field(min_length=1, max_length=160)] = ""
    publisher: Annotated[str, Field(min_length=1, max_length=160)] = ""
    url: Https | Literal[""] = ""
    published: Day | None = None
    accessed: Day | None = None
    lines: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    licence: Annotated[str, Field(min_length=1, max_length=60)] = ""
    note: Annotated[str, Field(min_length=1, max_length=600)] = ""

    @rule(mode="after")
    def _the_web_moves(self) -> Reference:
        if self.kind == "web" and not (self.url and self.accessed):
            raise fault("E209", "a source of kind web needs url and accessed")
        return self


class Objective(Strict):
    """What a learner can do afterwards."""

    id: Id
    text: Annotated[str, Field(min_length=10, max_length=160)]
    was: Was = ()


class Term(Strict):
    """An entry of the glossary."""

    term: Annotated[str, Field(min_length=1, max_length=60)]
    text: Annotated[str, Field(min_length=10, max_length=300)]
    aliases: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=60)], ...],
        Field(min_length=1, max_length=6),
    ] = ()


class StateFlag(Strict):
    """A piece of state that a choice carries forward; without `values` it is a boolean."""

    id: Var
    text: Annotated[str, Field(min_length=5, max_length=160)]
    values: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=40)], ...],
        Field(min_length=2, max_length=8),
    ] = ()
    default: Free = False

    @rule(mode="after")
    def _the_default_is_a_value(self) -> StateFlag:
        if not self.values and not isinstance(self.default, bool):
            raise fault("E204", "without values the default is true or false", at="default")
        if self.values and str(self.default) not in self.values:
            raise fault("E204", f"the default is one of {', '.join(self.values)}", at="default")
        return self


class Translation(Strict):
    """The pack that this one translates and the version it was made from."""

    id: PackId
    version: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Scenario(Strict):
    """`scenario.yaml`."""

    format: Literal["archlab/1"]
    id: PackId
    slug: Id
    title: Annotated[str, Field(min_length=3, max_length=90)]
    summary: Annotated[str, Field(min_length=20, max_length=300)]
    lang: Annotated[
        str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$", max_length=20)
    ]
    dir: Literal["ltr", "rtl"] = "ltr"
    licence: Literal[
        "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "MIT", "Apache-2.0", "AGPL-3.0-or-later"
    ]
    authors: Annotated[tuple[Author, ...], Field(min_length=1, max_length=20)]
    fictional: Boolean = False
    level: Literal["intro", "intermediate", "advanced"] = "intermediate"
    tags: Annotated[Ids, Field(min_length=1, max_length=8)] = ()
    minutes: Annotated[Whole, Field(ge=5, le=900)]
    prices: Annotated[str, Field(pattern=r"^prices-[0-9]{4}-(0[1-9]|1[0-2])$")]
    accepted_unverified: Annotated[
        tuple[AcceptedPrice, ...], Field(min_length=1, max_length=40)
    ] = ()
    start: Id
    pass_score: Share = Decimal("0.7")
    sources: Annotated[tuple[Reference, ...], Field(min_length=1, max_length=30)]
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1, max_length=16)]
    glossary: Annotated[tuple[Term, ...], Field(max_length=200)] = ()
    flags: Annotated[tuple[StateFlag, ...], Field(min_length=1, max_length=40)] = ()
    translation_of: Translation | None = None

    @rule(mode="after")
    def _reads_the_way_it_is_written(self) -> Scenario:
        wanted = "rtl" if self.lang.split("-")[0] in RIGHT_TO_LEFT else "ltr"
        if self.dir != wanted:
            at = "dir" if "dir" in self.model_fields_set else "lang"
            raise fault("E209", f"the language {self.lang} needs dir: {wanted}", at=at)
        if self.fictional and all(source.kind != "fictional" for source in self.sources):
            raise fault("E209", "fictional needs a source of kind fictional", at="fictional")
        return self


class Fact(Strict):
    """A statement of a source, one row, in our words."""

    id: FactId
    src: Sources
    kind: Id
    fact: Annotated[str, Field(min_length=1, max_length=240)]
    value: Free | None = None
    unit: Annotated[str, Field(min_length=1, max_length=40)] = ""
    flag: Annotated[str, Field(min_length=1, max_length=240)] = ""

    @rule(mode="after")
    def _a_unit_measures_a_number(self) -> Fact:
        if self.unit and not isinstance(self.value, Decimal):
            at = "unit" if self.value is None else "value"
            raise fault("E209", "with a unit the value is a plain number", at=at)
        if isinstance(self.value, str) and len(self.value) > 120:
            raise fault("E206", "a value in words has at most 120 characters", at="value")
        return self


class Claim(Strict):
    """What a source says beside what recomputation or other sources say about it."""

    id: ClaimId
    facts: Annotated[tuple[Source, ...], Field(min_length=1, max_length=16)]
    says: Annotated[str, Field(min_length=10, max_length=300)]
    value: Number | None = None
    unit: Annotated[str, Field(min_length=1, max_length=40)] = ""
    verdict: SourceVerdict
    unverified: Literal["no", "partly", "yes"] = "no"
    let: Annotated[Mapping[Var, Short], Field(min_length=1)] = {}
    recompute: Short = ""
    tolerance: Tolerance = Tolerance(rel=Decimal("0.005"))
    residual: Annotated[str, Field(min_length=10, max_length=300)] = ""
    finding: Annotated[str, Field(min_length=20, max_length=800)]
    basis: Annotated[str, Field(min_length=1, max_length=300)] = ""
    teach: Annotated[str, Field(min_length=1, max_length=300)] = ""
    sources: Annotated[tuple[Source, ...], Field(min_length=1, max_length=6)] = ()
    checked: Day
    was: Was = ()

    @rule(mode="after")
    def _has_what_its_verdict_needs(self) -> Claim:
        if self.residual and self.verdict != "residual":
            raise fault("E208", "residual stands only with the verdict residual")
        needed = self._needed()
        if needed:
            raise fault("E209", f"the verdict {self.verdict} needs {needed}")
        return self

    def _needed(self) -> str:
        """What is missing for the verdict to be shown with its proof."""
        if self.recompute and self.value is None:
            return "a value beside recompute"
        if self.verdict == "unverifiable" and self.recompute:
            return "no recompute: what can be recomputed can be verified"
        if self.verdict == "residual" and not self.residual:
            return "residual, the named remainder"
        if self.verdict == "outdated" and not self.sources:
            return "sources: what is so today, and where that stands"
        if self.verdict == "inconsistent" and not self.recompute and len(self.facts) < 2:
            return "two facts, or recompute"
        if self.recompute or (self.basis and (self.sources or self._is_open)):
            return ""
        return "recompute, or basis and sources"

    @property
    def _is_open(self) -> bool:
        """A warning or a gap that nobody could verify has no second source yet."""
        return self.unverified == "yes" and self.verdict in {"unsafe", "unverifiable"}


class ClaimsFile(Strict):
    """`claims.yaml`."""

    facts: tuple[Fact, ...] = ()
    claims: tuple[Claim, ...] = ()


class Branch(Strict):
    """A way out of a step; the last one has no condition."""

    when: Annotated[str, Field(min_length=1, max_length=300)] = ""
    to: Id


class FrontMatter(Strict):
    """The head of a step file."""

    id: Id
    title: Annotated[str, Field(min_length=3, max_length=90)]
    minutes: Annotated[Whole, Field(ge=1, le=60)]
    next: Id | Annotated[tuple[Branch, ...], Field(min_length=2, max_length=6)]
    covers: Annotated[tuple[FactId, ...], Field(min_length=1, max_length=60)] = ()
    architecture: Id | None = None
    objectives: Annotated[Ids, Field(min_length=1, max_length=6)] = ()
    takeaway: Annotated[str, Field(min_length=20, max_length=240)] = ""
    summary: Annotated[str, Field(min_length=1, max_length=400)] = ""
    was: Was = ()


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown between directives; `line` is its first line in the file."""

    text: str
    line: int


@dataclass(frozen=True)
class Step:
    """A page of a scenario. `path` is its file inside the pack."""

    id: str
    title: str
    minutes: int
    next: str | tuple[Branch, ...]
    covers: tuple[str, ...]
    architecture: str | None
    objectives: tuple[str, ...]
    takeaway: str
    summary: str
    was: tuple[str, ...]
    body: tuple[Prose | Block, ...]
    path: str

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The directives, in order."""
        return tuple(part for part in self.body if isinstance(part, Block))

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Decision))

    def block(self, block: str) -> Block | None:
        """The directive of that id."""
        return next((one for one in self.blocks if one.id == block), None)

    @property
    def exits(self) -> tuple[str, ...]:
        """Where `next` can lead, in order; may hold `end` and `rejoin`."""
        return (self.next,) if isinstance(self.next, str) else tuple(b.to for b in self.next)


@dataclass(frozen=True)
class Pack:
    """A whole scenario, checked. `version` is the SHA-256 of its canonical bytes."""

    scenario: Scenario
    architectures: Mapping[str, Architecture]
    facts: Mapping[str, Fact]
    claims: Mapping[str, Claim]
    steps: Mapping[str, Step]
    media: Mapping[str, bytes] = field(repr=False)
    version: str
    path_documented: tuple[str, ...]

    @property
    def start(self) -> Step:
        """The first step."""
        return self.steps[self.scenario.start]

    @cached_property
    def step_of(self) -> Mapping[str, Step]:
        """Block id to the step that holds it."""
        return {block.id: step for step in self.steps.values() for block in step.blocks}

    def block(self, block: str) -> Block | None:
        """The directive of that id, wherever it stands."""
        step = self.step_of.get(block)
        return step.block(block) if step else None
