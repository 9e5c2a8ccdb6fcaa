"""Reads a record back from the universal layout: what a tool sees that did not write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from archlab.domain.records.record import Status

_TITLE = re.compile(r"# (\S.*)")
_FIELD = re.compile(r"- (Status|Deciders|Date|Tags): (.+)")
_LINK = re.compile(r"(Supersedes|Superseded by) \[([0-9]+)\. (.+)\]\(([0-9]+(?:-[a-z0-9]+)+\.md)\)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


class NotARecord(ValueError):
    """The text is not in the universal layout; the message says what is missing."""


@dataclass(frozen=True)
class ReadRecord:
    """What stands in a record's text. `supersedes` and `superseded_by` are names of files.

    `body` is the Markdown below the title.
    """

    title: str
    status: Status
    date: date
    deciders: str
    tags: tuple[str, ...]
    supersedes: tuple[str, ...]
    superseded_by: str
    body: str

    def section(self, name: str) -> str:
        """The text of a section of the second level; empty where there is none."""
        return f"\n{self.body}".partition(f"\n## {name}\n")[2].partition("\n## ")[0].strip()


def read(text: str) -> ReadRecord:
    """Raises `NotARecord`."""
    first, _newline, body = text.partition("\n")
    title = _TITLE.fullmatch(first)
    if title is None:
        raise NotARecord("The first line is not a title.")
    fields = dict(_FIELD.findall(body.partition("\n## ")[0]))
    missing = [name for name in ("Status", "Deciders", "Date") if name not in fields]
    if missing:
        raise NotARecord(f"There is no line for {missing[0]}.")
    links = _LINK.findall(body)
    return ReadRecord(
        title=_plain(title[1]),
        status=_status(fields["Status"]),
        date=_date(fields["Date"]),
        deciders=_plain(fields["Deciders"]),
        tags=tuple(_plain(tag.strip()) for tag in fields.get("Tags", "").split(",") if tag.strip()),
        supersedes=tuple(file for word, _number, _text, file in links if word == "Supersedes"),
        superseded_by=next((file for word, *_, file in links if word == "Superseded by"), ""),
        body=body.strip("\n"),
    )


def _status(said: str) -> Status:
    word = said.partition(" ")[0]
    if word not in set(Status):
        raise NotARecord(f"The status {word} is not one of {', '.join(Status)}.")
    return Status(word)


def _date(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise NotARecord(f"The date {said} is not written as 2026-11-21.") from None


def _plain(markdown: str) -> str:
    return _ESCAPED.sub(r"\1", markdown)
