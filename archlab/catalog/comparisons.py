"""Pages that set systems beside each other, so that a decision can be taken between them.

Declared here, filled by the apps above in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, QueryDict
from django.utils.functional import Promise

from archlab.catalog.pinned import PinnedSystem
from archlab.web.errors import Refused


class NotComparable(Refused):
    """The address has a setting that cannot be taken."""


@dataclass(frozen=True)
class Compared:
    """What such a page shows at an address: the systems, and its finding in one sentence."""

    address: str
    finding: str
    systems: tuple[PinnedSystem, ...]


@dataclass(frozen=True)
class Source:
    """`read` raises `NotComparable`."""

    name: str
    title: str | Promise
    read: Callable[[QueryDict], Compared]


_sources: dict[str, Source] = {}


def register(name: str, title: str | Promise, read: Callable[[QueryDict], Compared]) -> None:
    _sources[name] = Source(name, title, read)


def source_named(name: str) -> Source:
    """An unknown name is a 404."""
    if name not in _sources:
        raise Http404(f"nothing is compared at {name}")
    return _sources[name]
