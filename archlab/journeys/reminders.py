"""What the home page reminds a learner of. Declared here, filled by the apps above in
`AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from archlab.accounts.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Reminder:
    """A line with a link: what waits, and what the link says."""

    headline: str
    detail: str
    url: str
    link: str


Source = Callable[[Visitor, datetime], Reminder | None]
_sources: list[Source] = []


def remind_of(source: Source) -> None:
    if source not in _sources:
        _sources.append(source)


def reminders(visitor: Visitor, now: datetime) -> list[Reminder]:
    """What waits for this visitor; a stranger has nothing and costs no query."""
    if not visitor.known:
        return []
    found = (source(visitor, now) for source in _sources)
    return [reminder for reminder in found if reminder is not None]
