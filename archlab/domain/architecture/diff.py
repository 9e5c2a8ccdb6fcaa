"""What differs between two systems, in the words of their parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archlab.domain.architecture.component import Component
from archlab.domain.architecture.model import Architecture, Link
from archlab.domain.architecture.parameters import Value


@dataclass(frozen=True)
class ParameterChange:
    """One value before and after. `component` is "" for the system itself, "demand" for demand."""

    component: str
    parameter: str
    before: Value
    after: Value


@dataclass(frozen=True)
class Diff:
    """Component ids added and removed, values changed, links added and removed; in model order."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[ParameterChange, ...]
    links_added: tuple[Link, ...]
    links_removed: tuple[Link, ...]

    def __bool__(self) -> bool:
        return bool(
            self.added or self.removed or self.changed or self.links_added or self.links_removed
        )


def diff(a: Architecture, b: Architecture) -> Diff:
    """From `a` to `b`. A component whose kind changed is reported as the change of "kind"."""
    kept = [id_ for id_ in a.components if id_ in b.components]
    changed = [
        *_frame(a, b),
        *(change for id_ in kept for change in _component(a.components[id_], b.components[id_])),
    ]
    pairs_a = {(link.from_, link.to) for link in a.links}
    pairs_b = {(link.from_, link.to) for link in b.links}
    return Diff(
        added=tuple(id_ for id_ in b.components if id_ not in a.components),
        removed=tuple(id_ for id_ in a.components if id_ not in b.components),
        changed=tuple(changed),
        links_added=tuple(link for link in b.links if (link.from_, link.to) not in pairs_a),
        links_removed=tuple(link for link in a.links if (link.from_, link.to) not in pairs_b),
    )


def _frame(a: Architecture, b: Architecture) -> Iterator[ParameterChange]:
    if a.region != b.region:
        yield ParameterChange("", "region", a.region, b.region)
    if a.month_hours != b.month_hours:
        yield ParameterChange("", "month_hours", a.month_hours, b.month_hours)
    for name in type(a.demand).model_fields:
        before, after = getattr(a.demand, name), getattr(b.demand, name)
        if name != "src" and before != after:
            yield ParameterChange("demand", name, before, after)


def _component(a: Component, b: Component) -> Iterator[ParameterChange]:
    if a is b:
        return
    if a.kind != b.kind:
        yield ParameterChange(a.id, "kind", a.kind, b.kind)
        return
    for name, before in a.parameters().items():
        after = getattr(b, name)
        if before != after:
            yield ParameterChange(a.id, name, before, after)
