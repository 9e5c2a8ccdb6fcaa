"""Right-angled links on a grid of nodes: through the channels between them, not through them.

For each link a few shapes are tried from the shortest on; a shape costs its length, its bends, the
links that it crosses and, dearest, what it covers. A drawing of fifteen links takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise, product

Point = tuple[int, int]
Cell = tuple[int, int]
"""Column and row, from 0."""
Path = tuple[Point, ...]

NODE_WIDTH = 182
NODE_HEIGHT = 56
GAP_X = 36
GAP_Y = 48
LEFT = 82
TOP = 36
COLUMN = NODE_WIDTH + GAP_X
ROW = NODE_HEIGHT + GAP_Y

BEND = 120
CROSSING = 60
COVERED_LINK = 200
COVERED_NODE = 5000
LABELS = 40
"""What a way through the margin of the lane labels costs."""
TRIED = 8
TRACKS = (0, -9, 9)
"""Where lines run in a channel, from its middle."""
PORTS_X = (0, -36, 36)
PORTS_Y = (0, -14, 14)
APART = 7
"""Parallel lines nearer than this cover each other."""


def left_of(column: int) -> int:
    return LEFT + column * COLUMN


def top_of(row: int) -> int:
    return TOP + row * ROW


def _between_columns(column: int) -> int:
    """The middle of the channel before a column."""
    return left_of(column) - GAP_X // 2


def _between_rows(row: int) -> int:
    """The middle of the channel above a row."""
    return top_of(row) - GAP_Y // 2


@dataclass(frozen=True, slots=True)
class _Port:
    """Where a link leaves a node: `dx, dy` points outwards, `channel` is the one it meets."""

    x: int
    y: int
    dx: int
    dy: int
    channel: int

    def moved(self, slot: int) -> _Port:
        if self.dx:
            return _Port(self.x, self.y + PORTS_Y[slot], self.dx, self.dy, self.channel)
        return _Port(self.x + PORTS_X[slot], self.y, self.dx, self.dy, self.channel)


def _ports(cell: Cell) -> tuple[_Port, ...]:
    column, row = cell
    x, y = left_of(column), top_of(row)
    middle_x, middle_y = x + NODE_WIDTH // 2, y + NODE_HEIGHT // 2
    return (
        _Port(middle_x, y + NODE_HEIGHT, 0, 1, row + 1),
        _Port(middle_x, y, 0, -1, row),
        _Port(x + NODE_WIDTH, middle_y, 1, 0, column + 1),
        _Port(x, middle_y, -1, 0, column),
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    """Two ports and the channels between them."""

    start: _Port
    end: _Port
    column: int | None = None
    first_row: int | None = None
    last_row: int | None = None

    def path(self, slots: tuple[int, int], track: int) -> Path:
        start, end = self.start.moved(slots[0]), self.end.moved(slots[1])
        points: list[Point] = [(start.x, start.y)]
        if self.first_row is not None:
            self._turn(points, y=_between_rows(self.first_row) + track)
        if self.column is not None:
            self._turn(points, x=_between_columns(self.column) + track)
        if self.last_row is not None:
            self._turn(points, y=_between_rows(self.last_row) + track)
        if end.dx:
            self._turn(points, y=end.y)
        else:
            self._turn(points, x=end.x)
        points.append((end.x, end.y))
        return _straightened(points)

    @staticmethod
    def _turn(points: list[Point], x: int | None = None, y: int | None = None) -> None:
        last_x, last_y = points[-1]
        points.append((last_x if x is None else x, last_y if y is None else y))

    def fits(self, path: Path) -> bool:
        """The line leaves and enters through the ports' own sides, and only at right angles."""
        if len(path) < 2 or any(a[0] != b[0] and a[1] != b[1] for a, b in _pairs(path)):
            return False
        return _towards(path[0], path[1]) == (self.start.dx, self.start.dy) and _towards(
            path[-1], path[-2]
        ) == (self.end.dx, self.end.dy)


def _pairs(path: Path) -> Iterator[tuple[Point, Point]]:
    return pairwise(path)


def _towards(a: Point, b: Point) -> Point:
    return (b[0] > a[0]) - (b[0] < a[0]), (b[1] > a[1]) - (b[1] < a[1])


def _straightened(points: Iterable[Point]) -> Path:
    """Without repeated points and without corners that do not turn."""
    path: list[Point] = []
    for point in points:
        if path and path[-1] == point:
            continue
        if len(path) > 1 and _towards(path[-2], path[-1]) == _towards(path[-1], point):
            path.pop()
        path.append(point)
    return tuple(path)


def _length(path: Path) -> int:
    return sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in _pairs(path))


def _shapes(start: Cell, end: Cell, columns: int) -> Iterator[_Shape]:
    low, high = sorted((start[0], end[0]))
    channels = range(max(low - 1, 0), min(high + 2, columns) + 1)
    for a, b in product(_ports(start), _ports(end)):
        if a.dx and b.dx:
            yield from (_Shape(a, b, column=c) for c in {a.channel, b.channel})
        elif a.dx:
            yield _Shape(a, b)
            yield _Shape(a, b, column=a.channel, last_row=b.channel)
        elif b.dx:
            yield _Shape(a, b)
            yield _Shape(a, b, first_row=a.channel, column=b.channel)
        else:
            yield from (_Shape(a, b, first_row=row) for row in {a.channel, b.channel})
            for c in channels:
                yield _Shape(a, b, column=c, first_row=a.channel, last_row=b.channel)


SLOTS = sorted(product(range(3), range(3), range(3)), key=lambda s: (sum(map(bool, s)), s))


@dataclass
class Router:
    """Routes links one by one; each avoids the nodes and the links before it."""

    columns: int
    cells: list[Cell]
    _nodes: list[tuple[int, int, int, int]] = field(default_factory=list)
    _flat: list[tuple[int, int, int]] = field(default_factory=list)
    _upright: list[tuple[int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for column, row in self.cells:
            x, y = left_of(column), top_of(row)
            self._nodes.append((x, x + NODE_WIDTH, y, y + NODE_HEIGHT))

    def route(self, start: Cell, end: Cell) -> Path:
        """Points of the link from the edge of one node to the edge of the other."""
        ranked = sorted(self._candidates(start, end), key=lambda item: item[0])
        best: Path = ()
        price = float("inf")
        for cost, shape in ranked[:TRIED]:
            if cost >= price:
                break
            price, best = self._best_slots(shape, cost, price, best)
        self._keep(best)
        return best

    def _candidates(self, start: Cell, end: Cell) -> Iterator[tuple[int, _Shape]]:
        for shape in _shapes(start, end, self.columns):
            path = shape.path((0, 0), 0)
            if shape.fits(path):
                yield self._own_cost(path), shape

    def _best_slots(self, shape: _Shape, cost: int, price: float, best: Path) -> tuple[float, Path]:
        for first, last, track in SLOTS:
            path = shape.path((first, last), TRACKS[track])
            if not shape.fits(path):
                continue
            total = self._own_cost(path) + self._conflicts(path)
            if total < price:
                price, best = total, path
            if total <= cost:
                break
        return price, best

    def _own_cost(self, path: Path) -> int:
        covered = sum(self._covers(a, b) for a, b in _pairs(path))
        margin = LABELS if any(x < LEFT - 2 for x, _ in path) else 0
        return _length(path) + BEND * (len(path) - 2) + COVERED_NODE * covered + margin

    def _covers(self, a: Point, b: Point) -> int:
        """How many nodes a straight part runs through."""
        x1, x2 = (a[0], b[0]) if a[0] < b[0] else (b[0], a[0])
        y1, y2 = (a[1], b[1]) if a[1] < b[1] else (b[1], a[1])
        covered = 0
        for left, right, top, bottom in self._nodes:
            if x2 > left and x1 < right and y2 > top and y1 < bottom:
                covered += 1
        return covered

    def _conflicts(self, path: Path) -> int:
        return sum(
            self._against(self._flat, self._upright, a[1], *sorted((a[0], b[0])))
            if a[1] == b[1]
            else self._against(self._upright, self._flat, a[0], *sorted((a[1], b[1])))
            for a, b in _pairs(path)
        )

    @staticmethod
    def _against(
        along: list[tuple[int, int, int]],
        across: list[tuple[int, int, int]],
        at: int,
        low: int,
        high: int,
    ) -> int:
        cost = sum(
            COVERED_LINK + min(high, last) - max(low, first)
            for line, first, last in along
            if abs(line - at) < APART and first < high and low < last
        )
        return cost + CROSSING * sum(
            low < line < high and first < at < last for line, first, last in across
        )

    def _keep(self, path: Path) -> None:
        for (x1, y1), (x2, y2) in _pairs(path):
            if y1 == y2:
                self._flat.append((y1, *sorted((x1, x2))))  # type: ignore[arg-type]
            else:
                self._upright.append((x1, *sorted((y1, y2))))  # type: ignore[arg-type]
