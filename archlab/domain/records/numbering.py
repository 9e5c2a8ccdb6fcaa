"""Numbers that go on where the reader's own folder ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from archlab.domain.records.names import DIGITS
from archlab.domain.records.record import DecisionRecord, Link

HIGHEST = 99_999
"""The last number that an export may reach; longer runs of digits in a name are dates."""
_WHOLE = re.compile(r"[0-9]{1,6}")
_YOURS = re.compile(r"([0-9]{1,5})-([A-Za-z0-9][A-Za-z0-9._-]{0,120})\.md")


class BadNumber(ValueError):
    """A number, or the name of a file, to start from is wrong; the message says what to write."""


def start_number(text: str) -> int:
    """The number that somebody typed, 0 to 99999; raises `BadNumber`."""
    said = text.strip()
    if not _WHOLE.fullmatch(said) or int(said) > HIGHEST:
        raise BadNumber(f"Start at {said or 'nothing'}: write a whole number from 0 to {HIGHEST}.")
    return int(said)


def next_number(names: Iterable[str]) -> int:
    """One more than the highest number among names of files; gaps stay gaps. Raises `BadNumber`.

    Paths and names that are no numbered record (`index.md`, `README.md`) are passed over.
    """
    files = (name.strip().replace("\\", "/").rpartition("/")[2] for name in names)
    found = [int(one[1]) for one in map(_YOURS.fullmatch, files) if one]
    if not found:
        raise BadNumber(
            "None of these names starts with a number. Paste names like 0007-use-a-queue.md."
        )
    return start_number(str(max(found) + 1))


def your_file(name: str) -> Link:
    """Number and title of a file of the reader's folder, by its name; raises `BadNumber`."""
    file = _YOURS.fullmatch(name)
    if file is None:
        raise BadNumber(f"{name}: write the name of one of your files, like 0007-use-a-queue.md.")
    return Link(int(file[1]), file[2].replace("-", " ").replace("_", " ").capitalize())


def renumbered(records: Sequence[DecisionRecord], start_at: int) -> tuple[DecisionRecord, ...]:
    """The records in their order with numbers from `start_at` on, their links with them."""
    last = start_at + len(records) - 1
    if start_at < 0 or last > HIGHEST:
        raise BadNumber(f"Start at {start_at}: the numbers must stay between 0 and {HIGHEST}.")
    ordered = sorted(records, key=lambda record: record.number)
    moved = {record.number: number for number, record in enumerate(ordered, start_at)}
    return tuple(_moved(record, moved) for record in ordered)


def check_yours(records: Sequence[DecisionRecord]) -> None:
    """Files of the reader that are superseded have lower numbers. Raises `BadNumber`."""
    for record in records:
        for name in record.overtakes:
            if your_file(name).number >= record.number:
                raise BadNumber(
                    f"{name} cannot be superseded by record {record.number}: start after the"
                    " last number of your folder."
                )


def sorts_wrongly(records: Sequence[DecisionRecord], start_at: int) -> bool:
    """The numbers reach five digits beside a folder of four, which adr-tools sorts wrongly."""
    return len(str(start_at + len(records) - 1)) > DIGITS


def _moved(record: DecisionRecord, moved: dict[int, int]) -> DecisionRecord:
    def links(targets: Iterable[Link]) -> tuple[Link, ...]:
        return tuple(Link(moved.get(one.number, one.number), one.title) for one in targets)

    newer = record.superseded_by
    return replace(
        record,
        number=moved[record.number],
        supersedes=links(record.supersedes),
        superseded_by=links([newer])[0] if newer else None,
        relates_to=links(record.relates_to),
    )
