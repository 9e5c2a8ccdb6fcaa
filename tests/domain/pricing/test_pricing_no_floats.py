"""Money never passes through a binary float: no float stands in the code that counts it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

DOMAIN = Path(__file__).parents[3] / "archlab" / "domain"
FILES = [
    *sorted((DOMAIN / "pricing").rglob("*.py")),
    DOMAIN / "money.py",
    DOMAIN / "units.py",
    DOMAIN / "expressions.py",
]


def floats(source: str) -> list[int]:
    """Lines with a float literal, the name `float`, a float constructor or the math module."""
    return sorted({node.lineno for node in ast.walk(ast.parse(source)) if _is_float(node)})  # type: ignore[attr-defined] # every hit has a line


def _is_float(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=float() | complex()):
            return True
        case ast.Name(id="float" | "math") | ast.alias(name="math" | "numpy"):
            return True
        case ast.Attribute(attr="from_float" | "fsum"):
            return True
    return False


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_float_stands_in_the_code_of_money(file: Path) -> None:
    assert floats(file.read_text("utf-8")) == []


def test_all_the_files_of_the_book_are_looked_at() -> None:
    names = {file.name for file in FILES}
    assert {"book.py", "rows.py", "reconcile.py", "snapshot.py", "bill.py", "money.py"} <= names


@pytest.mark.parametrize(
    "planted",
    [
        "price = 0.045",
        "price = 1e3",
        "price = float(text)",
        "def cost(quantity: float) -> Decimal: ...",
        "price = Decimal.from_float(x)",
        "import math",
        "half = 2 ** -1 * 1.",
    ],
)
def test_a_planted_float_is_found(planted: str) -> None:
    assert floats(f"from decimal import Decimal\n{planted}\n") == [2]
