"""Dials of a system: places whose values move while everything else stays as it is.

A curve of two hundred positions asks two hundred times what a system consumes. Only the components
that a dial can reach are asked again, and which these are is seen by watching what each looks at.
Values inside plain limits are not checked by the whole model once more, which costs most by far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar, get_origin

from pydantic import ValidationError

from archlab.domain.architecture.component import Component
from archlab.domain.architecture.parameters import (
    Parameters,
    Value,
    has_only_limits,
    limits,
    problems,
    word_of,
)
from archlab.domain.architecture.watch import looked_at
from archlab.domain.pricing import NoSuchDial, Usage

if TYPE_CHECKING:
    from archlab.domain.architecture.model import Architecture

DEMAND = "demand"

Made = TypeVar("Made", bound=Parameters)


@dataclass(frozen=True, slots=True)
class Place:
    """A numeric parameter of a component or of the demand.

    Any value strictly inside `limits` is right; they are None where more rules than these hold.
    """

    owner: str
    name: str
    is_whole: bool
    limits: tuple[Decimal | None, Decimal | None] | None

    def typed(self, value: Decimal) -> Value:
        """The value as its field has it; a broken number of tasks is left to be refused."""
        return int(value) if self.is_whole and value == value.to_integral_value() else value

    def is_inside(self, value: Value) -> bool:
        """Certainly right; a value at or beyond a limit has to be checked by its field."""
        wanted = int if self.is_whole else Decimal
        if self.limits is None or not isinstance(value, wanted) or not Decimal(value).is_finite():
            return False
        least, most = self.limits
        return (least is None or least < value) and (most is None or value < most)


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
    def reached(self) -> Mapping[str, tuple[int, ...]]:
        """What dials can change -> which: their owners, and components that look at an owner.

        The demand is an owner that consumes nothing itself, so that its limits hold in any case.
        """
        found: dict[str, tuple[int, ...]] = {}
        for owner in (DEMAND, *self._architecture.components):
            looked = {owner, *self._looked.get(owner, ())}
            found[owner] = tuple(
                number
                for number, place in enumerate(self._places)
                if place.owner in looked or "architecture" in looked
            )
        return {owner: dials for owner, dials in found.items() if dials}

    @cached_property
    def _looked(self) -> Mapping[str, set[str]]:
        """Component id -> what of its surroundings it looks at."""
        start = self._architecture
        return {id_: looked_at(one, start.context) for id_, one in start.components.items()}

    @cached_property
    def still(self) -> Mapping[str, Sequence[Usage]]:
        """Component id to usages, for the components that no dial reaches."""
        usages = self._architecture.usages()
        return {id_: used for id_, used in usages.items() if id_ not in self.reached}

    def usage(self, owner: str, values: Sequence[Decimal]) -> Sequence[Usage]:
        """What an owner of `reached` consumes with the dials that reach it at their values.

        Raises ValueError with a sentence when a value is outside the limits of its field.
        """
        dials, start = self.reached[owner], self._architecture
        if "architecture" in self._looked.get(owner, ()):
            at = self._turned(dials, values)
            return at.components[owner].usage(at.context)
        new, context = self._new(dials, values), start.context
        if DEMAND in new:
            context = replace(context, demand=_set(start.demand, new[DEMAND]))
        if owner == DEMAND:
            return []
        return _set(start.components[owner], new.get(owner, {})).usage(context)

    def at(self, values: Sequence[Decimal]) -> Architecture:
        """The system with every dial at its value; the limits are those of `usage`."""
        return self._turned(range(len(self._places)), values)

    def _turned(self, dials: Sequence[int], values: Sequence[Decimal]) -> Architecture:
        start = self._architecture
        demand, components = start.demand, dict(start.components)
        for owner, new in self._new(dials, values).items():
            if owner == DEMAND:
                demand = _set(demand, new)
            else:
                components[owner] = _set(components[owner], new)
        return replace(start, demand=demand, components=components)

    def _new(
        self, dials: Sequence[int], values: Sequence[Decimal]
    ) -> Mapping[str, Mapping[Place, Value]]:
        """Owner -> the values of its dials."""
        found: dict[str, dict[Place, Value]] = {}
        for dial, value in zip(dials, values, strict=True):
            place = self._places[dial]
            found.setdefault(place.owner, {})[place] = place.typed(value)
        return found


def _set(thing: Made, new: Mapping[Place, Value]) -> Made:
    """The thing with new values, which only its own kind can refuse: with a sentence."""
    update = {place.name: value for place, value in new.items()}
    if all(place.is_inside(value) for place, value in new.items()):
        return thing.model_copy(update=update)
    try:
        return thing.with_parameters(update)
    except ValidationError as error:
        name, problem = next(iter(problems(error).items()))
        owner = next(iter(new)).owner
        raise ValueError(f"{owner}.{name}: {problem}.") from None


def _place(architecture: Architecture, text: str) -> Place:
    owner, _dot, name = text.partition(".")
    thing = architecture.demand if owner == DEMAND else architecture.components.get(owner)
    fields = type(thing).model_fields if thing is not None else {}
    if isinstance(thing, Component):
        fields = dict(thing.parameter_fields())
    annotation = fields[name].annotation if name in fields else None
    word = word_of(annotation)
    if thing is None or word not in (int, Decimal) or get_origin(annotation) is Literal:
        raise NoSuchDial(f"{architecture.id} has no number called {text}")
    bounds = limits(fields[name]) if has_only_limits(type(thing), name) else None
    return Place(owner, name, word is int, bounds)
