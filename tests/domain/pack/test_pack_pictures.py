"""Pictures of a pack: sizes by their headers, drawings by an allow-list."""

from __future__ import annotations

import struct

import pytest
from pack_builders import TEXTS, encoded, found

from archlab.domain.pack import check, shipped_engines
from archlab.domain.pack.svg import MOST_ELEMENTS, UnsafeSvg, svg

ONE = "steps/01-first.md"
HEAD = '<svg xmlns="http://www.w3.org/2000/svg">'


def png(width: int, height: int) -> bytes:
    size = struct.pack(">II", width, height)
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + size + b"\x08\x02\x00\x00\x00"


def webp(kind: bytes, body: bytes) -> bytes:
    return (b"RIFF\x00\x00\x00\x00WEBP" + kind + b"\x00\x00\x00\x00" + body).ljust(64, b"\x00")


def extended(width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return webp(b"VP8X", b"\x00" * 4 + sides)


def lossless(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    return webp(b"VP8L", b"\x2f" + bits.to_bytes(4, "little"))


def lossy(width: int, height: int) -> bytes:
    return webp(b"VP8 ", b"\x00" * 6 + struct.pack("<HH", width, height))


def codes(name: str, content: bytes) -> list[tuple[str, str, int, int]]:
    files = encoded({**TEXTS, ONE: TEXTS[ONE].replace("media/task.svg", f"media/{name}")})
    del files["media/task.svg"]
    return found(check({**files, f"media/{name}": content}, engines=shipped_engines()))


@pytest.mark.parametrize(
    ("name", "make"),
    [("a.png", png), ("a.webp", extended), ("a.webp", lossless), ("a.webp", lossy)],
)
def test_a_side_has_at_most_4096_pixels(name: str, make: object) -> None:
    assert callable(make)
    assert codes(name, make(4096, 10)) == []
    assert codes(name, make(10, 4096)) == []
    assert codes(name, make(10, 4097)) == [("E706", f"media/{name}", 1, 1)]
    assert codes(name, make(4097, 10)) == [("E706", f"media/{name}", 1, 1)]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", extended(1, 1)), ("a.webp", png(1, 1)), ("a.png", b""), ("a.webp", b"RIFF")],
)
def test_a_picture_is_what_its_name_says(name: str, content: bytes) -> None:
    assert codes(name, content) == [("E706", f"media/{name}", 1, 1)]


@pytest.mark.parametrize(
    "inside",
    [
        "<foreignObject/>",
        "<use href='#a'/>",
        "<image/>",
        "<a/>",
        "<animate/>",
        "<style>rect {fill: red}</style>",
        "<rect style='fill: red'/>",
        "<rect ONCLICK='x()'/>",
        "<rect fill='url(//a.org/x)'/>",
        "<h:script xmlns:h='http://www.w3.org/1999/xhtml'/>",
        "<g xmlns:x='http://www.w3.org/1999/xlink' x:href='data:x'/>",
        "<?php x ?>",
        "<g>",
    ],
)
def test_what_runs_loads_or_moves_is_refused(inside: str) -> None:
    with pytest.raises(UnsafeSvg):
        svg(f"{HEAD}{inside}</svg>".encode())


@pytest.mark.parametrize(
    "inside", ["<g><path d='M0 0'/></g>", "<rect fill='url(#shade)'/>", "<text>a &lt; b</text>"]
)
def test_shapes_and_text_are_allowed(inside: str) -> None:
    assert svg(f"{HEAD}{inside}</svg>".encode()).tag.endswith("svg")


def test_entities_cannot_grow() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + HEAD + "&b;</svg>"
    with pytest.raises(UnsafeSvg, match="DOCTYPE"):
        svg(bomb.encode())


def test_a_drawing_has_a_bounded_number_of_elements() -> None:
    assert len(svg((HEAD + "<g/>" * (MOST_ELEMENTS - 1) + "</svg>").encode())) == MOST_ELEMENTS - 1
    with pytest.raises(UnsafeSvg, match="elements"):
        svg((HEAD + "<g/>" * MOST_ELEMENTS + "</svg>").encode())
