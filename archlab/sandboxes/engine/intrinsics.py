"""The functions of a template, and what each one makes."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archlab.sandboxes.engine.contract import Made, Stack
from archlab.sandboxes.engine.values import Value, join, refused

NO_VALUE = "AWS::NoValue"
PSEUDO = frozenset(
    {
        "AWS::AccountId",
        "AWS::NoValue",
        "AWS::Partition",
        "AWS::Region",
        "AWS::StackId",
        "AWS::StackName",
        "AWS::URLSuffix",
    }
)
_ZONES = ("a", "b")
_VARIABLE = re.compile(r"\$\{(!?)([^}]*)\}")


@dataclass(frozen=True)
class Scope:
    """What is known when a value is evaluated; `made` grows while a stack is created."""

    stack: Stack
    parameters: Mapping[str, Value]
    made: Mapping[str, Made] = field(default_factory=dict)

    def reference(self, name: str, path: str) -> Value:
        if name in self.parameters:
            return self.parameters[name]
        if name in self.made:
            return self.made[name].physical_id
        pseudo = {
            "AWS::AccountId": self.stack.account_id,
            "AWS::Partition": self.stack.partition,
            "AWS::Region": self.stack.region,
            "AWS::StackId": self.stack.id,
            "AWS::StackName": self.stack.name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        raise refused(path, f"{name} is not known here.")

    def attribute(self, name: str, attribute: str, path: str) -> str:
        made = self.made.get(name)
        if made is None or attribute not in made.attributes:
            raise refused(path, f"{name}.{attribute} is not known here.")
        return made.attributes[attribute]


def function_of(value: Value) -> str:
    """The name of the function that a value calls; empty for a plain value."""
    if isinstance(value, dict):
        for name in value:
            if name == "Ref" or name.startswith("Fn::"):
                return name
    return ""


def evaluate(value: Value, scope: Scope, path: str) -> Value:
    """A chosen value with all its functions done. Raises `Refused`, and nothing else."""
    name = function_of(value)
    if name and isinstance(value, dict):
        if len(value) > 1:
            raise refused(path, f"{name} stands alone in its object.")
        if name not in _FUNCTIONS:
            raise refused(path, f"{name} is refused here.")
        return _FUNCTIONS[name](value[name], scope, join(path, name))
    if isinstance(value, dict):
        return {key: evaluate(inner, scope, join(path, key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [evaluate(inner, scope, join(path, n)) for n, inner in enumerate(value)]
    return value


def as_text(value: Value, path: str) -> str:
    if isinstance(value, dict | list):
        raise refused(path, "One value is expected here, not a list or an object.")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def attribute_of(value: Value) -> tuple[str, str] | None:
    """Resource and attribute of a `Fn::GetAtt`, in its list and its dotted form."""
    parts = value.split(".", 1) if isinstance(value, str) else value
    if isinstance(parts, list) and len(parts) == 2:
        resource, attribute = parts
        if isinstance(resource, str) and isinstance(attribute, str) and resource and attribute:
            return resource, attribute
    return None


def variables(text: str) -> Iterator[str]:
    """The names in a text of `Fn::Sub`; `${!name}` is text and no name."""
    for literal, name in _VARIABLE.findall(text):
        if not literal:
            yield name.strip()


def sub_parts(value: Value) -> tuple[str | None, dict[str, Value]]:
    if isinstance(value, str):
        return value, {}
    if isinstance(value, list) and len(value) == 2:
        text, own = value
        if isinstance(text, str) and isinstance(own, dict) and not function_of(own):
            return text, own
    return None, {}


def _ref(value: Value, scope: Scope, path: str) -> Value:
    return scope.reference(as_text(value, path), path)


def _attribute(value: Value, scope: Scope, path: str) -> Value:
    found = attribute_of(value)
    if found is None:
        raise refused(path, "Fn::GetAtt takes the name of a resource and of its attribute.")
    return scope.attribute(*found, path)


def _sub(value: Value, scope: Scope, path: str) -> Value:
    text, own = sub_parts(value)
    if text is None:
        raise refused(path, "Fn::Sub takes a text, or a list of a text and an object of values.")
    values = {key: evaluate(inner, scope, join(path, key)) for key, inner in own.items()}

    def replaced(found: re.Match[str]) -> str:
        literal, name = found.groups()
        if literal:
            return "${" + name + "}"
        name = name.strip()
        if name in values:
            return as_text(values[name], path)
        if "." in name:
            return as_text(_attribute(name, scope, path), path)
        return as_text(scope.reference(name, path), path)

    return _VARIABLE.sub(replaced, text)


def two(value: Value, path: str) -> tuple[Value, Value]:
    if not isinstance(value, list) or len(value) != 2:
        raise refused(path, "Two values are expected here.")
    return value[0], value[1]


def _list(value: Value, scope: Scope, path: str) -> Sequence[Value]:
    found = evaluate(value, scope, path)
    if not isinstance(found, list):
        raise refused(path, "A list is expected here.")
    return found


def _join(value: Value, scope: Scope, path: str) -> Value:
    delimiter, parts = two(value, path)
    return as_text(delimiter, path).join(as_text(p, path) for p in _list(parts, scope, path))


def _select(value: Value, scope: Scope, path: str) -> Value:
    wanted, choices = two(value, path)
    index = as_text(evaluate(wanted, scope, path), path)
    if not re.fullmatch("[0-9]{1,6}", index):
        raise refused(path, f"An index is a whole number from 0, not {index!r}.")
    found = _list(choices, scope, path)
    if int(index) >= len(found):
        raise refused(path, f"There is no item {index} in a list of {len(found)}.")
    return found[int(index)]


def _split(value: Value, scope: Scope, path: str) -> Value:
    delimiter, text = two(value, path)
    mark = as_text(delimiter, path)
    if not mark:
        raise refused(path, "The delimiter is empty.")
    parts: list[Value] = [*as_text(evaluate(text, scope, path), path).split(mark)]
    return parts


def _base64(value: Value, scope: Scope, path: str) -> Value:
    text = as_text(evaluate(value, scope, path), path)
    try:
        return base64.b64encode(text.encode()).decode()
    except UnicodeEncodeError as error:
        raise refused(path, "The text holds a half of a character pair.") from error


def _zones(value: Value, scope: Scope, path: str) -> Value:
    region = as_text(evaluate(value, scope, path), path)
    if region not in ("", scope.stack.region):
        raise refused(path, f"Zones of {region} are asked for in {scope.stack.region}.")
    return [scope.stack.region + zone for zone in _ZONES]


_FUNCTIONS: Mapping[str, Callable[[Value, Scope, str], Value]] = {
    "Ref": _ref,
    "Fn::GetAtt": _attribute,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Base64": _base64,
    "Fn::GetAZs": _zones,
}
