"""What a bill looks at: which parameters of a component, which parts of its surroundings.

Every kind says what it consumes by a plain method. Watching that method read is the one way to
know what its bill depends on without a second list that would drift from it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import cast

from archlab.domain.architecture.component import Component, Context


class _Reader:
    """Stands in for a component or a context and notes each name that is read."""

    def __init__(self, thing: object, seen: set[str]) -> None:
        self._thing, self._seen = thing, seen

    def __getattr__(self, name: str) -> object:
        self._seen.add(name)
        of_class = getattr(type(self._thing), name, None)
        if isinstance(of_class, FunctionType):
            return MethodType(of_class, self)
        if isinstance(of_class, property) and of_class.fget:
            return of_class.fget(self)
        return getattr(self._thing, name)


def billed_parameters(component: Component, context: Context) -> list[str]:
    """The parameters that its bill reads as it is set now, in the order of its fields.

    Another setting can show others: a spot rate is read only where instances are bought at spot.
    """
    seen: set[str] = set()
    usage = cast("Callable[[_Reader, Context], object]", type(component).usage)
    usage(_Reader(component, seen), context)
    fields = type(component).model_fields.items()
    read = {field.alias or name for name, field in fields if name in seen}
    return [name for name in component.parameter_fields() if name in read]


def looked_at(component: Component, context: Context) -> set[str]:
    """What of its surroundings its bill reads: names of the context."""
    seen: set[str] = set()
    component.usage(cast("Context", _Reader(context, seen)))
    return seen
