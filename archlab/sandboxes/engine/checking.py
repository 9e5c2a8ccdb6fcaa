"""What may stand where in a template, said before anything is created."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from archlab.sandboxes.engine.intrinsics import (
    NO_VALUE,
    PSEUDO,
    attribute_of,
    function_of,
    sub_parts,
    variables,
)
from archlab.sandboxes.engine.values import Problem, Value, join

REFUSED: Mapping[str, str] = {
    "Fn::Cidr": "Write the address ranges out.",
    "Fn::FindInMap": "The sandbox takes no Mappings: write the value or use a parameter.",
    "Fn::ForEach": "The sandbox takes no macros: write the resources out.",
    "Fn::ImportValue": "The sandbox has no other stacks to import from: use a parameter.",
    "Fn::ToJsonString": "The sandbox takes no macros: write the text out.",
    "Fn::Transform": "The sandbox takes no macros: write the result out.",
}
_DYNAMIC = re.compile(r"\{\{resolve:(?!secretsmanager:)")


@dataclass(frozen=True)
class Names:
    """What a template may refer to; resources with the attributes of their types."""

    parameters: frozenset[str]
    resources: Mapping[str, frozenset[str]]
    conditions: frozenset[str]


def check(value: Value, path: str, names: Names) -> Iterator[Problem]:
    """Everything in a value that could not be evaluated, found before anything is created."""
    if name := function_of(value):
        yield from _check_function(name, value, path, names)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from check(inner, join(path, key), names)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from check(inner, join(path, number), names)
    elif isinstance(value, str) and _DYNAMIC.search(value):
        yield Problem(path, "Only secrets of this template can be resolved: secretsmanager.")


def _check_function(name: str, value: Value, path: str, names: Names) -> Iterator[Problem]:
    where = join(path, name)
    if not isinstance(value, dict) or len(value) > 1:
        yield Problem(path, f"{name} stands alone in its object.")
    elif name in REFUSED:
        yield Problem(where, f"{name} is refused. {REFUSED[name]}")
    elif name not in _CHECKS:
        yield Problem(where, f"{name} is not a function that the sandbox knows.")
    else:
        yield from _CHECKS[name](value[name], where, names)


def _check_ref(value: Value, path: str, names: Names) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(path, "Ref takes one name.")
    elif value not in names.parameters | PSEUDO and value not in names.resources:
        yield Problem(path, f"{value} is neither a parameter nor a resource of this template.")


def _check_attribute(value: Value, path: str, names: Names) -> Iterator[Problem]:
    found = attribute_of(value)
    if found is None:
        yield Problem(path, "Fn::GetAtt takes the name of a resource and of its attribute.")
        return
    resource, attribute = found
    if resource not in names.resources:
        yield Problem(path, f"{resource} is not a resource of this template.")
    elif attribute not in names.resources[resource]:
        known = ", ".join(sorted(names.resources[resource])) or "none"
        yield Problem(path, f"{resource} has no attribute {attribute}; it has: {known}.")


def _check_sub(value: Value, path: str, names: Names) -> Iterator[Problem]:
    text, own = sub_parts(value)
    if text is None:
        yield Problem(path, "Fn::Sub takes a text, or a list of a text and an object of values.")
        return
    if _DYNAMIC.search(text):
        yield Problem(path, "Only secrets of this template can be resolved: secretsmanager.")
    for key, inner in own.items():
        yield from check(inner, join(path, key), names)
    for variable in variables(text):
        if variable in own:
            continue
        if "." in variable:
            yield from _check_attribute(variable, path, names)
        elif variable == NO_VALUE:
            yield Problem(path, "AWS::NoValue has no text.")
        else:
            yield from _check_ref(variable, path, names)


def _check_list(count: int, shown: str) -> Callable[[Value, str, Names], Iterator[Problem]]:
    def checked(value: Value, path: str, names: Names) -> Iterator[Problem]:
        if not isinstance(value, list) or len(value) != count:
            yield Problem(path, f"Here stands {shown}.")
            return
        for number, inner in enumerate(value):
            yield from check(inner, join(path, number), names)

    return checked


def _check_delimited(shown: str) -> Callable[[Value, str, Names], Iterator[Problem]]:
    inside = _check_list(2, shown)

    def checked(value: Value, path: str, names: Names) -> Iterator[Problem]:
        yield from inside(value, path, names)
        if isinstance(value, list) and value and not isinstance(value[0], str):
            yield Problem(join(path, 0), "The delimiter is written out, as a text.")

    return checked


def _check_select(value: Value, path: str, names: Names) -> Iterator[Problem]:
    if isinstance(value, list) and len(value) == 2 and function_of(value[1]) == "Fn::GetAZs":
        if str(value[0]) not in ("0", "1"):
            yield Problem(path, "Only the first two zones (0 and 1) exist in every account.")
        return
    yield from _check_list(2, "an index and a list")(value, path, names)


def _check_zones(_value: Value, path: str, _names: Names) -> Iterator[Problem]:
    yield Problem(path, "Choose one zone: Fn::Select with 0 or 1 around Fn::GetAZs.")


def _check_if(value: Value, path: str, names: Names) -> Iterator[Problem]:
    shown = "a condition, the value if it holds, and the value if not"
    if isinstance(value, list) and len(value) == 3 and isinstance(value[0], str):
        if value[0] not in names.conditions:
            yield Problem(path, f"{value[0]} is not a condition of this template.")
        for number in (1, 2):
            yield from check(value[number], join(path, number), names)
    else:
        yield Problem(path, f"Here stands {shown}.")


def _check_text(value: Value, path: str, names: Names) -> Iterator[Problem]:
    yield from check(value, path, names)


_CHECKS: Mapping[str, Callable[[Value, str, Names], Iterator[Problem]]] = {
    "Ref": _check_ref,
    "Fn::GetAtt": _check_attribute,
    "Fn::Sub": _check_sub,
    "Fn::Join": _check_delimited("a delimiter and a list"),
    "Fn::Select": _check_select,
    "Fn::Split": _check_delimited("a delimiter and a text"),
    "Fn::Base64": _check_text,
    "Fn::GetAZs": _check_zones,
    "Fn::If": _check_if,
}
