from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest

from archlab.domain.grading import (
    Part,
    Partial,
    mark_hotspot,
    mark_match,
    mark_multiple,
    mark_order,
    mark_single,
    mark_spot,
)

OPTIONS = ("a", "b", "c", "d", "e")
CORRECT = ("a", "c")
ERRORS = {"memory": (2, 3), "root": (7,)}
ORDER = ("pin", "route", "warm", "load")
RIGHT_TEXTS = {"alb": "fixed", "nat": "fixed", "ecs": "compute", "spare": "traffic"}


@pytest.mark.parametrize(("chosen", "raw"), [("arm", "1"), ("x86", "0")])
def test_a_single_choice_is_right_or_wrong(chosen: str, raw: str) -> None:
    assert mark_single(chosen, correct="arm").raw == Decimal(raw)


def test_a_wrong_single_choice_names_what_was_right() -> None:
    marking = mark_single("x86", correct="arm")
    assert (marking.parts, marking.missed) == ((Part("x86", right=False),), ("arm",))
    assert not marking.right


@pytest.mark.parametrize(
    ("chosen", "right_minus_wrong", "all_or_nothing", "per_option"),
    [
        ("", "0", "0", "0.6"),
        ("a", "0.5", "0", "0.8"),
        ("ab", "0", "0", "0.6"),
        ("ac", "1", "1", "1"),
        ("acb", "0.5", "0", "0.8"),
        ("bd", "0", "0", "0.2"),
        ("bde", "0", "0", "0"),
        ("abcde", "0", "0", "0.4"),
    ],
)
def test_a_multiple_choice_counts_by_its_rule(
    chosen: str, right_minus_wrong: str, all_or_nothing: str, per_option: str
) -> None:
    raws = [
        mark_multiple(tuple(chosen), options=OPTIONS, correct=CORRECT, partial=partial).raw
        for partial in (Partial.RIGHT_MINUS_WRONG, Partial.ALL_OR_NOTHING, Partial.PER_OPTION)
    ]
    assert raws == [Decimal(right_minus_wrong), Decimal(all_or_nothing), Decimal(per_option)]


def test_an_option_named_twice_counts_once() -> None:
    marking = mark_multiple(("a", "a"), options=OPTIONS, correct=CORRECT)
    assert marking.raw == Decimal("0.5")
    assert marking.missed == ("c",)


@pytest.mark.parametrize(
    ("chosen", "raw"), [(("nat",), "0.5"), (("nat", "task"), "1"), (("nat", "cdn"), "0")]
)
def test_a_hotspot_is_a_multiple_choice_over_its_targets(chosen: tuple[str, ...], raw: str) -> None:
    components = ("cdn", "lb", "task", "nat")
    marking = mark_hotspot(chosen, components=components, targets=("task", "nat"))
    assert marking.raw == Decimal(raw)


@pytest.mark.parametrize(
    ("lines", "raw"),
    [((), "0"), ((2,), "0.5"), ((2, 3), "0.5"), ((3, 7), "1"), ((2, 7, 9), "0.5"), ((9,), "0")],
)
def test_an_error_is_found_once_and_a_sound_line_takes_one_away(
    lines: tuple[int, ...], raw: str
) -> None:
    assert mark_spot(lines, errors=ERRORS).raw == Decimal(raw)


def test_spotted_lines_say_which_errors_are_still_hidden() -> None:
    marking = mark_spot((9, 2), errors=ERRORS)
    assert marking.parts == (Part("2", right=True), Part("9", right=False))
    assert marking.missed == ("root",)


@pytest.mark.parametrize(
    ("given", "pairs", "position", "nothing"),
    [
        ("pin route warm load", "1", "1", "1"),
        ("route pin warm load", "0.6666666666666666666666666667", "0.5", "0"),
        ("load route warm pin", "0", "0.5", "0"),
        ("load warm route pin", "0", "0", "0"),
    ],
)
def test_an_order_counts_by_its_rule(given: str, pairs: str, position: str, nothing: str) -> None:
    raws = [
        mark_order(given.split(), right_order=ORDER, partial=partial).raw
        for partial in (Partial.PAIRS, Partial.POSITION, Partial.ALL_OR_NOTHING)
    ]
    assert raws == [Decimal(pairs), Decimal(position), Decimal(nothing)]


def test_a_pair_order_at_or_below_chance_earns_nothing() -> None:
    for given in permutations(range(4)):
        inversions = sum(a > b for i, a in enumerate(given) for b in given[i + 1 :])
        raw = mark_order([ORDER[i] for i in given], right_order=ORDER).raw
        assert (raw == 0) == (inversions >= 3)


@pytest.mark.parametrize(
    ("given", "per_pair", "nothing"),
    [
        ({"alb": "alb", "nat": "nat", "ecs": "ecs"}, "1", "1"),
        ({"alb": "nat", "nat": "alb", "ecs": "ecs"}, "1", "1"),
        ({"alb": "alb", "nat": "nat", "ecs": "spare"}, "0.6666666666666666666666666667", "0"),
        ({"alb": "ecs", "nat": "spare", "ecs": "alb"}, "0", "0"),
        ({}, "0", "0"),
    ],
)
def test_a_match_counts_by_bucket(given: dict[str, str], per_pair: str, nothing: str) -> None:
    raws = [
        mark_match(given, pairs=("alb", "nat", "ecs"), right_texts=RIGHT_TEXTS, partial=p).raw
        for p in (Partial.PER_PAIR, Partial.ALL_OR_NOTHING)
    ]
    assert raws == [Decimal(per_pair), Decimal(nothing)]
