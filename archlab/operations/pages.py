"""What the price pages show: rows in words, regions side by side, two books side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archlab.domain.money import plain
from archlab.domain.pricing import Confidence, Freshness, PriceRow, freshness
from archlab.domain.pricing.differences import Diff, Difference
from archlab.web.numbers import fixed

CONFIDENCE = {
    Confidence.A: gettext_lazy("verified"),
    Confidence.B: gettext_lazy("checked"),
    Confidence.C: gettext_lazy("second-hand"),
    Confidence.D: gettext_lazy("unverified"),
}
BEHIND = {
    Confidence.A: gettext_lazy("a record of the AWS price list, or a dated mirror of one"),
    Confidence.B: gettext_lazy("a test file of another tool, a dated library, a public catalogue"),
    Confidence.C: gettext_lazy("a published bill or a secondary page"),
    Confidence.D: gettext_lazy("derived, or general knowledge"),
}
AGES = {
    Freshness.FRESH: "",
    Freshness.STALE: gettext_lazy("older than half a year"),
    Freshness.UNDATED: gettext_lazy("without a date"),
}
PLACES = {
    "*": gettext_lazy("every region"),
    "global": gettext_lazy("no region"),
}
MODES = {
    "before-tiers": gettext_lazy("taken off before the tiers"),
    "inside-first-tier": gettext_lazy("the first part of the first tier"),
    "zero-tier": gettext_lazy("the first tier costs 0"),
}
PER_PAGE = 50


def place(region: str) -> str:
    return str(PLACES.get(region, region))


@dataclass(frozen=True, slots=True)
class Rate:
    """What a unit costs from one quantity on; the words "to 10,240" where there is an end."""

    usd: str
    reach: str


@dataclass(frozen=True)
class Entry:
    """One row of the book on the day it is looked at."""

    row: PriceRow
    today: date

    @property
    def service(self) -> str:
        return self.row.key.partition(":")[0]

    @property
    def name(self) -> str:
        return self.row.key.partition(":")[2]

    @property
    def place(self) -> str:
        return place(self.row.region)

    @property
    def basis(self) -> str:
        return "assumed" if self.row.confidence == Confidence.D else "documented"

    @property
    def evidence(self) -> str:
        return str(CONFIDENCE[self.row.confidence])

    @property
    def behind(self) -> str:
        return str(BEHIND[self.row.confidence])

    @property
    def age(self) -> str:
        return str(AGES[freshness(self.row, self.today)])

    @property
    def rates(self) -> list[Rate]:
        if self.row.range is not None:
            low, high = map(plain, self.row.range)
            words = _("%(low)s to %(high)s") % {"low": low, "high": high}
            return [Rate(words, _("a range, not a price"))]
        return [Rate(plain(tier.price_usd), self._reach(tier.end)) for tier in self.row.tiers]

    @property
    def allowance(self) -> str:
        """The free quantity in words; empty where there is none."""
        free, mode = self.row.allowance, self.row.free_mode
        if mode is None:
            return ""
        how = str(MODES[mode])
        if free is None:
            return how
        words = {"quantity": quantity(free.quantity), "unit": self.row.unit, "scope": free.scope}
        return _("%(quantity)s %(unit)s free for each %(scope)s") % words + f", {how}"

    @property
    def is_open(self) -> bool:
        """The rates beyond the last tier are not known."""
        return bool(self.row.tiers) and self.row.tiers[-1].end is not None

    def _reach(self, end: Decimal | None) -> str:
        if end is not None:
            return _("to %(quantity)s") % {"quantity": quantity(end)}
        return "" if self.row.is_flat else _("above")


def quantity(value: Decimal) -> str:
    whole = value == value.to_integral_value()
    return fixed(value, 0) if whole else plain(value)


@dataclass(frozen=True)
class PriceList:
    """A page of rows; `problem` is the sentence where the page asked for is not there."""

    rows: Sequence[PriceRow]
    today: date
    asked: int

    @property
    def last(self) -> int:
        return max(1, -(-len(self.rows) // PER_PAGE))

    @property
    def number(self) -> int:
        return min(self.asked, self.last)

    @property
    def problem(self) -> str:
        if self.asked <= self.last:
            return ""
        words = {"asked": self.asked, "last": self.last}
        return _("There is no page %(asked)s: this is the last, %(last)s.") % words

    @cached_property
    def entries(self) -> list[Entry]:
        start = (self.number - 1) * PER_PAGE
        return [Entry(row, self.today) for row in self.rows[start : start + PER_PAGE]]

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.last else None


@dataclass(frozen=True, slots=True)
class Cell:
    """The rate of one region from one quantity on; empty where it is not known."""

    place: str
    basis: str
    usd: str

    @classmethod
    def of(cls, entry: Entry, start: Decimal) -> Cell:
        return cls(entry.place, entry.basis, _rate_from(entry.row, start))


@dataclass(frozen=True)
class Beside:
    """One price in all the regions that the book has it for."""

    key: str
    entries: Sequence[Entry]

    @property
    def unit(self) -> str:
        return ", ".join(dict.fromkeys(str(entry.row.unit) for entry in self.entries))

    @property
    def span(self) -> str:
        """The lowest and the highest first rate, which is what a choice of region is worth."""
        firsts = sorted(entry.row.tiers[0].price_usd for entry in self.entries if entry.row.tiers)
        if len(set(firsts)) < 2:
            return ""
        return _("from %(low)s to %(high)s") % {"low": plain(firsts[0]), "high": plain(firsts[-1])}

    @cached_property
    def tiers(self) -> list[tuple[str, list[Cell]]]:
        """Where a tier begins in any region, and what every region charges there."""
        starts = sorted({tier.start for entry in self.entries for tier in entry.row.tiers})
        return [
            (quantity(start), [Cell.of(entry, start) for entry in self.entries]) for start in starts
        ]


def _rate_from(row: PriceRow, start: Decimal) -> str:
    for tier in row.tiers:
        if tier.start <= start and (tier.end is None or start < tier.end):
            return plain(tier.price_usd)
    return ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A row that differs, in words."""

    difference: Difference
    today: date

    @property
    def key(self) -> str:
        return self.difference.key

    @property
    def place(self) -> str:
        return place(self.difference.region)

    @property
    def sides(self) -> list[Entry | None]:
        """The old row and the new one; None where a book has none."""
        both = (self.difference.old, self.difference.new)
        return [Entry(row, self.today) if row else None for row in both]

    @property
    def percent(self) -> str:
        percent = self.difference.percent
        if percent is None:
            return ""
        return f"+{fixed(percent, 1)} %" if percent > 0 else f"{fixed(percent, 1)} %"

    @property
    def needs_a_look(self) -> bool:
        return self.difference.needs_a_look


@dataclass(frozen=True)
class Comparison:
    diff: Diff
    today: date

    @cached_property
    def rows(self) -> list[Moved]:
        """What needs a look first, each part in the order of the keys."""
        ordered = sorted(self.diff.differences, key=lambda one: not one.needs_a_look)
        return [Moved(one, self.today) for one in ordered]
