from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from archlab.domain.pack import Decision, Quiz
from archlab.journeys.blocks.asking import Asking
from archlab.journeys.models import StepEvent


@dataclass(frozen=True, slots=True)
class HintsView:
    """The hints that are open, and the form for the next one; no closed hint is in the page."""

    texts: tuple[str, ...]
    left: int
    url: str
    key: UUID


def hints(asking: Asking, block: Decision | Quiz, *, is_over: bool) -> HintsView:
    opened = min(asking.opened(block), len(block.hints))
    return HintsView(
        texts=block.hints[:opened],
        left=0 if is_over else len(block.hints) - opened,
        url=asking.url("hint", block),
        key=asking.key(block, StepEvent.Kind.HINT, opened + 1),
    )
