"""What every block of a page may look at: the run, the step, the texts, the refused answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import TypeVar
from uuid import UUID

from django.urls import reverse

from archlab.catalog.text import Rendered, text_of
from archlab.domain.architecture import Architecture
from archlab.domain.pack import Block, Decision, Pack, Quiz, Step
from archlab.domain.pack.blocks import Retry
from archlab.domain.pack.play import Attempt, Play
from archlab.journeys.models import Enrolment
from archlab.journeys.queries import key_for, system_after

Thing = TypeVar("Thing")

OWNER = "_block"
"""Which block of a step the dials of its address belong to, where the step is the address."""


@dataclass(frozen=True)
class Refusal:
    """An answer that could not be understood: what to write, and what was typed."""

    block: str
    problem: str
    typed: Mapping[str, object]


@dataclass(frozen=True)
class Scene:
    """One learner on one step. `dials` are the settings of a bench, from the address; `source` is
    the form whose answer is being swapped in, as htmx names it.
    """

    enrolment: Enrolment
    pack: Pack
    play: Play
    step: Step
    refusal: Refusal | None = None
    dials: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    @cached_property
    def text(self) -> Rendered:
        return text_of(self.pack)

    @cached_property
    def number(self) -> int | None:
        """The place on the documented path, from 1; None on a detour."""
        path = self.pack.path_documented
        return path.index(self.step.id) + 1 if self.step.id in path else None

    @cached_property
    def is_here(self) -> bool:
        """Whether decisions on this step may still be taken or changed."""
        return self.play.step == self.step.id

    @cached_property
    def entered(self) -> Architecture:
        """The system with which the learner came to this step."""
        return self.play.architecture_at(self.step.id)

    @cached_property
    def now(self) -> Architecture:
        """The system as the choices on this step made it."""
        return system_after(self.play, self.step.id)

    def architecture(self, name: str, block: Block) -> Architecture:
        """A named system, or the learner's own as it is where the block stands on the page."""
        return self.at(block) if name == "current" else self.pack.architectures[name]

    def at(self, block: Block) -> Architecture:
        """The learner's system after the decisions of this step that stand before the block."""
        system = self.entered
        for earlier in self.step.blocks:
            if earlier is block:
                break
            taken = self.play.taken(earlier.id)
            system = taken.after if taken and taken.step == self.step.id else system
        return system

    def attempts(self, block: Block) -> tuple[Attempt, ...]:
        return self.play.attempts(block.id)

    def opened(self, block: Block) -> int:
        return self.play.hints(block.id)

    def retry(self, block: Decision | Quiz) -> Retry:
        return block.retry

    def url(self, name: str, block: Block) -> str:
        return reverse(f"journeys:{name}", args=[self.enrolment.id, self.step.id, block.id])

    def key(self, block: Block, kind: str, attempt: int) -> UUID:
        return key_for(self.enrolment, self.step.id, block.id, kind, attempt)

    def typed(self, block: Block) -> Mapping[str, object]:
        """What the learner sent and the server could not take; empty otherwise."""
        return self.refusal.typed if self.refusal and self.refusal.block == block.id else {}

    def problem(self, block: Block) -> str:
        return self.refusal.problem if self.refusal and self.refusal.block == block.id else ""

    def shuffled(self, things: tuple[Thing, ...], block: Block, *, mix: bool = True) -> list[Thing]:
        """The same order for this learner every time, another one for somebody else."""
        mixed = list(things)
        if mix:
            Random(f"{self.enrolment.id}/{block.id}").shuffle(mixed)  # noqa: S311  # a page's order
        return mixed
