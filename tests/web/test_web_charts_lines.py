from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from drawings import along, drawing, drawn, rows, spec_of, texts

from archlab.web.charts import Band, Bin, Mark, Series, line_chart, range_chart
from archlab.web.lettering import width_of
from archlab.web.numbers import amount

D = Decimal
FORMS = ["wide", "narrow"]
LABELS: dict[str, Any] = {
    "id_": "when",
    "finding": "Functions win below 2,000",
    "x_label": "requests a month",
    "y_label": "USD a month",
}
FUNCTIONS = Series("Functions", tuple((D(x), D(x) * D("0.02")) for x in (0, 1000, 2000, 4000)))
CONTAINER = Series("Container", ((D(0), D(40)), (D(2000), D(40)), (D(4000), D(40))), "documented")
CROSSING = Mark(D(2000), D(40), "2,000: equal")
HOLED = Series("Holed", ((D(0), D(1)), (D(1), D(2)), (D(2), None), (D(3), D(4))), "assumed")


def chart(*series: Series, **more: Any) -> str:
    return line_chart(series or (FUNCTIONS, CONTAINER), **LABELS | more)


def test_the_table_has_a_column_for_each_line_and_a_row_for_each_x() -> None:
    assert rows(chart()) == [
        ["0", "0.00", "40.00"],
        ["1,000", "20.00", ""],
        ["2,000", "40.00", "40.00"],
        ["4,000", "80.00", "40.00"],
    ]


def test_table_drawing_and_specification_have_the_same_numbers() -> None:
    html = chart(interactive=True)
    for trace, column in zip(spec_of(html)["data"], (1, 2), strict=True):
        cells = [row[column] for row in rows(html) if row[column]]
        assert [amount(y) for y in trace["y"]] == cells


@pytest.mark.parametrize("form", FORMS)
def test_each_point_is_drawn_where_the_marks_of_the_axes_say(form: str) -> None:
    html = chart()
    a, b = along(html, form, "middle", "x")
    c, d = along(html, form, "end", "y")
    line = drawn(html, "line", form)[0]
    pixels = re.findall(r"[ML]([\d.]+) ([\d.]+)", str(line.get("d")))
    found = [(a * float(x) + b, c * (float(y) + 5) + d) for x, y in pixels]
    for (x, y), (true_x, true_y) in zip(found, FUNCTIONS.known, strict=True):
        assert x == pytest.approx(float(true_x), abs=20)
        assert y == pytest.approx(float(true_y), abs=0.5)


def test_the_line_says_on_what_its_figures_stand() -> None:
    html = chart(FUNCTIONS, CONTAINER, HOLED, interactive=True)
    assert [str(x.get("class")).split()[1] for x in drawn(html, "line")] == [
        "modelled",
        "documented",
        "assumed",
    ]
    assert [x["line"]["dash"] for x in spec_of(html)["data"]] == ["dash", "solid", "dot"]


def test_what_is_not_priced_is_a_gap_and_a_word_and_never_zero() -> None:
    html = chart(HOLED, interactive=True)
    assert rows(html)[2] == ["2", "not priced"]
    trace = spec_of(html)["data"][0]
    assert trace["y"] == [1.0, 2.0, None, 4.0]
    assert trace["connectgaps"] is False
    assert str(drawn(html, "line")[0].get("d")).count("M") == 2
    assert str(drawn(html, "dot")[0].get("d")).count("M") == 1  # the last one stands alone
    assert "not priced: Holed" in html


@pytest.mark.parametrize("form", FORMS)
def test_what_is_no_price_is_missing_under_its_own_name(form: str) -> None:
    assert rows(chart(HOLED, lack="overloaded"))[2] == ["2", "overloaded"]
    nowhere = chart(Series("Nowhere", ((D(1), None), (D(2), None))), lack="overloaded")
    assert "overloaded" in texts(nowhere, form)
    assert "not priced" not in nowhere


def test_a_point_between_two_gaps_is_seen() -> None:
    alone = Series("Alone", ((D(0), D(1)), (D(1), None), (D(2), D(3)), (D(3), None), (D(4), D(5))))
    html = chart(alone, interactive=True)
    assert str(drawn(html, "dot")[0].get("d")).count("M") == 3
    assert spec_of(html)["data"][0]["mode"] == "lines+markers"


@pytest.mark.parametrize("form", FORMS)
def test_a_chart_without_a_price_says_so_instead_of_a_line(form: str) -> None:
    html = chart(Series("Nowhere", ((D(1), None), (D(2), None))), interactive=True)
    assert "not priced" in texts(html, form)
    assert drawn(html, "line", form) == []
    assert spec_of(html)["layout"]["annotations"][0]["text"] == "not priced"


def test_a_stepped_line_keeps_its_height_until_the_next_point() -> None:
    html = chart(Series("Tasks", FUNCTIONS.points, stepped=True), interactive=True)
    path = str(drawn(html, "line")[0].get("d"))
    assert re.fullmatch(r"M[\d.]+ [\d.]+(H[\d.]+V[\d.]+){3}", path)
    assert spec_of(html)["data"][0]["line"]["shape"] == "hv"


@pytest.mark.parametrize("form", FORMS)
def test_every_line_is_named_and_ends_in_a_shape_of_its_own(form: str) -> None:
    many = [Series(f"Line {n}", ((D(0), D(n)), (D(9), D(n)))) for n in range(5)]
    html = chart(*many)
    assert {one.name for one in many} <= set(texts(html, form))
    shapes = {str(x.get("d")).split(" ", 1)[1].lstrip("0123456789.") for x in drawn(html, "dot")}
    assert len(shapes) == 5
    heights = [
        float(str(t.get("y"))) for t in drawing(html, form).iter("text") if "Line" in str(t.text)
    ]
    assert min(abs(a - b) for a in heights for b in heights if a is not b) >= 18


def test_a_sixth_line_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 5 lines, not 6"):
        chart(*[FUNCTIONS] * 6)


def test_a_crossing_is_a_ring_with_its_name_and_a_row_of_its_own() -> None:
    html = chart(marks=[CROSSING], interactive=True)
    assert len(drawn(html, "ring")) == 1
    assert "2,000: equal" in texts(html)
    assert rows(html, 1) == [["2,000: equal", "2,000", "40.00"]]
    assert spec_of(html)["data"][-1]["x"] == [2000.0]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("far", [1, 250, 400, 2000])
def test_names_of_marks_stand_beside_or_above_each_other(far: int, form: str) -> None:
    marks = [Mark(D(1000 + far * n), D(40), f"mark number {n}") for n in range(2)]
    one, other = drawn(chart(marks=marks), "redtext", form)
    apart = abs(float(str(one.get("x"))) - float(str(other.get("x"))))
    assert one.get("y") != other.get("y") or apart >= width_of(marks[0].label, 15)


def test_a_name_that_can_move_aside_takes_no_row_of_its_own() -> None:
    marks = [Mark(D(1000), D(40), "mark number 0"), Mark(D(1400), D(40), "mark number 1")]
    one, other = drawn(chart(marks=marks), "redtext")
    assert one.get("y") == other.get("y")


def test_a_logarithmic_axis_says_so_and_starts_above_zero() -> None:
    powers = Series("Powers", tuple((D(10) ** n, D(n)) for n in range(4)))
    html = chart(powers, log_x=True, marks=[Mark(D(100), None, "hundred")], interactive=True)
    layout = spec_of(html)["layout"]
    assert "requests a month, logarithmic" in texts(html)
    assert layout["xaxis"]["type"] == "log"
    assert layout["annotations"][-1]["x"] == 2
    path = re.findall(r"[ML]([\d.]+) ", str(drawn(html, "line")[0].get("d")))
    gaps = [float(b) - float(a) for a, b in pairwise(path)]
    assert max(gaps) - min(gaps) < 0.3
    with pytest.raises(ValueError, match="above 0"):
        chart(log_x=True)


NEAR = Band(
    "95 % over 8 replications",
    ((D(0), (D(0), D(3))), (D(1), (D("1.5"), D(6))), (D(2), None), (D(3), (D(2), D(8)))),
)
BANDED = Series("Banded", HOLED.points, "assumed", band=NEAR)


def test_only_a_line_with_a_band_has_its_low_and_high_in_the_table() -> None:
    html = chart(CONTAINER, BANDED)
    assert rows(html)[:3] == [
        ["0", "40.00", "1.00", "0.00", "3.00"],
        ["1", "", "2.00", "1.50", "6.00"],
        ["2", "", "not priced", "", ""],
    ]
    assert "Banded, low" in html
    assert "Container, low" not in html


def test_the_title_block_says_what_a_band_is() -> None:
    assert "<b>Band</b>95 % over 8 replications" in chart(CONTAINER, BANDED)
    assert "<b>Band</b>" not in chart()


@pytest.mark.parametrize("form", FORMS)
def test_a_band_lies_around_its_line_and_has_its_gaps(form: str) -> None:
    html = chart(BANDED)
    c, d = along(html, form, "end", "y")
    (area,) = drawn(html, "band", form)
    assert "s1" in str(area.get("class")).split()
    path = str(area.get("d"))
    assert path.count("M") == path.count("Z") == 2  # one piece before the gap, one behind it
    there = re.fullmatch(r"M[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)V([\d.]+)L[\d.]+ ([\d.]+)Z.*", path)
    assert there
    found = [c * (float(y) + 5) + d for y in there.groups()]
    assert found == pytest.approx([3, 6, 1.5, 0], abs=0.05)


def test_a_band_is_never_cut_off_by_the_axes() -> None:
    c, d = along(chart(BANDED), "wide", "end", "y")
    top = min(float(y) for y in re.findall(r"[MLV](?:[\d.]+ )?([\d.]+)", path_of_band()))
    assert c * (top + 5) + d == pytest.approx(8, abs=0.05)


def path_of_band(*, stepped: bool = False) -> str:
    series = Series("Banded", BANDED.points, stepped=stepped, band=NEAR)
    return str(drawn(chart(series), "band")[0].get("d"))


def test_a_band_of_a_stepped_line_has_steps_too() -> None:
    number = r"[\d.]+"
    steps = f"M{number} {number}H{number}V{number}V{number}V{number}H{number}Z.*"
    assert re.fullmatch(steps, path_of_band(stepped=True))


def test_the_edges_of_a_band_are_traces_below_the_lines() -> None:
    traces = spec_of(chart(BANDED, interactive=True))["data"]
    assert [one.get("fill") for one in traces] == [None, "tonexty", None, "tonexty", None]
    assert [one["y"] for one in traces[:4]] == [[0.0, 1.5], [3.0, 6.0], [2.0], [8.0]]
    assert [one.get("showlegend") for one in traces] == [False] * 4 + [None]
    assert {one.get("hoverinfo") for one in traces[:4]} == {"skip"}
    assert {one.get("fillcolor") for one in traces[1:4:2]} == {"var(--band)"}


BINS = [Bin(D(60), D(70), 5), Bin(D(70), D(80), 20), Bin(D(80), D(90), 10)]
MARKS = [Mark(D(72), None, "P50"), Mark(D("75.5"), None, "documented", "documented")]


def ranges(bins: list[Bin], marks: list[Mark]) -> str:
    return range_chart(
        bins, marks=marks, id_="far", finding="Not far", x_label="USD a month", interactive=True
    )


def test_a_range_has_its_counts_and_its_marks_as_tables() -> None:
    html = ranges(BINS, MARKS)
    assert rows(html) == [
        ["60.00 to 70.00", "5"],
        ["70.00 to 80.00", "20"],
        ["80.00 to 90.00", "10"],
    ]
    assert rows(html, 1) == [["P50", "72.00"], ["documented", "75.50"]]
    assert spec_of(html)["data"][0]["y"] == [5, 20, 10]
    assert [line["x0"] for line in spec_of(html)["layout"]["shapes"]] == [72.0, 75.5]


def test_bars_of_a_range_are_as_high_as_their_counts() -> None:
    heights = [float(str(bar.get("height"))) for bar in drawn(ranges(BINS, MARKS), "mod")]
    assert heights[0] / heights[1] == pytest.approx(5 / 20, abs=0.01)
    assert heights[2] / heights[1] == pytest.approx(10 / 20, abs=0.01)


def test_what_is_documented_is_the_solid_line_of_a_range() -> None:
    html = ranges(BINS, MARKS)
    assert [str(x.get("class")) for x in drawn(html, "percentile")] == [
        "percentile modelled",
        "percentile documented",
    ]
    assert [x["line"]["dash"] for x in spec_of(html)["layout"]["shapes"]] == ["dash", "solid"]


def test_a_range_of_nothing_says_so() -> None:
    html = ranges([], [])
    assert "no results" in texts(html)
    assert spec_of(html)["layout"]["annotations"][0]["text"] == "no results"
