from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from archlab.domain.pack import Decision, Quiz
from archlab.journeys.blocks.scene import Scene
from archlab.journeys.models import StepEvent


@dataclass(frozen=True, slots=True)
class HintsView:
    """The hints that are open, and the form for the next one; no closed hint is in the page."""

    texts: tuple[str, ...]
    left: int
    url: str
    key: UUID


def hints(scene: Scene, block: Decision | Quiz, *, is_over: bool) -> HintsView:
    opened = min(scene.play.hints(block.id), len(block.hints))
    return HintsView(
        texts=block.hints[:opened],
        left=0 if is_over else len(block.hints) - opened,
        url=scene.url("hint", block),
        key=scene.key(block, StepEvent.Kind.HINT, opened + 1),
    )
