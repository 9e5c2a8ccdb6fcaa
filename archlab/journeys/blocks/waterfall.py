"""Where the milliseconds of a request go, hop by hop, in one system or in two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.domain.architecture.timing import timing
from archlab.domain.pack.blocks import WaterfallView
from archlab.domain.pack.words import CURRENT
from archlab.journeys.blocks.scene import Scene
from archlab.web.ways import ShownWay, ways_drawn, ways_finding


@dataclass(frozen=True, slots=True)
class WaysView:
    """One figure for each way; `finding` compares two, or says what is missing."""

    finding: str
    drawings: list[tuple[ShownWay, SafeString]]
    caption: str


def build(scene: Scene, block: WaterfallView) -> WaysView:
    ways = list(_ways(scene, block))
    drawings = ways_drawn(ways)
    finding = ways_finding(ways) if len(ways) > 1 or not drawings else ""
    return WaysView(finding, drawings, block.caption)


def _ways(scene: Scene, block: WaterfallView) -> Iterator[ShownWay]:
    yield _way(scene, block, f"{block.id}-a", block.architecture, block.flow)
    if block.against:
        yield _way(scene, block, f"{block.id}-b", block.against, block.other_flow)


def _way(scene: Scene, block: WaterfallView, id_: str, name: str, flow: str) -> ShownWay:
    """A learner's own system may have lost the way that others of this step have."""
    system = scene.architecture(name, block)
    found = system.flow(flow)
    timed = None if found is None else timing(system.context, found)
    title = _("Your system now") if name == CURRENT else system.title
    return ShownWay(id_, title, timed, block.percentile)
