"""Every run of a visitor, on one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from archlab.accounts.visitor import Visitor
from archlab.domain.pack.play import Play
from archlab.domain.pack.standing import Grasp, standings, time_spent
from archlab.journeys.models import Enrolment
from archlab.journeys.queries import enrolments_of, moments_of, pack_played, play_of
from archlab.web import numbers


@dataclass(frozen=True, slots=True)
class Run:
    """A journey begun: where it stands, what it has come to, how long it took."""

    enrolment: Enrolment
    title: str
    step: str
    done: int
    count: int
    score: Decimal | None
    is_passed: bool
    mastered: int
    objectives: int
    started: datetime
    last: datetime
    spent: str


def runs_of(visitor: Visitor) -> Iterator[Run]:
    """The visitor's runs, the newest first."""
    begun = list(enrolments_of(visitor))
    moments = moments_of(*begun)
    return (_run(enrolment, moments[enrolment.pk]) for enrolment in begun)


def _run(enrolment: Enrolment, moments: Sequence[datetime]) -> Run:
    pack, play = pack_played(enrolment), play_of(enrolment)
    found = standings(play)
    return Run(
        enrolment=enrolment,
        title=pack.scenario.title,
        step=pack.steps[play.step].title if play.step else "",
        done=done_count(play),
        count=len(play.visited) + len(play.ahead),
        score=play.total,
        is_passed=play.passed,
        mastered=sum(standing.grasp is Grasp.MASTERED for standing in found),
        objectives=len(found),
        started=enrolment.started,
        last=moments[-1] if moments else enrolment.started,
        spent=numbers.duration(time_spent(enrolment.started, moments)),
    )


def done_count(play: Play) -> int:
    """The steps that were left."""
    return sum(step != play.step for step in play.visited)
