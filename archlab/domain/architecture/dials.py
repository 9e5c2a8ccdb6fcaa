"""Dials of a system: places whose values move while everything else stays as it is.

A curve of two hundred positions asks two hundred times what a system consumes. Only the components
that a dial can reach are asked again, and which these are is seen by watching what each looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal, TypeVar, get_origin

from pydantic import ValidationError

from archlab.domain.architecture.component import Component
from archlab.domain.architecture.demand import Demand
from archlab.domain.architecture.parameters import Value, problems, word_of
from archlab.domain.architecture.watch import looked_at
from archlab.domain.pricing import NoSuchDial, Usage

if TYPE_CHECKING:
    from archlab.domain.architecture.model import Architecture

DEMAND = "demand"

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Place:
    """A numeric parameter of a component or of the demand."""

    owner: str
    name: str
    is_whole: bool

    def typed(self, value: Decimal) -> Value:
        """The value as its field has it; a broken number of tasks is left to be refused."""
        return int(value) if self.is_whole and value == value.to_integral_value() else value


class Dials:
    """The dials of one system at some places, such as "api.tasks" or "demand.users"."""

    def __init__(self, architecture: Architecture, places: Sequence[str]) -> None:
        self._architecture = architecture
        self._places = [_place(architecture, text) for text in places]

    @property
    def are_whole(self) -> tuple[bool, ...]:
        """Which dials have whole positions only."""
        return tuple(place.is_whole for place in self._places)

    @cached_property
    def still(self) -> Mapping[str, Sequence[Usage]]:
        """Component id to usages, for the components that no dial reaches."""
        moving = self._moving
        return {id_: used for id_, used in self._architecture.usages().items() if id_ not in moving}

    def moving(self, values: Sequence[Decimal]) -> Mapping[str, Sequence[Usage]]:
        """Component id to usages for the rest, with every dial at its value.

        Raises ValueError with a sentence when a value is outside the limits of its field.
        """
        at = self.at(values)
        if not self._moving:
            return {}
        context = at.context
        return {id_: at.components[id_].usage(context) for id_ in self._moving}

    def at(self, values: Sequence[Decimal]) -> Architecture:
        """The system with every dial at its value; the limits are those of `moving`."""
        wanted: dict[str, dict[str, Value]] = {}
        for place, value in zip(self._places, values, strict=True):
            wanted.setdefault(place.owner, {})[place.name] = place.typed(value)
        start = self._architecture
        demand, components = start.demand, dict(start.components)
        for owner, new in wanted.items():
            if owner == DEMAND:
                demand = _limits(owner, partial(Demand.model_validate, {**dict(demand), **new}))
            else:
                components[owner] = _limits(owner, partial(components[owner].with_parameters, new))
        return replace(start, demand=demand, components=components)

    @cached_property
    def _moving(self) -> tuple[str, ...]:
        owners = {place.owner for place in self._places}
        reach = {"architecture", DEMAND} if DEMAND in owners else {"architecture"}
        start = self._architecture
        return tuple(
            id_
            for id_, component in start.components.items()
            if id_ in owners or looked_at(component, start.context) & reach
        )


def _place(architecture: Architecture, text: str) -> Place:
    owner, _dot, name = text.partition(".")
    thing = architecture.demand if owner == DEMAND else architecture.components.get(owner)
    fields = type(thing).model_fields if thing is not None else {}
    if isinstance(thing, Component):
        fields = dict(thing.parameter_fields())
    annotation = fields[name].annotation if name in fields else None
    word = word_of(annotation)
    if word not in (int, Decimal) or get_origin(annotation) is Literal:
        raise NoSuchDial(f"{architecture.id} has no number called {text}")
    return Place(owner, name, word is int)


def _limits(owner: str, make: Callable[[], Made]) -> Made:
    """What is made of the new values; a sentence where one does not fit."""
    try:
        return make()
    except ValidationError as error:
        name, problem = next(iter(problems(error).items()))
        raise ValueError(f"{owner}.{name}: {problem}.") from None
