"""Writes of the catalogue: a pack becomes an immutable version."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from archlab.catalog import queries
from archlab.catalog.folders import pack_folders
from archlab.catalog.models import Scenario, ScenarioVersion
from archlab.domain.pack import Pack, Problem, canonical, files_in, lint, load, version_of


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading one folder came to; `problems` with an error means that nothing changed."""

    slug: str
    number: int | None = None
    is_new: bool = False
    problems: list[Problem] = field(default_factory=list)


def load_packs(*, folder: Path, now: datetime) -> list[Loaded]:
    """Publish every valid pack below `folder`; a pack with errors keeps its last good version."""
    return [_load_folder(folder=path, now=now) for path in pack_folders(folder)]


def _load_folder(*, folder: Path, now: datetime) -> Loaded:
    standing = _standing(folder)
    if standing is not None:
        return Loaded(folder.name, number=standing.number)
    problems = lint(folder)
    if any(problem.code.startswith("E") for problem in problems):
        return Loaded(slug=folder.name, problems=problems)
    files = files_in(folder)
    pack = load(files)
    taken = _taken(pack, folder)
    if taken:
        return Loaded(folder.name, problems=[Problem("scenario.yaml", 1, 1, "E011", taken)])
    version, is_new = publish(pack=pack, content=canonical(files), now=now)
    return Loaded(folder.name, number=version.number, is_new=is_new, problems=problems)


def _standing(folder: Path) -> ScenarioVersion | None:
    """The current version of the folder's scenario if it has these very bytes.

    They were checked when they were published, and golden values of simulations take seconds.
    """
    scenario = Scenario.objects.filter(slug=folder.name).select_related("current").first()
    current = scenario.current if scenario else None
    try:
        return current if current and current.sha256 == version_of(files_in(folder)) else None
    except OSError:
        return None


def _taken(pack: Pack, folder: Path) -> str:
    """Why this name or id belongs to another scenario; empty if it does not.

    A pack keeps its id when its folder is renamed, so an id is taken only while the folder of its
    old name is still there.
    """
    named = Scenario.objects.filter(slug=folder.name).exclude(pk=pack.scenario.id)
    if named.exists():
        return f'another scenario already has the name "{folder.name}"'
    other = Scenario.objects.filter(pk=pack.scenario.id).exclude(slug=folder.name).first()
    if other and (folder.parent / other.slug / "scenario.yaml").is_file():
        return f'the pack "{other.slug}" has the same id: give this one an id of its own'
    return ""


@transaction.atomic
def publish(*, pack: Pack, content: bytes, now: datetime) -> tuple[ScenarioVersion, bool]:
    """Make `content` the current version. The same bytes again are the same version."""
    scenario, _ = Scenario.objects.update_or_create(
        id=UUID(str(pack.scenario.id)), defaults={"slug": pack.scenario.slug}
    )
    newest = scenario.versions.first()
    version, is_new = scenario.versions.get_or_create(
        sha256=pack.version,
        defaults={
            "number": newest.number + 1 if newest else 1,
            "content": content,
            "created": now,
        },
    )
    scenario.current = version
    scenario.save(update_fields=["current"])
    transaction.on_commit(queries.forget_shelf)
    return version, is_new
