"""Links between records: which takes the place of which, held on both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from archlab.domain.records.record import DecisionRecord, Link, Status


class BrokenLink(ValueError):
    """A supersede link leads nowhere, or only one of the two records knows of it."""


def superseding(
    records: Sequence[DecisionRecord], pairs: Mapping[int, int]
) -> tuple[DecisionRecord, ...]:
    """The same records with the links written on both sides; `pairs` maps an older number to the
    newer one that took its place. A record can only be superseded by a later one, so no circle.
    """
    by_number = {record.number: record for record in records}
    for older, newer in pairs.items():
        if older not in by_number or newer not in by_number:
            raise BrokenLink(f"Record {older} or {newer} is not among these records.")
        if newer <= older:
            raise BrokenLink(f"Record {newer} cannot supersede the later record {older}.")
    return tuple(_linked(record, by_number, pairs) for record in records)


def proposed_pairs(touched: Mapping[int, frozenset[str]]) -> dict[int, int]:
    """Which record probably supersedes which: older number -> newer number.

    `touched` maps a record's number to what its decision set ("api.memory_mib", "nat"). The next
    decision that sets one of the same things takes the place of the older one.
    """
    numbers = sorted(touched)
    return {
        older: newer
        for place, older in enumerate(numbers)
        if (newer := _next_touching(touched, older, numbers[place + 1 :])) is not None
    }


def _next_touching(
    touched: Mapping[int, frozenset[str]], older: int, later: Sequence[int]
) -> int | None:
    return next((n for n in later if not touched[n].isdisjoint(touched[older])), None)


def _linked(
    record: DecisionRecord, by_number: Mapping[int, DecisionRecord], pairs: Mapping[int, int]
) -> DecisionRecord:
    older = sorted(old for old, new in pairs.items() if new == record.number)
    linked = replace(record, supersedes=tuple(_link(by_number[number]) for number in older))
    if record.number not in pairs:
        return linked
    newer = _link(by_number[pairs[record.number]])
    return replace(linked, status=Status.SUPERSEDED, superseded_by=newer)


def _link(record: DecisionRecord) -> Link:
    return Link(record.number, record.title)


def check_links(records: Sequence[DecisionRecord]) -> None:
    """Raises `BrokenLink`, and ValueError where a number is taken twice."""
    by_number = {record.number: record for record in records}
    if len(by_number) != len(records):
        raise ValueError("Two records have the same number.")
    forward = {(old, r.number) for r in records for old in (link.number for link in r.supersedes)}
    backward = {(r.number, r.superseded_by.number) for r in records if r.superseded_by}
    for older, newer in sorted(forward ^ backward):
        raise BrokenLink(f"Records {older} and {newer} do not both say that {newer} came later.")
    for older, newer in sorted(forward):
        if older not in by_number or newer not in by_number or newer <= older:
            raise BrokenLink(f"Record {newer} cannot supersede record {older}.")
    for record in records:
        for target in record.relates_to:
            if target.number not in by_number:
                raise BrokenLink(f"Record {record.number} relates to {target.number}, not here.")
