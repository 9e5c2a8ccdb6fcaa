"""How much one export holds; more is refused with a sentence, not cut."""

from __future__ import annotations

from collections.abc import Sequence

from archlab.domain.records.record import DecisionRecord

RECORDS = 60
OPTIONS = 12
ASSUMPTIONS = 200


class TooMuch(ValueError):
    """An export, or one record of it, is larger than what is exported; the message says which."""


def check_size(records: Sequence[DecisionRecord]) -> None:
    """Raises `TooMuch`."""
    if len(records) > RECORDS:
        raise TooMuch(f"These are {len(records)} decisions; one export holds {RECORDS}.")
    for record in records:
        _within(record, "options", len(record.options), OPTIONS)
        _within(record, "assumptions", len(record.assumptions), ASSUMPTIONS)


def _within(record: DecisionRecord, what: str, found: int, most: int) -> None:
    if found > most:
        raise TooMuch(f"Record {record.number} has {found} {what}; a record holds {most}.")
