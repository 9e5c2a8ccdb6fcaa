"""From an architecture to a drawing: where every node, frame, link and mark stands.

`at: [column, row]` is the truth: a node keeps its place whatever happens around it, so that a
change shows as a change. Units are pixels of a drawing at its natural size; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from archlab.domain.architecture.component import Component, Glyph
from archlab.domain.architecture.diff import Diff, diff
from archlab.domain.architecture.model import Architecture, Group, GroupKind, Link, LinkKind
from archlab.domain.architecture.places import (
    Box,
    beside,
    bounds,
    corner,
    corner_of_cloud,
    parts,
    text_box,
    triangle,
)
from archlab.domain.architecture.routing import (
    COLUMN,
    GAP_X,
    GAP_Y,
    LEFT,
    NODE_HEIGHT,
    NODE_WIDTH,
    ROW,
    TOP,
    Cell,
    Point,
    Router,
    left_of,
    top_of,
)

Mark = Literal["added", "removed", "changed"]

LANES = ("outside", "edge", "public", "private", "data")
COLUMNS = 4
"""A drawing has at least these columns, so that its scale stays the same through a journey."""
RIGHT = 24
BOTTOM = 34
FRAME_PAD = 9
FRAME_STEP = 7
CLOUD_PAD = 14

ROW_OF: Mapping[Glyph, int] = {
    "person": 0,
    "outside": 0,
    "edge": 1,
    "guard": 1,
    "network": 2,
    "exit": 2,
    "container": 3,
    "function": 3,
    "compute": 3,
    "cache": 3,
    "queue": 3,
    "data": 4,
    "secret": 4,
    "store": 4,
    "observe": 4,
}


@dataclass(frozen=True, slots=True)
class Node:
    """A component on its place. `was` is its second line before the change."""

    id: str
    label: str
    detail: str
    glyph: Glyph
    cell: Cell
    box: Box
    change: Mark | None = None
    was: str = ""

    @property
    def lane(self) -> str:
        return LANES[min(self.cell[1], len(LANES) - 1)]


@dataclass(frozen=True, slots=True)
class Edge:
    """A link as a right-angled line; the arrow stands at its last point."""

    from_: str
    to: str
    kind: LinkKind
    label: str
    points: tuple[Point, ...]
    change: Mark | None = None
    label_at: Point | None = None
    """Middle of the label's base line; None where no free place was found."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A group around its members."""

    id: str
    label: str
    kind: GroupKind
    box: Box
    label_at: Point = (0, 0)
    masked: bool = False
    """The label stands on the frame's own line and needs a ground to be read."""


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    top: int
    label_at: Point


@dataclass(frozen=True)
class Drawing:
    """Everything that a printer needs; `diff` is None where nothing is compared."""

    title: str
    width: int
    height: int
    lanes: tuple[Lane, ...]
    frames: tuple[Frame, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    clouds: tuple[Box, ...]
    mark_at: Point | None
    """Tip of the triangle with the revision's number, at the corner of a cloud."""
    zones: Mapping[str, tuple[str, ...]]
    """Label of a zone -> labels of what falls with it."""
    labels: Mapping[str, str]
    """Component -> label, also of those that are gone and of those whose place is taken."""
    diff: Diff | None = None

    def node(self, id_: str) -> Node | None:
        return next((node for node in self.nodes if node.id == id_), None)


@lru_cache(maxsize=1024)
def layout(architecture: Architecture, *, before: Architecture | None = None) -> Drawing:
    """The drawing of `architecture`, with what changed since `before` marked.

    Removed components stay as ghosts on their old place unless something stands there now.
    """
    difference = diff(before, architecture) if before else None
    cells = _cells(architecture)
    ghosts = _ghosts(cells, before, difference)
    nodes = tuple(_nodes(architecture, cells, ghosts, before, difference))
    columns = max([COLUMNS, *(node.cell[0] + 1 for node in nodes)])
    rows = max([len(LANES), *(node.cell[1] + 1 for node in nodes)])
    frames = tuple(_frames(architecture, {node.id: node for node in nodes}))
    router = Router(columns, [node.cell for node in nodes])
    edges = _edges(architecture, difference, {node.id: node for node in nodes}, router)
    boxes = [node.box for node in nodes]
    clouds = tuple(_clouds(nodes))
    width = LEFT + columns * COLUMN - GAP_X + RIGHT
    lines = [part for edge in edges for part in parts(edge.points)]
    mark = corner_of_cloud(clouds, boxes, lines, width)
    signs = [*boxes, *clouds, triangle(mark)] if mark else boxes
    return Drawing(
        title=architecture.title,
        width=width,
        height=TOP + rows * ROW - GAP_Y + BOTTOM,
        lanes=tuple(_lanes()),
        frames=tuple(_titled(frames, signs, lines)),
        nodes=nodes,
        edges=tuple(_labelled(edges, signs, lines)),
        clouds=clouds,
        mark_at=mark,
        zones=_zones(architecture),
        labels=_labels(architecture, before),
        diff=difference,
    )


def _cells(architecture: Architecture) -> dict[str, Cell]:
    """Component -> cell; what has no place of its own takes the first free one of its lane."""
    placed = {id_: c.at for id_, c in architecture.components.items() if c.at is not None}
    taken = set(placed.values())
    cells: dict[str, Cell] = {}
    for id_, component in architecture.components.items():
        cell = placed.get(id_) or _free(ROW_OF[component.category], taken)
        cells[id_] = cell
        taken.add(cell)
    return cells


def _labels(architecture: Architecture, before: Architecture | None) -> dict[str, str]:
    old = before.components if before else {}
    return {id_: component.label for id_, component in {**old, **architecture.components}.items()}


def _free(row: int, taken: set[Cell]) -> Cell:
    column = 0
    while (column, row) in taken:
        column += 1
    return column, row


def _ghosts(
    cells: Mapping[str, Cell], before: Architecture | None, difference: Diff | None
) -> dict[str, Cell]:
    if before is None or difference is None:
        return {}
    taken = set(cells.values())
    old = _cells(before)
    return {id_: old[id_] for id_ in difference.removed if old[id_] not in taken}


def _nodes(
    architecture: Architecture,
    cells: Mapping[str, Cell],
    ghosts: Mapping[str, Cell],
    before: Architecture | None,
    difference: Diff | None,
) -> Iterator[Node]:
    added = set(difference.added) if difference else set()
    changed = {change.component for change in difference.changed} if difference else set()
    for id_, component in architecture.components.items():
        mark: Mark | None = "added" if id_ in added else "changed" if id_ in changed else None
        was = before.components[id_].detail() if before and mark == "changed" else ""
        yield _node(component, cells[id_], mark, was)
    if before is not None:
        for id_, cell in ghosts.items():
            yield _node(before.components[id_], cell, "removed")


def _node(component: Component, cell: Cell, mark: Mark | None, was: str = "") -> Node:
    box = Box(left_of(cell[0]), top_of(cell[1]), NODE_WIDTH, NODE_HEIGHT)
    detail = component.detail()
    return Node(component.id, component.label, detail, component.category, cell, box, mark, was)


def _lanes() -> Iterator[Lane]:
    for row, name in enumerate(LANES):
        top = top_of(row) - GAP_Y // 2
        yield Lane(name, max(top, 0), (14, top + 26))


def _edges(
    architecture: Architecture,
    difference: Diff | None,
    nodes: Mapping[str, Node],
    router: Router,
) -> list[Edge]:
    """Short links first, since they have the least choice; ghosts of links last."""
    new = set(difference.links_added) if difference else set()
    wanted: list[tuple[Link, Mark | None]] = [
        (link, "added" if link in new else None) for link in architecture.links
    ]
    wanted.sort(key=lambda pair: _distance(pair[0], nodes))
    if difference:
        wanted += [(link, "removed") for link in difference.links_removed]
    return [
        Edge(
            link.from_,
            link.to,
            link.kind,
            link.label,
            router.route(nodes[link.from_].cell, nodes[link.to].cell),
            mark,
        )
        for link, mark in wanted
        if link.from_ in nodes and link.to in nodes
    ]


def _distance(link: Link, nodes: Mapping[str, Node]) -> int:
    if link.from_ not in nodes or link.to not in nodes:
        return 0
    (column_a, row_a), (column_b, row_b) = nodes[link.from_].cell, nodes[link.to].cell
    across, down = abs(column_a - column_b), abs(row_a - row_b)
    return across + down if across == 0 or down == 0 else 10 * (across + down)


def _children(architecture: Architecture, group: str) -> list[Group]:
    return [child for child in architecture.groups.values() if child.parent == group]


def _members(architecture: Architecture, group: str, depth: int = 0) -> list[str]:
    """Components of a group and of the groups inside it; `depth` stops a circle of parents."""
    own = [id_ for id_, component in architecture.components.items() if component.group == group]
    if depth < len(architecture.groups):
        for child in _children(architecture, group):
            own += _members(architecture, child.id, depth + 1)
    return own


def _height(architecture: Architecture, group: str, depth: int = 0) -> int:
    """How many frames stand inside one another below this group."""
    if depth >= len(architecture.groups):
        return 0
    inner = [
        _height(architecture, child.id, depth + 1) + 1
        for child in _children(architecture, group)
        if _members(architecture, child.id)
    ]
    return max(inner, default=0)


def _frames(architecture: Architecture, nodes: Mapping[str, Node]) -> Iterator[Frame]:
    """Outer frames first, so that inner ones are drawn over them."""
    found = []
    for group in architecture.groups.values():
        boxes = [nodes[id_].box for id_ in _members(architecture, group.id) if id_ in nodes]
        if boxes:
            height = _height(architecture, group.id)
            box = bounds(boxes).grown(FRAME_PAD + FRAME_STEP * height)
            found.append((height, Frame(group.id, group.label, group.kind, box)))
    for _, frame in sorted(found, key=lambda pair: -pair[0]):
        yield frame


def _titled(frames: Iterable[Frame], boxes: list[Box], lines: list[Box]) -> Iterator[Frame]:
    """A frame's label stands in a free corner, else on the line of the frame."""
    taken: list[Box] = []
    for frame in frames:
        at, masked = corner(frame.box, frame.label, [*boxes, *taken], lines)
        taken.append(text_box(frame.label, at))
        yield replace(frame, label_at=at, masked=masked)


def _labelled(edges: list[Edge], boxes: list[Box], lines: list[Box]) -> Iterator[Edge]:
    """The words of links that are not gone, each where it covers nothing."""
    taken = list(boxes)
    for edge in edges:
        wanted = edge.label and edge.change != "removed"
        at = beside(list(parts(edge.points)), edge.label, taken, lines) if wanted else None
        if at:
            taken.append(text_box(edge.label, at))
        yield replace(edge, label_at=at)


def _clouds(nodes: Iterable[Node]) -> Iterator[Box]:
    """One cloud around neighbours in a row that changed together."""
    marked = sorted(
        (node for node in nodes if node.change in ("added", "changed")),
        key=lambda node: (node.cell[1], node.cell[0]),
    )
    run: list[Node] = []
    for node in marked:
        if run and (node.cell[1], node.cell[0] - 1) != (run[-1].cell[1], run[-1].cell[0]):
            yield bounds(item.box for item in run).grown(CLOUD_PAD)
            run = []
        run.append(node)
    if run:
        yield bounds(item.box for item in run).grown(CLOUD_PAD)


def _zones(architecture: Architecture) -> dict[str, tuple[str, ...]]:
    fallen: dict[str, list[str]] = {}
    for component in architecture.components.values():
        zone = architecture.zone_of(component)
        if zone is not None:
            fallen.setdefault(architecture.groups[zone].label, []).append(component.label)
    return {label: tuple(labels) for label, labels in fallen.items()}
