"""What a system costs as its load grows: in all, per thousand requests, and per user."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.calculators.desk import Desk, desk
from archlab.calculators.fields import text_of
from archlab.calculators.places import LOAD
from archlab.calculators.systems import default_pair
from archlab.calculators.tables import Cell
from archlab.domain.architecture.watch import looked_at
from archlab.domain.grading import AnswerRefused, parse_number
from archlab.domain.pricing import Sweep, Unpriced
from archlab.web import charts, numbers
from archlab.web.prices import active_book

HEADING = ("requests_per_day", "usd_month", "usd_per_1000_requests", "usd_per_user")
OWN = ("from", "to", "each")
POINTS = 40
DEFAULTS = {"from": Decimal(1000), "to": Decimal(10_000_000), "each": Decimal(20)}


@dataclass(frozen=True, slots=True)
class Point:
    """The bill at one load, in USD a month and USD per unit."""

    load: Decimal
    usd: Decimal
    per_thousand: Decimal
    per_user: Decimal


@dataclass(frozen=True)
class ScalingPage:
    """A desk along its load, from `low` to `high` requests a day; `each` user makes so many."""

    desk: Desk
    values: dict[str, Decimal]
    typed: dict[str, str]
    own_problems: dict[str, str] = field(default_factory=dict)

    @property
    def problems(self) -> dict[str, str]:
        return {**self.desk.problems, **self.own_problems}

    @property
    def labels(self) -> dict[str, str]:
        return {
            "system": _("System"),
            "from": _("From, requests a day"),
            "to": _("To, requests a day"),
            "each": _("Requests of one user a day"),
        }

    @cached_property
    def _points(self) -> list[Point] | Unpriced:
        try:
            sweep = Sweep(self.desk.model, [LOAD], active_book())
            return [self._point(load, sweep.usd([load])) for load in self._loads]
        except Unpriced as missing:
            return missing

    @property
    def points(self) -> list[Point]:
        return self._points if isinstance(self._points, list) else []

    @property
    def _loads(self) -> list[Decimal]:
        """Even steps on a logarithmic axis, both ends included, as whole requests."""
        low, high = self.values["from"], self.values["to"]
        ratio = (high / low).ln() / POINTS
        return [(low * (ratio * step).exp()).quantize(Decimal(1)) for step in range(POINTS + 1)]

    def _point(self, load: Decimal, usd: Decimal) -> Point:
        requests = load * self.desk.month_hours / 24
        return Point(load, usd, usd / requests * 1000, usd * self.values["each"] / load)

    @property
    def finding(self) -> str:
        if not isinstance(self._points, list):
            return _("This bill cannot be scaled: %(why)s") % {"why": self._points}
        first, last = self._points[0], self._points[-1]
        words = {
            "times": numbers.fixed(last.load / first.load, 0),
            "cost": numbers.fixed(last.usd / first.usd, 1) if first.usd else "0",
        }
        return _("%(times)s times the load, %(cost)s times the bill") % words

    @property
    def chart(self) -> SafeString:
        return self._chart("scaling-total", _("USD a month"), "usd", self.finding)

    @property
    def per_thousand_chart(self) -> SafeString:
        if not self.points:
            return SafeString("")
        ends = [numbers.fixed(point.per_thousand, 4) for point in (self.points[0], self.points[-1])]
        words = {"first": ends[0], "last": ends[1]}
        told = _("A thousand requests cost %(first)s USD at first and %(last)s at last") % words
        return self._chart("scaling-each", _("USD per 1,000 requests"), "per_thousand", told)

    def _chart(self, id_: str, y_label: str, name: str, finding: str) -> SafeString:
        if not self.points:
            return SafeString("")
        line = tuple((point.load, getattr(point, name)) for point in self.points)
        return charts.line_chart(
            [charts.Series(self.desk.start.title, line)],
            id_=id_,
            finding=finding,
            x_label=_("requests a day"),
            y_label=y_label,
            log_x=True,
            interactive=True,
        )

    @property
    def milestones(self) -> list[Point]:
        """Every tenth point, for the table on the page."""
        return self.points[::10]

    @property
    def still(self) -> list[str]:
        """The priced parts that do not know the load: they stay as they are set."""
        model = self.desk.model
        priced = {part for line in self.desk.forecast.lines if line.usd for part in line.components}
        return [
            component.label or component.title
            for id_, component in model.components.items()
            if id_ in priced and "demand" not in looked_at(component, model.context)
        ]

    def shown(self, name: str) -> str:
        return self.typed.get(name, text_of(self.values[name]))

    @property
    def fields(self) -> list[tuple[str, str, str, str]]:
        """Name, label, text and problem of the page's own fields."""
        return [
            (name, self.labels[name], self.shown(name), self.own_problems.get(name, ""))
            for name in OWN
        ]

    @property
    def query(self) -> str:
        own = {name: text_of(value) for name, value in self.values.items()}
        return f"{self.desk.query}&{urlencode(own)}"

    @property
    def file(self) -> str:
        return f"scaling-{self.desk.start.id}"

    @property
    def heading(self) -> tuple[str, ...]:
        return HEADING

    def table(self) -> Iterator[tuple[Cell, ...]]:
        for point in self.points:
            yield point.load, point.usd, point.per_thousand, point.per_user


def scaling(query: QueryDict) -> ScalingPage:
    """A desk's address with `from`, `to` and `each`."""
    typed = {name: text for name in OWN if (text := str(query.get(name, "")))}
    base = QueryDict(mutable=True)
    base["system"] = default_pair()[0].name
    base.update({name: str(text) for name, text in query.items() if name not in OWN})
    problems: dict[str, str] = {}
    values = {name: _number(typed, name, problems) for name in OWN}
    if values["to"] < values["from"] * 2:
        problems["to"] = _("Write an end of at least twice the start.")
        values = dict(DEFAULTS)
    return ScalingPage(desk(base), values, typed, problems)


def _number(typed: dict[str, str], name: str, problems: dict[str, str]) -> Decimal:
    if name not in typed:
        return DEFAULTS[name]
    try:
        number = parse_number(typed[name])
    except AnswerRefused as refused:
        problems[name] = str(refused)
        return DEFAULTS[name]
    if number < 1:
        problems[name] = _("Write a number from 1 up.")
        return DEFAULTS[name]
    return number
