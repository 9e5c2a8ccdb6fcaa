"""Where a statement comes from: `seed-000`, `seed-000:12`, `seed-000:60,85-90`, `S0-061`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

from archlab.domain.pack.fields import FACT_ID, ID, OneOrMore, fault

_LINES = re.compile(
    r"[1-9][0-9]{0,6}(?:-[1-9][0-9]{0,6})?(?:,[1-9][0-9]{0,6}(?:-[1-9][0-9]{0,6})?)*\Z"
)


@dataclass(frozen=True, slots=True)
class Citation:
    """A source with line ranges, or a fact of this pack, or (`pack`) a fact of another one."""

    ref: str = ""
    lines: tuple[tuple[int, int], ...] = ()
    fact: str = ""
    pack: str = ""


def citation(text: str) -> Citation:
    """Read one reference; ValueError when it has no known shape."""
    pack, hash_sign, foreign = text.partition("#")
    if hash_sign and ID.match(pack) and FACT_ID.match(foreign):
        return Citation(fact=foreign, pack=pack)
    if FACT_ID.match(text):
        return Citation(fact=text)
    ref, colon, lines = text.partition(":")
    if not ID.match(ref) or (colon and not _LINES.match(lines)):
        raise ValueError(text)
    return Citation(
        ref=ref, lines=tuple(_range(part) for part in lines.split(",")) if colon else ()
    )


def _range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def _source(text: str) -> str:
    try:
        cited = citation(text)
    except ValueError:
        wanted = "a source such as seed-000:12-18 or a fact such as S0-061"
        raise fault("E207", f'"{text[:60]}" is not {wanted}') from None
    if any(last < first for first, last in cited.lines):
        raise fault("E207", f'"{text[:60]}" has a range that ends before it starts')
    return text


Source = Annotated[str, AfterValidator(_source)]
Sources = Annotated[OneOrMore[Source], Field(min_length=1, max_length=12)]
Evidence = Annotated[tuple[Source, ...], Field(min_length=1, max_length=6)]
