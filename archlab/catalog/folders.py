"""Packs in folders, as the commands read them: without a database."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from django.core.management.base import CommandError

from archlab.domain.architecture import Architecture
from archlab.domain.pack import Pack, PackInvalid, read


class CouldNotRun(CommandError):
    """A command that has nothing to say yet: the message says what to write instead. Exit 2."""

    def __init__(self, message: str) -> None:
        super().__init__(message, returncode=2)


def pack_folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if (path / "scenario.yaml").is_file())


def packs_in(folder: Path) -> list[Pack]:
    return [pack_in(path) for path in pack_folders(folder)]


def pack_in(path: Path) -> Pack:
    try:
        return read(path)
    except PackInvalid as invalid:
        problems = "\n".join(f"{path.name}/{problem}" for problem in invalid.problems)
        raise CouldNotRun(f"{path.name} has problems:\n{problems}") from invalid


def architecture_named(folder: Path, name: str) -> Architecture:
    """`SCENARIO/ARCHITECTURE`; an unknown one names the nearest."""
    slug, slash, system = name.partition("/")
    if not slash or not system:
        raise CouldNotRun(f"{name}: write SCENARIO/ARCHITECTURE, such as lambda-to-fargate/fargate")
    scenarios = [path.name for path in pack_folders(folder)]
    if slug not in scenarios:
        raise CouldNotRun(f"There is no scenario {slug}.{_near(slug, scenarios)}")
    pack = pack_in(folder / slug)
    if system not in pack.architectures:
        near = _near(system, list(pack.architectures))
        raise CouldNotRun(f"{slug} has no architecture {system}.{near}")
    return pack.architectures[system]


def _near(word: str, words: list[str]) -> str:
    close = get_close_matches(word, words, n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else f" There are {', '.join(sorted(words))}."
