"""The conditions of a template, and what is left of its values when they are decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archlab.sandboxes.engine.intrinsics import NO_VALUE, Scope, as_text, evaluate, function_of, two
from archlab.sandboxes.engine.values import Value, join, refused


class _Removed:
    pass


_REMOVED = _Removed()


def choose(value: Value, conditions: Mapping[str, bool], path: str) -> Value:
    """The value with every `Fn::If` decided and what is AWS::NoValue taken out.

    A whole value that is taken out is an empty object, as an absent property reads.
    """
    chosen = _chosen(value, conditions, path)
    return {} if isinstance(chosen, _Removed) else chosen


def _chosen(value: Value, conditions: Mapping[str, bool], path: str) -> Value | _Removed:
    if value == {"Ref": NO_VALUE}:
        return _REMOVED
    if isinstance(value, list):
        items = [_chosen(one, conditions, join(path, n)) for n, one in enumerate(value)]
        return [one for one in items if not isinstance(one, _Removed)]
    if not isinstance(value, dict):
        return value
    if function_of(value) == "Fn::If":
        branches = value["Fn::If"]
        if not isinstance(branches, list) or len(branches) != 3:
            raise refused(path, "Fn::If takes a condition and two values.")
        if not isinstance(branches[0], str) or branches[0] not in conditions:
            raise refused(path, "Fn::If names a condition of this template.")
        return _chosen(branches[1 if conditions[branches[0]] else 2], conditions, path)
    parts = {name: _chosen(one, conditions, join(path, name)) for name, one in value.items()}
    return {name: one for name, one in parts.items() if not isinstance(one, _Removed)}


def conditions_of(raw: Mapping[str, Value], scope: Scope) -> dict[str, bool]:
    """Every condition of a template. Raises `Refused` for what is not one, and for a circle."""
    found: dict[str, bool] = {}
    for name in raw:
        _named(name, raw, scope, found, ())
    return found


def _named(
    name: str,
    raw: Mapping[str, Value],
    scope: Scope,
    found: dict[str, bool],
    open_: tuple[str, ...],
) -> bool:
    path = f"Conditions.{name}"
    if name in open_:
        raise refused(path, f"The condition asks for itself: {' → '.join((*open_, name))}.")
    if name not in raw:
        raise refused(path, f"{name} is not a condition of this template.")
    if name not in found:
        inner = _Asked(raw, scope, found, (*open_, name))
        found[name] = inner.holds(raw[name], path)
    return found[name]


@dataclass(frozen=True)
class _Asked:
    raw: Mapping[str, Value]
    scope: Scope
    found: dict[str, bool]
    open_: tuple[str, ...]

    def holds(self, value: Value, path: str) -> bool:
        if not isinstance(value, dict) or len(value) != 1:
            raise refused(path, "A condition is one function: Equals, Not, And, Or or Condition.")
        name, inside = next(iter(value.items()))
        where = join(path, name)
        if name == "Condition" and isinstance(inside, str):
            return _named(inside, self.raw, self.scope, self.found, self.open_)
        if name == "Fn::Equals":
            one, other = (evaluate(part, self.scope, where) for part in two(inside, where))
            return as_text(one, where) == as_text(other, where)
        low, high = {"Fn::Not": (1, 1), "Fn::And": (2, 10), "Fn::Or": (2, 10)}.get(name, (1, 0))
        if not isinstance(inside, list) or not low <= len(inside) <= high:
            raise refused(where, f"{name} cannot stand here with what it holds.")
        answers = [self.holds(part, join(where, number)) for number, part in enumerate(inside)]
        if name == "Fn::Not":
            return not answers[0]
        return all(answers) if name == "Fn::And" else any(answers)
