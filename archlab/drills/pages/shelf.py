"""The list of drills, and the page of one before its night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.accounts.visitor import Visitor
from archlab.catalog.text import text_of
from archlab.domain.pack import Scenario, Step
from archlab.domain.pack.blocks import Drill
from archlab.domain.pack.model import StateFlag
from archlab.drills import queries
from archlab.drills.forms import YES
from archlab.drills.models import DrillRun
from archlab.drills.queries import Offered


@dataclass(frozen=True, slots=True)
class Row:
    """A drill on the shelf; `best` is the visitor's best result, None before the first."""

    slug: str
    id: str
    title: str
    briefing: SafeString
    scenario: str
    level: str
    minutes: int
    best: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """An earlier decision that changes the night, as a question."""

    name: str
    text: str
    choices: tuple[Choice, ...]


def shelf(visitor: Visitor) -> list[Row]:
    best = queries.best_results(visitor)
    return [_row(one, best.get((one.entry.slug, one.drill.id))) for one in queries.offered()]


def level_of(scenario: Scenario) -> str:
    return {
        "intro": _("For a start"),
        "intermediate": _("Intermediate"),
        "advanced": _("Advanced"),
    }[scenario.level]


def _row(one: Offered, best: int | None) -> Row:
    scenario = one.entry.pack.scenario
    return Row(
        slug=one.entry.slug,
        id=one.drill.id,
        title=one.title,
        briefing=text_of(one.entry.pack).inline(one.drill.briefing),
        scenario=scenario.title,
        level=level_of(scenario),
        minutes=one.drill.clock.minutes,
        best=best,
    )


@dataclass(frozen=True)
class DrillPage:
    """A drill before its night: the briefing, what was decided before, the nights so far."""

    offered: Offered
    visitor: Visitor

    @property
    def title(self) -> str:
        return self.offered.title

    @property
    def step(self) -> Step:
        return self.offered.step

    @property
    def drill(self) -> Drill:
        return self.offered.drill

    @property
    def scenario(self) -> Scenario:
        return self.offered.entry.pack.scenario

    @property
    def briefing(self) -> SafeString:
        return text_of(self.offered.entry.pack).inline(self.drill.briefing)

    @property
    def start_url(self) -> str:
        return reverse("drills:start", args=[self.offered.entry.slug, self.drill.id])

    @property
    def questions(self) -> Sequence[Asked]:
        """Empty while a night of this drill waits: its decisions stand already."""
        return () if self.waits else [_asked(flag) for flag in self.offered.flags]

    @cached_property
    def nights(self) -> list[DrillRun]:
        return list(queries.runs_of(self.visitor, self.offered.entry.slug, self.drill.id))

    @property
    def waits(self) -> bool:
        return any(run.enrolment is None and run.ended is None for run in self.nights)

    @cached_property
    def step_url(self) -> str:
        """The step in the visitor's own journey; empty before they have come to it."""
        enrolment = queries.journey_at(self.visitor, self.offered)
        if enrolment is None:
            return ""
        return reverse("journeys:step", args=[enrolment.pk, self.step.id]) + f"#{self.drill.id}"


def _asked(flag: StateFlag) -> Asked:
    if flag.values:
        choices = [Choice(word, word, word == str(flag.default)) for word in flag.values]
    else:
        choices = [
            Choice(YES, _("Yes"), bool(flag.default)),
            Choice("no", _("No"), not flag.default),
        ]
    return Asked(f"flag-{flag.id}", flag.text, tuple(choices))
