from __future__ import annotations

import re
from decimal import Decimal

import pytest
from drawings import parsed, rows

from archlab.domain.pricing import Bill, Line, Status
from archlab.web.charts import Stop, bill_chart, bill_finding, step_chart, step_finding, steps_to


def line(label: str, usd: str | None, documented: str | None, status: Status) -> Line:
    modelled = None if usd is None else Decimal(usd)
    printed = None if documented is None else Decimal(documented)
    delta = None if modelled is None or printed is None else printed - modelled
    return Line((label.lower(),), label, modelled, printed, delta, status, ())


BILL = Bill(
    (
        line("Keys & more", "12.00", "11.93", Status.RESIDUAL),
        line("Gateway", "33.65", "33.65", Status.CLOSED),
        line("Backend", None, None, Status.UNPRICED),
        line("lb", "1.20", None, Status.UNDOCUMENTED),
    ),
    744,
    "us-east-1",
    "prices",
    Decimal("45.58"),
)


def test_the_table_has_the_numbers_of_the_bars_dearest_first() -> None:
    assert rows(bill_chart(BILL)) == [
        ["Gateway", "33.65", "33.65", "closed"],
        ["Keys & more", "11.93", "12.00", "residual \N{MINUS SIGN}0.07"],
        ["lb", "", "1.20", "not on the bill"],
        ["Backend", "", "not priced", "not priced"],
    ]


def test_bars_are_as_long_as_their_amounts_and_start_at_zero() -> None:
    svg = parsed(bill_chart(BILL)).find(".//svg")
    assert svg is not None
    bars = [rect for rect in svg.iter("rect") if str(rect.get("class")).startswith("mod")]
    assert {bar.get("x") for bar in bars} == {"250"}
    widths = [float(bar.get("width") or 0) for bar in bars]
    assert widths[1] / widths[0] == pytest.approx(12 / 33.65, abs=0.001)
    assert widths[3] == 0


def test_only_what_is_open_is_red() -> None:
    svg = parsed(bill_chart(BILL)).find(".//svg")
    assert svg is not None
    red = [text.text for text in svg.iter("text") if "redtext" in str(text.get("class"))]
    assert red == ["Keys & more", "11.93 documented, 12.00 modelled", "Backend", "not priced"]


def test_a_documented_amount_is_a_tick_and_an_unknown_one_is_none() -> None:
    svg = parsed(bill_chart(BILL)).find(".//svg")
    assert svg is not None
    assert sum(str(path.get("class")).startswith("doc") for path in svg.iter("path")) == 2


def test_a_line_without_a_bill_is_called_by_the_label_of_its_part() -> None:
    assert rows(bill_chart(BILL, labels={"lb": "Load balancer"}))[2][0] == "Load balancer"


def test_the_wide_and_the_narrow_chart_share_no_ids() -> None:
    ids = re.findall(r'\bid="([^"]+)"', bill_chart(BILL))
    assert len(ids) == len(set(ids))
    assert {"bill-chart-wide-hatch", "bill-chart-narrow-hatch"} <= set(ids)


def test_a_chart_has_no_inline_style() -> None:
    assert "style=" not in bill_chart(BILL)


def test_the_finding_names_the_largest_line_and_its_share() -> None:
    assert bill_finding(BILL) == "Gateway: 72 % of the bill"


def test_a_bill_of_nothing_says_so_and_still_draws() -> None:
    free = Bill((line("All", "0", None, Status.UNDOCUMENTED),), 744, "us-east-1", "prices")
    assert bill_finding(free) == "Nothing on this bill costs anything"
    assert rows(bill_chart(free)) == [["All", "", "0.00", "not on the bill"]]


@pytest.mark.parametrize(
    ("top", "most", "step"),
    [("90.87", 4, "50"), ("33.65", 8, "5"), ("1", 8, "1"), ("151", 4, "50"), ("3000", 4, "1000")],
)
def test_grid_lines_stand_at_round_numbers(top: str, most: int, step: str) -> None:
    assert steps_to(Decimal(top), most) == Decimal(step)


STOPS = (
    Stop("1", "Criteria", Decimal(0)),
    Stop("2", "A container", Decimal("53.50")),
    Stop("3", "A way <out>", Decimal("90.87"), "here"),
    Stop("4", "The bench", None, "ahead"),
)


def test_the_staircase_has_its_numbers_as_a_table() -> None:
    assert rows(step_chart(STOPS)) == [
        ["1", "Criteria", "0.00"],
        ["2", "A container", "53.50"],
        ["3", "A way <out>", "90.87"],
        ["4", "The bench", "ahead"],
    ]


def test_what_lies_ahead_has_a_number_but_no_height() -> None:
    svg = parsed(step_chart(STOPS)).find(".//svg")
    assert svg is not None
    stairs = [p for p in svg.iter("path") if str(p.get("class")).startswith("stair")]
    assert len(stairs) == 3
    assert stairs[-1].get("class") == "stair here"
    assert "4" in [text.text for text in svg.iter("text")]


def test_no_tread_leaves_the_sheet() -> None:
    svg = parsed(step_chart(STOPS)).find(".//svg")
    assert svg is not None
    heights = [
        float(y)
        for path in svg.iter("path")
        for y in re.findall(r"V([\d.]+)", path.get("d") or "")
        if str(path.get("class")).startswith("stair")
    ]
    assert min(heights) >= 40


def test_the_finding_of_a_staircase_is_its_highest_step_so_far() -> None:
    assert step_finding(STOPS) == "The highest step so far: A container, +53.50 USD a month"
    assert step_finding(STOPS[:1]) == "No step so far costs anything"
    assert step_finding(()) == "No step so far costs anything"


def test_only_a_path_that_is_shown_ahead_is_explained() -> None:
    assert "Dashed" not in step_chart(STOPS)
    assert "Dashed" in step_chart((*STOPS, Stop("5", "Growth", Decimal(151), "ahead")))


def test_a_long_value_at_the_right_edge_is_written_before_the_end_of_its_bar() -> None:
    open_ = Bill((line("Gateway", "33.00", "33.65", Status.RESIDUAL),), 744, "us-east-1", "prices")
    svg = parsed(bill_chart(open_)).find(".//svg")
    assert svg is not None
    value = next(text for text in svg.iter("text") if "onbar" in str(text.get("class")))
    assert (value.text, value.get("text-anchor")) == ("33.65 documented, 33.00 modelled", "end")
