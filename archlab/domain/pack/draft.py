"""A pack whose files are read: every name it defines, and its steps with their changes made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from archlab.domain.architecture import Architecture, Change
from archlab.domain.pack.blocks import (
    Block,
    Calculator,
    Decision,
    Lab,
    LabFault,
    Lever,
    Option,
)
from archlab.domain.pack.changes import ChangeReader, Known, Site
from archlab.domain.pack.components import Registry
from archlab.domain.pack.model import Pack, Step
from archlab.domain.pack.packtext import PackText
from archlab.domain.pack.problem import Findings
from archlab.domain.pack.steptext import Directive, StepText
from archlab.domain.pack.system import ChangeText, SetCalculator, SetDecision, SetLab
from archlab.domain.pack.systems import SystemsReader
from archlab.domain.pack.yamltext import Document

OptionAt = tuple[str, int]
"""The id of a block and the number of its option, lever or fault."""
Inside = tuple[str | int, ...]
SOLUTION = -1
"""The number of a lab's solution."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A directive with everything that a finding about it needs."""

    text: StepText
    step: Step
    directive: Directive
    block: Block

    @property
    def document(self) -> Document:
        """The YAML of its body."""
        assert self.directive.document is not None  # noqa: S101 (a block has a body)
        return self.directive.document


@dataclass
class Draft:
    """What later phases look at. `named` holds the systems that could be built."""

    text: PackText
    known: Known
    named: Mapping[str, Architecture]
    steps: dict[str, Step] = field(default_factory=dict)
    texts: dict[str, StepText] = field(default_factory=dict)
    sites: dict[OptionAt, Site] = field(default_factory=dict)
    at_step: dict[str, frozenset[Architecture]] = field(default_factory=dict)
    """Step id to every system that a learner can have on entering it."""
    path_documented: tuple[str, ...] = ()

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """Every directive of the pack, in the order of files."""
        return tuple(
            Placed(self.texts[step.id], step, directive, block)
            for step in self.steps.values()
            for directive, block in zip(self.texts[step.id].directives, step.blocks, strict=True)
        )

    @cached_property
    def blocks(self) -> Mapping[str, Block]:
        """Block id to block."""
        return {placed.block.id: placed.block for placed in self.placed}

    def front(self, step: str) -> Document:
        """The front matter of a step."""
        front = self.texts[step].front
        assert front is not None  # noqa: S101 (phase 1 has no errors)
        return front

    def systems_at(self, step: str, name: str) -> frozenset[Architecture]:
        """What a name of a system stands for in this step; more than one for `current`."""
        if name in self.named:
            return frozenset({self.named[name]})
        return self.at_step.get(step, frozenset())

    def pack(self, version: str) -> Pack:
        """The finished pack."""
        text = self.text
        return Pack(
            scenario=text.scenario,
            architectures=self.named,
            facts={fact.id: fact for fact in text.claims.facts},
            claims={claim.id: claim for claim in text.claims.claims},
            steps=self.steps,
            media={
                path.removeprefix("media/"): content
                for path, content in text.files.items()
                if path.startswith("media/")
            },
            version=version,
            path_documented=self.path_documented,
        )


def draft(text: PackText, registry: Registry, findings: Findings) -> Draft | None:
    """Make systems and changes; None when a parameter has a wrong value (still phase 2)."""
    systems = SystemsReader(text.systems.architectures, text.systems_document, registry, findings)
    known = systems.known()
    changes = list(_changes(text, registry))
    for _, reader in changes:
        known.add(reader.text.add, reader.added)
        known.flows |= reader.text.flows.keys()
        findings.add(*reader.components.problems)
    if findings.stopped_at(2):
        return None
    for _, reader in changes:
        findings.add(*reader.problems(known))
    made = Draft(text, known, systems.build(known))
    made.sites = {at: reader.site for at, reader in changes}
    readers = dict(changes)
    for one in text.steps:
        step = _step(one, readers)
        if step.id in made.steps:
            continue  # reported as a duplicate
        made.steps[step.id] = step
        made.texts[step.id] = one
    return made


def _changes(text: PackText, registry: Registry) -> Iterator[tuple[OptionAt, ChangeReader]]:
    for step in text.steps:
        for directive in step.directives:
            if directive.document is None:
                continue
            for number, path, change in _patches(directive.block):
                site = Site(directive.document, path)
                yield (directive.id, number), ChangeReader(registry, site, change)


def _patches(block: Block | None) -> Iterator[tuple[int, Inside, ChangeText]]:
    """The changes of a directive: their number, where they stand, the patch."""
    if isinstance(block, SetDecision):
        for number, option in enumerate(block.options):
            if option.change is not None:
                yield number, ("options", number, "change"), option.change
    elif isinstance(block, SetCalculator):
        for number, lever in enumerate(block.levers):
            yield number, ("levers", number, "change"), lever.change
    elif isinstance(block, SetLab):
        yield from _lab_patches(block)


def _lab_patches(lab: SetLab) -> Iterator[tuple[int, Inside, ChangeText]]:
    """The parameters that a fault compiles wrong are a change like any other."""
    for number, one in enumerate(lab.faults):
        if one.set:
            yield number, ("faults", number), ChangeText.model_construct(set=one.set)
    if lab.solution is not None:
        yield SOLUTION, ("solution",), lab.solution


def _step(text: StepText, changes: Mapping[OptionAt, ChangeReader]) -> Step:
    head = text.head
    assert head is not None  # noqa: S101 (phase 2 has no errors)
    body = tuple(
        _block(part.block, changes) if isinstance(part, Directive) else part for part in text.parts
    )
    return Step(
        id=head.id,
        title=head.title,
        minutes=head.minutes,
        next=head.next,
        covers=head.covers,
        architecture=head.architecture,
        objectives=head.objectives,
        takeaway=head.takeaway,
        summary=head.summary,
        was=head.was,
        body=body,
        path=text.path,
    )


def _block(block: Block | None, changes: Mapping[OptionAt, ChangeReader]) -> Block:
    assert block is not None  # noqa: S101 (phase 2 has no errors)
    if isinstance(block, SetCalculator):
        return _calculator(block, changes)
    if isinstance(block, SetLab):
        return _lab(block, changes)
    if not isinstance(block, SetDecision):
        return block
    options = tuple(
        _option(option.__dict__, changes.get((block.id, number)))
        for number, option in enumerate(block.options)
    )
    return Decision.model_construct(**{**block.__dict__, "options": options})


def _calculator(block: SetCalculator, changes: Mapping[OptionAt, ChangeReader]) -> Calculator:
    levers = tuple(
        Lever.model_construct(**{**lever.__dict__, "change": changes[block.id, number].change})
        for number, lever in enumerate(block.levers)
    )
    return Calculator.model_construct(**{**block.__dict__, "levers": levers})


def _lab(block: SetLab, changes: Mapping[OptionAt, ChangeReader]) -> Lab:
    def made(number: int) -> Change | None:
        reader = changes.get((block.id, number))
        return reader.change if reader is not None else None

    faults = tuple(
        LabFault.model_construct(**{**one.__dict__, "change": made(number)})
        for number, one in enumerate(block.faults)
    )
    whole = {**block.__dict__, "faults": faults, "solution": made(SOLUTION)}
    return Lab.model_construct(**whole)


def _option(fields: Mapping[str, Any], change: ChangeReader | None) -> Option:
    made = change.change if change is not None else None
    return Option.model_construct(**{**fields, "change": made})
