"""What a lab deploys: at its start, as it should be, and after what a learner changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archlab.domain.architecture import Architecture, Change, ChangeRefused, apply
from archlab.domain.cloudformation import Template, Undeployable, template_of
from archlab.domain.pack.blocks import Lab, LabFault
from archlab.domain.pack.labs import in_region

SET, ACTION = "set", "action"
Edit = Mapping[str, object]
"""One change of a learner, as it is stored: its `kind`, and what that kind needs."""


class EditRefused(ValueError):
    """What a learner wanted to change cannot be so; the sentence says what to write."""


def wrong(lab: Lab, system: Architecture, faults: Iterable[LabFault]) -> Architecture:
    """The system with these faults compiled in."""
    found = in_region(system, lab.region)
    for fault in faults:
        if fault.change is not None:
            found = apply(found, fault.change)
    return found


def right(lab: Lab, system: Architecture) -> Architecture:
    """The system as it should be: without faults, with the lab's own solution."""
    found = in_region(system, lab.region)
    return apply(found, lab.solution) if lab.solution is not None else found


def edited(system: Architecture, edits: Iterable[Edit]) -> Architecture:
    """The system after the learner's changes of parameters, in their order."""
    for edit in edits:
        if edit["kind"] == SET:
            system = changed(system, f"{edit['component']}.{edit['parameter']}", str(edit["value"]))
    return system


def changed(system: Architecture, place: str, value: str) -> Architecture:
    """The system with one parameter set. Raises `EditRefused`."""
    component, _dot, parameter = place.partition(".")
    if component not in system.components:
        raise EditRefused(f'This system has no part "{component[:48]}".')
    if parameter not in system.components[component].parameter_fields():
        raise EditRefused(f'{component} has no parameter "{parameter[:48]}".')
    try:
        return apply(system, Change(set={place: value}))
    except ChangeRefused as refused:
        raise EditRefused(f"{place}: {refused}") from refused


def deployable(system: Architecture) -> Template:
    """The template. Raises `EditRefused` with every reason that keeps it from being deployed."""
    try:
        return template_of(system)
    except Undeployable as error:
        said = " ".join(f"{one.component}: {one.reason}" for one in error.reasons)
        raise EditRefused(f"This cannot be deployed. {said}") from error


def planted(faults: Iterable[LabFault]) -> list[dict[str, str]]:
    """The faults that a call plants once everything stands, as the child process takes them."""
    return [
        {"check": fault.plant, "component": fault.component or ""}
        for fault in faults
        if fault.plant is not None
    ]
