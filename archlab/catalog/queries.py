"""Reads of the catalogue. A pack is parsed once per process and version."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

from django.http import Http404
from django.utils.translation import gettext as _

from archlab.catalog.models import ScenarioVersion
from archlab.domain.architecture import Architecture
from archlab.domain.cloudformation import Template, Undeployable, template_of
from archlab.domain.pack import Pack, files_of, load
from archlab.domain.pack.model import Term
from archlab.domain.pricing import Confidence, PriceBook
from archlab.web.errors import Refused

SHELF_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A published scenario as the catalogue shows it."""

    version: ScenarioVersion
    pack: Pack

    @property
    def slug(self) -> str:
        return self.pack.scenario.slug

    @property
    def documented(self) -> tuple[Architecture, ...]:
        return documented_architectures(self.pack)

    @property
    def before(self) -> Architecture:
        return self.documented[0]

    @property
    def after(self) -> Architecture:
        return self.documented[-1]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What journeys say of a word; journeys that say the same share one."""

    text: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of any glossary, with all of its other forms."""

    term: str
    aliases: tuple[str, ...]
    meanings: tuple[Meaning, ...]


def words_of(entries: Iterable[Entry]) -> list[Word]:
    """The glossaries as one, by the alphabet; a word counts as the same in either case."""
    found: dict[str, list[tuple[Term, Entry]]] = {}
    for entry in entries:
        for term in entry.pack.scenario.glossary:
            found.setdefault(term.term.casefold(), []).append((term, entry))
    return [_word(found[name]) for name in sorted(found)]


def _word(uses: Sequence[tuple[Term, Entry]]) -> Word:
    said: dict[str, list[Entry]] = {}
    for term, entry in uses:
        said.setdefault(term.text, []).append(entry)
    meanings = tuple(Meaning(text, tuple(shared)) for text, shared in said.items())
    aliases = dict.fromkeys(alias for term, _entry in uses for alias in term.aliases)
    return Word(uses[0][0].term, tuple(aliases), meanings)


def documented_architectures(pack: Pack) -> tuple[Architecture, ...]:
    """The systems whose bill a source printed, in the pack's order; at least the start."""
    printed = tuple(a for a in pack.architectures.values() if a.documented is not None)
    return printed or (pack.architectures[start_architecture(pack)],)


def start_architecture(pack: Pack) -> str:
    start = pack.steps[pack.scenario.start].architecture
    if start is None:
        raise ValueError(f"{pack.scenario.slug}: the start step names no architecture")
    return start


class _Parsed:
    """Packs by sha256, parsed once per process, also when eight threads ask at once."""

    def __init__(self) -> None:
        self._packs: dict[str, Pack] = {}
        self._lock = Lock()

    def get(self, version: ScenarioVersion) -> Pack:
        pack = self._packs.get(version.sha256)
        if pack is None:
            with self._lock:
                pack = self._packs.get(version.sha256)
                if pack is None:
                    pack = load(files_of(bytes(version.content)))
                    self._packs[version.sha256] = pack
        return pack


class _Shelf:
    """The published scenarios, read again after five seconds: a page costs no query in between.

    Other processes learn of a new version by the same clock.
    """

    def __init__(self) -> None:
        self._entries: tuple[Entry, ...] = ()
        self._read_at: float | None = None

    def entries(self) -> tuple[Entry, ...]:
        now = time.monotonic()
        if self._read_at is None or now - self._read_at > SHELF_SECONDS:
            self._entries = tuple(_published())
            self._read_at = now
        return self._entries

    def forget(self) -> None:
        self._read_at = None


_parsed = _Parsed()
_shelf = _Shelf()
shelf = _shelf.entries
forget_shelf = _shelf.forget


def pack_of(version: ScenarioVersion) -> Pack:
    """The parsed pack; a deferred `content` is read at most once per process and version."""
    return _parsed.get(version)


class NotDeployed(Refused):
    """No template makes this system as a whole."""


def template_of_system(entry: Entry, architecture: str) -> Template:
    """The template of a system of a scenario. Raises NotDeployed with every reason."""
    system = entry.pack.architectures.get(architecture)
    if system is None:
        raise Http404(f"{entry.slug} has no system {architecture}")
    try:
        return template_of(system)
    except Undeployable as error:
        reasons = " ".join(f"{one.component}: {one.reason}" for one in error.reasons)
        said = _("%(system)s cannot be deployed by a template. %(reasons)s")
        raise NotDeployed(said % {"system": system.title, "reasons": reasons}) from error


def is_deployable(system: Architecture) -> bool:
    """A template makes it as a whole."""
    try:
        template_of(system)
    except Undeployable:
        return False
    return True


def entry_of(slug: str) -> Entry:
    for entry in shelf():
        if entry.slug == slug:
            return entry
    raise Http404(f"no published scenario has the name {slug}")


def rows_by_confidence(book: PriceBook) -> list[tuple[str, str, int]]:
    """Letter, what it means, and how many rows of the book have it."""
    count = Counter(row.confidence for row in book.rows)
    return [(str(letter), letter.shown_as, count[letter]) for letter in Confidence]


def _published() -> list[Entry]:
    versions = (
        ScenarioVersion.objects.filter(current_of__isnull=False, status="published")
        .select_related("scenario")
        .defer("content")
        .order_by("scenario__slug")
    )
    return [Entry(version, pack_of(version)) for version in versions]
