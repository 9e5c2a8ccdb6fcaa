"""Numbered decisions in a row, with an arc from each to the one that took its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

STEP, RADIUS, MARGIN = 44, 15, 24
RISE = 11
"""How much higher an arc is for each number that it spans."""


@dataclass(frozen=True, slots=True)
class Node:
    """A decision; `newer` is the number of the one that took its place."""

    number: int
    title: str
    url: str
    status: str
    newer: int | None


def succession(nodes: Sequence[Node]) -> SafeString:
    """The drawing, whose words are its label; nothing where nothing took a place."""
    places = {node.number: place for place, node in enumerate(nodes)}
    arcs = [(places[n.number], places[n.newer]) for n in nodes if n.newer is not None]
    if not arcs:
        return SafeString("")
    top = max(to - start for start, to in arcs) * RISE + MARGIN
    width, height = len(nodes) * STEP + 2 * MARGIN, top + RADIUS + MARGIN
    return format_html(
        '<div class="scroll" tabindex="0" role="group" aria-label="{}">'
        '<svg class="succession" role="img" width="{}" height="{}" viewBox="0 0 {} {}">'
        "<title>{}</title>{}{}</svg></div>",
        _("What took the place of what"),
        width,
        height,
        width,
        height,
        " ".join(_words(nodes)),
        format_html_join(
            "", '<path class="arc" d="{}"/><path class="tip" d="{}"/>', _arcs(arcs, top)
        ),
        format_html_join("", _NODE, _circles(nodes, top)),
    )


_NODE = (
    '<g class="{}"><circle cx="{}" cy="{}" r="{}"/>'
    '<text x="{}" y="{}" text-anchor="middle" direction="ltr">{}</text></g>'
)


def _words(nodes: Sequence[Node]) -> Iterator[str]:
    titles = {node.number: node.title for node in nodes}
    for node in nodes:
        if node.newer is not None:
            words = {"n": node.newer, "newer": titles[node.newer], "old": node.number}
            yield _("%(n)s. %(newer)s took the place of %(old)s.") % words


def _x(place: int) -> int:
    return MARGIN + STEP // 2 + place * STEP


def _arcs(arcs: Sequence[tuple[int, int]], top: int) -> Iterator[tuple[str, str]]:
    for start, to in arcs:
        from_x, to_x, y = _x(start), _x(to), top - RADIUS - 2
        peak = y - (to - start) * RISE * 4 // 3 + 4
        yield (
            f"M{from_x} {y}C{from_x} {peak} {to_x} {peak} {to_x} {y}",
            f"M{to_x - 4} {y - 7}L{to_x} {y}L{to_x + 4} {y - 7}",
        )


def _circles(nodes: Sequence[Node], y: int) -> Iterator[tuple[str, int, int, int, int, int, int]]:
    for place, node in enumerate(nodes):
        yield node.status, _x(place), y, RADIUS, _x(place), y + 5, node.number
