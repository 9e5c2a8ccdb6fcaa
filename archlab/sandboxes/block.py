"""A lab inside a step: what is to be found out, what it costs, and the door to it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from archlab.domain.pack.blocks import Lab
from archlab.journeys.blocks.scene import Scene


@dataclass(frozen=True, slots=True)
class LabView:
    """Blocks are kept per state of the journey, so nothing here may depend on a run under way."""

    title: str
    lab: Lab
    url: str
    runs_url: str
    is_passed: bool


def build(scene: Scene, block: Lab) -> LabView:
    place = [scene.enrolment.id, scene.step.id, block.id]
    return LabView(
        title=block.title or scene.step.title,
        lab=block,
        url=reverse("sandboxes:in-step", args=place),
        runs_url=reverse("sandboxes:lab", args=[scene.pack.scenario.slug, block.id]),
        is_passed=scene.play.answer(block.id) is not None,
    )
