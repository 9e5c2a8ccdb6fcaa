"""What a question needs of the page that asks it: a step of a run, or a review outside of any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar
from uuid import UUID

from archlab.catalog.text import Rendered
from archlab.domain.architecture import Architecture
from archlab.domain.pack import Block, Decision, Quiz
from archlab.domain.pack.blocks import Retry
from archlab.domain.pack.play import Attempt

Thing = TypeVar("Thing")


class Asking(Protocol):
    """The texts, the answers so far, where the forms go and which keys they carry."""

    @property
    def text(self) -> Rendered: ...

    def attempts(self, block: Block) -> tuple[Attempt, ...]:
        """The answers that counted."""
        ...

    def opened(self, block: Block) -> int:
        """How many hints are open."""
        ...

    def retry(self, block: Decision | Quiz) -> Retry:
        """How often an answer may be given here, and when the right one is shown."""
        ...

    def architecture(self, name: str, block: Block) -> Architecture:
        """A system by its name, or the current one where the block stands."""
        ...

    def shuffled(
        self, things: tuple[Thing, ...], block: Block, *, mix: bool = True
    ) -> list[Thing]: ...

    def typed(self, block: Block) -> Mapping[str, object]:
        """What was sent and could not be taken; empty otherwise."""
        ...

    def problem(self, block: Block) -> str: ...

    def url(self, name: str, block: Block) -> str:
        """Where the form `answer` or `hint` of a block goes."""
        ...

    def key(self, block: Block, kind: str, attempt: int) -> UUID: ...
