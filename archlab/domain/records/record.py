"""What a decision record holds. Filled by the application, written by `markdown`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from archlab.domain.records.text import Own, Text


class Basis(StrEnum):
    """Where a figure comes from."""

    DOCUMENTED = "documented"
    MODELLED = "modelled"
    ASSUMED = "assumed"


class State(StrEnum):
    """What stands in the place of a figure that nobody has. Never 0 and never empty."""

    NOT_PRICED = "not priced"
    NOT_MODELLED = "not modelled"
    OVERLOADED = "overloaded"


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
class Spread:
    """Between which values a simulated percentile lies, in milliseconds."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Latency:
    """Milliseconds of the flow `flow` ("Page") at `load` ("6 requests/h"). None is not modelled.

    `rate_per_s` is the same load as a number. Spreads, replications and seed are those of a
    simulation; a closed form has none. `missing` says why a percentile is None: work that arrives
    faster than it is done has none.
    """

    p50_ms: Decimal | None
    p99_ms: Decimal | None
    flow: Text = ""
    load: Text = ""
    basis: Basis = Basis.MODELLED
    rate_per_s: Decimal | None = None
    p95_ms: Decimal | None = None
    p50_spread: Spread | None = None
    p95_spread: Spread | None = None
    p99_spread: Spread | None = None
    replications: int | None = None
    seed: int | None = None
    missing: State = State.NOT_MODELLED


@dataclass(frozen=True)
class Outage:
    """Expected minutes a month in which `hits` is down. `minutes` None is not modelled."""

    hits: Text
    minutes: Decimal | None
    basis: Basis = Basis.ASSUMED


@dataclass(frozen=True)
class Failure:
    """One way to fail behind the outages: how often a month, how many minutes each time."""

    name: Text
    hits: Text
    per_month: Decimal | None
    minutes_each: Decimal | None
    minutes: Decimal | None
    basis: Basis = Basis.ASSUMED
    source: Text = ""


@dataclass(frozen=True)
class Needles:
    """Cost, latency and downtime, always together. `remark` is what no engine computes.

    The first outage is the one that hits all requests. `failures` are what the outages add up.
    """

    cost: Cost
    latency: Latency
    downtime: tuple[Outage, ...] = ()
    remark: Text = ""
    failures: tuple[Failure, ...] = ()


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
    """The option that was taken, the reason, and how sure the person was (1 to 5).

    `round` is the round of a team's vote that decided.
    """

    letter: str
    because: Text = ""
    decided: Text = ""
    confidence: int | None = None
    round: int | None = None


@dataclass(frozen=True)
class CostLine:
    """A line of the bill, one amount per option in their order; None is not part of an option.

    `price` is `SERVICE:KEY`; `quantity` is in `unit`, the same for all options that have an amount.
    """

    label: Text
    amounts: tuple[Decimal | State | None, ...]
    component: Text = ""
    price: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    basis: Basis | None = None
    formula: Text = ""


@dataclass(frozen=True)
class Evidence:
    """What the figures stand on: everything that is needed to compute them again.

    A record that was not taken in a journey has no scenario; one without figures no price book.
    `kernel` is the version of the latency kernel where a simulation ran, `permalink` an address
    that computes the figures again, `diagram` the drawing before and after as SVG.
    """

    price_book: str = ""
    price_book_digest: str = ""
    region: str = ""
    month_hours: int = 0
    scenario: str = ""
    scenario_version: str = ""
    scenario_digest: str = ""
    decision: str = ""
    latency_method: Text = ""
    cost_lines: tuple[CostLine, ...] = ()
    kernel: str = ""
    permalink: str = ""
    diagram: str = ""


@dataclass(frozen=True)
class Confirmation:
    """What shows that the decision was carried out and holds.

    `how` is the way to look, `lab` a lab that checks it, `alarm_usd` the monthly bill at which
    somebody is called.
    """

    check: Text
    how: Text = ""
    lab: str = ""
    alarm_usd: Decimal | None = None


@dataclass(frozen=True)
class Revisit:
    """When to decide again: an event in words, and the computed threshold where there is one."""

    when: Text
    threshold: Decimal | None = None
    unit: Text = ""


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
class Round:
    """One round of a vote: how many for each option, in their order, and how many abstained.

    Confidence is the mean from 1 to 5, of everybody and of each option's voters.
    """

    number: int
    votes: tuple[int, ...]
    no_vote: int = 0
    mean_confidence: Decimal | None = None
    confidence: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True)
class Votes:
    """How a team voted. `changed` counts those of `voters` whose last vote was not their first."""

    rounds: tuple[Round, ...]
    voters: int
    changed: int | None = None
    hidden_until: Text = ""
    discussion_minutes: int | None = None


@dataclass(frozen=True)
class Dissent:
    """A minority's reason, word for word, without a name; others may have endorsed it."""

    letter: str
    words: Own
    confidence: int | None = None
    endorsements: int = 0


@dataclass(frozen=True)
class Override:
    """Somebody decided against the majority of a round; both are letters of options."""

    majority: str
    chosen: str
    reason: Text
    round: int


@dataclass(frozen=True)
class Overrides:
    """What was decided against a vote. Empty is said too: "None."

    `reopened` are rounds that were opened again, `late_votes` votes after the reveal.
    """

    taken: tuple[Override, ...] = ()
    reopened: tuple[int, ...] = ()
    late_votes: int = 0


@dataclass(frozen=True)
class LabReceipt:
    """A lab that was run: against what, which checks held, what was left behind.

    `target` says in words whether anything ran in an account. `failed` are checks by name.
    """

    lab: str
    title: Text
    scenario_version: str
    run: str
    date: date
    target: Text
    template_digest: str
    passed: int
    checks: int
    failed: tuple[Text, ...] = ()
    left: int | None = None


@dataclass(frozen=True)
class Link:
    """Another record of the same tree."""

    number: int
    title: Text


@dataclass(frozen=True)
class DecisionRecord:
    """One decision that was taken: why, among what, with which figures.

    `status` is superseded exactly when `superseded_by` is given. `chosen` is the option whose
    letter stands in the outcome. `overtakes` names files of the reader's own folder that it
    supersedes. A record of one person has neither votes nor overrides (None).
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
    confirmation: tuple[Confirmation, ...] = ()
    revisit: tuple[Revisit, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    claims: tuple[SourceClaim, ...] = ()
    votes: Votes | None = None
    dissent: tuple[Dissent, ...] = ()
    overrides: Overrides | None = None
    labs: tuple[LabReceipt, ...] = ()
    reproduce: tuple[Recipe, ...] = ()
    supersedes: tuple[Link, ...] = ()
    superseded_by: Link | None = None
    relates_to: tuple[Link, ...] = ()
    overtakes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.status is Status.SUPERSEDED) != (self.superseded_by is not None):
            raise ValueError("A superseded record names the record that took its place.")
        letters = [option.letter for option in self.options]
        for letter in (self.outcome.letter, *(one.letter for one in self.dissent)):
            if letter not in letters:
                raise ValueError(f"No option {letter}; there are {', '.join(letters)}.")
        for line in self.evidence.cost_lines:
            if len(line.amounts) != len(self.options):
                raise ValueError("A cost line has one amount per option.")
        for one in self.votes.rounds if self.votes else ():
            if len(one.votes) != len(self.options):
                raise ValueError("A round has one count of votes per option.")

    @property
    def chosen(self) -> ConsideredOption:
        """The option that was taken."""
        return next(o for o in self.options if o.letter == self.outcome.letter)
