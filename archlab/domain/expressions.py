"""The arithmetic that packs may write, parsed against a white-list and compiled to closures.

Text from a pack is never handed to `eval`. What has no method in `_Compiler` does not exist: no
attribute, subscript, power, keyword, lambda or comprehension.
"""

from __future__ import annotations

import ast
import inspect
import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    FloatOperation,
    InvalidOperation,
    Overflow,
    localcontext,
)
from difflib import get_close_matches
from functools import partial, singledispatchmethod
from typing import TypeVar

from archlab.domain import units

T = TypeVar("T")
Value = Decimal | str | bool

MOST_CHARACTERS = 300
MOST_NODES = 200
MOST_DEPTH = 20
MOST_DIGITS = 28

CONTEXT = Context(
    prec=28,
    rounding=ROUND_HALF_EVEN,
    traps=[InvalidOperation, DivisionByZero, Overflow, FloatOperation],
)
"""Of every evaluation; enter it with `localcontext`, which copies it."""
_NUMBER = re.compile(r"(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)


class BadExpression(ValueError):
    """The text is not an expression that packs may write; `column` counts from 1."""

    def __init__(self, sentence: str, column: int = 1) -> None:
        super().__init__(sentence)
        self.column = column


class Undefined(BadExpression):
    """The expression has no value here: a name is missing, a type is wrong, a divisor is 0."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call in the text; an argument that is neither a number nor text is None."""

    name: str
    arguments: tuple[Decimal | str | None, ...]
    column: int


@dataclass(frozen=True, slots=True)
class _Scope:
    names: Mapping[str, Value]
    functions: Mapping[str, Callable[..., object]]


_Run = Callable[[_Scope], Value]


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression; `names` and `calls` are what it needs to be evaluated."""

    text: str
    names: frozenset[str]
    calls: tuple[Call, ...]
    _run: _Run = field(repr=False, compare=False)

    def evaluate(
        self,
        names: Mapping[str, Value] | None = None,
        functions: Mapping[str, Callable[..., object]] | None = None,
    ) -> Value:
        """The value with these names, beside the pure functions. Raises Undefined.

        Decimal with 28 digits. What a function raises passes through, so a price that is not
        known stays its own error.
        """
        with localcontext(CONTEXT):
            try:
                return self.bound(names or {}, functions or {})()
            except DecimalException as error:
                kind = type(error).__name__
                raise Undefined(f"{self.text}: the arithmetic has no result ({kind})") from error

    def bound(
        self, names: Mapping[str, Value], functions: Mapping[str, Callable[..., object]]
    ) -> Callable[[], Value]:
        """The same to be called again and again while the values of `names` change.

        It computes in the context of the caller, who enters CONTEXT once for all calls, and what
        the arithmetic raises passes through.
        """
        return partial(self._run, _Scope(names, functions))

    def check(self, names: Collection[str], functions: Collection[str]) -> None:
        """Raise BadExpression for the first name or call that is in none of the two."""
        for name in sorted(self.names):
            if name not in names:
                raise BadExpression(_unknown("name", name, names))
        for call in self.calls:
            if call.name not in functions and call.name not in PURE:
                known = [*functions, *PURE]
                raise BadExpression(_unknown("function", call.name, known), call.column)


def parse(text: str) -> Expression:
    """Check an expression against the white-list. Raises BadExpression with what to change."""
    if len(text) > MOST_CHARACTERS:
        raise BadExpression(f"{len(text)} characters; an expression has at most {MOST_CHARACTERS}")
    line = re.sub(r"\s", " ", text).strip()
    if "\\" in line or not line.isascii():
        raise BadExpression("an expression is plain ASCII without a backslash")
    tree = _tree(line)
    if sum(1 for _ in ast.walk(tree)) > MOST_NODES:
        raise BadExpression(f"more than {MOST_NODES} parts; split the expression")
    compiler = _Compiler(line)
    run = compiler.compile(tree)
    return Expression(line, frozenset(compiler.names), tuple(compiler.calls), run)


def _tree(line: str) -> ast.expr:
    try:
        return ast.parse(line, mode="eval").body
    except SyntaxError as error:
        raise BadExpression(f"not an expression: {error.msg}", error.offset or 1) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadExpression("not an expression that can be read") from error


class _Compiler:
    """One pass over the tree: refuse what is not listed, collect what is needed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: set[str] = set()
        self.calls: list[Call] = []
        self._depth = 0

    def compile(self, node: ast.expr) -> _Run:
        if self._depth >= MOST_DEPTH:
            raise _refused(node, f"nested deeper than {MOST_DEPTH}; split the expression")
        self._depth += 1
        run = self._visit(node)
        self._depth -= 1
        return run

    @singledispatchmethod
    def _visit(self, node: ast.expr) -> _Run:
        raise _refused(node, f"{type(node).__name__} is not part of an expression")

    @_visit.register
    def _constant(self, node: ast.Constant) -> _Run:
        if isinstance(node.value, str):
            raise _refused(node, "text may only stand as an argument of a function")
        number = self._number(node)
        return lambda scope: number

    @_visit.register
    def _name(self, node: ast.Name) -> _Run:
        name = _plain_name(node)
        self.names.add(name)

        def run(scope: _Scope) -> Value:
            if name not in scope.names:
                raise Undefined(_unknown("name", name, scope.names))
            return scope.names[name]

        return run

    @_visit.register
    def _binary(self, node: ast.BinOp) -> _Run:
        combine = _listed(_ARITHMETIC, node.op, node)
        left, right = self.compile(node.left), self.compile(node.right)
        return lambda scope: combine(_number(left(scope)), _number(right(scope)))

    @_visit.register
    def _unary(self, node: ast.UnaryOp) -> _Run:
        operand = self.compile(node.operand)
        if isinstance(node.op, ast.Not):
            return lambda scope: not _truth(operand(scope))
        change = _listed(_SIGNS, node.op, node)
        return lambda scope: change(_number(operand(scope)))

    @_visit.register
    def _boolean(self, node: ast.BoolOp) -> _Run:
        parts = [self.compile(value) for value in node.values]
        settles = isinstance(node.op, ast.Or)

        def run(scope: _Scope) -> Value:
            for part in parts:
                if _truth(part(scope)) is settles:
                    return settles
            return not settles

        return run

    @_visit.register
    def _comparison(self, node: ast.Compare) -> _Run:
        tests = [_listed(_COMPARISONS, op, node) for op in node.ops]
        terms = [self.compile(term) for term in (node.left, *node.comparators)]
        if len(tests) == 1:
            only, first, second = tests[0], terms[0], terms[1]
            return lambda scope: only(first(scope), second(scope))

        def run(scope: _Scope) -> Value:
            left = terms[0](scope)
            for test, term in zip(tests, terms[1:], strict=True):
                right = term(scope)
                if not test(left, right):
                    return False
                left = right
            return True

        return run

    @_visit.register
    def _choice(self, node: ast.IfExp) -> _Run:
        test, yes, no = map(self.compile, (node.test, node.body, node.orelse))
        return lambda scope: yes(scope) if _truth(test(scope)) else no(scope)

    @_visit.register
    def _call(self, node: ast.Call) -> _Run:
        if not isinstance(node.func, ast.Name):
            raise _refused(node, "a function is called by its plain name")
        if node.keywords:
            raise _refused(node, "arguments are written in order, without names")
        name = _plain_name(node.func)
        if name in PURE:
            _check_count(PURE[name], name, node.args)
        arguments = [self._argument(argument) for argument in node.args]
        given = tuple(self._literal(argument) for argument in node.args)
        self.calls.append(Call(name, given, node.col_offset + 1))

        def run(scope: _Scope) -> Value:
            function = PURE.get(name) or scope.functions.get(name)
            if function is None:
                raise Undefined(_unknown("function", name, [*scope.functions, *PURE]))
            return _result(function, name, [argument(scope) for argument in arguments])

        return run

    def _argument(self, node: ast.expr) -> _Run:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            return lambda scope: text
        return self.compile(node)

    def _literal(self, node: ast.expr) -> Decimal | str | None:
        if not isinstance(node, ast.Constant):
            return None
        return node.value if isinstance(node.value, str) else self._number(node)

    def _number(self, node: ast.Constant) -> Decimal:
        """The number as it is written; the parsed constant has been through a binary float."""
        source = ast.get_source_segment(self.text, node) or ""
        if not _NUMBER.fullmatch(source):
            raise _refused(node, f"{source} is not a number such as 744 or 0.045")
        number = Decimal(source)
        if len(number.as_tuple().digits) > MOST_DIGITS:
            raise _refused(node, f"a number has at most {MOST_DIGITS} digits")
        return number


def _refused(node: ast.expr, sentence: str) -> BadExpression:
    return BadExpression(sentence, node.col_offset + 1)


def _plain_name(node: ast.Name) -> str:
    if node.id.startswith("_"):
        raise _refused(node, f"{node.id} is not a name that a pack can have")
    return node.id


def _listed(table: Mapping[type[ast.AST], T], op: ast.AST, node: ast.expr) -> T:
    if type(op) not in table:
        raise _refused(node, f"{type(op).__name__} is not part of an expression")
    return table[type(op)]


def _unknown(what: str, name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    advice = f"the nearest is {near[0]}" if near else f"known: {', '.join(sorted(known)) or 'none'}"
    return f"no {what} is called {name}; {advice}"


def _number(value: Value) -> Decimal:
    if isinstance(value, Decimal):
        return value
    raise Undefined(f"{value!r} stands where a number is needed")


def _truth(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    raise Undefined(f"{value} stands where true or false is needed")


def _check_count(function: Callable[..., object], name: str, given: Collection[object]) -> None:
    signature = inspect.signature(function)
    try:
        signature.bind(*given)
    except TypeError as error:
        wanted = ", ".join(signature.parameters)
        raise BadExpression(f"{name}({wanted}) was given {len(given)} arguments") from error


def _result(function: Callable[..., object], name: str, arguments: list[Value]) -> Value:
    try:
        value = function(*arguments)
    except TypeError:
        _check_count(function, name, arguments)
        raise
    if isinstance(value, Decimal | str | bool):
        return value
    raise Undefined(f"{name} gave {value!r}, which is no Decimal, text or truth")


def _divisor(value: Decimal) -> Decimal:
    if value:
        return value
    raise Undefined("a division by 0")


def _floor_divide(left: Decimal, right: Decimal) -> Decimal:
    """Toward minus infinity, as on paper; `//` on Decimal truncates toward 0."""
    whole, rest = divmod(left, _divisor(right))
    return whole - 1 if rest and (rest < 0) != (right < 0) else whole


def _remainder(left: Decimal, right: Decimal) -> Decimal:
    return left - _floor_divide(left, right) * right


def _same_kind(left: Value, right: Value) -> bool:
    if type(left) is not type(right):
        raise Undefined(f"{left!r} and {right!r} cannot be compared")
    return left == right


def _ordered(test: Callable[[Decimal, Decimal], bool]) -> Callable[[Value, Value], bool]:
    return lambda left, right: test(_number(left), _number(right))


def _least(first: Value, *more: Value) -> Decimal:
    return min(map(_number, (first, *more)))


def _most(first: Value, *more: Value) -> Decimal:
    return max(map(_number, (first, *more)))


def _size(x: Value) -> Decimal:
    return abs(_number(x))


def _round(x: Value, n: Value = Decimal(0)) -> Decimal:
    places = _number(n)
    if places not in range(MOST_DIGITS):
        raise Undefined(f"round to {places} places; write a whole number from 0 up")
    return _number(x).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


def _ceil(x: Value) -> Decimal:
    return _number(x).to_integral_value(ROUND_CEILING)


def _floor(x: Value) -> Decimal:
    return _number(x).to_integral_value(ROUND_FLOOR)


def _blocks(quantity: Value, size: Value) -> Decimal:
    try:
        return units.blocks(_number(quantity), _number(size))
    except ValueError as error:
        raise Undefined(str(error)) from error


PURE: Mapping[str, Callable[..., Decimal]] = {
    "min": _least,
    "max": _most,
    "abs": _size,
    "round": _round,
    "ceil": _ceil,
    "floor": _floor,
    "blocks": _blocks,
}
_ARITHMETIC: Mapping[type[ast.AST], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda left, right: left / _divisor(right),
    ast.FloorDiv: _floor_divide,
    ast.Mod: _remainder,
}
_SIGNS: Mapping[type[ast.AST], Callable[[Decimal], Decimal]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_COMPARISONS: Mapping[type[ast.AST], Callable[[Value, Value], bool]] = {
    ast.Eq: _same_kind,
    ast.NotEq: lambda left, right: not _same_kind(left, right),
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
}
