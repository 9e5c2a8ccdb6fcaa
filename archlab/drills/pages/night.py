"""A night while it runs: the clock, what can be seen and done, what happened.

Nothing here looks at verdicts, explanations, the right cause or the score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.accounts.http import LearnerRequest
from archlab.catalog.text import text_of
from archlab.domain.grading.drill import Entry, Night, Standing, play
from archlab.domain.pack.blocks import Drill
from archlab.drills import queries
from archlab.drills.models import DrillRun
from archlab.drills.pages.debrief import DebriefPage
from archlab.drills.pages.exhibits import Exhibit, exhibit
from archlab.drills.pages.words import (
    amount_of,
    ended_because,
    entry_text,
    kind_of,
    minutes_of,
    outcome,
    unit_of,
)

WAITS = (1, 5, 15)
SEARCH = "q-"
LONGEST_SEARCH = 80
OWN_PACE = 5
"""Story seconds per real second where the pack sets no pace and the learner wants a clock."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number of the night; `moved` says how far it went with the last move."""

    label: str
    value: str
    unit: str
    moved: str


@dataclass(frozen=True, slots=True)
class PanelView:
    """Evidence: closed with its cost or with what it needs first, or open with what it shows."""

    id: str
    title: str
    kind: str
    opened: bool
    can: bool
    reason: str
    cost: str
    shown: Exhibit
    others: tuple[tuple[str, str], ...]

    @property
    def place(self) -> str:
        return f"open-{self.id}"

    @property
    def search_name(self) -> str:
        return SEARCH + self.id


@dataclass(frozen=True, slots=True)
class ActionView:
    id: str
    text: str
    can: bool
    reason: str
    cost: str

    @property
    def place(self) -> str:
        return f"act-{self.id}"


@dataclass(frozen=True, slots=True)
class Wait:
    minutes: int
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    id: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class LogEntry:
    clock: str
    kind: str
    text: str
    is_new: bool


@dataclass(frozen=True)
class NightPage:
    """A run whose debrief has not begun. `sent` is a refused form, so that nothing is lost;
    `source` is the form whose answer is being swapped in, as htmx names it.
    """

    run: DrillRun
    problem: str = ""
    sought: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, list[str]] = field(default_factory=dict)
    source: str = ""

    template = "drills/run.html"

    @cached_property
    def drill(self) -> Drill:
        return queries.drill_of(self.run)

    @cached_property
    def night(self) -> Night:
        return queries.night_of(self.run)

    @cached_property
    def before(self) -> Night:
        """The night before the last move; the night itself before the first."""
        moves = self.night.moves[:-1]
        return play(self.drill, moves, self.run.flags)

    @property
    def title(self) -> str:
        return queries.title_of(self.run)

    @property
    def briefing(self) -> SafeString:
        return text_of(queries.pack_played(self.run)).inline(self.drill.briefing)

    @property
    def clock(self) -> str:
        return self.night.clock

    @property
    def elapsed(self) -> str:
        words = {"minute": self.night.minute, "all": self.drill.clock.minutes}
        return _("minute %(minute)s of at most %(all)s") % words

    @property
    def gauges(self) -> list[Gauge]:
        return [
            Gauge(
                one.label,
                amount_of(self.night.values[id_], one.unit),
                unit_of(one.unit),
                self._moved(id_, one.unit),
            )
            for id_, one in self.drill.state.items()
            if not one.hidden
        ]

    def _moved(self, id_: str, unit: str) -> str:
        change = self.night.values[id_] - self.before.values[id_]
        words = {"by": amount_of(abs(change), unit)}
        if words["by"] == "0":
            return ""
        return _("%(by)s more") % words if change > 0 else _("%(by)s less") % words

    @property
    def panels(self) -> list[PanelView]:
        return [self._panel(standing, number) for number, standing in enumerate(self.night.panels)]

    def _panel(self, standing: Standing, number: int) -> PanelView:
        panel = self.drill.panels[number]
        sought = self.sought.get(panel.id, "")
        shown = exhibit(self.run, panel, self.night.minute, sought) if standing.done else Exhibit()
        others = ((SEARCH + id_, text) for id_, text in self.sought.items() if id_ != panel.id)
        return PanelView(
            id=panel.id,
            title=panel.title,
            kind=kind_of(panel.kind),
            opened=standing.done,
            can=standing.available,
            reason=_("You did not look at this.") if self.is_over else standing.reason,
            cost=_look(panel.minutes),
            shown=shown,
            others=tuple(others),
        )

    @property
    def actions(self) -> list[ActionView]:
        return [
            ActionView(
                id=action.id,
                text=action.text,
                can=standing.available,
                reason=self._done_at(action.id) or standing.reason,
                cost=minutes_of(action.minutes),
            )
            for action, standing in zip(self.drill.actions, self.night.actions, strict=True)
        ]

    def _done_at(self, action: str) -> str:
        """When it was done; empty before."""
        times = [one.minute for one in self.night.log if one.kind == "acted" and one.id == action]
        return _("Done at %(clock)s") % {"clock": self.night.clock_at(times[-1])} if times else ""

    @property
    def waits(self) -> list[Wait]:
        fitting = [n for n in WAITS if n == 1 or n <= self.night.minutes_left]
        return [Wait(n, minutes_of(n)) for n in fitting]

    @property
    def causes(self) -> list[Candidate]:
        """The candidates, mixed; empty when the night is over and the cause was named in it."""
        if self.is_over and self.night.cause:
            return []
        typed = self.sent.get("cause", [self.night.cause])
        found = [Candidate(one.id, one.text, one.id in typed) for one in self.drill.causes]
        return self._mixed(found)

    @property
    def preventions(self) -> list[Candidate]:
        typed = self.sent.get("prevention", [])
        return self._mixed(
            [Candidate(one.id, one.text, one.id in typed) for one in self.drill.prevention]
        )

    def _mixed(self, candidates: list[Candidate]) -> list[Candidate]:
        """The same order all night, another one in the next, so that no place tells anything."""
        Random(str(self.run.pk)).shuffle(candidates)  # noqa: S311 - a page's order
        return candidates

    @property
    def log(self) -> list[LogEntry]:
        """The newest first."""
        known = len(self.before.log) if self.night.moves else 0
        entries = [
            LogEntry(self.night.clock_at(entry.minute), entry.kind, entry_text(entry), n >= known)
            for n, entry in enumerate(self.night.log)
        ]
        return entries[::-1]

    @property
    def is_over(self) -> bool:
        return self.night.finished

    @property
    def outcome(self) -> str:
        return outcome(self.night)

    @property
    def why(self) -> str:
        return ended_because(self.night)

    @property
    def focus(self) -> str:
        """Where the eyes and the keyboard go after a move whose button is gone."""
        if self.source != "form#turn" or self.problem:
            return ""
        if self.is_over:
            return "over"
        last = self.night.moves[-1] if self.night.moves else None
        return f"{last.kind}-{last.id}" if last and last.kind in ("open", "act") else ""

    @property
    def news(self) -> str:
        """What the last move brought, in one line for screen readers; a refusal tells itself."""
        return " ".join(self._news()) if self.night.moves and not self.problem else ""

    def _news(self) -> Iterator[str]:
        yield _("It is %(clock)s.") % {"clock": self.clock}
        for entry in self._new_entries():
            yield entry_text(entry)
        for gauge in self.gauges:
            if gauge.moved:
                yield f"{gauge.label}: {gauge.value} {gauge.unit}".strip() + "."

    def _new_entries(self) -> tuple[Entry, ...]:
        return self.night.log[len(self.before.log) :]

    @property
    def seconds(self) -> int:
        """Real seconds for a minute of the story."""
        return max(round(60 / (self.drill.clock.speed or OWN_PACE)), 1)

    @cached_property
    def key(self) -> UUID:
        return queries.key_for(self.run, queries.turns_of(self.run) + 1)

    @property
    def url(self) -> str:
        return reverse("drills:run", args=[self.run.id])

    @property
    def turn_url(self) -> str:
        return reverse("drills:turn", args=[self.run.id]) + self._query

    @property
    def close_url(self) -> str:
        return reverse("drills:close", args=[self.run.id])

    @property
    def _query(self) -> str:
        return kept(self.sought)

    @property
    def back_url(self) -> str:
        return queries.place_of(self.run)


def page_of(request: LearnerRequest, run: DrillRun, problem: str = "") -> NightPage | DebriefPage:
    """The night, or its debrief once the run is closed."""
    if run.ended is not None:
        return DebriefPage(run, problem, request.htmx.source or "")
    sent = {name: request.POST.getlist(name) for name in ("cause", "prevention")}
    typed = {name: values for name, values in sent.items() if values}
    return NightPage(run, problem, sought_in(request), typed, request.htmx.source or "")


def sought_in(request: LearnerRequest) -> Mapping[str, str]:
    """Panel -> what its lines are filtered by, from the address."""
    return {
        name.removeprefix(SEARCH): str(text).replace("\0", "")[:LONGEST_SEARCH]
        for name, text in request.GET.dict().items()
        if name.startswith(SEARCH) and text
    }


def kept(sought: Mapping[str, str]) -> str:
    """The filters as the query of an address; empty without any."""
    return "?" + urlencode({SEARCH + id_: text for id_, text in sought.items()}) if sought else ""


def _look(minutes: int) -> str:
    return _("Look: %(cost)s") % {"cost": minutes_of(minutes)}
