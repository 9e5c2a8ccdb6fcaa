"""Phase 4, after the walk: names inside systems that depend on what the learner has built."""

from __future__ import annotations

from collections.abc import Iterator

from archlab.domain.architecture import Architecture
from archlab.domain.pack.blocks import (
    BillView,
    Calculator,
    Decision,
    DiagramView,
    Hotspot,
    Knob,
    Lab,
    WaterfallView,
)
from archlab.domain.pack.calculators import calculator_names
from archlab.domain.pack.draft import Draft, Placed
from archlab.domain.pack.lab_names import lab_component_problems
from archlab.domain.pack.places import unbound
from archlab.domain.pack.problem import Problem, did_you_mean
from archlab.domain.pack.simulations import simulation_names
from archlab.domain.pack.words import CURRENT
from archlab.domain.pack.yamltext import Path

Systems = frozenset[Architecture]


def current_problems(draft: Draft) -> Iterator[Problem]:
    """Components, flows, places and bills that no system of the step has."""
    for placed in draft.placed:
        block = placed.block
        if isinstance(block, DiagramView):
            yield from _diagram(draft, placed, block)
        elif isinstance(block, Hotspot):
            yield from _hotspot(draft, placed, block)
        elif isinstance(block, Decision) and block.flow is not None:
            yield from _flow(placed, draft.systems_at(placed.step.id, CURRENT), block.flow)
        elif isinstance(block, WaterfallView):
            yield from _waterfall(draft, placed, block)
        elif isinstance(block, Calculator) and block.flow is not None:
            yield from _flow(
                placed, draft.systems_at(placed.step.id, block.architecture), block.flow
            )
        elif isinstance(block, BillView):
            yield from _bill(draft, placed, block)
    yield from _labs(draft)
    yield from calculator_names(draft)
    yield from simulation_names(draft)


def _labs(draft: Draft) -> Iterator[Problem]:
    for placed in draft.placed:
        if isinstance(placed.block, Lab):
            systems = draft.systems_at(placed.step.id, placed.block.architecture)
            yield from lab_component_problems(placed.document, placed.block, systems)


def _diagram(draft: Draft, placed: Placed, view: DiagramView) -> Iterator[Problem]:
    systems = draft.systems_at(placed.step.id, view.architecture)
    if view.compare:
        systems |= draft.systems_at(placed.step.id, view.compare)
    for index, name in enumerate(view.highlight):
        yield from _component(placed, systems, ("highlight", index), name)
    if view.flow is not None:
        yield from _flow(placed, systems, view.flow)


def _component(placed: Placed, systems: Systems, path: Path, name: str) -> Iterator[Problem]:
    known = {id_ for system in systems for id_ in system.components}
    if name not in known:
        hint = did_you_mean(name, known)
        yield placed.document.problem("E412", f'no component is called "{name}"', path, hint)


def _waterfall(draft: Draft, placed: Placed, view: WaterfallView) -> Iterator[Problem]:
    step = placed.step.id
    yield from _flow(placed, draft.systems_at(step, view.architecture), view.flow)
    if view.against:
        key = "against_flow" if view.against_flow else "against"
        yield from _flow(placed, draft.systems_at(step, view.against), view.other_flow, key)


def _flow(placed: Placed, systems: Systems, name: str, key: str = "flow") -> Iterator[Problem]:
    known = {id_ for system in systems for id_ in system.flows}
    if name not in known:
        hint = did_you_mean(name, known)
        yield placed.document.problem("E413", f'no flow is called "{name}"', (key,), hint)


def _hotspot(draft: Draft, placed: Placed, block: Hotspot) -> Iterator[Problem]:
    systems = draft.systems_at(placed.step.id, block.architecture)
    for index, name in enumerate(block.targets):
        yield from _component(placed, systems, ("targets", index), name)
    known = {id_ for system in systems for id_ in system.components}
    for name in block.rationales:
        if name not in known and name not in block.targets:
            said, hint = f'no component is called "{name}"', did_you_mean(name, known)
            yield placed.document.at_key("E412", said, ("rationales", name), hint)


def _bill(draft: Draft, placed: Placed, view: BillView) -> Iterator[Problem]:
    systems = draft.systems_at(placed.step.id, view.architecture)
    document = placed.document
    if view.mode in {"documented", "reconcile"} and not any(one.documented for one in systems):
        said = f'"{view.architecture}" has no documented bill'
        yield document.at_holder("E209", said, ())
        return
    ids = [knob.id for knob in view.knobs]
    for index, knob in enumerate(view.knobs):
        yield from _knob(placed, systems, index, knob)
    for name, value in view.solution.items():
        if name not in ids:
            said, hint = f'no knob is called "{name}"', did_you_mean(name, ids)
            yield document.at_key("E424", said, ("solution", name), hint)
            continue
        values = [choice.value for choice in view.knobs[ids.index(name)].choices]
        if value not in values:
            words = [str(one) for one in values]
            said = f'the knob "{name}" has the positions {", ".join(words)}'
            hint = did_you_mean(str(value), words)
            yield document.problem("E204", said, ("solution", name), hint)
    for name in ids:
        if view.solution and name not in view.solution:
            said = f'the solution does not set the knob "{name}"'
            yield document.at_holder("E209", said, ("solution",))


def _knob(placed: Placed, systems: Systems, index: int, knob: Knob) -> Iterator[Problem]:
    document = placed.document
    for number, bind in enumerate(knob.bind):
        path: tuple[str | int, ...] = ("knobs", index, "bind", number)
        if document.known(path) != path:
            path = path[:-1]
        said, hint = unbound(systems, bind)
        if said:
            yield document.problem("E425", said, path, hint)
