"""A template as it would be launched: with its parameters, and without what its conditions skip."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from archlab.domain.cloudformation import Template
from archlab.sandboxes.aws.calls import AwsRefused

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Objection:
    """Something that must change before a launch, and where: `Resources/Db/MultiAZ`."""

    place: str
    said: str


class Objected(AwsRefused):
    """A template that may not be launched; every reason at once."""

    def __init__(self, objections: tuple[Objection, ...]) -> None:
        self.objections = objections
        super().__init__(" ".join(f"{one.place}: {one.said}" for one in objections))


@dataclass(frozen=True)
class Plan:
    """`own_email` is the learner's verified address, to which alarms may go.

    With `slow` the services that take many minutes to make are let in.
    """

    template: Template
    region: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    own_email: str = ""
    slow: bool = False

    @cached_property
    def body(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self.template.text)
        return found

    @cached_property
    def values(self) -> Mapping[str, str]:
        """Every parameter: the given value, or the template's default."""
        declared = self.body.get("Parameters", {})
        defaults = {name: str(one.get("Default", "")) for name, one in declared.items()}
        return {name: self.parameters.get(name, default) for name, default in defaults.items()}

    @cached_property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """Logical id -> resource, of all that these parameters would make."""
        every: Mapping[str, Mapping[str, Any]] = self.body["Resources"]
        return {name: one for name, one in every.items() if self._stands(one)}

    @property
    def types(self) -> frozenset[str]:
        return frozenset(str(one["Type"]) for one in self.resources.values())

    def of(self, *types: str) -> Iterator[tuple[str, Properties]]:
        """The resources of these types, written without their `AWS::`."""
        wanted = {f"AWS::{type_}" for type_ in types}
        for name, one in self.resources.items():
            if one["Type"] in wanted:
                yield name, one.get("Properties", {})

    def _stands(self, resource: Mapping[str, Any]) -> bool:
        condition = resource.get("Condition")
        return condition is None or self.holds(self.body["Conditions"][condition])

    def holds(self, condition: Any) -> bool:
        """A condition of the template, under these parameters."""
        ((word, given),) = condition.items()
        if word == "Fn::Equals":
            first, second = (self._value(one) for one in given)
            return bool(first == second)
        if word == "Condition":
            return self.holds(self.body["Conditions"][given])
        inner = [self.holds(one) for one in given]
        rule: Callable[[list[bool]], bool] = {
            "Fn::And": all,
            "Fn::Or": any,
            "Fn::Not": lambda found: not found[0],
        }[word]
        return rule(inner)

    def _value(self, given: Any) -> Any:
        return self.values[given["Ref"]] if isinstance(given, Mapping) else given
