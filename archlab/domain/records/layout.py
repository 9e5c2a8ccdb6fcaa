"""Blocks of Markdown: lists, tables and sections with a blank line around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def section(heading: str, *blocks: str) -> list[str]:
    """The heading with its blocks; nothing where there is nothing to say."""
    said = [block for block in blocks if block]
    return [heading, *said] if said else []


def note(shown: bool, text: str) -> str:  # noqa: FBT001 - reads as "this note, if"
    return text if shown else ""


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: set[int]) -> str:
    """`right` are the columns of figures."""
    rule = ["----:" if column in right else "------" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
