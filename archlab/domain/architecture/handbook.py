"""The page for authors that lists every kind with its parameters, written from the registry."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from inspect import getdoc, getmodule
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from archlab.domain.architecture.component import Component, short
from archlab.domain.architecture.parameters import limits, word_of
from archlab.domain.architecture.registry import KINDS

_HEAD = """\
# Kinds of component

A component of a pack names its `kind` and, under `params`, what differs from the defaults below. \
A figure that nobody has stated is left out, not written as 0: it is then shown as not priced. \
`manage.py kinds` prints this page.
"""
_TABLE = "| parameter | value | default | meaning |\n| --- | --- | --- | --- |\n"
_NUMBERS = {int: "whole number", Decimal: "number"}


def kinds_page() -> str:
    """Markdown: one section per kind, by name."""
    return "\n".join([_HEAD, *(_section(name, KINDS[name]) for name in sorted(KINDS))])


def _section(name: str, kind: type[Component]) -> str:
    said = " ".join((getdoc(getmodule(kind)) or "").split())
    rows = "".join(_rows(kind))
    table = _TABLE + rows if rows else "It has no parameters.\n"
    return f"## {name}\n\n{said}\n\n{table}"


def _rows(kind: type[Component]) -> Iterator[str]:
    for name, field in kind.parameter_fields().items():
        default = "required" if field.is_required() else _default(field.default)
        yield f"| `{name}` | {_value(field)} | {default} | {field.description} |\n"


def _value(field: FieldInfo) -> str:
    word = word_of(field.annotation)
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{one}`" for one in get_args(field.annotation))
    if word is bool:
        return "`true`, `false`"
    if word not in _NUMBERS:
        return "text"
    low, high = limits(field)
    span = "" if low is None else f" from {short(low)}"
    return _NUMBERS[word] + span + ("" if high is None else f" to {short(high)}")


def _default(value: object) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    return f"`{short(value)}`" if isinstance(value, int | Decimal) else f"`{value}`"
