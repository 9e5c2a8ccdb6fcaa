"""Words of a source that stand in a pack as if they were ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from archlab.domain.pack.draft import Draft
from archlab.domain.pack.problem import Problem

OVERLAP_WORDS = 7

_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*")


def overlap_problems(draft: Draft, sources: Mapping[str, str]) -> Iterator[Problem]:
    """W533: seven words in a row that also stand in a source text (by `ref`)."""
    taken = {run for text in sources.values() for run, _ in _runs(text)}
    if not taken:
        return
    for path, content in sorted(draft.text.files.items()):
        if path.endswith((".yaml", ".md")):
            yield from _overlaps(path, content.decode(), taken)


def _runs(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every run of seven words with the place where it begins."""
    found = list(_WORD.finditer(text))
    words = [match[0].casefold() for match in found]
    for n in range(len(words) - OVERLAP_WORDS + 1):
        yield tuple(words[n : n + OVERLAP_WORDS]), found[n].start()


def _overlaps(path: str, text: str, taken: set[tuple[str, ...]]) -> Iterator[Problem]:
    """The first seven words of each overlap; the rest of a long one is not told again."""
    quiet = 0
    for run, start in _runs(text):
        if run not in taken:
            quiet = max(0, quiet - 1)
            continue
        if not quiet:
            line = text.count("\n", 0, start) + 1
            column = start - text.rfind("\n", 0, start)
            yield Problem(path, line, column, "W533", f'seven words of a source: "{" ".join(run)}"')
        quiet = OVERLAP_WORDS
