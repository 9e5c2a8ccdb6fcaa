from __future__ import annotations

from decimal import Decimal

import pytest

from archlab.web.charts.axes import apart
from archlab.web.charts.scale import Scale, bounds, plain

D = Decimal


@pytest.mark.parametrize(
    ("value", "text"),
    [("40", "40"), ("4E+1", "40"), ("0.050", "0.05"), ("1000000", "1,000,000"), ("0", "0")],
)
def test_round_values_are_written_as_they_are(value: str, text: str) -> None:
    assert plain(D(value)) == text


@pytest.mark.parametrize(
    ("low", "high", "most", "marks"),
    [
        ("0", "90.87", 5, ["0", "20", "40", "60", "80"]),
        ("0", "0.03", 4, ["0", "0.01", "0.02", "0.03"]),
        ("33.53", "73.98", 4, ["40", "60"]),
        ("-12", "25", 4, ["\N{MINUS SIGN}10", "0", "10", "20"]),
    ],
)
def test_an_axis_is_marked_at_round_values(
    low: str, high: str, most: int, marks: list[str]
) -> None:
    assert [plain(mark) for mark in Scale(D(low), D(high), 0, 100).marks(most)] == marks


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        ("1", "1000", ["1", "10", "100", "1000"]),
        ("2", "60", ["2", "5", "10", "20", "50"]),
        ("6", "8", ["6", "8"]),
    ],
)
def test_a_logarithmic_axis_is_marked_at_powers_of_ten(
    low: str, high: str, marks: list[str]
) -> None:
    axis = Scale(D(low), D(high), 0, 100, log=True)
    assert [f"{mark:f}" for mark in axis.marks(8)] == marks


def test_equal_factors_are_equal_distances_on_a_logarithmic_axis() -> None:
    axis = Scale(D(1), D(100), 0, 100, log=True)
    assert [axis.at(D(x)) for x in (1, 10, 100)] == pytest.approx([0, 50, 100])


@pytest.mark.parametrize(
    ("values", "zero", "found"),
    [
        (["3", "7"], True, ("0", "7")),
        (["3", "7"], False, ("3", "7")),
        (["-2"], True, ("-2", "0")),
        (["5"], False, ("2.5", "7.5")),
        (["0"], True, ("0", "1")),
        ([], True, ("0", "1")),
    ],
)
def test_an_axis_never_has_the_same_ends(
    values: list[str],
    zero: bool,  # noqa: FBT001 - a column of the cases
    found: tuple[str, str],
) -> None:
    assert bounds([D(x) for x in values], zero=zero) == tuple(D(x) for x in found)


def test_names_keep_their_distance_and_stay_on_the_sheet() -> None:
    placed = apart([50, 52, 51, 99], 0, 100, gap=10)
    assert sorted(placed) == [50, 60, 70, 99]
    assert placed[0] < placed[2] < placed[1]
    assert apart([98, 99, 100], 0, 100, gap=10) == [80, 90, 100]
