"""Break-even along whole numbers, against a walk over every one of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archlab.domain.pricing import BreakEven, Crossing, Stretch, whole_crossings
from archlab.domain.pricing.breakeven import Side

Usd = Callable[[Decimal], Decimal]

search = settings(max_examples=300, deadline=None, derandomize=True)


def stairs(start: int, steps: Mapping[int, int], *, falls: bool = False) -> Usd:
    """A total that starts somewhere and moves by so many cents at each of some whole numbers."""
    edges = sorted(steps)
    heights = list(accumulate((steps[edge] for edge in edges), initial=0))
    sign = -1 if falls else 1

    def usd(x: Decimal) -> Decimal:
        return Decimal(start + sign * heights[bisect_right(edges, x)]) / 100

    return usd


def walked(a: Usd, b: Usd, low: int, high: int) -> BreakEven:
    """The same answer from every whole number, one by one."""
    changes, stretches = [], []
    since, cheaper = Decimal(low), side(a, b, low)
    for n in range(low + 1, high + 1):
        now = side(a, b, n)
        if now != cheaper:
            changes.append(Crossing(Decimal(n), "step", now))
            stretches.append(Stretch(since, Decimal(n), cheaper))
            since, cheaper = Decimal(n), now
    stretches.append(Stretch(since, Decimal(high), cheaper))
    return BreakEven(tuple(changes), tuple(stretches))


def side(a: Usd, b: Usd, n: int) -> Side:
    difference = a(Decimal(n)) - b(Decimal(n))
    return "equal" if not difference else "a" if difference < 0 else "b"


HIGH = 3000
totals = st.builds(
    stairs,
    st.integers(0, 6),
    st.dictionaries(st.integers(1, HIGH), st.integers(1, 4), max_size=60),
    falls=st.booleans(),
)


@search
@given(totals, totals, st.integers(0, 20), st.integers(21, HIGH))
@example(stairs(0, {7: 1}), stairs(0, {8: 1}), 0, HIGH)
@example(stairs(0, dict.fromkeys(range(1, HIGH), 1)), stairs(0, {1500: 1499}), 0, HIGH)
@example(stairs(0, {1500: 1}), stairs(1, {1501: 1}), 0, HIGH)
@example(stairs(1, {}), stairs(0, {HIGH: 2}), 0, HIGH)
def test_every_change_is_found_that_a_walk_finds(a: Usd, b: Usd, low: int, high: int) -> None:
    """Totals that only rise or only fall, close together, often equal on whole stretches."""
    assert whole_crossings(a, b, Decimal(low), Decimal(high)) == walked(a, b, low, high)


@pytest.mark.parametrize("every", [10, 47, 250])
def test_two_hundred_steps_across_a_line_are_followed_exactly(every: int) -> None:
    """A capacity step at each `every` things, against a price for each thing."""
    high = 200 * every
    stepped = stairs(every // 2, dict.fromkeys(range(every, high + 1, every), every))
    line = stairs(0, dict.fromkeys(range(1, high + 1), 1))
    found = whole_crossings(stepped, line, Decimal(0), Decimal(high))
    assert found == walked(stepped, line, 0, high)
    assert len([one for one in found.crossings if one.cheaper_after == "b"]) >= 200


def counted(usd: Usd, asked: set[Decimal]) -> Usd:
    def at(x: Decimal) -> Decimal:
        asked.add(x)
        return usd(x)

    return at


@pytest.mark.parametrize(
    ("a", "b", "most"),
    [
        (stairs(0, {77_777: 9}), stairs(4, {}), 120),
        (lambda x: x / 100, lambda x: 7 + x / 200, 700),
        (lambda x: x / 100, lambda x: x / 100, 3200),
        (stairs(1, dict.fromkeys(range(500, 100000, 500), 100)), lambda x: x / 5, 6000),
    ],
    ids=["one step", "two lines", "the same", "two hundred steps"],
)
def test_a_hundred_thousand_positions_are_not_walked(a: Usd, b: Usd, most: int) -> None:
    asked: set[Decimal] = set()
    whole_crossings(counted(a, asked), b, Decimal(0), Decimal(100_000))
    assert len(asked) <= most


def test_a_number_whose_zero_means_none_is_asked_at_one() -> None:
    """Pings every n minutes: none at 0, most at 1, and ever fewer."""

    def pings(x: Decimal) -> Decimal:
        return 100 / x if x else Decimal(0)

    found = whole_crossings(pings, lambda x: Decimal(60), Decimal(0), Decimal(1000))
    assert [(str(one.x), one.cheaper_after) for one in found.crossings] == [("1", "b"), ("2", "a")]


def test_between_two_whole_numbers_the_lower_one_holds() -> None:
    found = whole_crossings(stairs(0, {3: 2}), stairs(1, {}), Decimal("1.5"), Decimal("4.5"))
    assert found.crossings == (Crossing(Decimal(3), "step", "b"),)
    assert found.stretches == (
        Stretch(Decimal("1.5"), Decimal(3), "a"),
        Stretch(Decimal(3), Decimal("4.5"), "b"),
    )


def test_the_last_position_counts() -> None:
    found = whole_crossings(stairs(0, {9: 2}), stairs(1, {}), Decimal(0), Decimal(9))
    assert found.crossings == (Crossing(Decimal(9), "step", "b"),)


def test_a_range_that_runs_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="write a range that runs upwards"):
        whole_crossings(lambda x: x, lambda x: x, Decimal(2), Decimal(2))
