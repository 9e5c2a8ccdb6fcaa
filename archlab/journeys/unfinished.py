"""What a learner has begun in a run and not ended, so that the run cannot change its version yet.
Declared here, filled by the apps above in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from archlab.journeys.models import Enrolment


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What it is called, where it goes on, and the address that gives it up when it is sent."""

    title: str
    url: str
    give_up_url: str


Source = Callable[[Enrolment], Iterable[Unfinished]]
_sources: list[Source] = []


def ask(source: Source) -> None:
    if source not in _sources:
        _sources.append(source)


def unfinished_in(enrolment: Enrolment) -> list[Unfinished]:
    return [one for source in _sources for one in source(enrolment)]
