"""Two systems beside each other, component by component, and what the difference is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.calculators.desk import Desk, desk_of
from archlab.calculators.systems import default_pair
from archlab.calculators.tables import Cell
from archlab.domain.money import cents
from archlab.domain.pricing import Bill, Line
from archlab.web import charts, numbers

HEADING = ("component", "first_usd", "second_usd", "difference_usd", "change")
FRAME = ("region", "month", "free")

Change = Literal["added", "removed", "changed", "same", "unpriced"]


@dataclass(frozen=True, slots=True)
class Row:
    """One component with its exact USD in both systems; None where it is absent or not priced."""

    label: str
    first: Line | None
    second: Line | None

    @property
    def change(self) -> Change:
        if any(line is not None and line.usd is None for line in (self.first, self.second)):
            return "unpriced"
        if self.first is None:
            return "added"
        if self.second is None:
            return "removed"
        return "changed" if self.difference else "same"

    @property
    def difference(self) -> Decimal | None:
        """Second minus first, exact; None when a side has no price."""
        if any(line is not None and line.usd is None for line in (self.first, self.second)):
            return None
        return _usd(self.second) - _usd(self.first)


def _usd(line: Line | None) -> Decimal:
    return (line.usd if line else None) or Decimal(0)


@dataclass(frozen=True)
class ComparePage:
    """Two desks under one region, month and allowance where these are asked for."""

    first: Desk
    second: Desk
    frame: dict[str, str]

    @property
    def labels(self) -> dict[str, str]:
        return {"a": _("First"), "b": _("Second")}

    @cached_property
    def bills(self) -> tuple[Bill, Bill]:
        return self.first.forecast, self.second.forecast

    @property
    def problems(self) -> dict[str, str]:
        return problems_of(self.first, self.second)

    @cached_property
    def rows(self) -> list[Row]:
        """By component: the largest differences first, then what is the same."""
        a, b = ({line.components[0]: line for line in bill.lines} for bill in self.bills)
        rows = [Row(self._label(id_), a.get(id_), b.get(id_)) for id_ in dict.fromkeys([*a, *b])]
        return sorted(rows, key=lambda row: -abs(row.difference or Decimal(0)))

    def _label(self, id_: str) -> str:
        for side in (self.second, self.first):
            found = side.architecture.components.get(id_)
            if found is not None:
                return found.label or found.title
        return id_

    @cached_property
    def unpriced(self) -> list[str]:
        return [row.label for row in self.rows if row.change == "unpriced"]

    @cached_property
    def difference(self) -> Decimal | None:
        """Second minus first in cents; None when a line of either is not priced."""
        if self.unpriced:
            return None
        return cents(self.bills[1].total_usd) - cents(self.bills[0].total_usd)

    @property
    def finding(self) -> str:
        if self.difference is None:
            words = {"lines": ", ".join(self.unpriced)}
            return _("These bills cannot be compared: %(lines)s is not priced") % words
        if not self.difference:
            return _("Both cost the same")
        words = {"usd": numbers.usd(abs(self.difference)), "system": self.second.start.title}
        if self.difference > 0:
            return _("%(system)s costs %(usd)s more a month") % words
        return _("%(system)s costs %(usd)s less a month") % words

    @property
    def chart(self) -> SafeString:
        moved = [row for row in self.rows if row.change != "same"]
        first, second = self.bills
        steps = [
            charts.Step(self.first.start.title, first.total_usd, "start"),
            *(charts.Step(row.label, row.difference, _kind(row)) for row in moved),
            charts.Step(self.second.start.title, second.total_usd, "total"),
        ]
        return charts.difference_chart(
            steps,
            id_="difference",
            finding=self.finding,
            y_label=_("USD a month"),
            interactive=True,
        )

    @property
    def query(self) -> str:
        return urlencode({"a": self.first.query, "b": self.second.query, **self.frame})

    @property
    def file(self) -> str:
        return f"{self.first.start.id}-beside-{self.second.start.id}"

    @property
    def heading(self) -> tuple[str, ...]:
        return HEADING

    def table(self) -> Iterator[tuple[Cell, ...]]:
        for row in self.rows:
            sides = [None if line is None else line.usd for line in (row.first, row.second)]
            yield (row.label, *sides, row.difference, row.change)


def _kind(row: Row) -> Literal["added", "removed", "changed"]:
    change = row.change
    return change if change in ("added", "removed") else "changed"


def compare(query: QueryDict) -> ComparePage:
    frame = frame_of(query)
    return ComparePage(*pair_of(query, frame), frame)


def frame_of(query: QueryDict) -> dict[str, str]:
    """What holds for both sides where it is asked for."""
    return {name: text for name in FRAME if (text := str(query.get(name, "")))}


def pair_of(query: QueryDict, frame: dict[str, str]) -> tuple[Desk, Desk]:
    """`a` and `b`: names of systems, or whole addresses of desks."""
    before, after = default_pair()
    first = desk_of(str(query.get("a", before.name)), frame)
    return first, desk_of(str(query.get("b", after.name)), frame)


def problems_of(first: Desk, second: Desk) -> dict[str, str]:
    """Those of both sides; a system that does not exist is a mistake of its own field."""
    return {
        side if name == "system" else name: said
        for side, found in (("a", first), ("b", second))
        for name, said in found.problems.items()
    }
