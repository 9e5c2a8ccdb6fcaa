"""One record as Markdown, in the layout of one of three profiles.

The universal layout has MADR 4's sections and no front matter: four tools misread that (they show a
superseded record as accepted, or no title).
"""

from __future__ import annotations

import json
from enum import StrEnum

from archlab.domain.records import sections
from archlab.domain.records.layout import bullets, section
from archlab.domain.records.more import more
from archlab.domain.records.names import DIGITS, file_name
from archlab.domain.records.record import DecisionRecord
from archlab.domain.records.text import inline, plain_line


class Profile(StrEnum):
    """Who reads the records: all four tools, those that want MADR 4's front matter, or people who
    write in Nygard's five sections."""

    UNIVERSAL = "universal"
    MADR4 = "madr4"
    NYGARD = "nygard"


def markdown(
    record: DecisionRecord, *, profile: Profile = Profile.UNIVERSAL, width: int = DIGITS
) -> str:
    """The record in a profile; `width` is the number of digits in file names."""
    blocks = _WRITERS[profile](record, width)
    return "\n\n".join(blocks) + "\n"


def _universal(record: DecisionRecord, width: int) -> list[str]:
    return [
        f"# {sections.title(record)}",
        _metadata(record, width),
        *sections.status(record, width),
        *_madr(record),
        "## More Information",
        *more(record, width),
    ]


def _madr4(record: DecisionRecord, width: int) -> list[str]:
    return [
        _front_matter(record, width),
        f"# {sections.title(record)}",
        *_madr(record),
        "## More Information",
        *sections.older(record, width),
        *more(record, width),
    ]


def _nygard(record: DecisionRecord, width: int) -> list[str]:
    good_and_bad = sections.points(record.consequences) or "None were written down."
    return [
        f"# {record.number}. {sections.title(record)}",
        f"Date: {record.date.isoformat()}",
        *sections.status(record, width),
        *section("## Context", *sections.context(record)),
        *section("### Decision Drivers", sections.drivers(record)),
        *section("### Considered Options", sections.options(record)),
        *section("### Comparison", *sections.comparison(record)),
        *more(record, width),
        *section("## Decision", *sections.chosen(record)),
        f"Deciders: {sections.deciders(record)}",
        *section("## Consequences", good_and_bad),
        *section("### Confirmation", sections.confirmation(record)),
    ]


_WRITERS = {Profile.UNIVERSAL: _universal, Profile.MADR4: _madr4, Profile.NYGARD: _nygard}


def _madr(record: DecisionRecord) -> list[str]:
    return [
        *section("## Context and Problem Statement", *sections.context(record)),
        *section("## Decision Drivers", sections.drivers(record)),
        *section("## Considered Options", sections.options(record)),
        *section("## Decision Outcome", *sections.chosen(record)),
        *section("### Consequences", sections.points(record.consequences)),
        *section("### Confirmation", sections.confirmation(record)),
        *section("## Pros and Cons of the Options", *sections.comparison(record)),
    ]


def _metadata(record: DecisionRecord, width: int) -> str:
    status = str(record.status)
    if record.superseded_by:
        name = file_name(record.superseded_by.number, record.superseded_by.title, width=width)
        status = f"superseded by [{name.removesuffix('.md')}]({name})"
    lines = [
        f"Status: {status}",
        f"Deciders: {sections.deciders(record)}",
        f"Date: {record.date.isoformat()}",
    ]
    if record.tags:
        lines.append("Tags: " + ", ".join(inline(tag) for tag in record.tags))
    return bullets(lines)


def _front_matter(record: DecisionRecord, width: int) -> str:
    """Strings in JSON's notation, which YAML reads as it stands, whatever people wrote."""
    status = str(record.status)
    if record.superseded_by:
        status = f"superseded by ADR-{record.superseded_by.number:0{width}}"
    fields = {
        "number": str(record.number),
        "title": _quoted(plain_line(record.title) or "Decision"),
        "status": _quoted(status),
        "date": record.date.isoformat(),
        "decision-makers": f"[{_quoted(plain_line(record.deciders))}]",
    }
    return "\n".join(["---", *(f"{name}: {said}" for name, said in fields.items()), "---"])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
