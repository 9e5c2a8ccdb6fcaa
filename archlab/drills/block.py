"""A drill inside a step: the briefing, the best result so far, and the door to the night."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from archlab.domain.pack.blocks import Drill
from archlab.journeys.blocks.scene import Scene


@dataclass(frozen=True, slots=True)
class DrillView:
    """`best` is 0 to 100, None before the first night; the same states show the same words.

    Blocks are kept per state of the journey, so nothing here may depend on a run under way.
    """

    title: str
    briefing: SafeString
    best: int | None
    url: str
    page_url: str


def build(scene: Scene, block: Drill) -> DrillView:
    played = bool(scene.play.attempts(block.id))
    place = [scene.enrolment.id, scene.step.id, block.id]
    return DrillView(
        title=block.title or scene.step.title,
        briefing=scene.text.inline(block.briefing),
        best=round(scene.play.score(block.id) * 100) if played else None,
        url=reverse("drills:in-step", args=place),
        page_url=reverse("drills:drill", args=[scene.pack.scenario.slug, block.id]),
    )
