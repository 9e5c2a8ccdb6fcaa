"""Where one system overtakes another: every crossing along one of their numbers, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archlab.calculators.compare import frame_of, pair_of, problems_of
from archlab.calculators.desk import Desk
from archlab.calculators.fields import text_of
from archlab.calculators.places import Place, places_of
from archlab.calculators.tables import Cell
from archlab.domain.grading import AnswerRefused, parse_number
from archlab.domain.pricing import (
    PIECES,
    Along,
    Bill,
    BreakEven,
    Crossing,
    NoSuchDial,
    Unpriced,
    reconcile,
)
from archlab.web import charts
from archlab.web.prices import active_book

MOST_COLUMNS = 3
"""Crossings whose bills are written out beside those of both ends."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one component, or all that stand still, cost at each place of the table."""

    side: str
    label: str
    usd: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True)
class BreakEvenPage:
    """Two systems along the number at `place`, from `low` to `high`."""

    first: Desk
    second: Desk
    frame: dict[str, str]
    place: Place
    places: tuple[Place, ...]
    low: Decimal
    high: Decimal
    typed: dict[str, str]
    own_problems: dict[str, str] = field(default_factory=dict)

    @property
    def problems(self) -> dict[str, str]:
        found = {**problems_of(self.first, self.second), **self.own_problems}
        if isinstance(self._found, ValueError) and not isinstance(self._found, Unpriced):
            found["high"] = str(self._found)
        return found

    @property
    def labels(self) -> dict[str, str]:
        return {
            "a": _("First"),
            "b": _("Second"),
            "place": _("Along"),
            "low": _("From"),
            "high": _("To"),
        }

    @cached_property
    def _found(self) -> BreakEven | ValueError:
        """The answer, or the sentence that says why there is none."""
        try:
            return self._pair.between(self.low, self.high)
        except ValueError as refused:
            return refused

    @cached_property
    def _pair(self) -> Along:
        return Along(self.first.model, self.second.model, self.place.name, book=active_book())

    @property
    def result(self) -> BreakEven | None:
        return self._found if isinstance(self._found, BreakEven) else None

    @property
    def finding(self) -> str:
        if not isinstance(self._found, BreakEven):
            return _("These systems cannot be compared: %(why)s") % {"why": self._found}
        changes = self._found.crossings
        if not changes:
            side = self._found.stretches[0].cheaper
            if side == "equal":
                return _("Both cost the same everywhere in this range")
            return _("%(system)s is cheaper everywhere in this range") % {"system": self.name(side)}
        if len(changes) > 1:
            words = ngettext(
                "The cheaper system changes %(n)s time",
                "The cheaper system changes %(n)s times",
                len(changes),
            )
            return words % {"n": len(changes)}
        return self._one_change(changes[0])

    def _one_change(self, change: Crossing) -> str:
        words = {
            "x": self.shown(change.x),
            "label": self.place.label,
            "system": self.name(change.cheaper_after),
        }
        if change.cheaper_after == "equal":
            return _("From %(x)s %(label)s on both cost the same") % words
        return _("From %(x)s %(label)s on %(system)s is cheaper") % words

    def name(self, side: str) -> str:
        return {"a": self.first.start.title, "b": self.second.start.title}.get(side, _("neither"))

    def shown(self, x: Decimal) -> str:
        """A position with as many decimals as it is worth."""
        return self.place.shown(x)

    @property
    def sentences(self) -> list[str]:
        """Who is cheaper where, one sentence for each stretch."""
        if self.result is None or not self.result.crossings:
            return []
        steps = {crossing.x for crossing in self.result.crossings if crossing.kind == "step"}
        return [
            self._sentence(one.low, one.high, one.cheaper, is_step=one.low in steps)
            for one in self.result.stretches
        ]

    def _sentence(self, low: Decimal, high: Decimal, side: str, *, is_step: bool) -> str:
        words = {
            "low": self.shown(low),
            "high": self.shown(high),
            "label": self.place.label,
            "system": self.name(side),
        }
        if side == "equal":
            return _("Between %(low)s and %(high)s %(label)s both cost the same.") % words
        if is_step:
            return (
                _("Between %(low)s and %(high)s %(label)s %(system)s is cheaper, by a step.")
                % words
            )
        return _("Between %(low)s and %(high)s %(label)s %(system)s is cheaper.") % words

    @cached_property
    def _curves(self) -> list[list[tuple[Decimal, Decimal]]]:
        """Both totals at even distances and at every crossing."""
        extra = {crossing.x for crossing in self.result.crossings} if self.result else set()
        even = {self.low + (self.high - self.low) * n / PIECES for n in range(PIECES + 1)}
        xs = sorted({self._snapped(x) for x in even} | extra)
        return [[(x, curve(x)) for x in xs] for curve in (self._pair.a, self._pair.b)]

    def _snapped(self, x: Decimal) -> Decimal:
        return Decimal(int(x)) if self.place.is_whole else x

    @property
    def chart(self) -> SafeString:
        if self.result is None:
            return SafeString("")
        sides = zip((self.first, self.second), self._curves, strict=True)
        series = [
            charts.Series(side.start.title, tuple(points), stepped=self.place.is_whole)
            for side, points in sides
        ]
        totals = dict(self._curves[0])
        marks = [
            charts.Mark(crossing.x, totals[crossing.x], self.shown(crossing.x))
            for crossing in self.result.crossings
        ]
        return charts.line_chart(
            series,
            id_="break-even-chart",
            finding=self.finding,
            x_label=self.place.title,
            y_label=_("USD a month"),
            marks=marks,
            interactive=True,
        )

    @cached_property
    def columns(self) -> list[Decimal]:
        """Where the bills are written out: both ends and the first crossings."""
        between = [one.x for one in self.result.crossings[:MOST_COLUMNS]] if self.result else []
        return sorted({self.low, *map(self._snapped, between), self.high})

    @property
    def shown_columns(self) -> list[str]:
        return [self.shown(x) for x in self.columns]

    @property
    def parts(self) -> list[Part]:
        """What moves and what stands still, for each side."""
        if self.result is None:
            return []
        return [part for side in (self.first, self.second) for part in self._parts(side)]

    def _parts(self, side: Desk) -> Iterator[Part]:
        bills = [
            {line.components[0]: line.usd or Decimal(0) for line in self._bill(side, x).lines}
            for x in self.columns
        ]
        rows = {
            id_: tuple(bill.get(id_, Decimal(0)) for bill in bills)
            for id_ in dict.fromkeys(id_ for bill in bills for id_ in bill)
        }
        title = side.start.title
        still = [usd for usd in rows.values() if len(set(usd)) == 1]
        for id_, usd in rows.items():
            if len(set(usd)) > 1:
                component = side.architecture.components[id_]
                yield Part(title, component.label or component.title, self._placed(usd))
        sums = [sum(column, Decimal(0)) for column in zip(*still, strict=True)]
        if sums:
            yield Part(title, _("what stands still"), self._placed(sums))

    def _placed(self, usd: Sequence[Decimal]) -> tuple[tuple[str, Decimal], ...]:
        return tuple(zip(self.shown_columns, usd, strict=True))

    def _bill(self, side: Desk, x: Decimal) -> Bill:
        try:
            model = side.model.dials([self.place.name]).at([x])
        except NoSuchDial:
            model = side.model
        return reconcile(model, active_book())

    @property
    def shown_low(self) -> str:
        return self.typed.get("low", text_of(self.low))

    @property
    def shown_high(self) -> str:
        return self.typed.get("high", text_of(self.high))

    @property
    def query(self) -> str:
        own = {"place": self.place.name, "low": text_of(self.low), "high": text_of(self.high)}
        return urlencode({"a": self.first.query, "b": self.second.query, **self.frame, **own})

    @property
    def file(self) -> str:
        return f"break-even-{self.first.start.id}-{self.second.start.id}"

    @property
    def heading(self) -> tuple[str, ...]:
        return (self.place.name, self.first.start.id, self.second.start.id)

    def table(self) -> Iterator[tuple[Cell, ...]]:
        if self.result is None:
            return
        for (x, one), (_x, other) in zip(*self._curves, strict=True):
            yield x, one, other


def breakeven(query: QueryDict) -> BreakEvenPage:
    """Two systems, a place, and the range to look at; a mistake leaves the range as it would be."""
    frame = frame_of(query)
    first, second = pair_of(query, frame)
    places = tuple(_places(first, second))
    found: dict[str, str] = {}
    place = _place(str(query.get("place", "")), places, found)
    typed = {name: text for name in ("low", "high") if (text := str(query.get(name, "")))}
    low = _number(typed, "low", place.least, found)
    high = _number(typed, "high", place.far, found)
    if not low < high:
        found["high"] = _("Write an end of the range above its start.")
        low, high = place.least, place.far
    return BreakEvenPage(first, second, frame, place, places, low, high, typed, found)


def _places(first: Desk, second: Desk) -> Iterator[Place]:
    """The numbers of both, each once."""
    seen: dict[str, Place] = {}
    for side in (first, second):
        for place in places_of(side.model):
            seen.setdefault(place.name, place)
    yield from seen.values()


def _place(name: str, places: tuple[Place, ...], found: dict[str, str]) -> Place:
    for place in places:
        if place.name == name:
            return place
    if name:
        found["place"] = _("Neither system has a number %(name)s.") % {"name": name}
    return places[0]


def _number(typed: dict[str, str], name: str, default: Decimal, found: dict[str, str]) -> Decimal:
    if name not in typed:
        return default
    try:
        return parse_number(typed[name])
    except AnswerRefused as refused:
        found[name] = str(refused)
        return default
