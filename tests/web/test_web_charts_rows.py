from __future__ import annotations

from decimal import Decimal

import pytest
from drawings import along, drawn, rows, spec_of, texts

from archlab.web.charts import Bar, Step, Sway, bar_chart, difference_chart, tornado_chart
from archlab.web.numbers import amount

D = Decimal
BARS = [
    Bar("Keys", D("12.00"), D("11.93"), open_=True),
    Bar("Gateway", D("33.65"), D("33.65")),
    Bar("Guess", D("5.00"), basis="assumed"),
    Bar("Model API", None, reason="no row in the price book"),
]


def bars(*more: Bar) -> str:
    return bar_chart(
        [*BARS, *more], id_="bars", finding="The gateway", x_label="USD a month", interactive=True
    )


def test_bars_stand_largest_first_with_their_numbers_as_a_table() -> None:
    assert rows(bars()) == [
        ["Gateway", "33.65", "33.65", "modelled"],
        ["Keys", "11.93", "12.00", "modelled"],
        ["Guess", "", "5.00", "assumed"],
        ["Model API", "", "not priced", "no row in the price book"],
    ]


def test_a_bar_without_a_price_has_words_and_no_length() -> None:
    html = bars()
    assert "not priced: no row in the price book" in texts(html)
    assert "not priced" in texts(html, "narrow")
    assert drawn(html, "mod")[-1].get("width") == "0"
    assert spec_of(html)["data"][0]["x"] == [33.65, 12.0, 5.0, None]


@pytest.mark.parametrize("form", ["wide", "narrow"])
def test_a_bar_that_is_no_price_is_missing_under_its_own_name(form: str) -> None:
    html = bars(Bar("Crowd", None, lack="overloaded"))
    assert "overloaded" in texts(html, form)
    assert rows(html)[-1] == ["Crowd", "", "overloaded", ""]


@pytest.mark.parametrize("form", ["wide", "narrow"])
def test_bars_and_ticks_end_where_the_axis_says(form: str) -> None:
    html = bars()
    a, b = along(html, form, "middle", "x")
    lengths = [(x.get("x"), x.get("width")) for x in drawn(html, "mod", form)[:3]]
    ends = [a * (float(str(x)) + float(str(width))) + b for x, width in lengths]
    assert ends == pytest.approx([33.65, 12.0, 5.0], abs=0.1)
    ticks = [float(str(x.get("d"))[1:].split()[0]) for x in drawn(html, "doc", form)]
    assert [a * x + b for x in ticks] == pytest.approx([33.65, 11.93], abs=0.1)


def test_table_and_specification_of_bars_have_the_same_numbers() -> None:
    html = bars()
    values, documented = spec_of(html)["data"]
    assert [amount(x) for x in values["x"]] == [row[2] for row in rows(html)]
    assert [amount(x) for x in documented["x"]] == [row[1] for row in rows(html) if row[1]]


def test_only_what_is_open_is_red_and_only_what_is_assumed_is_dotted() -> None:
    looks = [str(x.get("class")) for x in drawn(bars(), "mod")]
    assert looks == ["mod modelled", "mod open", "mod assumed", "mod modelled"]


def test_a_credit_goes_to_the_other_side_of_zero() -> None:
    html = bars(Bar("Credit", D("-4.00")))
    edge = float(str(drawn(html, "mod")[0].get("x")))
    credit = drawn(html, "mod")[-1]
    assert float(str(credit.get("x"))) + float(str(credit.get("width"))) == pytest.approx(edge)
    assert rows(html)[-1][2] == "\N{MINUS SIGN}4.00"


def test_no_bars_at_all_is_said() -> None:
    html = bar_chart([], id_="none", finding="Nothing", x_label="USD", interactive=True)
    assert "no lines" in texts(html)
    assert spec_of(html)["layout"]["annotations"][0]["text"] == "no lines"


SWAYS = [
    Sway("Logs", "0.2 GB", "4 GB", D("50.10"), D("52.00")),
    Sway("Cache", "10 %", "95 %", D("61.10"), D("38.20")),
]


def tornado() -> str:
    return tornado_chart(
        SWAYS,
        likely=D("51.05"),
        id_="sway",
        finding="The cache",
        y_label="USD a month",
        interactive=True,
    )


def test_the_widest_swing_is_on_top_and_each_end_says_what_gives_it() -> None:
    assert rows(tornado()) == [
        ["Cache", "10 %", "61.10", "95 %", "38.20"],
        ["Logs", "0.2 GB", "50.10", "4 GB", "52.00"],
        ["Likely", "", "51.05", "", "51.05"],
    ]
    for form in ("wide", "narrow"):
        assert {"38.20, 95 %", "61.10, 10 %"} <= set(texts(tornado(), form))


def test_a_swing_begins_at_its_smaller_amount_whichever_value_gives_it() -> None:
    html = tornado()
    trace = spec_of(html)["data"][0]
    assert trace["base"] == [38.2, 50.1]
    assert trace["x"] == pytest.approx([22.9, 1.9])
    a, b = along(html, "wide", "middle", "x")
    lefts = [a * float(str(x.get("x"))) + b for x in drawn(html, "mod")]
    assert lefts == pytest.approx([38.2, 50.1], abs=0.1)


def test_the_likely_result_is_an_upright_line() -> None:
    html = tornado()
    a, b = along(html, "wide", "middle", "x")
    place = float(str(drawn(html, "likely")[0].get("d"))[1:].split()[0])
    assert a * place + b == pytest.approx(51.05, abs=0.1)
    assert spec_of(html)["layout"]["shapes"][0]["x0"] == 51.05


STEPS = [
    Step("Before", D("50.00"), "start"),
    Step("Gateway", D("37.37"), "added"),
    Step("Unknown", None, "added"),
    Step("Functions", D("-12.40"), "removed"),
    Step("Memory", D("2.00"), "changed"),
    Step("After", D("76.97"), "total"),
]


def difference() -> str:
    return difference_chart(
        STEPS, id_="more", finding="More", y_label="USD a month", interactive=True
    )


def test_a_difference_names_what_was_added_and_removed() -> None:
    assert rows(difference()) == [
        ["Before", "before", "50.00"],
        ["Gateway", "added", "+37.37"],
        ["Unknown", "added", "not priced"],
        ["Functions", "removed", "\N{MINUS SIGN}12.40"],
        ["Memory", "changed", "+2.00"],
        ["After", "after", "76.97"],
    ]
    assert {"+37.37, added", "\N{MINUS SIGN}12.40, removed"} <= set(texts(difference()))
    assert {"not priced, added"} <= set(texts(difference(), "narrow"))


def test_each_change_begins_where_the_one_before_it_ended() -> None:
    html = difference()
    trace = spec_of(html)["data"][0]
    assert trace["base"] == pytest.approx([0, 50, 87.37, 87.37, 74.97, 0])
    assert trace["x"] == [50.0, 37.37, None, -12.4, 2.0, 76.97]
    a, b = along(html, "wide", "middle", "x")
    lefts = [a * float(str(x.get("x"))) + b for x in drawn(html, "mod")]
    assert lefts == pytest.approx([0, 50, 87.37, 74.97, 74.97, 0], abs=0.15)


def test_a_total_that_is_not_priced_has_no_bar() -> None:
    steps = [Step("Before", D(50), "start"), Step("After", None, "total")]
    html = difference_chart(steps, id_="x", finding="x", y_label="USD a month")
    assert rows(html)[1] == ["After", "after", "not priced"]
    assert [bar.get("width") == "0" for bar in drawn(html, "mod")] == [False, True]


def test_what_was_removed_is_a_ghost_and_what_came_is_red() -> None:
    looks = [str(x.get("class")).split()[1] for x in drawn(difference(), "mod")]
    assert looks == ["modelled", "added", "added", "removed", "changed", "modelled"]
