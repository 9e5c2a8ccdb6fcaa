"""The drawing of a system, or of what changed between two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.safestring import SafeString

from archlab.catalog.drawings import Shown, drawing
from archlab.domain.pack.blocks import DiagramView
from archlab.journeys.blocks.scene import Scene


@dataclass(frozen=True, slots=True)
class PlateView:
    plate: SafeString
    caption: str


def build(scene: Scene, block: DiagramView) -> PlateView:
    shown = scene.architecture(block.architecture, block)
    before = scene.architecture(block.compare, block) if block.compare else None
    if before is None and block.architecture == "current":
        before = scene.entered
    return PlateView(
        drawing(
            shown,
            before=None if before == shown else before,
            id_=f"plate-{block.id}",
            sheet=scene.step.title,
            revision=scene.number,
            alt=block.alt,
            shown=Shown(_tag(block), block.flow, block.highlight),
        ),
        block.caption,
    )


def _tag(block: DiagramView) -> Literal["", "cost", "latency"]:
    """One figure fits on a part; where both are asked for, the price is shown."""
    if "cost" in block.show:
        return "cost"
    return "latency" if "latency" in block.show else ""
