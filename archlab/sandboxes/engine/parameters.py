"""The parameters of a template: what they declare, and the values that a run gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from archlab.sandboxes.engine.values import Problem, Refused, Value, join

IMAGE = "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"
LIST = "CommaDelimitedList"
TYPES = ("String", "Number", LIST, IMAGE)
MOST = 20
_KEYS = frozenset(
    {
        "Type",
        "Default",
        "Description",
        "AllowedPattern",
        "AllowedValues",
        "ConstraintDescription",
        "MinLength",
        "MaxLength",
        "MinValue",
        "MaxValue",
    }
)


@dataclass(frozen=True)
class Parameter:
    """One declared parameter; `default` is None where a run must give the value."""

    type: str
    default: str | None = None
    pattern: str = ""
    allowed: tuple[str, ...] = ()
    shortest: int = 0
    longest: int = 4096
    least: float = float("-inf")
    most: float = float("inf")

    def complaint(self, text: str) -> str:
        """What is wrong with a value; empty if nothing is."""
        if self.type == "Number":
            return self._number_complaint(text)
        if "{{resolve:" in text:
            return "a parameter cannot ask for a secret."
        if not self.shortest <= len(text) <= self.longest:
            return f"{self.shortest} to {self.longest} characters are expected."
        if self.pattern and not re.fullmatch(self.pattern, text):
            return f"it does not match {self.pattern}."
        if self.allowed and text not in self.allowed:
            return f"one of {', '.join(self.allowed)} is expected."
        return ""

    def _number_complaint(self, text: str) -> str:
        try:
            number = float(text)
        except ValueError:
            return "a number is expected."
        if not self.least <= number <= self.most:
            return f"a number from {self.least:g} to {self.most:g} is expected."
        return ""

    def value(self, text: str) -> Value:
        if self.type == LIST:
            items: list[Value] = [part.strip() for part in text.split(",")]
            return items
        return text


def declared(raw: Value) -> tuple[dict[str, Parameter], list[Problem]]:
    if not isinstance(raw, dict):
        return {}, [Problem("Parameters", "An object is expected here.")]
    found: dict[str, Parameter] = {}
    problems: list[Problem] = []
    if len(raw) > MOST:
        problems.append(Problem("Parameters", f"{len(raw)} parameters; the sandbox takes {MOST}."))
    for name, value in raw.items():
        wrong = list(_problems(value, f"Parameters.{name}"))
        problems += wrong
        if not wrong and isinstance(value, dict):
            found[name] = _parameter(value)
    return found, problems


def _problems(value: Value, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path, "An object is expected here.")
        return
    for key in sorted(set(value) - _KEYS):
        yield Problem(join(path, key), "A parameter has no such key.")
    if value.get("Type") not in TYPES:
        yield Problem(join(path, "Type"), f"The sandbox takes {', '.join(TYPES)}.")
    for key, inner in value.items():
        yield from _key_problems(key, inner, join(path, key))


def _key_problems(key: str, value: Value, path: str) -> Iterator[Problem]:
    if key == "AllowedValues":
        if not isinstance(value, list) or any(isinstance(one, dict | list) for one in value):
            yield Problem(path, "A list of values is expected here.")
    elif isinstance(value, dict | list):
        yield Problem(path, "One value is expected here.")
    elif key in ("MinLength", "MaxLength") and not re.fullmatch("[0-9]{1,5}", str(value)):
        yield Problem(path, "A whole number is expected here.")
    elif key in ("MinValue", "MaxValue") and not re.fullmatch(r"-?[0-9.]{1,20}", str(value)):
        yield Problem(path, "A number is expected here.")
    elif key == "AllowedPattern":
        try:
            re.compile(str(value))
        except re.error:
            yield Problem(path, "This is not a regular expression.")


def _parameter(value: dict[str, Value]) -> Parameter:
    allowed = value.get("AllowedValues", [])
    default = value.get("Default")
    return Parameter(
        type=str(value["Type"]),
        default=None if default is None else _text(default),
        pattern=str(value.get("AllowedPattern", "")),
        allowed=tuple(_text(one) for one in allowed) if isinstance(allowed, list) else (),
        shortest=int(str(value.get("MinLength", 0))),
        longest=int(str(value.get("MaxLength", 4096))),
        least=float(str(value.get("MinValue", "-inf"))),
        most=float(str(value.get("MaxValue", "inf"))),
    )


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def values(parameters: Mapping[str, Parameter], given: Mapping[str, str]) -> dict[str, Value]:
    """The value of every parameter. Raises `Refused` with all that is missing or wrong.

    An image parameter has the name under which the image is looked up at the start of a run.
    """
    problems = [
        Problem(f"Parameters.{name}", "The template has no such parameter.")
        for name in sorted(set(given) - set(parameters))
    ]
    found: dict[str, Value] = {}
    for name, parameter in parameters.items():
        text = given.get(name, parameter.default)
        if text is None:
            problems.append(Problem(f"Parameters.{name}", "This parameter needs a value."))
        elif complaint := parameter.complaint(text):
            problems.append(Problem(f"Parameters.{name}", f"{text[:80]!r}: {complaint}"))
        else:
            found[name] = parameter.value(text)
    if problems:
        raise Refused(problems)
    return found
