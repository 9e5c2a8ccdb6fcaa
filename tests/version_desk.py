"""Newer versions of a shipped pack, made by the edits that authors make."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import builders
from django.conf import settings

from archlab.catalog.actions import publish
from archlab.catalog.models import ScenarioVersion
from archlab.catalog.queries import forget_shelf
from archlab.domain.pack import Pack, canonical, files_in, load

FIRST = "steps/01-four-criteria.md"
SECOND = "steps/02-serverless-for-nothing.md"
THIRD = "steps/03-the-cold-start.md"
FOURTH = "steps/04-the-five-minute-loop.md"

ADDED_QUIZ = """
```{quiz} j0-02-added
type: single
objectives: [read-a-price]
stem: Which of the two meters ends the zero?
options:
  - id: calls
    text: The number of requests
    correct: true
    rationale: The allowance of requests is used up first.
  - id: memory
    text: The memory held
    rationale: That allowance lasts for many more requests than the other one.
```
"""

TYPO = ("typo", FIRST, "Nobody was careless in between.", "Nobody was careless on the way.")
RESCORED = (
    "rescored",
    SECOND,
    "verdict: good\n    documented",
    "verdict: good\n    score: 0.9\n    documented",
)
RENAMED = ("renamed", FIRST, "{quiz} j0-01q1\n", "{quiz} j0-01-quarrel\nwas: [j0-01q1]\n")
RENAMED_DECISION = (
    "renamed decision",
    SECOND,
    "{decision} j0-d1\n",
    "{decision} j0-platform\nwas: [j0-d1]\n",
)
ADDED = ("added", SECOND, "", ADDED_QUIZ)
OPTION_GONE = (
    "option gone",
    FIRST,
    '  - id: cheap\n    text: "Cheap',
    '  - id: thrifty\n    text: "Cheap',
)
Edit = tuple[str, str, str, str]


def shipped() -> dict[str, bytes]:
    return files_in(Path(settings.PACK_DIR) / builders.J0)


@cache
def edited(*edits: Edit, without_fourth: bool = False) -> tuple[Pack, bytes]:
    files = shipped()
    for _name, path, old, new in edits:
        text = files[path].decode()
        assert old in text, (path, old)
        files[path] = (text.replace(old, new, 1) if old else text + new).encode()
    if without_fourth:
        files = _without_fourth(files)
    return load(files), canonical(files)


def _without_fourth(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The fourth step is gone, and the third covers its facts."""
    fourth = files[FOURTH].decode()
    covers = fourth.partition("covers: [")[2].partition("]")[0]
    third = files[THIRD].decode().replace("next: j0-04", "next: j0-05")
    third = third.replace("covers: [", f"covers: [{covers}, ", 1)
    return {**{path: one for path, one in files.items() if path != FOURTH}, THIRD: third.encode()}


def publish_edited(*edits: Edit, without_fourth: bool = False) -> ScenarioVersion:
    pack, content = edited(*edits, without_fourth=without_fourth)
    version, _is_new = publish(pack=pack, content=content, now=builders.NOW)
    forget_shelf()
    return version
