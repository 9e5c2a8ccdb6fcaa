"""All files of a pack as text models: phases 0 to 3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from archlab.domain.pack.files import (
    ARCHITECTURES,
    CLAIMS,
    SCENARIO,
    problems_of_files,
    step_paths,
)
from archlab.domain.pack.model import ClaimsFile, Scenario
from archlab.domain.pack.problem import Findings, Problem
from archlab.domain.pack.prose import Mention, scan_field
from archlab.domain.pack.schema import validate
from archlab.domain.pack.steptext import StepText, markdown_fields, step_text
from archlab.domain.pack.system import ArchitecturesFile
from archlab.domain.pack.yamltext import Document, document

Model = TypeVar("Model", Scenario, ArchitecturesFile, ClaimsFile)


@dataclass(frozen=True, slots=True)
class PackText:
    """Every file read by itself; only made of files without errors so far."""

    scenario: Scenario
    scenario_document: Document
    systems: ArchitecturesFile
    systems_document: Document
    claims: ClaimsFile
    claims_document: Document
    claims_mentions: tuple[Mention, ...]
    steps: tuple[StepText, ...]
    files: Mapping[str, bytes]


def pack_text(files: Mapping[str, bytes], findings: Findings) -> PackText | None:
    """The pack as text models; None with findings when a file has errors."""
    findings.add(*problems_of_files(files))
    if findings.stopped_at(0):
        return None
    texts = {path: files[path].decode() for path in (SCENARIO, ARCHITECTURES, CLAIMS)}
    steps = tuple(step_text(path, files[path].decode()) for path in step_paths(files))
    scenario, scenario_document, problems = _file(Scenario, SCENARIO, texts[SCENARIO])
    findings.add(*problems)
    systems, systems_document, problems = _file(
        ArchitecturesFile, ARCHITECTURES, texts[ARCHITECTURES]
    )
    findings.add(*problems)
    claims, claims_document, problems = _file(ClaimsFile, CLAIMS, texts[CLAIMS])
    findings.add(*problems)
    mentions: tuple[Mention, ...] = ()
    if claims_document:
        mentions, problems = _findings_of(claims_document)
        findings.add(*problems)
    for step in steps:
        findings.add(*step.problems)
    if findings.stopped_at(2) or not (scenario and systems and claims):
        return None
    assert scenario_document is not None  # noqa: S101 (a model has a document)
    assert systems_document is not None  # noqa: S101
    assert claims_document is not None  # noqa: S101
    return PackText(
        scenario,
        scenario_document,
        systems,
        systems_document,
        claims,
        claims_document,
        mentions,
        steps,
        files,
    )


@lru_cache(maxsize=256)
def _file(
    model: type[Model], path: str, text: str
) -> tuple[Model | None, Document | None, tuple[Problem, ...]]:
    read, problems = document(path, text)
    if read is None or problems:
        return None, read, tuple(problems)
    made, problems = validate(model, read)
    return made, read, tuple(problems)


def _findings_of(read: Document) -> tuple[tuple[Mention, ...], tuple[Problem, ...]]:
    """Mentions and problems in the Markdown of claims."""
    mentions: list[Mention] = []
    problems: list[Problem] = []
    for path, text in markdown_fields(read.tree):
        found, wrong = scan_field(read.path, text, *read.value(path))
        mentions += found
        problems += wrong
    return tuple(mentions), tuple(problems)
