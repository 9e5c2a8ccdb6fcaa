"""The folder of records that a learner takes away: files, index, and links that hold both ways."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from archlab.domain.records.document import schema_text
from archlab.domain.records.document_of import as_json
from archlab.domain.records.layout import bullets
from archlab.domain.records.limits import check_size
from archlab.domain.records.links import check_links
from archlab.domain.records.markdown import Profile, markdown
from archlab.domain.records.names import evidence_name, file_name, width_for
from archlab.domain.records.numbering import check_yours, renumbered
from archlab.domain.records.pull_request import pull_request
from archlab.domain.records.record import DecisionRecord
from archlab.domain.records.sections import title
from archlab.domain.records.sheets import evidence_files

FOLDER = "docs/decisions"
MANIFEST = "MANIFEST.sha256"

_LINT = "MD013: false\nMD024: false\nMD026: false\n"
_LINT_FRONT_MATTER = _LINT + 'MD025:\n  front_matter_title: ""\n'
_LOG4BRAINS = "project:\n  name: Decision records\n  tz: Etc/UTC\n  adrFolder: ./docs/decisions\n"


def tree(
    records: Sequence[DecisionRecord],
    *,
    profile: Profile = Profile.UNIVERSAL,
    start_at: int | None = None,
) -> dict[str, str]:
    """Path -> text of every file of an export, sorted by path.

    `start_at` gives the records new numbers; above 1 they continue a folder that the reader has,
    so index and tool configurations are left to it. Raises `BrokenLink`, `BadNumber`, `TooMuch`.
    """
    check_size(records)
    check_links(records)
    ordered = sorted(records, key=lambda record: record.number)
    if start_at is not None:
        ordered = list(renumbered(ordered, start_at))
    check_yours(ordered)
    continues = start_at is not None and start_at > 1
    width = width_for([record.number for record in ordered])
    files = _record_files(ordered, profile, width)
    if not continues:
        files |= _of_a_new_folder(ordered, profile)
    files["decisions.json"] = as_json(ordered)
    files["decisions.schema.json"] = schema_text()
    files["PULL_REQUEST.md"] = pull_request(ordered, continues=continues)
    files[MANIFEST] = _manifest(files)
    return dict(sorted(files.items()))


def record_hash(files: Mapping[str, str]) -> str:
    """SHA-256 of the manifest: the same records are the same 64 hexadecimal digits."""
    return _sha256(files[MANIFEST])


def index(records: Sequence[DecisionRecord]) -> str:
    """The list of records between the markers that adr-log knows."""
    ordered = sorted(records, key=lambda record: record.number)
    width = width_for([record.number for record in ordered])
    entries = bullets(
        f"[ADR-{r.number:0{width}}]({file_name(r.number, r.title, width=width)}) - {title(r)}"
        for r in ordered
    )
    blocks = ["# Decision records", "<!-- adrlog -->", entries, "<!-- adrlogstop -->"]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _record_files(
    records: Sequence[DecisionRecord], profile: Profile, width: int
) -> dict[str, str]:
    files: dict[str, str] = {}
    for record in records:
        name = file_name(record.number, record.title, width=width)
        files[f"{FOLDER}/{name}"] = markdown(record, profile=profile, width=width)
        for kind, text in evidence_files(record).items():
            files[f"{FOLDER}/evidence/{evidence_name(record.number, kind, width=width)}"] = text
    return files


def _of_a_new_folder(records: Sequence[DecisionRecord], profile: Profile) -> dict[str, str]:
    return {
        f"{FOLDER}/index.md": index(records),
        ".adr-dir": f"{FOLDER}\n",
        ".log4brains.yml": _LOG4BRAINS,
        ".markdownlint.yml": _LINT_FRONT_MATTER if profile is Profile.MADR4 else _LINT,
    }


def _manifest(files: Mapping[str, str]) -> str:
    """What `sha256sum -c` reads."""
    return "".join(f"{_sha256(text)}  {path}\n" for path, text in sorted(files.items()))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
