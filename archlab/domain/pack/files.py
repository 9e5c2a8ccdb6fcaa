"""The files of a pack as bytes: names, sizes, encoding, and the bytes that name a version."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from archlab.domain.pack.problem import Problem

SCENARIO, ARCHITECTURES, CLAIMS = "scenario.yaml", "architectures.yaml", "claims.yaml"
REQUIRED = (SCENARIO, ARCHITECTURES, CLAIMS)

YAML_BYTES = 256 * 1024
STEP_BYTES = 64 * 1024
MEDIA_BYTES = 1024 * 1024
SVG_BYTES = 256 * 1024
PACK_BYTES = 10_000_000
MOST_FILES = 200
MOST_STEPS = 60
MOST_MEDIA = 40
NAME_LENGTH = 100

_HEADER = b"archlab-pack/1\n"
_STEP = re.compile(r"steps/(0[1-9]|[1-9][0-9])-[a-z0-9]+(?:-[a-z0-9]+)*\.md\Z")
_MEDIA = re.compile(r"media/[A-Za-z0-9_][A-Za-z0-9_-]*\.(?:png|svg|webp)\Z")
_LITTER = frozenset({".DS_Store", "Thumbs.db", "__MACOSX"})
_PLANES = range(0x10000, 0x110000, 0x10000)
# says what may stand, because `re` looks that up in a table and walks along everything else
FORBIDDEN = re.compile(
    "[^\t\n\r -~\x80-\x84\x86-\u2027\u202f-\u2065\u206a-\ufdcf\ufdf0-\ufefe\uff00-\ufffd"
    + "".join(f"{chr(first)}-{chr(first + 0xFFFD)}" for first in _PLANES)
    + "]"
)


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their path in it, without what operating systems leave behind.

    Links are not followed. Raises OSError.
    """
    found = {}
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if _LITTER.isdisjoint(inside.parts) and file.is_file() and not file.is_symlink():
            found[inside.as_posix()] = file.read_bytes()
    return found


def canonical(files: Mapping[str, bytes]) -> bytes:
    """All files as one text of bytes; equal packs, and only those, have equal ones."""
    parts = [_HEADER]
    for path, content in sorted((path.encode(), content) for path, content in files.items()):
        parts += (path, b"\0", b"%d" % len(content), b"\0", content)
    return b"".join(parts)


def files_of(canonical_bytes: bytes) -> dict[str, bytes]:
    """The files back from their canonical bytes. Raises ValueError for anything else."""
    if not canonical_bytes.startswith(_HEADER):
        raise ValueError("these are not the bytes of a pack")
    files: dict[str, bytes] = {}
    at = len(_HEADER)
    while at < len(canonical_bytes):
        path_end = canonical_bytes.index(b"\0", at)
        size_end = canonical_bytes.index(b"\0", path_end + 1)
        size = int(canonical_bytes[path_end + 1 : size_end])
        content = canonical_bytes[size_end + 1 : size_end + 1 + size]
        if len(content) != size:
            raise ValueError("the bytes of this pack end too early")
        files[canonical_bytes[at:path_end].decode()] = content
        at = size_end + 1 + size
    return files


def version_of(files: Mapping[str, bytes]) -> str:
    """The name of these bytes: 64 hexadecimal digits; the first 12 are shown."""
    return hashlib.sha256(canonical(files)).hexdigest()


def step_paths(files: Mapping[str, bytes]) -> list[str]:
    """The step files in the order of their numbers."""
    return sorted(path for path in files if path.startswith("steps/"))


def media_paths(files: Mapping[str, bytes]) -> list[str]:
    """The pictures."""
    return sorted(path for path in files if path.startswith("media/"))


def problems_of_files(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Phase 0: everything that can be said without reading a file's meaning."""
    for path in REQUIRED:
        if path not in files:
            yield Problem(path, 1, 1, "E001", "this file is missing")
    if not step_paths(files):
        yield Problem("steps", 1, 1, "E001", "a pack has at least one step")
    yield from _too_many(files)
    numbers: set[str] = set()
    for path, content in sorted(files.items()):
        yield from _name(path)
        if path.startswith("steps/") and _STEP.match(path):
            if path[6:8] in numbers:
                yield Problem(path, 1, 1, "E010", f"the step number {path[6:8]} stands here twice")
            numbers.add(path[6:8])
        yield from _content(path, content)


def _too_many(files: Mapping[str, bytes]) -> Iterator[Problem]:
    first = min(files, default=SCENARIO)
    for what, count, most in (
        ("files", len(files), MOST_FILES),
        ("steps", len(step_paths(files)), MOST_STEPS),
        ("pictures", len(media_paths(files)), MOST_MEDIA),
        ("bytes", sum(map(len, files.values())), PACK_BYTES),
    ):
        if count > most:
            said = f"a pack has at most {most:,} {what}, this one has {count:,}"
            yield Problem(first, 1, 1, "E006", said)


def _name(path: str) -> Iterator[Problem]:
    folder = path.partition("/")[0]
    if path in REQUIRED or _STEP.match(path) or _MEDIA.match(path):
        if len(path) > NAME_LENGTH:
            said = f"a file name has at most {NAME_LENGTH} characters"
            yield Problem(path, 1, 1, "E003", said)
    elif folder == "steps" and path.endswith(".md") and path.count("/") == 1:
        said = "a step is called NN-some-words.md in lower case, NN from 01 to 99"
        yield Problem(path, 1, 1, "E003", said)
    elif folder == "media" and path.endswith((".png", ".svg", ".webp")) and path.count("/") == 1:
        said = "a picture's name has letters, digits, - and _, and one ending"
        yield Problem(path, 1, 1, "E003", said)
    else:
        yield Problem(path, 1, 1, "E002", "this file does not belong to a pack")


def _most_bytes(path: str) -> int:
    if path.startswith("steps/"):
        return STEP_BYTES
    if path.startswith("media/"):
        return SVG_BYTES if path.endswith(".svg") else MEDIA_BYTES
    return YAML_BYTES


def _content(path: str, content: bytes) -> Iterator[Problem]:
    most = _most_bytes(path)
    if len(content) > most:
        yield Problem(path, 1, 1, "E006", f"this file has at most {most:,} bytes")
    elif path.endswith((".yaml", ".md", ".svg")):
        yield from _text(path, content)


def _text(path: str, content: bytes) -> Iterator[Problem]:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        yield _at(path, before, len(before), "E004", "this is not UTF-8 text")
        return
    if text.startswith("\ufeff"):
        yield Problem(path, 1, 1, "E004", "remove the byte-order mark at the start")
        return
    if "\r" in text:
        said = "lines end with LF alone, not with CR"
        yield _at(path, text, text.index("\r"), "E004", said)
        return
    for match in FORBIDDEN.finditer(text):
        said = f"the character U+{ord(match[0]):04X} may not stand in a text"
        yield _at(path, text, match.start(), "E005", said)
    if not unicodedata.is_normalized("NFC", text):
        lines = enumerate(text.split("\n"), 1)
        line = next((n for n, one in lines if not unicodedata.is_normalized("NFC", one)), 1)
        yield Problem(path, line, 1, "E004", "this line is not in the Unicode form NFC")
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield _at(path, text, len(text.rstrip("\n")), "E004", "a file ends with one newline")


def _at(path: str, text: str, index: int, code: str, message: str) -> Problem:
    before = text[:index]
    line = before.count("\n") + 1
    return Problem(path, line, index - before.rfind("\n"), code, message)
