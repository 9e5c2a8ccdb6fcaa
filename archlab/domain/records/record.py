"""What a decision record holds. Filled by the application, written by `markdown`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from archlab.domain.records.text import Text


class Basis(StrEnum):
    """Where a figure comes from."""

    DOCUMENTED = "documented"
    MODELLED = "modelled"
    ASSUMED = "assumed"


class State(StrEnum):
    """What stands in the place of a figure that nobody has. Never 0 and never empty."""

    NOT_PRICED = "not priced"
    NOT_MODELLED = "not modelled"


class Status(StrEnum):
    """Where a decision stands. The words are those that four ADR tools read."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    DEPRECATED = "deprecated"


class Tone(StrEnum):
    """Which way a consequence cuts."""

    GOOD = "good"
    BAD = "bad"
    NEUTRAL = "neutral"


class Verdict(StrEnum):
    """How a claim of the source stands after recomputation."""

    CONFIRMED = "confirmed"
    RESIDUAL = "residual"
    CONTRADICTED = "contradicted"
    OUTDATED = "outdated"
    INCONSISTENT = "inconsistent"
    UNSAFE = "unsafe"
    UNVERIFIABLE = "unverifiable"


@dataclass(frozen=True)
class Cost:
    """USD of a month of `month_hours` hours. `usd` None is not priced.

    `unpriced` names the parts that have no price, so that the figure is a lower bound.
    """

    usd: Decimal | None
    month_hours: int
    basis: Basis = Basis.MODELLED
    unpriced: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Latency:
    """Milliseconds of the flow `flow` ("Page") at `load` ("6 requests/h"). None is not modelled."""

    p50_ms: Decimal | None
    p99_ms: Decimal | None
    flow: Text = ""
    load: Text = ""
    basis: Basis = Basis.MODELLED


@dataclass(frozen=True)
class Outage:
    """Expected minutes a month in which `hits` is down. `minutes` None is not modelled."""

    hits: Text
    minutes: Decimal | None
    basis: Basis = Basis.ASSUMED


@dataclass(frozen=True)
class Needles:
    """Cost, latency and downtime, always together. `remark` is what no engine computes.

    The first outage is the one that hits all requests.
    """

    cost: Cost
    latency: Latency
    downtime: tuple[Outage, ...] = ()
    remark: Text = ""


@dataclass(frozen=True)
class Point:
    """One consequence with its reason."""

    tone: Tone
    because: Text


@dataclass(frozen=True)
class Driver:
    """A criterion: a must, or a wish with a weight from 1 to 5, or neither."""

    text: Text
    must: bool = False
    weight: int | None = None


@dataclass(frozen=True)
class ConsideredOption:
    """One way that was open, with what it would have cost on all three needles."""

    letter: str
    title: Text
    needles: Needles
    musts_met: int | None = None
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Statement:
    """The decision in one sentence; empty parts are left out. `chosen` and `against` are named
    as things, not as clauses."""

    context: Text
    facing: Text
    chosen: Text
    against: Text = ""
    achieve: Text = ""
    accepting: Text = ""


@dataclass(frozen=True)
class Outcome:
    """The option that was taken, the reason, and how sure the person was (1 to 5)."""

    letter: str
    because: Text = ""
    decided: Text = ""
    confidence: int | None = None


@dataclass(frozen=True)
class CostLine:
    """A line of the bill, one amount per option in their order; None is not part of an option."""

    label: Text
    amounts: tuple[Decimal | State | None, ...]


@dataclass(frozen=True)
class LabReceipt:
    """A lab that was passed: what was deployed, how many checks were right, and what stood in the
    account before the first create and after the teardown.
    """

    lab: str
    target: str
    template_digest: str
    checks: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """What the figures stand on: everything that is needed to compute them again."""

    price_book: str
    price_book_digest: str
    region: str
    month_hours: int
    scenario: str
    scenario_version: str
    scenario_digest: str
    decision: str
    latency_method: Text = ""
    cost_lines: tuple[CostLine, ...] = ()
    labs: tuple[LabReceipt, ...] = ()


@dataclass(frozen=True)
class Assumption:
    """A number that nobody documented, or one that was fitted, with its range and its reason."""

    text: Text
    likely: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    unit: Text = ""
    kind: Basis = Basis.ASSUMED
    reason: Text = ""


@dataclass(frozen=True)
class SourceClaim:
    """What a source says, what the model says, and the verdict."""

    says: Text
    model: Text
    verdict: Verdict


@dataclass(frozen=True)
class Recipe:
    """A command that computes a figure again, and what it shows."""

    command: str
    shows: Text = ""


@dataclass(frozen=True)
class Link:
    """Another record of the same tree."""

    number: int
    title: Text


@dataclass(frozen=True)
class DecisionRecord:
    """One decision that was taken: why, among what, with which figures.

    `status` is superseded exactly when `superseded_by` is given. `chosen` is the option whose
    letter stands in the outcome.
    """

    number: int
    title: Text
    date: date
    deciders: Text
    statement: Statement
    options: tuple[ConsideredOption, ...]
    outcome: Outcome
    evidence: Evidence
    status: Status = Status.ACCEPTED
    tags: tuple[str, ...] = ()
    situation: Text = ""
    own_words: Text = ""
    drivers: tuple[Driver, ...] = ()
    consequences: tuple[Point, ...] = ()
    confirmation: tuple[Text, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    claims: tuple[SourceClaim, ...] = ()
    reproduce: tuple[Recipe, ...] = ()
    supersedes: tuple[Link, ...] = ()
    superseded_by: Link | None = None

    def __post_init__(self) -> None:
        if (self.status is Status.SUPERSEDED) != (self.superseded_by is not None):
            raise ValueError("A superseded record names the record that took its place.")
        if self.outcome.letter not in {option.letter for option in self.options}:
            letters = ", ".join(option.letter for option in self.options)
            raise ValueError(f"No option {self.outcome.letter}; there are {letters}.")
        for line in self.evidence.cost_lines:
            if len(line.amounts) != len(self.options):
                raise ValueError("A cost line has one amount per option.")

    @property
    def chosen(self) -> ConsideredOption:
        """The option that was taken."""
        return next(o for o in self.options if o.letter == self.outcome.letter)
