"""How far a bill can be off: a tornado of its assumptions, and the band of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property, lru_cache
from random import Random
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.calculators.desk import Desk, desk
from archlab.calculators.fields import Choice, Field, field_id, text_of
from archlab.calculators.places import Place, places_of
from archlab.calculators.tables import Cell
from archlab.domain.architecture import Architecture
from archlab.domain.grading import AnswerRefused, parse_number
from archlab.domain.money import cents
from archlab.domain.pricing import (
    Assumption,
    Spread,
    Sweep,
    Tornado,
    Unpriced,
    monte_carlo,
    tornado,
)
from archlab.web import charts, numbers
from archlab.web.prices import active_book

HEADING = ("assumption", "low", "likely", "high", "usd_at_low", "usd_at_high")
MOST_ASSUMPTIONS = 8
DRAWS = (200, 1000, 10_000)
BINS = 24
LOW, HIGH = "low.", "high."


@dataclass(frozen=True, slots=True)
class Row:
    """One assumption with its fields as typed."""

    place: Place
    assumption: Assumption
    low: str
    high: str
    problem: str

    @property
    def id(self) -> str:
        return field_id(self.place.name)


@dataclass(frozen=True)
class SensitivityPage:
    """A desk with a range for each of its numbers that move the bill most."""

    desk: Desk
    rows: tuple[Row, ...]
    seed: int
    draws: int
    typed: Mapping[str, str] = field(default_factory=dict)
    own_problems: Mapping[str, str] = field(default_factory=dict)
    unpriced: str = ""

    @property
    def problems(self) -> dict[str, str]:
        return {**self.desk.problems, **self.own_problems}

    @property
    def labels(self) -> dict[str, str]:
        own = {"system": _("System"), "seed": _("Seed"), "draws": _("Draws")}
        return own | {row.place.name: row.place.title for row in self.rows}

    @property
    def _assumptions(self) -> tuple[Assumption, ...]:
        return tuple(row.assumption for row in self.rows)

    @cached_property
    def tornado(self) -> Tornado | None:
        if self.unpriced or not self.rows:
            return None
        return tornado(_cost(self.desk.model, self._assumptions), self._assumptions)

    @property
    def finding(self) -> str:
        if self.unpriced:
            return _("This bill has no range: %(why)s") % {"why": self.unpriced}
        if self.tornado is None:
            return _("No number of this system moves its bill")
        widest = self.tornado.sways[0]
        label = next(row.place.title for row in self.rows if row.assumption is widest.assumption)
        words = {"label": label, "usd": numbers.usd(widest.reach)}
        return _("%(label)s matters most: up to %(usd)s") % words

    @property
    def chart(self) -> SafeString:
        if self.tornado is None:
            return SafeString("")
        names = {row.assumption.name: row.place for row in self.rows}
        likely = self.tornado.likely_usd
        sways = [
            charts.Sway(
                label=names[sway.assumption.name].title,
                low_at=names[sway.assumption.name].shown(sway.assumption.low),
                high_at=names[sway.assumption.name].shown(sway.assumption.high),
                low=likely + sway.low_usd,
                high=likely + sway.high_usd,
            )
            for sway in self.tornado.sways
        ]
        return charts.tornado_chart(
            sways,
            likely=likely,
            id_="tornado",
            finding=self.finding,
            y_label=_("USD a month"),
            interactive=True,
        )

    @cached_property
    def spread(self) -> Spread | None:
        """The draws, only where they were asked for: they cost more than the rest of the page."""
        if self.tornado is None or not self.draws:
            return None
        return _spread(self.desk.model, self._assumptions, self.seed, self.draws)

    @property
    def percentiles(self) -> list[tuple[str, Decimal]]:
        if self.spread is None:
            return []
        return [(f"P{percent}", self.spread.percentile(percent)) for percent in (10, 50, 90)]

    @property
    def documented(self) -> Decimal | None:
        bill = self.desk.start.documented
        return bill.total_usd if bill else None

    @property
    def share_from_documented(self) -> Decimal | None:
        """The part of the draws that reach the documented total."""
        if self.spread is None or self.documented is None:
            return None
        return self.spread.share_from(self.documented)

    @property
    def band(self) -> SafeString:
        if self.spread is None:
            return SafeString("")
        marks = [charts.Mark(usd, None, name) for name, usd in self.percentiles]
        if self.documented is not None:
            marks.append(charts.Mark(self.documented, None, _("documented"), "documented"))
        low, *_rest, high = (numbers.usd(usd) for _name, usd in self.percentiles)
        return charts.range_chart(
            _bins(self.spread),
            marks=marks,
            id_="band",
            finding=_("Eight draws of ten lie between %(low)s and %(high)s")
            % {"low": low, "high": high},
            x_label=_("USD a month"),
            interactive=True,
        )

    @property
    def carried(self) -> list[tuple[str, str]]:
        """The desk's own state, which this page shows no fields for."""
        return parse_qsl(self.desk.query)

    @property
    def dice(self) -> tuple[Field, Field]:
        """The seed and the number of draws, as typed."""
        none = Choice("", _("none"))
        choices = [none, *(Choice(str(count), str(count)) for count in DRAWS)]
        seed, draws = self._own("seed", self.seed), self._own("draws", self.draws or "")
        return seed, replace(draws, kind="choice", choices=tuple(choices))

    def _own(self, name: str, now: int | str) -> Field:
        problem = self.own_problems.get(name, "")
        value = self.typed.get(name, "") if problem else str(now)
        return Field(name, self.labels[name], "", "text", value, value, problem)

    @property
    def query(self) -> str:
        ranges = {
            name: text
            for row in self.rows
            for name, text in (
                (LOW + row.place.name, text_of(row.assumption.low)),
                (HIGH + row.place.name, text_of(row.assumption.high)),
            )
        }
        own = {"seed": str(self.seed)} | ({"draws": str(self.draws)} if self.draws else {})
        return f"{self.desk.query}&{urlencode({**ranges, **own})}"

    @property
    def file(self) -> str:
        return f"sensitivity-{self.desk.start.id}"

    @property
    def heading(self) -> tuple[str, ...]:
        return HEADING

    def table(self) -> Iterator[tuple[Cell, ...]]:
        if self.tornado is None:
            return
        likely = self.tornado.likely_usd
        for sway in self.tornado.sways:
            one = sway.assumption
            ends = likely + sway.low_usd, likely + sway.high_usd
            yield one.name, one.low, one.likely, one.high, *ends
        yield "all of them", None, likely, None, self.tornado.all_low_usd, self.tornado.all_high_usd
        for name, usd in self.percentiles:
            yield f"{name} of {self.draws} draws, seed {self.seed}", None, usd, None, None, None


def sensitivity(query: QueryDict) -> SensitivityPage:
    """A desk's address with `low.PLACE` and `high.PLACE`, `seed` and `draws`."""
    own = {name: str(text) for name, text in query.items() if _is_own(name)}
    base = QueryDict(mutable=True)
    base.update({name: str(text) for name, text in query.items() if not _is_own(name)})
    found = desk(base)
    problems: dict[str, str] = {}
    seed = _whole(own, "seed", 1, range(1_000_000), problems)
    draws = _whole(own, "draws", 0, range(max(DRAWS) + 1), problems)
    try:
        rows = tuple(_rows(found.model, own, problems))
    except Unpriced as missing:
        return SensitivityPage(found, (), seed, draws, own, problems, str(missing))
    return SensitivityPage(found, rows, seed, draws, own, problems)


def _is_own(name: str) -> bool:
    return name in ("seed", "draws") or name.startswith((LOW, HIGH))


def _rows(model: Architecture, own: Mapping[str, str], problems: dict[str, str]) -> Iterator[Row]:
    """The numbers that the address names, else those that move the bill most."""
    known = {place.name: place for place in places_of(model)}
    named = dict.fromkeys(name.partition(".")[2] for name in own if name.startswith((LOW, HIGH)))
    for name in named:
        if name not in known:
            problems[name] = _("This system has no number %(name)s.") % {"name": name}
    for name in [name for name in named if name in known] or _widest(model):
        yield _row(known[name], own, problems)


@lru_cache(maxsize=256)
def _widest(model: Architecture) -> tuple[str, ...]:
    """The names of the numbers that move the bill most when they are half or half more."""
    reach: dict[str, Decimal] = {}
    for place in places_of(model):
        one = _half(place)
        try:
            cost = _cost(model, (one,))
            usd = [cost({one.name: value}) for value in (one.low, one.high)]
        except Unpriced:
            raise
        except ValueError:
            continue  # its neighbours have no size, as with the memory of a task
        if usd[0] != usd[1]:
            reach[place.name] = abs(usd[1] - usd[0])
    return tuple(sorted(reach, key=lambda name: -reach[name])[:MOST_ASSUMPTIONS])


def _half(place: Place) -> Assumption:
    return _assumed(place, place.value / 2, place.value * 3 / 2)


def _assumed(place: Place, low: Decimal, high: Decimal) -> Assumption:
    """The range inside the limits of the number, around the value that it has."""
    if place.is_whole:
        low, high = (end.to_integral_value(ROUND_HALF_UP) for end in (low, high))
    most = high if place.most is None else min(high, place.most)
    least = min(max(low, place.least), place.value)
    return Assumption(
        place.name, least, place.value, max(most, place.value), "", place.help, place.is_whole
    )


def _row(place: Place, own: Mapping[str, str], problems: dict[str, str]) -> Row:
    likely = _half(place)
    texts = {end: own.get(f"{end}{place.name}", "") for end in (LOW, HIGH)}
    try:
        ends = {end: parse_number(text) for end, text in texts.items() if text}
        low, high = ends.get(LOW, likely.low), ends.get(HIGH, likely.high)
        said = _wrong(place, low, high)
    except AnswerRefused as refused:
        low, high, said = likely.low, likely.high, str(refused)
    if said:
        problems[place.name] = said
        return Row(place, likely, texts[LOW], texts[HIGH], said)
    one = _assumed(place, low, high)
    return Row(place, one, text_of(one.low), text_of(one.high), "")


def _wrong(place: Place, low: Decimal, high: Decimal) -> str:
    words = {"low": place.shown(place.least), "value": place.shown(place.value)}
    if not place.least <= low <= place.value <= high:
        return (
            _("Write a low end from %(low)s to %(value)s and a high end from %(value)s up.") % words
        )
    if place.most is not None and high > place.most:
        return _("Write a high end of at most %(most)s.") % {"most": place.shown(place.most)}
    return ""


def _cost(
    model: Architecture, assumptions: tuple[Assumption, ...]
) -> Callable[[Mapping[str, Decimal]], Decimal]:
    names = [one.name for one in assumptions]
    sweep = Sweep(model, names, active_book())
    return lambda values: sweep.usd([values[name] for name in names])


@lru_cache(maxsize=64)
def _spread(
    model: Architecture, assumptions: tuple[Assumption, ...], seed: int, draws: int
) -> Spread:
    source = Random(seed)  # noqa: S311  # draws of a model, no secret
    return monte_carlo(
        _cost(model, assumptions),
        assumptions,
        lambda: Decimal.from_float(source.random()),
        draws,
    )


def _bins(spread: Spread) -> list[charts.Bin]:
    low, high = spread.usd[0], spread.usd[-1]
    width = (high - low) / BINS or Decimal(1)
    counts = [0] * BINS
    for usd in spread.usd:
        counts[min(int((usd - low) / width), BINS - 1)] += 1
    return [
        charts.Bin(cents(low + width * n), cents(low + width * (n + 1)), count)
        for n, count in enumerate(counts)
    ]


def _whole(
    own: Mapping[str, str], name: str, default: int, known: range, problems: dict[str, str]
) -> int:
    text = own.get(name, "")
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) < 7 and int(text) in known:
        return int(text)
    words = {"low": known[0], "high": known[-1]}
    problems[name] = _("Write a whole number from %(low)s to %(high)s.") % words
    return default
