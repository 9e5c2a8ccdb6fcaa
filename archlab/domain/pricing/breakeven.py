"""Where one bill overtakes another: every crossing, steps and stretches of equality included.

Capacity steps, tiers and allowances make several crossings ordinary, and a plain bisection finds
one of them. So the difference is cut into pieces that are straight lines; a piece that will not
become straight, however small it is cut, holds a jump.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext
from functools import cache
from itertools import pairwise
from typing import Literal

from archlab.domain.money import MONEY

Curve = Callable[[Decimal], Decimal]
"""A dial's position to USD a month."""

Side = Literal["a", "b", "equal"]

PIECES = 32
"""Cuts of the whole range before anything is looked at more closely."""

_INSIDE = (Decimal("0.381966"), Decimal("0.726542"))
"""Where a piece is tested for being straight; odd places, which no regular pattern shares."""

MOST_OPEN = 1000
"""Pieces of whole numbers that may be undecided at once; with more, straight ones are believed."""

_STRAIGHT_USD = Decimal("1E-12")
_FINEST = Decimal("1E-12")
"""The width of the smallest piece, as a share of the whole range."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """The cheaper side changes at `x`; `step` where a curve jumps over the other."""

    x: Decimal
    kind: Literal["crossing", "step"]
    cheaper_after: Side


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the range with one answer."""

    low: Decimal
    high: Decimal
    cheaper: Side


@dataclass(frozen=True, slots=True)
class BreakEven:
    """All changes of the cheaper side in order, and the stretches between them."""

    crossings: tuple[Crossing, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """The difference a - b over a stretch: a straight line, or a jump at `high`."""

    low: Decimal
    high: Decimal
    at_low: Decimal
    at_high: Decimal
    is_jump: bool


def crossings(
    a: Curve,
    b: Curve,
    low: Decimal,
    high: Decimal,
    *,
    breakpoints: Iterable[Decimal] = (),
    finest: Decimal | None = None,
) -> BreakEven:
    """Where a - b changes its sign between `low` and `high`.

    `breakpoints` are known edges of tiers, allowances and capacity; others are found. `finest` is
    the width to which a jump is narrowed down, by default a millionth of a millionth of the range.
    """
    if not low < high:
        raise ValueError(f"from {low} to {high}: write a range that runs upwards")
    with localcontext(MONEY):
        width = finest or (high - low) * _FINEST
        cuts = [low + (high - low) * step / PIECES for step in range(PIECES + 1)]
        edges = {x for edge in breakpoints for x in (edge - width, edge) if low <= x <= high}
        pieces = list(_pieces(lambda x: a(x) - b(x), sorted({*cuts, *edges}), width))
        return _answer(list(_signs(pieces)))


def whole_crossings(a: Curve, b: Curve, low: Decimal, high: Decimal) -> BreakEven:
    """Where the cheaper side changes along whole numbers; between two of them the lower one holds.

    Every change is found where each total only rises or only falls over the range, as long as at
    most `MOST_OPEN` pieces are undecided at once, which is enough for 200 steps. Beyond that, and
    not before, a piece with one side at its ends is done when it is a straight line at four places.
    Where a total turns, a change that is undone before the next place asked can be missed; the
    `PIECES` cuts and the second position, for numbers whose 0 means "none", are always asked.
    """
    if not low < high:
        raise ValueError(f"from {low} to {high}: write a range that runs upwards")
    with localcontext(MONEY):
        first, last = (int(end.to_integral_value(ROUND_FLOOR)) for end in (low, high))
        at = cache(lambda n: _Whole(n, a(Decimal(n)), b(Decimal(n))))
        cuts = {first + (last - first) * piece // PIECES for piece in range(PIECES + 1)}
        found = _decided(at, sorted(cuts | {min(first + 1, last)}))
        places = [max(low, Decimal(one.n)) for one in found]
        ends = [*places[1:], high]
        signs = zip(places, ends, [one.side for one in found], strict=True)
        return _answer([(start, end, side, True) for start, end, side in signs])


@dataclass(frozen=True, slots=True)
class _Whole:
    """Both totals at a whole number."""

    n: int
    a: Decimal
    b: Decimal

    @property
    def side(self) -> Side:
        return _cheaper(self.a - self.b)


def _decided(at: Callable[[int], _Whole], cuts: Sequence[int]) -> list[_Whole]:
    """Positions, lowest first, between which nothing changes but from one to its neighbour."""
    known = {n: at(n) for n in cuts}
    open_ = list(pairwise(known.values()))
    while open_:
        believes = len(open_) > MOST_OPEN
        halves: list[tuple[_Whole, _Whole]] = []
        for low, high in open_:
            if _is_one_side(low, high) or (believes and _is_line(at, low, high)):
                continue
            middle = at((low.n + high.n) // 2)
            known[middle.n] = middle
            halves += [(low, middle), (middle, high)]
        open_ = halves
    return [known[n] for n in sorted(known)]


def _is_one_side(low: _Whole, high: _Whole) -> bool:
    """Neighbours, or totals that cannot pass each other on their way from one end to the other."""
    least = min(low.a, high.a) - max(low.b, high.b)
    most = max(low.a, high.a) - min(low.b, high.b)
    return high.n - low.n <= 1 or _cheaper(least) == _cheaper(most)


def _is_line(at: Callable[[int], _Whole], low: _Whole, high: _Whole) -> bool:
    """One side at both ends, and a straight line at two odd places between them."""
    start, end, width = low.a - low.b, high.a - high.b, high.n - low.n
    inside = [at(low.n + round(width * part)) for part in _INSIDE]
    scale = max(abs(start), abs(end), Decimal(1))
    return low.side == high.side and all(
        abs(one.a - one.b - start - (end - start) * (one.n - low.n) / width)
        <= scale * _STRAIGHT_USD
        for one in inside
    )


def _pieces(difference: Curve, cuts: Sequence[Decimal], finest: Decimal) -> Iterator[_Piece]:
    values = [difference(x) for x in cuts]
    for (low, at_low), (high, at_high) in pairwise(zip(cuts, values, strict=True)):
        yield from _straight(difference, low, high, at_low, at_high, finest)


def _straight(
    difference: Curve,
    low: Decimal,
    high: Decimal,
    at_low: Decimal,
    at_high: Decimal,
    finest: Decimal,
) -> Iterator[_Piece]:
    """The stretch as straight pieces and jumps, halved until each is one of them."""
    width = high - low
    inside = [low + width * part for part in _INSIDE]
    scale = max(abs(at_low), abs(at_high), Decimal(1))
    if all(
        abs(difference(x) - at_low - (at_high - at_low) * part) <= scale * _STRAIGHT_USD
        for x, part in zip(inside, _INSIDE, strict=True)
    ):
        yield _Piece(low, high, at_low, at_high, is_jump=False)
    elif width <= finest:
        yield _Piece(low, high, at_low, at_high, is_jump=True)
    else:
        middle = low + width / 2
        at_middle = difference(middle)
        yield from _straight(difference, low, middle, at_low, at_middle, finest)
        yield from _straight(difference, middle, high, at_middle, at_high, finest)


def _signs(pieces: Sequence[_Piece]) -> Iterator[tuple[Decimal, Decimal, Side, bool]]:
    """Stretches of one sign: from, to, the cheaper side, and whether a jump begins it."""
    jumped = False
    for piece in pieces:
        before, after = _cheaper(piece.at_low), _cheaper(piece.at_high)
        if piece.is_jump:
            jumped = before != after
            continue
        if before == after or "equal" in (before, after):
            side = after if before == "equal" else before
            yield piece.low, piece.high, side, jumped
        else:
            root = piece.low + (piece.high - piece.low) * piece.at_low / (
                piece.at_low - piece.at_high
            )
            yield piece.low, root, before, jumped
            yield root, piece.high, after, False
        jumped = False


def _cheaper(difference: Decimal) -> Side:
    if abs(difference) <= _STRAIGHT_USD:
        return "equal"
    return "a" if difference < 0 else "b"


def _answer(signs: Sequence[tuple[Decimal, Decimal, Side, bool]]) -> BreakEven:
    found: list[Crossing] = []
    stretches: list[Stretch] = []
    for low, high, side, jumped in signs:
        last = stretches[-1] if stretches else None
        if last is not None and last.cheaper == side:
            stretches[-1] = Stretch(last.low, high, side)
            continue
        if last is not None:
            found.append(Crossing(low, "step" if jumped else "crossing", side))
            stretches[-1] = Stretch(last.low, low, last.cheaper)
        stretches.append(Stretch(low, high, side))
    return BreakEven(tuple(found), tuple(stretches))
