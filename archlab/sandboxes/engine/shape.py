"""Which properties a resource type has, in a notation that is read like the documentation.

CidrBlock                 one value (or a list of values: `Groups[]`)
Ebs{VolumeSize}           an object with these properties
Tags[Key Value]           a list of such objects
KeyPolicy*                anything below it
LoggingConfig~{LogGroup}  accepted by the emulator, which then never shows it
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from archlab.sandboxes.engine.values import Problem, Value, join

Form = Literal["value", "values", "object", "objects", "free"]

_TOKEN = re.compile(r"\s*([A-Za-z0-9:]+)(~?)(\*|\[\]|\[|\{)?|\s*([\]}])|\s+$")


@dataclass(frozen=True)
class Shape:
    form: Form
    dropped: bool = False
    parts: Mapping[str, Shape] = field(default_factory=dict)


@cache
def shape(notation: str) -> Shape:
    """The shape of a whole type. Raises `ValueError` where the notation is wrong."""
    found, at = _parts(notation, 0, "")
    if at != len(notation):
        raise ValueError(f"one bracket too many at {notation[at:]!r}")
    return Shape("object", parts=found)


def _parts(notation: str, at: int, closing: str) -> tuple[dict[str, Shape], int]:
    found: dict[str, Shape] = {}
    while at < len(notation):
        token = _TOKEN.match(notation, at)
        if not token or token.end() == at:
            raise ValueError(f"not understood: {notation[at:]!r}")
        at = token.end()
        name, dropped, mark, closes = token.groups()
        if closes:
            if closes != closing:
                raise ValueError(f"{closes!r} closes nothing before {notation[at:]!r}")
            return found, at
        if name:
            found[name], at = _one(notation, at, mark or "", dropped=bool(dropped))
    if closing:
        raise ValueError(f"a {closing!r} is missing")
    return found, at


def _one(notation: str, at: int, mark: str, *, dropped: bool) -> tuple[Shape, int]:
    if mark in ("{", "["):
        parts, at = _parts(notation, at, "}" if mark == "{" else "]")
        return Shape("object" if mark == "{" else "objects", dropped, parts), at
    forms: Mapping[str, Form] = {"*": "free", "[]": "values", "": "value"}
    return Shape(forms[mark], dropped), at


def problems(value: Value, expected: Shape, path: str) -> Iterator[Problem]:
    """What of a value is unknown to its type, both branches of every `Fn::If` included."""
    if expected.form == "free" or _is_removed(value):
        return
    if isinstance(value, dict) and len(value) == 1:
        name = next(iter(value))
        if name == "Fn::If":
            yield from _branches(value[name], expected, path)
            return
        if name == "Ref" or name.startswith("Fn::"):
            yield from _made_by(name, expected, path)
            return
    if expected.form in ("values", "objects"):
        yield from _each(value, expected, path)
    elif expected.form == "object":
        yield from _object(value, expected, path)
    elif isinstance(value, dict | list):
        yield Problem(path, "One value is expected here, not a list or an object.")


def _made_by(function: str, expected: Shape, path: str) -> Iterator[Problem]:
    """No function that is known here makes an object, and few make a list."""
    if expected.form in ("object", "objects"):
        yield Problem(path, f"{function} cannot make what stands here: write it out.")


def _is_removed(value: Value) -> bool:
    return value == {"Ref": "AWS::NoValue"}


def _branches(branches: Value, expected: Shape, path: str) -> Iterator[Problem]:
    if isinstance(branches, list) and len(branches) == 3:
        for number in (1, 2):
            yield from problems(branches[number], expected, f"{path}.Fn::If[{number}]")


def _each(value: Value, expected: Shape, path: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(path, "A list is expected here.")
        return
    one = Shape("object" if expected.form == "objects" else "value", parts=expected.parts)
    for number, inner in enumerate(value):
        yield from problems(inner, one, join(path, number))


def _object(value: Value, expected: Shape, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path, "An object is expected here.")
        return
    for name, inner in value.items():
        if name not in expected.parts:
            yield Problem(join(path, name), _unknown(name, expected))
        else:
            yield from problems(inner, expected.parts[name], join(path, name))


def _unknown(name: str, expected: Shape) -> str:
    near = difflib.get_close_matches(name, expected.parts, 1, 0.5)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"The sandbox does not know this property, so it is not deployed.{hint}"


def dropped(value: Value, expected: Shape, path: str = "") -> Iterator[str]:
    """The paths of a value that its target accepts and does not store."""
    if expected.dropped:
        yield path
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from dropped(inner, Shape("object", parts=expected.parts), join(path, number))
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in expected.parts:
                yield from dropped(inner, expected.parts[name], join(path, name))
