"""The systems that a calculator can start from: every architecture of every published pack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from django.http import Http404
from django.utils.translation import gettext as _

from archlab.catalog import queries
from archlab.domain.architecture import Architecture


@dataclass(frozen=True, slots=True)
class System:
    """An architecture with its public name, "scenario/architecture"."""

    name: str
    scenario: str
    architecture: Architecture

    @property
    def title(self) -> str:
        return f"{self.scenario}: {self.architecture.title}"


class NoSuchSystem(ValueError):
    """No published pack has an architecture of this name."""


def systems() -> Iterator[System]:
    """In the order of the catalogue, documented ones first within a pack; what was drawn for a lab
    alone is left out.
    """
    for entry in queries.shelf():
        title = entry.pack.scenario.title
        labs = queries.lab_architectures(entry.pack)
        found = [item for item in entry.pack.architectures.items() if item[0] not in labs]
        for id_, architecture in sorted(found, key=lambda item: item[1].documented is None):
            yield System(f"{entry.slug}/{id_}", title, architecture)


def system_named(name: str) -> System:
    """The system of this name; raises NoSuchSystem with the nearest one."""
    known = {system.name: system for system in systems()}
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1, cutoff=0) or [_("none")]
    words = {"name": name, "near": near[0]}
    raise NoSuchSystem(_("There is no system %(name)s; the nearest is %(near)s.") % words)


def default_system() -> System:
    """The system with the longest documented bill, else the first; 404 while there is none."""
    known = list(systems())
    if not known:
        raise Http404("no journey is published, so there is no system to calculate")
    return max(known, key=lambda one: _lines(one.architecture))


def default_pair() -> tuple[System, System]:
    """Before and after of the journey whose system is the default."""
    after = default_system()
    slug = after.name.partition("/")[0]
    documented = queries.entry_of(slug).before
    return system_named(f"{slug}/{documented.id}"), after


def _lines(architecture: Architecture) -> int:
    return len(architecture.documented.lines) if architecture.documented else 0
