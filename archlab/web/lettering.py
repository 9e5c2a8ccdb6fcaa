"""How wide words are in a drawing, and what to do when they are too wide.

No font is measured on a server: the widths are those of a common sans serif, by kind of letter.
"""

from __future__ import annotations

from functools import lru_cache

NARROW, WIDE = frozenset("fijlrt.,:;'|()[]I 1"), frozenset("mwMWGOQ@%")


def width_of(text: str, size: int) -> float:
    """About how many pixels a line takes at a font size of `size` pixels."""
    return size * sum(
        0.3 if char in NARROW else 0.84 if char in WIDE else 0.66 if char.isupper() else 0.53
        for char in text
    )


@lru_cache(maxsize=4096)
def clipped(text: str, size: int, room: int) -> str:
    """The text, or as much of it as fits into `room` pixels before three dots."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


@lru_cache(maxsize=4096)
def broken(text: str, size: int, room: int) -> tuple[str, ...]:
    """One line if it fits, else two, the second clipped."""
    if width_of(text, size) <= room or " " not in text:
        return (clipped(text, size, room),)
    first, *words = text.split(" ")
    while words and width_of(f"{first} {words[0]}", size) <= room:
        first = f"{first} {words.pop(0)}"
    if not words:
        return (first,)
    return clipped(first, size, room), clipped(" ".join(words), size, room)
