"""Places of a system that a knob or an input can set."""

from __future__ import annotations

from collections.abc import Callable, Collection

from archlab.domain.architecture import Architecture
from archlab.domain.pack.changes import WHOLE
from archlab.domain.pack.problem import did_you_mean

Systems = Collection[Architecture]


def as_written(_system: Architecture, place: str) -> str:
    """A place under its own name."""
    return place


def unbound(
    systems: Systems, bind: str, resolved: Callable[[Architecture, str], str] = as_written
) -> tuple[str, str]:
    """What is wrong with a place in one of these systems, and a hint; nothing if all have it."""
    if "." not in bind:
        if bind in WHOLE:
            return "", ""
        said = f'"{bind}" is not component.parameter, demand.field, region or month_hours'
        return said, did_you_mean(bind, WHOLE)
    for system in systems:
        owner, _dot, name = resolved(system, bind).partition(".")
        if owner == "demand":
            known: Collection[str] = type(system.demand).model_fields
            if name not in known:
                return f'demand has no field "{name}"', did_you_mean(name, known)
        elif owner not in system.components:
            hint = did_you_mean(owner, system.components)
            return f'no component is called "{owner}"', hint
        elif name not in system.components[owner].parameter_fields():
            known = system.components[owner].parameter_fields()
            return f'{owner} has no parameter "{name}"', did_you_mean(name, known)
    return "", ""
