"""A night that is closed: how it went beside the best one and beside doing nothing, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.catalog.text import Rendered, text_of
from archlab.domain.grading.drill import Entry, Night, ScoreRow, best, idle
from archlab.domain.grading.drill.conditions import condition
from archlab.domain.pack import Pack
from archlab.domain.pack.blocks import Action, Drill
from archlab.drills import queries
from archlab.drills.models import DrillRun
from archlab.drills.pages.exhibits import thinned
from archlab.drills.pages.words import amount_of, ended_because, entry_text, outcome, unit_of
from archlab.web.charts import Mark, Series, line_chart

MOST_PICTURES = 3
DEEDS = ("opened", "acted")


@dataclass(frozen=True, slots=True)
class Points:
    """A row of the score with the condition that it looked at."""

    row: ScoreRow
    part: str
    formula: str


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a night can get after a destructive action, and whether it was in force."""

    label: str
    at_most: int
    formula: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened at one time: in this night, and in the best one."""

    clock: str
    mine: tuple[str, ...]
    best: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """An action, a cause or a prevention with what there is to say about it."""

    text: str
    why: SafeString
    verdict: str = ""
    mine: bool = False
    right: bool = False
    evidence: tuple[SafeString, ...] = ()
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class DebriefPage:
    """A closed run. `source` is the form whose answer is being swapped in, as htmx names it."""

    run: DrillRun
    problem: str = ""
    source: str = ""

    template = "drills/debrief.html"

    @cached_property
    def pack(self) -> Pack:
        return queries.pack_played(self.run)

    @cached_property
    def drill(self) -> Drill:
        return queries.drill_of(self.run)

    @cached_property
    def night(self) -> Night:
        return queries.night_of(self.run)

    @cached_property
    def best(self) -> Night:
        return best(self.drill, self.run.flags)

    @cached_property
    def idle(self) -> Night:
        return idle(self.drill, self.run.flags)

    @property
    def text(self) -> Rendered:
        return text_of(self.pack)

    @property
    def title(self) -> str:
        return queries.title_of(self.run)

    @property
    def clock(self) -> str:
        return self.outcome

    @property
    def outcome(self) -> str:
        return outcome(self.night)

    @property
    def why(self) -> str:
        return ended_because(self.night)

    @property
    def result(self) -> int:
        return round(self.night.result)

    @property
    def has_just_ended(self) -> bool:
        return self.source == "form#close"

    @property
    def told(self) -> SafeString:
        return self.text.prose(self.drill.debrief)

    @property
    def news(self) -> str:
        words = {"outcome": self.outcome, "result": self.result}
        return _("%(outcome)s, %(result)s of 100. The debrief is below.") % words

    @property
    def points(self) -> list[Points]:
        parts = {
            "outcome": _("outcome"),
            "order": _("order"),
            "diagnosis": _("cause"),
            "communication": _("telling people"),
            "prevention": _("prevention"),
        }
        return [
            Points(row, parts[row.part], rated.when)
            for row, rated in zip(self.night.score_rows, self.drill.scoring, strict=True)
        ]

    @property
    def earned(self) -> int:
        return max(sum(row.earned for row in self.night.score_rows), 0)

    @property
    def possible(self) -> int:
        return sum(row.points for row in self.night.score_rows if row.points > 0)

    @property
    def limits(self) -> list[Limit]:
        return [
            Limit(cap.label, cap.at_most, cap.when, self.night.holds(cap.when))
            for cap in self.drill.caps
        ]

    @property
    def others(self) -> list[tuple[str, str, str, int]]:
        """The best run and doing nothing: name, outcome, why, result."""
        rows = [(_("The best run"), self.best), (_("Doing nothing"), self.idle)]
        return [(name, outcome(n), ended_because(n), round(n.result)) for name, n in rows]

    @property
    def moments(self) -> list[Moment]:
        mine, best_ = list(self._numbered()), [(e, entry_text(e)) for e in self.best.log]
        minutes = sorted({entry.minute for entry, _text in (*mine, *best_)})
        return [
            Moment(self.night.clock_at(minute), _at(mine, minute), _at(best_, minute))
            for minute in minutes
        ]

    def _numbered(self) -> Iterator[tuple[Entry, str]]:
        """My log; what I did is numbered as in the pictures."""
        number = 0
        for entry in self.night.log:
            number += entry.kind in DEEDS
            text = entry_text(entry)
            yield entry, f"{number}. {text}" if entry.kind in DEEDS else text

    @property
    def pictures(self) -> list[SafeString]:
        """The numbers that decide the night, over its minutes, in the three nights."""
        moved = [id_ for id_ in self.drill.state if self._moved(id_)]
        ids = [id_ for id_ in moved if id_ in self._deciding] or moved
        return [self._picture(id_) for id_ in ids[:MOST_PICTURES]]

    def _moved(self, id_: str) -> bool:
        """Whether it changed in one of the three nights: a flat line says nothing."""
        nights = (self.night, self.best, self.idle)
        return len({value for night in nights for value in night.history[id_]}) > 1

    @property
    def _deciding(self) -> frozenset[str]:
        rules = (condition(self.drill.win), condition(self.drill.lose))
        return frozenset(name for rule in rules if rule for name in rule.names)

    def _picture(self, id_: str) -> SafeString:
        variable = self.drill.state[id_]
        nights = [(_("You"), self.night), (_("Best run"), self.best)]
        nights.append((_("Nobody acts"), self.idle))
        deeds = [entry for entry in self.night.log if entry.kind in DEEDS]
        last = amount_of(self.night.values[id_], variable.unit)
        best = amount_of(self.best.values[id_], variable.unit)
        words = {"label": variable.label, "mine": last, "best": best}
        return line_chart(
            [Series(name, _line(night, id_)) for name, night in nights],
            id_=f"course-{id_}",
            finding=_("%(label)s: you %(mine)s, best run %(best)s at the end") % words,
            x_label=_("minutes since %(start)s") % {"start": self.drill.clock.start},
            y_label=", ".join(filter(None, (variable.label, unit_of(variable.unit)))),
            marks=[Mark(Decimal(e.minute), None, str(n)) for n, e in enumerate(deeds, 1)],
        )

    @property
    def causes(self) -> list[Explained]:
        return [
            Explained(
                text=one.text,
                why=self.text.inline(one.rationale),
                mine=one.id == self.night.cause,
                right=one.correct,
            )
            for one in self.drill.causes
        ]

    @property
    def taken(self) -> list[Explained]:
        done = self.night.done
        return self._explained(one for one in self.drill.actions if one.id in done)

    @property
    def helpful(self) -> list[Explained]:
        """What the best run did and this one did not."""
        missed = set(self.best.done) - set(self.night.done)
        return self._explained(one for one in self.drill.actions if one.id in missed)

    @property
    def left(self) -> list[Explained]:
        seen = {*self.best.done, *self.night.done}
        return self._explained(one for one in self.drill.actions if one.id not in seen)

    def _explained(self, actions: Iterable[Action]) -> list[Explained]:
        return [
            Explained(
                text=one.text,
                why=self.text.inline(one.explanation),
                verdict=one.verdict,
                evidence=tuple(self.text.source(str(ref)) for ref in one.evidence),
            )
            for one in actions
        ]

    @property
    def preventions(self) -> list[Explained]:
        return [
            Explained(
                text=one.text,
                why=self.text.inline(one.rationale),
                mine=one.id in self.night.prevention,
                changes=tuple(self._changes(one.flags)),
            )
            for one in self.drill.prevention
        ]

    def _changes(self, flags: Mapping[str, object]) -> Iterator[str]:
        """What a prevention carries on, in the words of the scenario."""
        words = {flag.id: flag.text for flag in self.pack.scenario.flags}
        for id_, value in flags.items():
            shown = (_("yes") if value else _("no")) if isinstance(value, bool) else value
            yield f"{words.get(id_, id_)}: {shown}"

    @property
    def counts_in_journey(self) -> bool:
        enrolment = self.run.enrolment
        return enrolment is not None and queries.counts_in(self.run, enrolment)

    @property
    def back_url(self) -> str:
        return queries.place_of(self.run)

    @property
    def again_url(self) -> str:
        return reverse("drills:again", args=[self.run.id])


def _at(entries: list[tuple[Entry, str]], minute: int) -> tuple[str, ...]:
    return tuple(text for entry, text in entries if entry.minute == minute)


def _line(night: Night, id_: str) -> tuple[tuple[Decimal, Decimal], ...]:
    points = tuple(enumerate(night.history[id_]))
    return tuple((Decimal(minute), value) for minute, value in thinned(points))
