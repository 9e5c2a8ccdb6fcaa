"""Moves as JSON, and the lines of panels."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from archlab.domain.grading import AnswerRefused
from archlab.domain.grading.drill import (
    Move,
    MoveRefused,
    moves_from_json,
    moves_to_json,
    series_of,
)


def test_a_move_is_written_without_what_is_empty() -> None:
    moves = (Move("open", "usage"), Move("wait", minutes=5), Move("stop"))
    written = [{"kind": "open", "id": "usage"}, {"kind": "wait", "minutes": 5}, {"kind": "stop"}]
    assert moves_to_json(moves) == written
    assert moves_from_json(written) == moves


@pytest.mark.parametrize(
    "value",
    [
        None,
        "stop",
        {"kind": "stop"},
        ["stop"],
        [{}],
        [{"kind": "sleep"}],
        [{"kind": "stop", "now": 1}],
        [{"kind": "open", "id": 7}],
        [{"kind": "open", "id": "x" * 49}],
        [{"kind": "wait", "minutes": "5"}],
        [{"kind": "wait", "minutes": -1}],
        [{"kind": "wait", "minutes": 5_761}],
        [{"kind": "wait", "minutes": 1.5}],
        [{"kind": "stop"}] * 251,
    ],
)
def test_what_is_no_list_of_moves_is_refused_as_an_answer_is(value: object) -> None:
    with pytest.raises(MoveRefused) as refused:
        moves_from_json(value)
    assert isinstance(refused.value, AnswerRefused)


@dataclass(frozen=True)
class Line:
    id: str
    series: tuple[tuple[int, Decimal], ...]


LOAD = Line("load", ((-10, Decimal("0.5")), (0, Decimal("0.5")), (20, Decimal("4.5"))))
FLAT = Line("flat", ((0, Decimal(7)), (5, Decimal(7))))


def test_a_series_shows_each_minute_up_to_the_present_one() -> None:
    assert [minute for minute, _ in series_of(LOAD, "seed", 3)] == [*range(-10, 4)]
    assert [minute for minute, _ in series_of(LOAD, "seed", 99)] == [*range(-10, 21)]
    assert series_of(LOAD, "seed", -11) == ()


def test_written_values_stand_as_written_and_what_is_between_trembles_a_little() -> None:
    shown = dict(series_of(LOAD, "seed", 20))
    assert {minute: shown[minute] for minute, _ in LOAD.series} == dict(LOAD.series)
    for minute in range(1, 20):
        straight = Decimal("0.5") + Decimal(4 * minute) / 20
        assert abs(shown[minute] - straight) <= Decimal("0.0405")
    assert any(shown[minute] != Decimal("0.5") for minute in range(-9, 0))


def test_noise_never_leaves_the_written_range_so_an_empty_count_stays_at_nothing() -> None:
    balance = Line("balance", ((-10, Decimal(88)), (0, Decimal(0)), (60, Decimal(0))))
    shown = [value for _, value in series_of(balance, "seed", 60)]
    assert min(shown) == 0
    assert max(shown) == 88
    assert any(shown[11:]), "above nothing it still trembles"


def test_a_flat_series_has_no_noise() -> None:
    assert {value for _, value in series_of(FLAT, "seed", 5)} == {7}


def test_noise_depends_on_the_seed_and_the_panel_alone_and_never_on_the_present() -> None:
    whole = series_of(LOAD, "seed", 20)
    assert series_of(LOAD, "seed", 8) == whole[:19]
    assert series_of(LOAD, "other", 20) != whole
    assert series_of(Line("other", LOAD.series), "seed", 20) != whole
