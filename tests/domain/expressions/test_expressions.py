from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, FloatOperation
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archlab.domain.expressions import BadExpression, Call, Undefined, Value, parse

search = settings(max_examples=200, deadline=None, derandomize=True)


def value(text: str, /, **names: Value) -> Value:
    return parse(text).evaluate(names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("744 * (0.25 * 0.03238 + 0.5 * 0.00356)", "7.347"),
        ("744 * (0.25 * 0.03238 + 1 * 0.00356)", "8.67132"),
        ("0.0000133334 * 3", "0.0000400002"),
        ("0.1 + 0.2", "0.3"),
        ("0.12345678901234567891 + 0", "0.12345678901234567891"),
        ("1_000_000 * 2e-7", "0.2"),
        (".5 + 1.", "1.5"),
        ("2 - 3 - 4", "-5"),
        ("-(2 + 3) * +4", "-20"),
        ("7 // 2", "3"),
        ("-7 // 2", "-4"),
        ("7 // -2", "-4"),
        ("-7 % 2", "1"),
        ("7 % -2", "-1"),
        ("7.5 % 2", "1.5"),
        ("min(3, 1, 2) + max(3, 1, 2) + abs(-4)", "8"),
        ("round(2.675, 2)", "2.68"),
        ("round(-2.675, 2)", "-2.68"),
        ("round(2.5)", "3"),
        ("ceil(2.1) + floor(2.9)", "5"),
        ("ceil(-2.1) + floor(-2.1)", "-5"),
        ("blocks(513, 512)", "2"),
        ("blocks(7, 2)", "4"),
        ("1 if 2 < 3 else 1 / 0", "1"),
    ],
)
def test_arithmetic_is_exact_decimal(text: str, expected: str) -> None:
    assert value(text) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x < 10 <= y", True),
        ("x < 10 > y", False),
        ("x < y > 7", True),
        ("x == 5.0", True),
        ("x != 5", False),
        ("not x > y and fast", True),
        ("fast or x > missing", True),
        ("x > y and missing > 1", False),
        ("mode == other", False),
    ],
)
def test_conditions_give_a_truth_and_stop_when_they_know(text: str, expected: Value) -> None:
    names: dict[str, Value] = {
        "x": Decimal(5),
        "y": Decimal(10),
        "fast": True,
        "mode": "a",
        "other": "b",
    }
    assert parse(text).evaluate(names) is expected


def test_the_given_functions_are_called_with_text_and_numbers() -> None:
    def price(key: str, region: str) -> Decimal:
        assert (key, region) == ("AWSELB:alb.hour", "us-east-1")
        return Decimal("0.0225")

    expression = parse("hours('final') * price('AWSELB:alb.hour', 'us-east-1')")
    functions: dict[str, Callable[..., object]] = {"price": price, "hours": lambda a: Decimal(744)}
    assert expression.evaluate({}, functions) == Decimal("16.74")


def test_an_expression_tells_what_it_needs() -> None:
    expression = parse("price('A:b', region, -2) * hours if chose('d1', 'yes') else max(x, hours)")
    assert expression.names == {"region", "hours", "x"}
    assert sorted(expression.calls, key=lambda call: call.column) == [
        Call("price", ("A:b", None, None), 1),
        Call("chose", ("d1", "yes"), 37),
        Call("max", (None, None), 61),
    ]


def test_a_text_over_several_lines_is_one_expression() -> None:
    assert value("\n  1 +\n\t2\n") == 3


def test_an_expression_can_be_checked_before_it_is_evaluated() -> None:
    expression = parse("prise('A:b') + hour")
    expression.check({"hour"}, {"prise"})
    with pytest.raises(BadExpression, match="no name is called hour; the nearest is hours"):
        expression.check({"hours", "x"}, {"price"})
    with pytest.raises(BadExpression, match="no function is called prise; the nearest is price"):
        expression.check({"hour"}, {"price"})
    parse("max(1, 2)").check((), ())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hour + 1", "no name is called hour; the nearest is hours"),
        ("zebra", "no name is called zebra; known: hours, mode"),
        ("prise()", "no function is called prise; the nearest is price"),
        ("1 / 0", "a division by 0"),
        ("1 // 0", "a division by 0"),
        ("1 % 0", "a division by 0"),
        ("0 / (1 - 1)", "a division by 0"),
        ("hours + mode", "'x86' stands where a number is needed"),
        ("mode < 3", "'x86' stands where a number is needed"),
        ("hours == mode", r"Decimal\('744'\) and 'x86' cannot be compared"),
        ("not hours", "744 stands where true or false is needed"),
        ("1 if hours else 2", "744 stands where true or false is needed"),
        ("max('a', 1)", "'a' stands where a number is needed"),
        ("round(1, 0.5)", "round to 0.5 places"),
        ("round(9e40, 2)", "the arithmetic has no result"),
        ("blocks(1, 0)", "write a quantity from 0 up and a block size above 0"),
        ("floating()", "floating gave 0.5, which is no Decimal"),
        ("nothing()", "nothing gave None"),
    ],
)
def test_what_has_no_value_says_why(text: str, sentence: str) -> None:
    functions: dict[str, Callable[..., object]] = {
        "price": lambda: Decimal(1),
        "floating": lambda: 0.5,
        "nothing": lambda: None,
    }
    with pytest.raises(Undefined, match=sentence):
        parse(text).evaluate({"hours": Decimal(744), "mode": "x86"}, functions)


def test_a_wrong_number_of_arguments_names_the_parameters() -> None:
    with pytest.raises(BadExpression, match=r"blocks\(quantity, size\) was given 1 arguments"):
        parse("blocks(1)")
    with pytest.raises(BadExpression, match=r"price\(key, region\) was given 1 arguments"):
        parse("price('A:b')").evaluate({}, {"price": lambda key, region: Decimal(1)})


def test_an_error_of_a_function_passes_through() -> None:
    class NotPriced(ValueError): ...

    def price() -> Decimal:
        raise NotPriced

    def broken() -> Decimal:
        return Decimal(len(3))  # type: ignore[arg-type] # a mistake of ours must stay visible

    with pytest.raises(NotPriced):
        parse("price()").evaluate({}, {"price": price})
    with pytest.raises(TypeError, match="has no len"):
        parse("broken()").evaluate({}, {"broken": broken})


def test_a_pack_cannot_hide_a_pure_function() -> None:
    assert parse("max(1, 2)").evaluate({}, {"max": lambda *given: Decimal(99)}) == 2


def test_a_float_among_the_names_is_refused() -> None:
    with pytest.raises((Undefined, FloatOperation)):
        parse("x + 1").evaluate({"x": 0.5})  # type: ignore[dict-item] # the point


def test_an_expression_of_exactly_300_characters_is_read() -> None:
    assert value("2" + " " * 297 + "+1") == 3
    with pytest.raises(BadExpression, match="301 characters; an expression has at most 300"):
        parse("2" + " " * 298 + "+1")


def test_two_hundred_parts_are_read_and_more_are_not() -> None:
    """A number and a comparison sign are a part each, and so is their chain."""
    assert value("1" + "<=1" * 99) is True
    with pytest.raises(BadExpression, match="more than 200 parts; split the expression"):
        parse("1" + "<1" * 100)


def test_nesting_of_twenty_is_read_and_twenty_one_is_not() -> None:
    assert value("+" * 19 + "1") == 1
    with pytest.raises(BadExpression, match="nested deeper than 20; split the expression"):
        parse("+" * 20 + "1")


numbers = st.integers(0, 9999).map(lambda n: Decimal(n) / 100)
trees = st.recursive(
    numbers.map(str),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=6,
)


@search
@given(trees)
def test_sums_and_products_agree_with_exact_fractions(text: str) -> None:
    """Six factors of four digits stay inside 28 digits, so nothing may be rounded."""
    expected = eval(  # noqa: S307 - our own generated text
        re.sub(r"[\d.]+", lambda number: f"Fraction('{number[0]}')", text),
        {"Fraction": Fraction},
    )
    result = value(text)
    assert isinstance(result, Decimal)
    assert Fraction(result) == expected
