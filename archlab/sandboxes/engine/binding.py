"""A template with its parameters: conditions decided, names looked through, order known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from archlab.sandboxes.engine import support
from archlab.sandboxes.engine.conditions import choose, conditions_of
from archlab.sandboxes.engine.contract import Stack, Target
from archlab.sandboxes.engine.document import Declared, Document
from archlab.sandboxes.engine.graph import Needs, hidden, order, references
from archlab.sandboxes.engine.intrinsics import Scope
from archlab.sandboxes.engine.parameters import IMAGE, values
from archlab.sandboxes.engine.values import Problem, Refused, Value


@dataclass(frozen=True)
class Wanted:
    """One resource that will be made; only references to other resources are open in it."""

    logical_id: str
    type: str
    properties: dict[str, Value]
    not_stored: tuple[str, ...] = ()
    """Paths of properties that the target accepts and forgets."""


@dataclass(frozen=True)
class Plan:
    """All that a run will make, in its order. `images` have the names to look up first."""

    target: Target
    stack: Stack
    parameters: Mapping[str, Value]
    images: frozenset[str]
    resources: Mapping[str, Wanted]
    needs: Needs
    outputs: Mapping[str, Value]

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(self.resources)


def bind(document: Document, stack: Stack, given: Mapping[str, str]) -> Plan:
    """Decide a template. Raises `Refused` with what is wrong; makes no call."""
    parameters = values(document.parameters, given)
    images = frozenset(n for n, one in document.parameters.items() if one.type == IMAGE)
    # the id of an image is not known before the run, so no condition may hang on it
    known = {name: value for name, value in parameters.items() if name not in images}
    holds = conditions_of(document.conditions, Scope(stack, known))
    standing = {n: one for n, one in document.resources.items() if _stands(one.condition, holds)}
    wanted = {name: _wanted(name, one, holds, document.target) for name, one in standing.items()}
    outputs = _outputs(document.outputs, holds)
    _must_stand(wanted, outputs, document)
    needs = {
        name: (frozenset(references(one.properties)) | set(standing[name].after)) & set(wanted)
        for name, one in wanted.items()
    }
    ordered = {name: wanted[name] for name in order(needs)}
    types = {name: one.type for name, one in ordered.items()}
    properties = {name: one.properties for name, one in ordered.items()}
    if problems := list(hidden(types, properties, needs)):
        raise Refused(problems)
    return Plan(document.target, stack, parameters, images, ordered, needs, outputs)


def _stands(condition: str, holds: Mapping[str, bool]) -> bool:
    return not condition or holds[condition]


def _wanted(name: str, one: Declared, holds: Mapping[str, bool], target: Target) -> Wanted:
    chosen = choose(one.properties, holds, f"Resources.{name}.Properties")
    properties = chosen if isinstance(chosen, dict) else {}
    not_stored = tuple(support.dropped(one.type, properties, target))
    return Wanted(name, one.type, properties, not_stored)


def _outputs(outputs: Mapping[str, Value], holds: Mapping[str, bool]) -> dict[str, Value]:
    return {
        name: choose(value["Value"], holds, f"Outputs.{name}")
        for name, value in outputs.items()
        if isinstance(value, dict) and _stands(str(value.get("Condition", "")), holds)
    }


def _must_stand(
    wanted: Mapping[str, Wanted], outputs: Mapping[str, Value], document: Document
) -> None:
    """A resource whose condition does not hold may not be referred to by one that stands."""
    absent = set(document.resources) - set(wanted)
    parts: dict[str, Value] = {f"Resources.{n}": one.properties for n, one in wanted.items()}
    parts |= {f"Outputs.{name}": value for name, value in outputs.items()}
    problems = [
        problem for path, value in parts.items() for problem in _absent(path, value, absent)
    ]
    if problems:
        raise Refused(problems)


def _absent(path: str, value: Value, absent: set[str]) -> Iterator[Problem]:
    for name in sorted(set(references(value)) & absent):
        yield Problem(path, f"It refers to {name}, which is not made: its condition is false.")
