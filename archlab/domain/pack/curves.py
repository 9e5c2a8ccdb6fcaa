"""Outputs of a calculator along one of its inputs: as few points as show every bend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import lru_cache
from itertools import pairwise

from archlab.domain.money import MONEY
from archlab.domain.pack.bench import Setting
from archlab.domain.pack.blocks.calculator import MOST_POSITIONS, Calculator, Input
from archlab.domain.pack.calculate import (
    Values,
    along,
    both_curves,
    pinned,
    resolved,
    run,
    span,
    turned,
)
from archlab.domain.pack.formulas import Formulas
from archlab.domain.pack.settings import SettingRefused
from archlab.domain.pricing import BreakEven, NoSuchDial, Unpriced, crossings

PIECES = 12
"""Pieces of the whole range before bends are looked for."""

MOST_ASKED = 128
"""Points that are computed at most; a curve that bends everywhere is drawn with these."""

MOST_RATIOS = 240
"""Places of a logarithmic range, which are equal ratios apart."""

_BEND = Decimal("0.002")
"""How far a middle may lie off the straight line, as a share of the height of the curve there."""

_FINEST = Decimal("1E-9")
"""How narrow a step is made when a crossing is looked for, as a share of the range."""

TWO = 2

Heights = tuple[Decimal | None, ...]
At = Callable[[Decimal], Heights]


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of several outputs along an input; None where an output has no value."""

    x: Input
    outputs: tuple[str, ...]
    points: tuple[tuple[Decimal, Heights], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """The outputs at one choice or switch."""

    label: str
    value: Setting
    heights: Heights


def curve(calculator: Calculator, values: Values, formulas: Formulas) -> Curve | None:
    """What the calculator's chart shows over a number; None where it has no such chart."""
    chart = calculator.chart
    x = calculator.control(chart.x) if chart else None
    if chart is None or x is None or not x.is_number:
        return None
    at = _heights(calculator, values, formulas, x, chart.y)
    return Curve(x, chart.y, tuple(_chosen(positions(x), at)))


def crossed(calculator: Calculator, values: Values, formulas: Formulas) -> BreakEven | None:
    """Where the two curves of a chart meet; None where it does not have just two of one unit."""
    chart = calculator.chart
    if chart is None or calculator.engine != "formula" or len(chart.y) != TWO:
        return None
    x = calculator.control(chart.x)
    units = {one.unit for one in calculator.outputs if one.id in chart.y}
    if x is None or not x.is_number or len(units) > 1:
        return None
    at = lru_cache(maxsize=None)(_run_at(calculator, values, formulas, x, chart.y))
    low, high = span(x)
    try:
        return crossings(_known(at, 0), _known(at, 1), low, high, finest=(high - low) * _FINEST)
    except Unpriced:
        return None


def _known(at: At, index: int) -> Callable[[Decimal], Decimal]:
    def height(place: Decimal) -> Decimal:
        found = at(place)[index]
        if found is None:
            raise Unpriced("a part of the curve has no value")
        return found

    return height


def columns(calculator: Calculator, values: Values, formulas: Formulas) -> tuple[Column, ...]:
    """What it shows over choices, or over the few positions of bars."""
    chart = calculator.chart
    x = calculator.control(chart.x) if chart else None
    if chart is None or x is None:
        return ()
    at = _run_at(calculator, values, formulas, x, chart.y)
    return tuple(Column(label, value, at(value)) for label, value in _stations(x))


def _stations(x: Input) -> list[tuple[str, Setting]]:
    if x.kind == "choice":
        return [(choice.label, choice.value) for choice in x.choices]
    if x.kind == "switch":
        return [("off", False), ("on", True)]
    scale = positions(x)
    places = dict.fromkeys(_spread(len(scale), PIECES))
    return [(f"{scale[place]:f}", scale[place]) for place in places]


def rivals(calculator: Calculator, values: Values, formulas: Formulas) -> Curve:
    """Both systems of a break-even along its first input, bent where they bend."""
    x = calculator.inputs[0]
    first, second, is_whole = both_curves(calculator, values, formulas)

    def at(place: Decimal) -> Heights:
        return _priced(first, place), _priced(second, place)

    scale = positions(x)
    if is_whole:
        scale = list(dict.fromkeys(place.to_integral_value(ROUND_HALF_EVEN) for place in scale))
    names = (calculator.architecture, calculator.against)
    return Curve(x, names, tuple(_chosen(scale, at)))


def positions(x: Input) -> list[Decimal]:
    """The places of an input, lowest first: its grid, or its range in equal steps."""
    low, high = span(x)
    with localcontext(MONEY):
        step = x.step or (high - low) / MOST_POSITIONS
        count = int((high - low) / step)
        if x.scale == "linear":
            return [low + step * number for number in range(count + 1)]
        pieces = min(count, MOST_RATIOS)
        ratio = (high / low).ln() / pieces
        places = [low * (ratio * number).exp() for number in range(1, pieces)]
        if x.step is None:
            return [low, *(_rounded(place) for place in places), high]
        steps = [((place - low) / step).to_integral_value(ROUND_HALF_EVEN) for place in places]
        return [low, *(low + step * number for number in dict.fromkeys(steps) if number), high]


def _rounded(place: Decimal) -> Decimal:
    """Four digits are enough for a place between two ends."""
    return place.quantize(Decimal(1).scaleb(place.adjusted() - 3))


def _heights(
    calculator: Calculator, values: Values, formulas: Formulas, x: Input, y: Sequence[str]
) -> At:
    """The outputs at a place of the input, by the short way for the total of a bill."""
    if calculator.engine == "bill" and tuple(y) == ("monthly_usd",):
        system = turned(calculator, values, formulas, without=x)
        places = [resolved(pinned(system), place) for place in x.bind]
        try:
            usd = along(formulas.engines.sweep(system, places))
        except (NoSuchDial, Unpriced):
            pass  # the long way knows places that are no numbers, and what is not priced
        else:
            return lambda place: (_priced(usd, place),)
    return _run_at(calculator, values, formulas, x, y)


def _priced(usd: Callable[[Decimal], Decimal], place: Decimal) -> Decimal | None:
    """None at a place that the model refuses, such as a size that does not exist."""
    try:
        return usd(place)
    except ValueError:
        return None


def _run_at(
    calculator: Calculator, values: Values, formulas: Formulas, x: Input, y: Sequence[str]
) -> Callable[[Setting], Heights]:
    def at(place: Setting) -> Heights:
        try:
            answer = run(calculator, {**values, x.id: place}, formulas)
        except SettingRefused:
            return (None,) * len(y)
        found = {one.id: one.value for one in answer.results}
        return tuple(found.get(name) for name in y)

    return at


def _chosen(scale: Sequence[Decimal], at: At) -> list[tuple[Decimal, Heights]]:
    """Evenly spread points, and more of them wherever the middle is not on the straight line."""
    known: dict[int, Heights] = {}

    def ask(index: int) -> Heights:
        if index not in known:
            known[index] = at(scale[index])
        return known[index]

    open_ = list(pairwise(dict.fromkeys(_spread(len(scale), PIECES))))
    kept = {0, len(scale) - 1, *(index for piece in open_ for index in piece)}
    while open_ and len(known) < MOST_ASKED:
        low, high = open_.pop(0)
        middle = (low + high) // 2
        if middle == low:
            continue
        part = (scale[middle] - scale[low]) / (scale[high] - scale[low])
        if not _straight(ask(low), ask(middle), ask(high), part):
            kept.add(middle)
            open_ += [(low, middle), (middle, high)]
    return [(scale[index], ask(index)) for index in sorted(kept)]


def _spread(count: int, pieces: int) -> list[int]:
    """Indexes from the first to the last of so many, as evenly as whole numbers allow."""
    return [(count - 1) * piece // pieces for piece in range(pieces + 1)]


def _straight(low: Heights, middle: Heights, high: Heights, part: Decimal) -> bool:
    return all(_on_line(*three, part) for three in zip(low, middle, high, strict=True))


def _on_line(
    low: Decimal | None, middle: Decimal | None, high: Decimal | None, part: Decimal
) -> bool:
    if low is None or middle is None or high is None:
        return low is middle is high
    with localcontext(MONEY):
        off = abs(middle - low - (high - low) * part)
        return off <= _BEND * max(abs(low), abs(middle), abs(high))
