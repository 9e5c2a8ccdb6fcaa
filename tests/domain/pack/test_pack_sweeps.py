"""Sweeps over whole packs: whatever is mistyped, the linter says so near by and never dies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pack_builders import TEXTS, encoded
from sampling import sampled

from archlab.domain.pack import Problem, check, files_in, load

ROOT = Path(__file__).parents[3]
SHIPPED = sorted(path.parent for path in ROOT.glob("scenarios/*/scenario.yaml"))
SAMPLE = 33

pytestmark = pytest.mark.fault


def packs() -> list[dict[str, bytes]]:
    return [encoded(TEXTS), *(files_in(folder) for folder in SHIPPED)]


def own_names(files: dict[str, bytes]) -> set[str]:
    """Keys that an author makes up; renaming one that nobody refers to is no mistake."""
    pack = load(files)
    names = {name for claim in pack.claims.values() for name in claim.let}
    for id_, system in pack.architectures.items():
        names |= {id_, *system.components, *system.flows, *system.groups}
    return names


def misspelt_keys(files: dict[str, bytes]) -> Iterator[tuple[str, bytes, int]]:
    """Each key of the YAML files with one letter more, one at a time, with its line."""
    own = own_names(files)
    for path in ("scenario.yaml", "architectures.yaml", "claims.yaml"):
        text = files[path].decode()
        for match in re.finditer(r"(?m)(?:^[ -]*|[{,] )([a-z_]+)(?=:(?: |$))", text):
            if match[1] not in own:
                broken = text[: match.end(1)] + "x" + text[match.end(1) :]
                yield path, broken.encode(), text.count("\n", 0, match.start(1)) + 1


def lines_changed(files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Every file without a line, with a line twice, cut after a line."""
    for path, content in files.items():
        lines = content.decode().split("\n")
        for number in range(len(lines) - 1):
            without = [*lines[:number], *lines[number + 1 :]]
            double = [*lines[: number + 1], *lines[number:]]
            for changed in (without, double, [*lines[:number], ""]):
                yield path, "\n".join(changed).encode()


@pytest.mark.parametrize("files", packs(), ids=lambda files: f"{len(files)} files")
def test_a_misspelt_key_is_told_on_its_line(files: dict[str, bytes]) -> None:
    silent = []
    for path, broken, line in sampled(list(misspelt_keys(files)), SAMPLE):
        problems = check({**files, path: broken})
        if not any(one.path == path and one.line == line for one in problems):
            silent.append((path, line, broken.decode().split("\n")[line - 1]))
    assert silent == []


@pytest.mark.parametrize("files", packs(), ids=lambda files: f"{len(files)} files")
def test_a_line_too_many_or_too_few_never_breaks_the_linter(files: dict[str, bytes]) -> None:
    for path, broken in sampled(list(lines_changed(files)), SAMPLE):
        changed = {**files, path: broken}
        for problem in check(changed):
            assert inside(problem, changed), problem


def inside(problem: Problem, files: dict[str, bytes]) -> bool:
    """The place exists; a missing file has only its beginning."""
    text = files.get(problem.path, b"").decode()
    lines = text.split("\n")
    if problem.line > len(lines):
        return False
    return problem.column <= max(len(lines[problem.line - 1]), 3) + 1
