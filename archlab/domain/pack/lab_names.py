"""Names inside a lab: its faults, the components of its checks, the simulation beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from archlab.domain.architecture import Architecture
from archlab.domain.pack.blocks import Block, Lab
from archlab.domain.pack.problem import Problem, did_you_mean
from archlab.domain.pack.yamltext import Document, Path

BESIDE = "simulation"


def lab_name_problems(
    document: Document, lab: Lab, blocks: Mapping[str, Block]
) -> Iterator[Problem]:
    """Faults that checks turn red on, and what runs beside the lab."""
    faults = [fault.id for fault in lab.faults]
    for number, check in enumerate(lab.checks):
        if check.fault is not None and check.fault not in faults:
            said, hint = f'no fault is called "{check.fault}"', did_you_mean(check.fault, faults)
            yield document.problem("E428", said, ("checks", number, "fault"), hint)
    if lab.paired is not None:
        near = [name for name, block in blocks.items() if block.directive == BESIDE]
        if lab.paired not in near:
            said, hint = f'no simulation is called "{lab.paired}"', did_you_mean(lab.paired, near)
            yield document.problem("E429", said, ("paired",), hint)


def lab_component_problems(
    document: Document, lab: Lab, systems: Collection[Architecture]
) -> Iterator[Problem]:
    """Components that no system of the lab has, with its solution or without."""
    known = {name for system in systems for name in system.components}
    known |= set(lab.solution.add) if lab.solution else set()
    named: list[tuple[Path, str | None]] = [
        (("checks", number, "component"), one.component) for number, one in enumerate(lab.checks)
    ]
    named += [
        (("faults", number, "component"), one.component) for number, one in enumerate(lab.faults)
    ]
    for path, name in named:
        if name is not None and name not in known:
            said, hint = f'no component is called "{name}"', did_you_mean(name, known)
            yield document.problem("E412", said, path, hint)
