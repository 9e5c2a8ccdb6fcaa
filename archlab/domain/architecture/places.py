"""Where words and marks find room on a drawing without covering anything.

Everything is a rectangle: nodes, clouds, texts, and each straight part of a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from archlab.domain.architecture.routing import Point

CHARACTER = 7
"""Mean width of a letter in the labels of frames and links."""
MARK_WIDTH, MARK_HEIGHT = 32, 28


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


def bounds(boxes: Iterable[Box]) -> Box:
    all_ = list(boxes)
    x, y = min(box.x for box in all_), min(box.y for box in all_)
    return Box(x, y, max(b.right for b in all_) - x, max(b.bottom for b in all_) - y)


def text_box(label: str, middle: Point) -> Box:
    """The room of a line of text whose base line has this middle."""
    width = CHARACTER * len(label) + 8
    return Box(middle[0] - width // 2, middle[1] - 13, width, 18)


def parts(points: tuple[Point, ...]) -> Iterator[Box]:
    """The straight parts of a right-angled line, one pixel thick."""
    for (x1, y1), (x2, y2) in pairwise(points):
        yield Box(min(x1, x2), min(y1, y2), abs(x1 - x2) + 1, abs(y1 - y2) + 1)


def _is_free(box: Box, boxes: list[Box], lines: list[Box]) -> bool:
    return not any(box.meets(other) for other in boxes) and not any(
        box.meets(line) for line in lines
    )


def corner(box: Box, label: str, boxes: list[Box], lines: list[Box]) -> tuple[Point, bool]:
    """Where a frame's label stands, and whether that is on the frame's own line.

    Inside in a corner, else on the upper line, else outside above or below.
    """
    half = (CHARACTER * len(label) + 8) // 2 + 6
    levels = (
        (box.y + 20, False),
        (box.bottom - 8, False),
        (box.y + 5, True),
        (box.y - 16, False),
        (box.bottom + 27, False),
    )
    for y, masked in levels:
        for x in (box.x + half, box.right - half):
            if _is_free(text_box(label, (x, y)), boxes, lines):
                return (x, y), masked
    return (box.x + half, box.y + 5), True


def beside(own: list[Box], label: str, boxes: list[Box], lines: list[Box]) -> Point | None:
    """A place beside the longest part of a link; nowhere rather than over something."""
    half = (CHARACTER * len(label)) // 2 + 8
    for part in sorted(own, key=lambda box: -(box.width + box.height)):
        x, y = part.x + part.width // 2, part.y + part.height // 2
        flat = part.width > part.height
        for at in [(x, y - 7), (x, y + 17)] if flat else [(x + half, y + 5), (x - half, y + 5)]:
            if _is_free(text_box(label, at), boxes, lines):
                return at
    return None


def triangle(tip: Point) -> Box:
    """The room of a revision mark below its tip."""
    return Box(tip[0] - MARK_WIDTH // 2, tip[1], MARK_WIDTH, MARK_HEIGHT)


def corner_of_cloud(
    clouds: Iterable[Box], boxes: list[Box], lines: list[Box], width: int
) -> Point | None:
    """The tip of the revision mark: the first free corner, else one of the first cloud."""
    edge = width - MARK_WIDTH // 2 - 2
    places = [
        (x, y)
        for cloud in clouds
        for y in (cloud.y - MARK_HEIGHT - 4, cloud.bottom + 6)
        for x in (min(cloud.right - 2, edge), cloud.x + 2)
        if y > 0
    ]
    free = (tip for tip in places if _is_free(triangle(tip), boxes, lines))
    return next(free, places[0] if places else None)
