"""Prints a drawing as SVG on its plate."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from operator import add

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.domain.architecture.layout import Drawing, Edge, Frame, Lane, Mark, Node
from archlab.domain.architecture.model import LinkKind
from archlab.domain.architecture.places import Box
from archlab.domain.architecture.routing import NODE_HEIGHT, NODE_WIDTH, Point
from archlab.web import glyphs
from archlab.web.diagrams.words import LANES, MARKS, description, title_block, twin
from archlab.web.lettering import broken, clipped

EMPTY = SafeString("")
CLOUDS = 3
"""With more clouds than this the red lines alone tell it better."""
TEXT_X = 43
TEXT_WIDTH = 133
"""Room for text in a node, right of its glyph."""


def diagram(
    drawing: Drawing,
    *,
    id_: str = "drawing",
    sheet: str = "",
    revision: str | int = "",
    alt: str = "",
    tags: Mapping[str, str] | None = None,
    lit: Collection[str] = (),
    balloons: Mapping[str, Sequence[int]] | None = None,
    hot: Collection[int] = (),
    cells: Sequence[tuple[str, str]] = (),
    aside: SafeString = EMPTY,
) -> SafeString:
    """The plate: the drawing, its title block and its list of parts.

    `sheet` is what the first cell of the title block says, `revision` the number in the triangle.
    `tags` hangs a figure on each part, `lit` draws parts with a bold frame; `balloons` numbers
    parts, by the rows of a parts list that stands in `aside` or along the path of a flow. `cells`
    are further cells of the title block. Ids of parts start with `c-`, on a second drawing of a
    page with its own `id_`.
    """
    marks = _Marks(revision, tags or {}, lit, balloons or {}, hot)
    return format_html(
        '<figure class="plate wide" id="{}">{}{}{}</figure>',
        id_,
        _beside(_scroll(drawing, _svg(drawing, id_, alt, marks, glyphs.sprite())), aside),
        title_block(drawing, sheet, cells),
        twin(drawing),
    )


def _beside(picture: SafeString, aside: SafeString) -> SafeString:
    return format_html('<div class="split">{}{}</div>', picture, aside) if aside else picture


def _scroll(drawing: Drawing, svg: SafeString) -> SafeString:
    label = gettext("Drawing of %(title)s, scrolls sideways") % {"title": drawing.title}
    return format_html(
        '<div class="scroll" tabindex="0" role="group" aria-label="{}">{}</div>', label, svg
    )


def _join(parts: Iterable[SafeString]) -> SafeString:
    return reduce(add, parts, EMPTY)


@dataclass(frozen=True, slots=True)
class _Marks:
    """What is written onto a drawing by hand."""

    revision: str | int
    tags: Mapping[str, str]
    lit: Collection[str]
    balloons: Mapping[str, Sequence[int]]
    hot: Collection[int]


def outline(drawing: Drawing, *, alt: str = "") -> SafeString:
    """The drawing without its plate, which looks for its glyphs in its own file."""
    return _svg(drawing, "drawing", alt, _Marks("", {}, (), {}, ()), "")


def _svg(drawing: Drawing, id_: str, alt: str, marks: _Marks, sprite: str) -> SafeString:
    prefix = "" if id_ == "drawing" else f"{id_}-"
    return format_html(
        '<svg class="draw" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}{}{}{}{}{}{}</svg>',
        drawing.width,
        drawing.height,
        id_,
        id_,
        id_,
        drawing.title,
        id_,
        alt or description(drawing),
        _join(_field(frame) for frame in drawing.frames if frame.kind == "az"),
        _join(_lane(lane, drawing.width) for lane in drawing.lanes),
        _join(_frame(frame) for frame in drawing.frames),
        _join(_edge(edge, prefix) for edge in drawing.edges),
        _join(_node(node, prefix, sprite, marks) for node in drawing.nodes),
        _revision(drawing, marks.revision),
        _balloons(drawing, marks),
    )


def _field(frame: Frame) -> SafeString:
    """What falls together stands on a quiet ground."""
    return _rect("field", frame.box)


def _rect(css: str, box: Box) -> SafeString:
    shape = f"M{box.x} {box.y}h{box.width}v{box.height}h-{box.width}z"
    return format_html('<path class="{}" d="{}"/>', css, shape)


def _text(css: str, at: Point, text: str, anchor: str = "start") -> SafeString:
    return format_html(_text_template(css, at, anchor), text)


@lru_cache(maxsize=4096)
def _text_template(css: str, at: Point, anchor: str) -> str:
    return f'<text class="{css}" x="{at[0]}" y="{at[1]}" text-anchor="{anchor}">{{}}</text>'


def _lane(lane: Lane, width: int) -> SafeString:
    rule = f"M0 {lane.top}H{width}" if lane.name != "outside" else ""
    label = _text("lane", lane.label_at, str(LANES[lane.name]))
    return format_html('<path class="lanes" d="{}"/>', rule) + label


def _frame(frame: Frame) -> SafeString:
    css = "zone" if frame.kind in ("az", "subnet") else "bound"
    label = _text("sub", frame.label_at, frame.label, "middle")
    if not frame.masked:
        return _rect(css, frame.box) + label
    width = 7 * len(frame.label) + 10
    x, y = frame.label_at
    mask = Box(x - width // 2, y - 13, width, 17)
    return _rect(css, frame.box) + _rect("mask", mask) + label


def _edge(edge: Edge, prefix: str) -> SafeString:
    line = format_html(
        _edge_template(edge.kind, edge.change),
        f"{prefix}l-{edge.from_}-{edge.to}",
        path_of(edge.points),
        _head(edge.points),
    )
    if not edge.label_at:
        return line
    css = "red" if edge.change == "added" else "sub"
    return line + _text(css, edge.label_at, edge.label, "middle")


@cache
def _edge_template(kind: LinkKind, mark: Mark | None) -> str:
    """Printing is fast because only what differs is formatted and escaped."""
    change = f' data-change="{mark}"' if mark else ""
    line = f'<path id="{{}}" class="link {kind}"{change} d="{{}}"/>'
    return f'{line}<path class="head {kind}"{change} d="{{}}"/>'


def path_of(points: Sequence[Point]) -> str:
    """Path data of a right-angled line."""
    (x, y), *rest = points
    parts = [f"M{x} {y}"]
    for next_x, next_y in rest:
        parts.append(f"H{next_x}" if next_y == y else f"V{next_y}")
        x, y = next_x, next_y
    return "".join(parts)


def _head(points: Sequence[Point]) -> str:
    (x, y), (end_x, end_y) = points[-2], points[-1]
    if x == end_x:
        return f"M{end_x - 5} {end_y - 10 if end_y > y else end_y + 10}h10L{end_x} {end_y}z"
    return f"M{end_x - 10 if end_x > x else end_x + 10} {end_y - 5}v10L{end_x} {end_y}z"


def _node(node: Node, prefix: str, sprite: str, marks: _Marks) -> SafeString:
    tag = marks.tags.get(node.id)
    return format_html(
        _node_template(node.change, node.id in marks.lit),
        f"{prefix}c-{node.id}",
        f"{node.box.x} {node.box.y}",
        f"{sprite}#{node.glyph}",
        _words(node) if tag is None else _words(node) + _tag(tag),
    )


@cache
def _node_template(mark: Mark | None, lit: bool) -> str:  # noqa: FBT001 - a key of the cache
    change = f' data-change="{mark}"' if mark else ""
    css = "node lit" if lit else "node"
    return (
        f'<g id="{{}}" class="{css}"{change} transform="translate({{}})">'
        f'<rect width="{NODE_WIDTH}" height="{NODE_HEIGHT}" rx="2"/>'
        '<use href="{}" x="12" y="17" width="22" height="22"/>{}</g>'
    )


def _words(node: Node) -> SafeString:
    sub = str(MARKS["removed"]) if node.change == "removed" else node.detail
    lines = broken(node.label, 15, TEXT_WIDTH)
    known = (*lines, clipped(sub, 14, TEXT_WIDTH)) if sub else lines
    words = format_html(_words_template(len(lines), bool(sub)), *known)
    if "…" not in words:
        return words
    return format_html("<title>{}, {}</title>", node.label, sub) + words


@cache
def _words_template(lines: int, sub: bool) -> str:  # noqa: FBT001 - a key of the cache
    """Base lines of a node's text: one or two lines of the label, then the second line."""
    tops = {
        (1, True): (25, 44),
        (1, False): (33,),
        (2, True): (18, 34, 50),
        (2, False): (25, 43),
    }[lines, sub]
    css = [""] * lines + [' class="sub"'] * sub
    return "".join(
        f'<text{name} x="{TEXT_X}" y="{y}">{{}}</text>' for name, y in zip(css, tops, strict=True)
    )


def _tag(text: str) -> SafeString:
    width = round(7.4 * len(text)) + 10  # tabular figures are all equally wide
    box = Box(NODE_WIDTH - width - 8, -10, width, 20)
    return _rect("price", box) + _text("usd", (NODE_WIDTH - 14, 5), text, "end")


def _revision(drawing: Drawing, revision: str | int) -> SafeString:
    if not drawing.clouds or len(drawing.clouds) > CLOUDS:
        return EMPTY
    clouds = _join(
        format_html('<path class="cloud" d="{}"/>', _cloud(box)) for box in drawing.clouds
    )
    if not revision or drawing.mark_at is None:
        return clouds
    x, y = drawing.mark_at
    return format_html(
        '{}<path class="rev" d="M{} {}l16 28h-32z"/>{}',
        clouds,
        x,
        y,
        _text("red", (x, y + 24), str(revision), "middle"),
    )


def _cloud(box: Box) -> str:
    """Scallops of about 21 px along each side, clockwise."""
    across, down = max(round(box.width / 21), 2), max(round(box.height / 21), 2)
    dx, dy = box.width / across, box.height / down
    sides = [(across, dx, 0.0), (down, 0.0, dy), (across, -dx, 0.0), (down, 0.0, -dy)]
    arcs = "".join(
        f"a{max(abs(x), abs(y)) * 0.56:.1f} {max(abs(x), abs(y)) * 0.56:.1f} 0 0 1 {x:.1f} {y:.1f}"
        * count
        for count, x, y in sides
    )
    return f"M{box.x} {box.y}{arcs}z"


def _balloons(drawing: Drawing, marks: _Marks) -> SafeString:
    """At the right upper corner, or at the left one where tags take the right."""
    placed = [
        (node.box.x + 34 * n if marks.tags else node.box.right - 34 * n, node.box.y, number)
        for node in drawing.nodes
        for n, number in enumerate(marks.balloons.get(node.id, ()))
    ]
    return format_html_join(
        "",
        '<g class="balloon{}" transform="translate({} {})"><circle r="13"/>'
        '<text y="5">{}</text></g>',
        ((" hot" if number in marks.hot else "", x, y, number) for x, y, number in placed),
    )
