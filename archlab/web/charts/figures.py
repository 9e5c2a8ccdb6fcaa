"""What charts are drawn from: exact figures, None where a figure is not priced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any, Literal, TypeVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archlab.web.numbers import amount, fixed, signed

Basis = Literal["documented", "modelled", "assumed"]
Span = tuple[Decimal, Decimal]
Height = TypeVar("Height", Decimal, Span)
Spec = dict[str, Any]
"""A chart for Plotly: `data`, `layout` and `config`, ready for JSON."""

MOST_SERIES = 5
KINDS = {
    "start": _("before"),
    "added": _("added"),
    "removed": _("removed"),
    "changed": _("changed"),
    "total": _("after"),
}


@dataclass(frozen=True, slots=True)
class Band:
    """How far a line may be off: (x, (low, high)), None where nobody knows; `meaning` in words."""

    meaning: str
    points: tuple[tuple[Decimal, Span | None], ...]

    @property
    def runs(self) -> list[list[tuple[Decimal, Span]]]:
        return pieces(self.points)

    @property
    def reach(self) -> list[Decimal]:
        return [height for _x, span in self.points if span is not None for height in span]


@dataclass(frozen=True, slots=True)
class Series:
    """A line through (x, y); a `stepped` one keeps its height until the next point."""

    name: str
    points: tuple[tuple[Decimal, Decimal | None], ...]
    basis: Basis = "modelled"
    stepped: bool = False
    band: Band | None = None

    @property
    def known(self) -> list[tuple[Decimal, Decimal]]:
        return [(x, y) for x, y in self.points if y is not None]

    @property
    def runs(self) -> list[list[tuple[Decimal, Decimal]]]:
        """The points between two gaps, one list for each piece of the line."""
        return pieces(self.points)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to look at: a crossing, a chosen position, a percentile. Without `y`, the whole x."""

    x: Decimal
    y: Decimal | None
    label: str
    basis: Basis = "modelled"


@dataclass(frozen=True, slots=True)
class Sway:
    """How far one assumption moves the result: `low` at its value `low_at`, `high` at `high_at`."""

    label: str
    low_at: str
    high_at: str
    low: Decimal
    high: Decimal

    @property
    def ends(self) -> tuple[tuple[Decimal, str], tuple[Decimal, str]]:
        """The smaller amount first: a higher assumption may well be the cheaper one."""
        one, other = (self.low, self.low_at), (self.high, self.high_at)
        return (one, other) if self.low <= self.high else (other, one)


@dataclass(frozen=True, slots=True)
class Bin:
    """How many results fell from `low` to below `high`."""

    low: Decimal
    high: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One amount beside the documented one; without `value`, `reason` says why it is not priced.

    What is still `open_` is red, and both of its figures are written.
    """

    label: str
    value: Decimal | None
    documented: Decimal | None = None
    basis: Basis = "modelled"
    reason: str = ""
    open_: bool = False
    lack: str = ""
    """What having no value is called where it is no price."""

    @property
    def reach(self) -> Decimal:
        return max(self.value or Decimal(0), self.documented or Decimal(0))

    @property
    def told(self) -> str:
        """Its value, or that it has none."""
        return self.lack if self.lack and self.value is None else amount(self.value)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a difference; the `change` of a start or a total is that total itself."""

    label: str
    change: Decimal | None
    kind: Literal["start", "added", "removed", "changed", "total"]

    @property
    def is_total(self) -> bool:
        return self.kind in {"start", "total"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the way of a request, in milliseconds; one that is no service is waiting."""

    label: str
    ms: Decimal
    is_wait: bool = False


def pieces(points: Iterable[tuple[Decimal, Height | None]]) -> list[list[tuple[Decimal, Height]]]:
    """What lies between two gaps, one list each."""
    found: list[list[tuple[Decimal, Height]]] = [[]]
    for x, height in points:
        if height is None:
            found.append([])
        else:
            found[-1].append((x, height))
    return [piece for piece in found if piece]


def largest_first(bars: Sequence[Bar]) -> list[Bar]:
    return sorted(bars, key=lambda bar: -bar.reach)


def widest_first(sways: Sequence[Sway]) -> list[Sway]:
    return sorted(sways, key=lambda sway: -abs(sway.high - sway.low))


def climbs(steps: Sequence[Step]) -> list[Span]:
    """From where to where each step goes; one that is not priced has no length."""
    spans, at = [], Decimal(0)
    for step in steps:
        begin = Decimal(0) if step.is_total else at
        at = begin + (step.change or 0)
        spans.append((begin, at))
    return spans


def ends(stretches: Sequence[Stretch]) -> list[Span]:
    """From where to where each stretch goes, one after the other."""
    reached = [Decimal(0), *accumulate(one.ms for one in stretches)]
    return list(pairwise(reached))


def told_stretch(one: Stretch) -> str:
    return f"{fixed(one.ms, 1)} ms"


def told_bar(bar: Bar) -> str:
    """What a bar's end says: one figure where both agree, both where they do not."""
    if bar.value is None:
        return f"{bar.told}: {bar.reason}" if bar.reason else bar.told
    if not bar.open_ or bar.documented is None:
        return amount(bar.value)
    pair = {"source": amount(bar.documented), "model": amount(bar.value)}
    return gettext("%(source)s documented, %(model)s modelled") % pair


def told_sway(sway: Sway) -> list[str]:
    """The amount at each end of a swing, with the value that gives it."""
    return [f"{amount(value)}, {at}" for value, at in sway.ends]


def told_step(step: Step) -> str:
    """A total as it is; a change with its sign and what kind it is."""
    if step.is_total:
        return amount(step.change)
    return f"{signed(step.change, 'amount')}, {KINDS[step.kind]}"
