"""A template as it is received: read, limited and checked before any call is made."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archlab.sandboxes.engine import support
from archlab.sandboxes.engine.checking import Names, check
from archlab.sandboxes.engine.contract import Target
from archlab.sandboxes.engine.handlers import HANDLERS
from archlab.sandboxes.engine.parameters import Parameter, declared
from archlab.sandboxes.engine.values import Problem, Refused, Value, join, refused

LONGEST = 51_200
"""Bytes of the template without its blanks, as CloudFormation counts them."""
MOST_RAW = 4 * LONGEST
MOST_RESOURCES = 200
DEEPEST = 20
_KEYS = frozenset(
    {
        "AWSTemplateFormatVersion",
        "Description",
        "Metadata",
        "Parameters",
        "Conditions",
        "Resources",
        "Outputs",
    }
)
_REFUSED_KEYS: Mapping[str, str] = {
    "Hooks": "hooks run what stands outside of this template.",
    "Mappings": "write the values or use parameters.",
    "Rules": "use the limits of the parameters.",
    "Transform": "macros run what stands outside of this template.",
}
_ATTRIBUTES = frozenset(
    {
        "Type",
        "Properties",
        "DependsOn",
        "Condition",
        "DeletionPolicy",
        "UpdateReplacePolicy",
        "Metadata",
    }
)
_LOGICAL_ID = re.compile("[A-Za-z0-9]{1,255}")


@dataclass(frozen=True)
class Declared:
    """One resource as the template writes it."""

    type: str
    properties: dict[str, Value]
    after: tuple[str, ...] = ()
    condition: str = ""


@dataclass(frozen=True)
class Document:
    """A template in which every name, type, property and function is known."""

    target: Target
    parameters: Mapping[str, Parameter]
    conditions: Mapping[str, Value]
    resources: Mapping[str, Declared]
    outputs: Mapping[str, Value] = field(default_factory=dict)


def load(text: str, *, target: Target = "embedded") -> Document:
    """Read a template. Raises `Refused` with every problem and its place; makes no call."""
    body = _body(text)
    parameters, problems = declared(body.get("Parameters", {}))
    problems += _key_problems(body)
    resources, wrong = _resources(body.get("Resources"), target)
    problems += wrong
    conditions = _object(body, "Conditions", problems)
    outputs = _object(body, "Outputs", problems)
    known = {name: HANDLERS[one.type].attributes for name, one in resources.items()}
    names = Names(frozenset(parameters), known, frozenset(conditions))
    # a name that was refused above is not refused again by everything that refers to it
    if not wrong:
        problems += _reference_problems(resources, names)
        problems += _output_problems(outputs, names)
    if problems:
        raise Refused(problems)
    return Document(target, parameters, conditions, resources, outputs)


def _body(text: str) -> dict[str, Value]:
    if len(text.encode(errors="replace")) > MOST_RAW:
        raise refused("template", f"It is longer than {MOST_RAW:,} bytes.")
    try:
        body = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_no_number,
            parse_float=_number,
        )
    except RecursionError as error:
        raise refused("template", f"It is more than {DEEPEST} levels deep.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise refused("template", f"It is not JSON: {error.msg} at {place}.") from error
    except ValueError as error:
        raise refused("template", str(error)) from error
    if not isinstance(body, dict):
        raise refused("template", "A template is one JSON object.")
    _must_fit(body)
    return body


def _must_fit(body: dict[str, Value]) -> None:
    problems = list(_structure(body, "", 1))
    if problems:
        raise Refused(problems)
    size = len(json.dumps(body, separators=(",", ":")))
    if size > LONGEST:
        raise refused("template", f"It has {size:,} bytes and CloudFormation takes {LONGEST:,}.")


def _structure(value: Value | None, path: str, depth: int) -> Iterator[Problem]:
    if depth > DEEPEST:
        yield Problem(path, f"It is more than {DEEPEST} levels deep.")
    elif value is None:
        yield Problem(path, "null is not a value: leave the property out.")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _structure(inner, join(path, name), depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _structure(inner, join(path, number), depth + 1)


def _unique(pairs: Sequence[tuple[str, Value]]) -> dict[str, Value]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"The key {twice[0]!r} stands twice in one object.")
    return found


def _no_number(text: str) -> Value:
    raise ValueError(f"{text} is not a number of JSON.")


def _number(text: str) -> Value:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"The number {text[:40]} is too large.")
    return number


def _key_problems(body: Mapping[str, Value]) -> list[Problem]:
    found: list[Problem] = []
    for name in body:
        if name in _REFUSED_KEYS:
            found.append(Problem(name, f"{name} is refused: {_REFUSED_KEYS[name]}"))
        elif name not in _KEYS:
            found.append(Problem(name, f"A template has no key {name}."))
    if body.get("AWSTemplateFormatVersion", "2010-09-09") != "2010-09-09":
        found.append(Problem("AWSTemplateFormatVersion", "The one version is 2010-09-09."))
    if not isinstance(body.get("Description", ""), str):
        found.append(Problem("Description", "A text is expected here."))
    return found


def _object(body: Mapping[str, Value], name: str, problems: list[Problem]) -> dict[str, Value]:
    value = body.get(name, {})
    if isinstance(value, dict):
        return value
    problems.append(Problem(name, "An object is expected here."))
    return {}


def _resources(raw: Value | None, target: Target) -> tuple[dict[str, Declared], list[Problem]]:
    if not isinstance(raw, dict) or not raw:
        return {}, [Problem("Resources", "A template has at least one resource.")]
    found: dict[str, Declared] = {}
    problems: list[Problem] = []
    if len(raw) > MOST_RESOURCES:
        said = f"{len(raw)} resources; the sandbox takes {MOST_RESOURCES}."
        problems.append(Problem("Resources", said))
    for name, value in raw.items():
        wrong = list(_resource_problems(name, value, target))
        problems += wrong
        if not wrong and isinstance(value, dict):
            found[name] = _declared(value)
    return found, problems


def _resource_problems(name: str, value: Value, target: Target) -> Iterator[Problem]:
    path = f"Resources.{name}"
    if not _LOGICAL_ID.fullmatch(name):
        yield Problem(path, "A logical id has letters and digits, at most 255.")
    if not isinstance(value, dict) or not isinstance(value.get("Type"), str):
        yield Problem(path, "A resource is an object with a Type.")
        return
    yield from _attribute_problems(value, path)
    type_ = str(value["Type"])
    if problem := support.type_problem(type_, target):
        yield Problem(join(path, "Type"), problem)
    else:
        yield from support.property_problems(type_, value.get("Properties", {}), path)


def _attribute_problems(value: Mapping[str, Value], path: str) -> Iterator[Problem]:
    for key in sorted(set(value) - _ATTRIBUTES):
        yield Problem(join(path, key), f"A resource has no attribute {key} here.")
    for key in ("DeletionPolicy", "UpdateReplacePolicy"):
        if value.get(key, "Delete") != "Delete":
            yield Problem(join(path, key), "A sandbox leaves nothing behind: write Delete.")
    if not isinstance(value.get("Condition", ""), str):
        yield Problem(join(path, "Condition"), "The name of a condition is expected here.")
    after = value.get("DependsOn", [])
    if not isinstance(after, str | list) or any(not isinstance(one, str) for one in after):
        yield Problem(join(path, "DependsOn"), "A name or a list of names is expected here.")


def _declared(value: dict[str, Value]) -> Declared:
    after = value.get("DependsOn", [])
    properties = value.get("Properties", {})
    return Declared(
        type=str(value["Type"]),
        properties=properties if isinstance(properties, dict) else {},
        after=(after,) if isinstance(after, str) else tuple(map(str, _items(after))),
        condition=str(value.get("Condition", "")),
    )


def _items(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _reference_problems(resources: Mapping[str, Declared], names: Names) -> Iterator[Problem]:
    for name in sorted(set(resources) & names.parameters):
        yield Problem(f"Resources.{name}", "A parameter has the same name.")
    for name, one in resources.items():
        path = f"Resources.{name}"
        yield from check(one.properties, join(path, "Properties"), names)
        for after in one.after:
            if after not in resources:
                yield Problem(join(path, "DependsOn"), f"{after} is not a resource here.")
        if one.condition and one.condition not in names.conditions:
            yield Problem(join(path, "Condition"), f"{one.condition} is not a condition here.")


def _output_problems(outputs: Mapping[str, Value], names: Names) -> Iterator[Problem]:
    for name, value in outputs.items():
        path = f"Outputs.{name}"
        if not isinstance(value, dict) or "Value" not in value:
            yield Problem(path, "An output is an object with a Value.")
            continue
        for key in sorted(set(value) - {"Value", "Description", "Condition"}):
            yield Problem(join(path, key), f"An output has no {key} here.")
        if value.get("Condition", "") not in {"", *names.conditions}:
            yield Problem(join(path, "Condition"), "This is not a condition of this template.")
        yield from check(value["Value"], join(path, "Value"), names)
