"""Which resource types a target takes, and which of their properties."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Literal

from archlab.sandboxes.engine import shape
from archlab.sandboxes.engine.contract import Target
from archlab.sandboxes.engine.handlers import HANDLERS
from archlab.sandboxes.engine.values import Problem, Value, join

Level = Literal["ok", "dropped", "unsupported"]

UNSUPPORTED: Mapping[Target, Mapping[str, str]] = {
    "embedded": {
        "AWS::XRay::Group": "the emulator has no X-Ray.",
        "AWS::XRay::SamplingRule": "the emulator has no X-Ray.",
    },
    "aws": {},
}
"""Types that are known and cannot be deployed to a target, with the reason."""
_FORBIDDEN = ("Custom::", "AWS::CloudFormation::")


def type_problem(type_: str, target: Target) -> str:
    """Why a type is not deployed to a target; empty if it is."""
    if type_ in UNSUPPORTED[target]:
        return f"{type_} cannot be deployed here: {UNSUPPORTED[target][type_]}"
    if type_ in HANDLERS:
        return ""
    if type_.startswith(_FORBIDDEN):
        return f"{type_} is refused: it would run what stands outside of this template."
    near = difflib.get_close_matches(type_, HANDLERS, 1, 0.7)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"The sandbox does not know {type_}.{hint}"


def property_problems(type_: str, properties: Value, path: str) -> Iterator[Problem]:
    yield from shape.problems(properties, HANDLERS[type_].shape, join(path, "Properties"))


def dropped(type_: str, properties: Value, target: Target) -> list[str]:
    """The paths of the properties that a target accepts and does not store."""
    if target != "embedded":
        return []
    return list(shape.dropped(properties, HANDLERS[type_].shape))


def level(type_: str, path: str, target: Target) -> Level:
    """How a target takes one property; `path` has its parts with dots between, lists as `[]`."""
    if type_problem(type_, target):
        return "unsupported"
    part = HANDLERS[type_].shape
    for name in path.replace("[]", "").split("."):
        if part.form == "free":
            break
        if name not in part.parts:
            return "unsupported"
        part = part.parts[name]
        if part.dropped and target == "embedded":
            return "dropped"
    return "ok"


def matrix() -> dict[str, dict[str, dict[Target, Level]]]:
    """Type -> property path -> target -> level: the whole of what the sandbox knows."""
    return {
        type_: {
            path: {"embedded": level(type_, path, "embedded"), "aws": level(type_, path, "aws")}
            for path in _paths(one.shape, "")
        }
        for type_, one in sorted(HANDLERS.items())
    }


def _paths(part: shape.Shape, path: str) -> Iterator[str]:
    for name, inner in part.parts.items():
        below = join(path, name) + ("[]" if inner.form in ("objects", "values") else "")
        yield below
        yield from _paths(inner, below)
