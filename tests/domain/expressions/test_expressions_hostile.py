"""Text that must never come near an evaluation."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archlab.domain.expressions import BadExpression, parse

HOSTILE = [
    "__import__('os').system('true')",
    "().__class__",
    "x.y",
    "'a'.format(x)",
    "(1).real",
    "x[0]",
    "x[1:2]",
    "names['x']",
    "9 ** 9 ** 9",
    "2 ** 9",
    "1 << 999999",
    "1 | 2",
    "~1",
    "a @ b",
    "lambda: 1",
    "(lambda: 1)()",
    "[x for x in y]",
    "{x for x in y}",
    "sum(x for x in y)",
    "[1, 2]",
    "(1, 2)",
    "{1: 2}",
    "f'{x}'",
    "(x := 1)",
    "f(*x)",
    "f(**x)",
    "f(x=1)",
    "f(1)(2)",
    "x in y",
    "x is y",
    "'text'",
    "'a' + 'b'",
    "'a' * 999999",
    "f('a' * 9)",
    "f('a' if x else 'b')",
    "b'bytes'",
    "f(b'bytes')",
    "True",
    "None",
    "...",
    "1j",
    "0x10",
    "0b1",
    "1e400",
    "1e-999",
    "9" * 29,
    "9" * 301,
    "_private",
    "__builtins__",
    "__x__(1)",
    "ｎａｍｅ",  # noqa: RUF001 - full-width letters are the point
    "(" * 150 + "1" + ")" * 149,
    "-" * 299 + "1",
    "+".join("1" * 100),
    "min(" * 40 + "1" + ")" * 40,
    "not " * 60 + "x",
    "1 if x else " * 22 + "2",
    "1<" * 149 + "1",
    "yield 1",
    "await x",
    "x = 1",
    "import os",
    "1; 2",
    "1\\\n+ 2",
    "f('\\x41')",
    "\x00",
    "1 + \x00",
    "\ud800",
    "",
    "   ",
    "#",
    "1 +",
    ")",
    "max()",
    "round(1, 2, 3)",
    "1 2",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadExpression) as refusal:
        parse(text)
    assert str(refusal.value)
    assert refusal.value.column >= 1


def test_a_refusal_points_at_its_column() -> None:
    with pytest.raises(BadExpression, match="Attribute is not part of an expression") as refusal:
        parse("1 + 2 * x.y")
    assert refusal.value.column == 9


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(alphabet="x1.()[]'\"+-*/%<>=!,:{}\\_ \n#@~^&|ifelsnotad", max_size=60))
def test_any_text_is_read_or_refused_and_nothing_else_happens(text: str) -> None:
    with suppress(BadExpression):
        parse(text)
