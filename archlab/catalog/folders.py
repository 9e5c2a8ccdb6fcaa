"""Packs in folders, as the commands read them: without a database."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from django.core.management.base import CommandError

from archlab.domain.architecture import Architecture
from archlab.domain.pack import Pack, PackInvalid, read


def packs_in(folder: Path) -> list[Pack]:
    return [
        pack_in(path) for path in sorted(folder.iterdir()) if (path / "scenario.yaml").is_file()
    ]


def pack_in(path: Path) -> Pack:
    try:
        return read(path)
    except PackInvalid as invalid:
        problems = "\n".join(f"{path.name}/{problem}" for problem in invalid.problems)
        raise CommandError(f"{path.name} has problems:\n{problems}") from invalid


def architecture_named(folder: Path, name: str) -> Architecture:
    """`SCENARIO/ARCHITECTURE`; an unknown one names the nearest."""
    slug, slash, system = name.partition("/")
    if not slash or not system:
        raise CommandError(
            f"{name}: write SCENARIO/ARCHITECTURE, such as lambda-to-fargate/fargate"
        )
    scenarios = [path.name for path in folder.iterdir() if (path / "scenario.yaml").is_file()]
    if slug not in scenarios:
        raise CommandError(f"There is no scenario {slug}.{_near(slug, scenarios)}")
    pack = pack_in(folder / slug)
    if system not in pack.architectures:
        near = _near(system, list(pack.architectures))
        raise CommandError(f"{slug} has no architecture {system}.{near}")
    return pack.architectures[system]


def _near(word: str, words: list[str]) -> str:
    close = get_close_matches(word, words, n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else f" There are {', '.join(sorted(words))}."
