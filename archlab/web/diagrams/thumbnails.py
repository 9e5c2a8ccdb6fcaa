"""Drawings as small sketches without words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from archlab.domain.architecture import Architecture
from archlab.domain.architecture.layout import Drawing, Edge, Node, layout
from archlab.domain.architecture.routing import LEFT
from archlab.web import glyphs
from archlab.web.diagrams.plate import path_of

EMPTY = SafeString("")
MINI_X, MINI_Y = 0.15, 0.2


def pair(start: Architecture, end: Architecture) -> SafeString:
    """Where a journey began and where it ended, new parts in red."""
    return format_html(
        '<div class="pair">{}{}{}</div>',
        thumbnail(layout(start)),
        glyphs.glyph("arrow", css="arrow"),
        thumbnail(layout(end, before=start), width=150),
    )


def thumbnail(drawing: Drawing, *, width: int = 100, height: int = 96) -> SafeString:
    """The drawing as a sketch, without words: parts by shape, calls and data as lines."""
    nodes = [node for node in drawing.nodes if node.change != "removed"]
    edges = [edge for edge in drawing.edges if edge.kind in ("sync", "data")]
    left = min((node.box.x for node in nodes), default=LEFT) * MINI_X - 4
    right = max((node.box.right for node in nodes), default=LEFT) * MINI_X + 4
    top = min((node.box.y for node in nodes), default=0) * MINI_Y - 4
    bottom = max((node.box.bottom for node in nodes), default=0) * MINI_Y + 4
    wide, tall = max(right - left, width), max(bottom - top, height)
    return format_html(
        '<svg class="mini" viewBox="{} {} {} {}" aria-hidden="true" focusable="false">{}{}</svg>',
        *(f"{value:g}" for value in _centred(left, right, wide)[:1]),
        f"{(top + bottom - tall) / 2:g}",
        f"{wide:g}",
        f"{tall:g}",
        format_html_join("", '<path class="wire{}" d="{}"/>', _wires(edges)),
        format_html_join("", '<path{} d="{}"/>', ((_mini_css(n), _shape(n)) for n in nodes)),
    )


def _centred(low: float, high: float, size: float) -> tuple[float, float]:
    start = (low + high - size) / 2
    return start, start + size


def _wires(edges: Iterable[Edge]) -> Iterator[tuple[str, str]]:
    for edge in edges:
        points = [(round(x * MINI_X), round(y * MINI_Y)) for x, y in edge.points]
        if edge.change != "removed":
            yield " new" if edge.change == "added" else "", path_of(points)


def _mini_css(node: Node) -> SafeString:
    return SafeString(' class="new"') if node.change == "added" else EMPTY


def _shape(node: Node) -> str:
    x, y = round(node.box.x * MINI_X), round(node.box.y * MINI_Y)
    width, height = round(node.box.width * MINI_X), round(node.box.height * MINI_Y)
    if node.glyph == "person":
        return f"M{x + width / 2 - 6:g} {y + height / 2:g}a6 6 0 0 1 12 0a6 6 0 0 1-12 0z"
    if node.glyph in ("data", "cache", "store"):
        return (
            f"M{x} {y + 2}v{height - 4}c0 4 {width} 4 {width} 0v-{height - 4}"
            f"M{x} {y + 2}c0-4 {width}-4 {width} 0c0 4-{width} 4-{width} 0"
        )
    return f"M{x} {y}h{width}v{height}h-{width}z"
