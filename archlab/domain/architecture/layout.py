"""From an architecture to a drawing: where every node, frame, link and mark stands.

`at: [column, row]` is the truth: a node keeps its place whatever happens around it, so that a
change shows as a change. Units are pixels of a drawing at its natural size; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from archlab.domain.architecture.component import Component, Glyph
from archlab.domain.architecture.diff import Diff, diff
from archlab.domain.architecture.model import Architecture, Group, GroupKind, Link, LinkKind
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
RIGHT = 26
BOTTOM = 34
FRAME_PAD = 10
FRAME_STEP = 9
CLOUD_PAD = 14
MARK_WIDTH, MARK_HEIGHT = 32, 28
CHARACTER = 7
"""Mean width of a letter in the labels of frames and links."""

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
class Box:
    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def grown(self, by: int) -> Box:
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def meets(self, other: Box) -> bool:
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )


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
    router = Router(columns, rows, [node.cell for node in nodes])
    edges = _edges(architecture, difference, {node.id: node for node in nodes}, router)
    boxes = [node.box for node in nodes]
    clouds = tuple(_clouds(nodes))
    width = LEFT + columns * COLUMN - GAP_X + RIGHT
    mark = _mark(clouds, boxes, edges, width)
    signs = [*clouds, _triangle(mark)] if mark else []
    return Drawing(
        title=architecture.title,
        width=width,
        height=TOP + rows * ROW - GAP_Y + BOTTOM,
        lanes=tuple(_lanes()),
        frames=tuple(_titled(frames, [*boxes, *signs], edges)),
        nodes=nodes,
        edges=tuple(_labelled(edges, [*boxes, *signs])),
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


def _bounds(boxes: Iterable[Box]) -> Box:
    all_ = list(boxes)
    x, y = min(box.x for box in all_), min(box.y for box in all_)
    return Box(x, y, max(b.right for b in all_) - x, max(b.bottom for b in all_) - y)


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
            box = _bounds(boxes).grown(FRAME_PAD + FRAME_STEP * height)
            found.append((height, Frame(group.id, group.label, group.kind, box)))
    for _, frame in sorted(found, key=lambda pair: -pair[0]):
        yield frame


def _text_box(label: str, middle: Point) -> Box:
    width = CHARACTER * len(label) + 8
    return Box(middle[0] - width // 2, middle[1] - 13, width, 18)


def _crossed(box: Box, edges: Iterable[Edge]) -> bool:
    return any(box.meets(part) for edge in edges for part in _parts(edge.points))


def _parts(points: tuple[Point, ...]) -> Iterator[Box]:
    for (x1, y1), (x2, y2) in pairwise(points):
        yield Box(min(x1, x2), min(y1, y2), abs(x1 - x2) + 1, abs(y1 - y2) + 1)


def _titled(frames: Iterable[Frame], boxes: list[Box], edges: list[Edge]) -> Iterator[Frame]:
    """A frame's label stands in a free corner, else on the line of the frame."""
    taken: list[Box] = []
    for frame in frames:
        at, masked = _corner(frame, [*boxes, *taken], edges)
        taken.append(_text_box(frame.label, at))
        yield Frame(frame.id, frame.label, frame.kind, frame.box, at, masked)


def _corner(frame: Frame, boxes: list[Box], edges: list[Edge]) -> tuple[Point, bool]:
    half = (CHARACTER * len(frame.label) + 8) // 2 + 6
    box = frame.box
    corners = [
        (x, y) for y in (box.y + 20, box.bottom - 8) for x in (box.x + half, box.right - half)
    ]
    for at in corners:
        text = _text_box(frame.label, at)
        if not any(text.meets(other) for other in boxes) and not _crossed(text, edges):
            return at, False
    for y, masked in ((box.y + 5, True), (box.y - 16, False), (box.bottom + 27, False)):
        for x in (box.x + half, box.right - half):
            text = _text_box(frame.label, (x, y))
            if not any(text.meets(other) for other in boxes) and not _crossed(text, edges):
                return (x, y), masked
    return (box.x + half, box.y + 5), True


def _labelled(edges: list[Edge], boxes: list[Box]) -> Iterator[Edge]:
    taken = list(boxes)
    for edge in edges:
        wanted = edge.label and edge.change != "removed"
        at = _label_place(edge, taken, edges) if wanted else None
        if at:
            taken.append(_text_box(edge.label, at))
        yield Edge(edge.from_, edge.to, edge.kind, edge.label, edge.points, edge.change, at)


def _label_place(edge: Edge, boxes: list[Box], edges: list[Edge]) -> Point | None:
    """Beside the longest part that leaves room for the words; nowhere rather than over a line."""
    half = (CHARACTER * len(edge.label)) // 2 + 8
    for part in sorted(_parts(edge.points), key=lambda box: -(box.width + box.height)):
        x, y = part.x + part.width // 2, part.y + part.height // 2
        flat = part.width > part.height
        places = [(x, y - 7), (x, y + 17)] if flat else [(x + half, y + 5), (x - half, y + 5)]
        for at in places:
            text = _text_box(edge.label, at)
            if not any(text.meets(box) for box in boxes) and not _crossed(text, edges):
                return at
    return None


def _clouds(nodes: Iterable[Node]) -> Iterator[Box]:
    """One cloud around neighbours in a row that changed together."""
    marked = sorted(
        (node for node in nodes if node.change in ("added", "changed")),
        key=lambda node: (node.cell[1], node.cell[0]),
    )
    run: list[Node] = []
    for node in marked:
        if run and (node.cell[1], node.cell[0] - 1) != (run[-1].cell[1], run[-1].cell[0]):
            yield _bounds(item.box for item in run).grown(CLOUD_PAD)
            run = []
        run.append(node)
    if run:
        yield _bounds(item.box for item in run).grown(CLOUD_PAD)


def _triangle(tip: Point) -> Box:
    return Box(tip[0] - MARK_WIDTH // 2, tip[1], MARK_WIDTH, MARK_HEIGHT)


def _mark(clouds: Iterable[Box], boxes: list[Box], edges: list[Edge], width: int) -> Point | None:
    """The first free corner of a cloud; the first cloud's own if all are taken."""
    edge = width - MARK_WIDTH // 2 - 2
    places = [
        (x, y)
        for cloud in clouds
        for y in (cloud.y - MARK_HEIGHT - 4, cloud.bottom + 6)
        for x in (min(cloud.right - 2, edge), cloud.x + 2)
        if y > 0
    ]
    for tip in places:
        triangle = _triangle(tip)
        if not any(triangle.meets(box) for box in boxes) and not _crossed(triangle, edges):
            return tip
    return places[0] if places else None


def _zones(architecture: Architecture) -> dict[str, tuple[str, ...]]:
    fallen: dict[str, list[str]] = {}
    for component in architecture.components.values():
        zone = architecture.zone_of(component)
        if zone is not None:
            fallen.setdefault(architecture.groups[zone].label, []).append(component.label)
    return {label: tuple(labels) for label, labels in fallen.items()}
