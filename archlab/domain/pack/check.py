"""The linter: phases in their order, each only when all earlier ones are free of errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from archlab.domain.architecture import KINDS
from archlab.domain.pack.access import access_problems
from archlab.domain.pack.components import Registry
from archlab.domain.pack.current import current_problems
from archlab.domain.pack.draft import Draft, draft
from archlab.domain.pack.engines import Engines, shipped_engines
from archlab.domain.pack.evidence import evidence_problems
from archlab.domain.pack.files import files_in, version_of
from archlab.domain.pack.graph import graph_problems
from archlab.domain.pack.labbook import shipped_book
from archlab.domain.pack.labs import lab_problems
from archlab.domain.pack.model import Pack
from archlab.domain.pack.overlap import overlap_problems
from archlab.domain.pack.packtext import PackText, pack_text
from archlab.domain.pack.prices import stale_problems
from archlab.domain.pack.problem import Findings, PackInvalid, Problem, shown
from archlab.domain.pack.references import reference_problems
from archlab.domain.pack.teaching import teaching_problems

_ALLOW = re.compile(r"^[ \t]*# archlab: allow ((?:W[0-9]{3}[ ,]*)+)$", re.MULTILINE)
LAST_WITHOUT_ENGINES = 4


def check(
    files: Mapping[str, bytes],
    *,
    registry: Registry = KINDS,
    engines: Engines | None = None,
    folder: str | None = None,
    sources: Mapping[str, str] | None = None,
    today: date | None = None,
) -> list[Problem]:
    """Every problem of these files, in a fixed order, at most a hundred.

    Without engines phases 0 to 4 run. `folder` is the name that the slug must have, `sources` are
    the texts of the sources by `ref`, `today` turns on the warnings about age.
    """
    findings, made = _examined(files, registry, folder)
    last = LAST_WITHOUT_ENGINES
    if made is not None and engines is not None and not findings.stopped_at(last):
        last = _judged(findings, made, engines, sources or {}, today)
    return shown(_without_silenced(findings.until(last), files))


def _judged(
    findings: Findings,
    made: Draft,
    engines: Engines,
    sources: Mapping[str, str],
    today: date | None,
) -> int:
    """Phases 5 to 8; the last one that ran."""
    findings.add(*evidence_problems(made, engines), *overlap_problems(made, sources))
    if today is not None:
        findings.add(*stale_problems(made, engines, today))
    if findings.stopped_at(5):
        return 5
    findings.add(*teaching_problems(made))
    if findings.stopped_at(6):
        return 6
    findings.add(*access_problems(made))
    if findings.stopped_at(7):
        return 7
    findings.add(*lab_problems(made, engines, shipped_book()))
    return 8


def load(files: Mapping[str, bytes], *, registry: Registry = KINDS) -> Pack:
    """The pack of these files. Raises PackInvalid with every problem of phases 0 to 4."""
    findings, made = _examined(files, registry, None)
    if made is None or findings.stopped_at(LAST_WITHOUT_ENGINES):
        raise PackInvalid(shown(findings.until(LAST_WITHOUT_ENGINES)))
    return made.pack(version_of(files))


def read(path: str | Path) -> Pack:
    """The pack in a folder. Raises PackInvalid, or OSError when there is no such folder."""
    folder = Path(path)
    return load(files_in(folder))


def lint(
    path: str | Path, *, sources: Mapping[str, str] | None = None, today: date | None = None
) -> list[Problem]:
    """Every problem of the pack in a folder, with the shipped engines."""
    folder = Path(path)
    name = folder.resolve().name
    engines = shipped_engines()
    return check(files_in(folder), engines=engines, folder=name, sources=sources, today=today)


def _examined(
    files: Mapping[str, bytes], registry: Registry, folder: str | None
) -> tuple[Findings, Draft | None]:
    """Phases 0 to 4."""
    findings = Findings()
    text = pack_text(files, findings)
    if text is None:
        return findings, None
    findings.add(*_slug(text, folder))
    made = draft(text, registry, findings)
    if made is None or findings.stopped_at(2):
        return findings, None
    findings.add(*reference_problems(made))
    if not findings.stopped_at(4):
        findings.add(*graph_problems(made))
    if not findings.stopped_at(4):
        findings.add(*current_problems(made))
    return findings, made


def _slug(text: PackText, folder: str | None) -> Iterator[Problem]:
    slug = text.scenario.slug
    if folder is not None and slug != folder:
        said = f'the slug "{slug}" is not the name of the folder, "{folder}"'
        yield text.scenario_document.problem("E007", said, ("slug",))


def _without_silenced(problems: Iterable[Problem], files: Mapping[str, bytes]) -> list[Problem]:
    """Without the warnings that a comment on the line before allows."""
    silenced: set[tuple[str, int, str]] = set()
    for path, content in files.items():
        if b"# archlab: allow W" in content:
            text = content.decode(errors="replace")
            for match in _ALLOW.finditer(text):
                line = text.count("\n", 0, match.start()) + 2
                for code in re.findall(r"W[0-9]{3}", match[1]):
                    silenced.add((path, line, code))
    return [one for one in problems if (one.path, one.line, one.code) not in silenced]
