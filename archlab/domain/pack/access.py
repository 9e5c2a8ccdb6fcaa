"""Phase 7: texts and pictures that everybody can use, and pictures that are safe to show."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from archlab.domain.pack.blocks import Drill, Quiz, Spot
from archlab.domain.pack.draft import Draft, Placed
from archlab.domain.pack.files import media_paths
from archlab.domain.pack.model import Prose, Step
from archlab.domain.pack.problem import Problem
from archlab.domain.pack.prose import Fence, Mention
from archlab.domain.pack.svg import UnsafeSvg, svg
from archlab.domain.pack.yamltext import Path

WIDEST_LINE = 100
LONGEST_SIDE = 4096
DECORATIVE = "decorative"

_VAGUE = {"here", "click here", "link", "this", "this link", "more", "read more", "this page"}
_COLOURS = "red|green|blue|yellow|orange|purple|grey|gray"
_COLOUR_ONLY = re.compile(
    rf"\b(?:(?:shown|marked|drawn|printed|coloured)(?: in)? (?:{_COLOURS})"
    rf"|the (?:{_COLOURS}) (?:one|line|box|bar|arrow|part|area|dot|curve)s?)\b",
    re.IGNORECASE,
)


def access_problems(draft: Draft) -> Iterator[Problem]:
    """Headings, links, tables, listings, pictures."""
    for step in draft.steps.values():
        yield from _headings(draft, step)
        yield from _body(draft, step)
        for mention in draft.texts[step.id].mentions:
            yield from _mention(step.path, mention)
    for placed in draft.placed:
        yield from _listings(placed)
    for path in media_paths(draft.text.files):
        yield from _picture(path, draft.text.files[path])


def _headings(draft: Draft, step: Step) -> Iterator[Problem]:
    above = 1
    for heading in draft.texts[step.id].body.headings:
        if heading.level == 1:
            said = "the title of the step is its first heading; begin with ##"
            yield Problem(step.path, heading.line, 1, "E702", said)
        elif heading.level > above + 1:
            said = f"a heading of level {heading.level} follows one of level {above}"
            yield Problem(step.path, heading.line, 1, "E702", said)
        above = heading.level


def _body(draft: Draft, step: Step) -> Iterator[Problem]:
    text = draft.texts[step.id]
    for line in text.body.bare_tables:
        yield Problem(step.path, line, 1, "E705", "a column of this table has no heading")
    for fence in text.body.fences:
        if not fence.info.startswith("{"):
            yield from _wide(step.path, fence, text.body_line)
    for part in text.prose:
        yield from _colours(step.path, part)


def _wide(path: str, fence: Fence, first_line: int) -> Iterator[Problem]:
    for number, code in enumerate(fence.content.split("\n"), first_line + fence.lines[0] + 1):
        if len(code) > WIDEST_LINE:
            said = f"{len(code)} characters; a listing is at most {WIDEST_LINE} wide"
            yield Problem(path, number, WIDEST_LINE + 1, "W709", said)


def _colours(path: str, part: Prose) -> Iterator[Problem]:
    for number, line in enumerate(part.text.split("\n"), part.line):
        for match in _COLOUR_ONLY.finditer(line):
            said = f'"{match[0]}" says nothing to who cannot see colours: name the thing'
            yield Problem(path, number, match.start() + 1, "W708", said)


def _mention(path: str, mention: Mention) -> Iterator[Problem]:
    if mention.kind == "image" and not mention.label and mention.title != DECORATIVE:
        said = 'a picture needs an alternative text, or the title "decorative"'
        yield Problem(path, mention.line, mention.column, "E701", said)
    elif mention.kind == "link" and mention.label.strip(" .").casefold() in _VAGUE:
        said = f'"{mention.label}" does not say where the link leads'
        yield Problem(path, mention.line, mention.column, "E704", said)


def _listings(placed: Placed) -> Iterator[Problem]:
    block = placed.block
    found: list[tuple[Path, Sequence[str]]] = []
    if isinstance(block, Spot):
        found.append((("listing", "text"), block.listing.lines))
    if isinstance(block, Quiz) and block.exhibit and block.exhibit.code:
        found.append((("exhibit", "code", "text"), block.exhibit.code.lines))
    if isinstance(block, Drill):
        for number, panel in enumerate(block.panels):
            if panel.kind in {"code", "log"} and panel.text:
                found.append((("panels", number, "text"), panel.text.split("\n")))
    for path, lines in found:
        longest = max(map(len, lines))
        if longest > WIDEST_LINE:
            said = f"{longest} characters; a listing is at most {WIDEST_LINE} wide"
            yield placed.document.problem("W709", said, path)


def _picture(path: str, content: bytes) -> Iterator[Problem]:
    if path.endswith(".svg"):
        yield from _svg(path, content)
        return
    size = _size(path, content)
    if size is None:
        yield Problem(path, 1, 1, "E706", "this is not a picture of the kind that its name says")
    elif max(size) > LONGEST_SIDE:
        said = f"{size[0]} x {size[1]} pixels; a picture has at most {LONGEST_SIDE} a side"
        yield Problem(path, 1, 1, "E706", said)


def _size(path: str, content: bytes) -> tuple[int, int] | None:
    if path.endswith(".png"):
        if content[:16] != b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" or len(content) < 24:
            return None
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    return _webp_size(content)


def _webp_size(content: bytes) -> tuple[int, int] | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(
            content[27:30], "little"
        )
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _svg(path: str, content: bytes) -> Iterator[Problem]:
    try:
        root = svg(content)
    except UnsafeSvg as unsafe:
        yield Problem(path, unsafe.line, unsafe.column, "E710", str(unsafe))
        return
    if not _titled(root):
        said = "an SVG begins with a <title> that says what it shows"
        yield Problem(path, 1, 1, "E703", said)


def _titled(root: Element) -> bool:
    return any(child.tag.endswith("}title") and (child.text or "").strip() for child in root)
