"""The map of a run, and the card that leads back to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.accounts.visitor import Visitor
from archlab.catalog.assess import assessed
from archlab.domain.architecture import Assessment
from archlab.domain.pack import Pack, Step
from archlab.domain.pack.play import Play
from archlab.domain.pack.standing import Grasp, Standing, passed_labs, standings, time_spent
from archlab.journeys.models import Enrolment
from archlab.journeys.pages.shelf import done_count
from archlab.journeys.pages.step import Stop, route
from archlab.journeys.pages.versions import VersionPage
from archlab.journeys.queries import (
    enrolments_of,
    moments_of,
    pack_played,
    play_of,
    system_after,
)
from archlab.web import charts, numbers


@dataclass(frozen=True, slots=True)
class Stage:
    """A step on the map with the needles after it, its share of points and its passed labs.

    Needles and share are None ahead; the share also where nothing is scored.
    """

    stop: Stop
    needles: Assessment | None
    score: Decimal | None
    labs: int


def stages(enrolment: Enrolment, pack: Pack, play: Play) -> tuple[Stage, ...]:
    return tuple(_stage(play, stop) for stop in route(enrolment, pack, play))


def _stage(play: Play, stop: Stop) -> Stage:
    seen = stop.state != "ahead"
    needles = assessed(system_after(play, stop.id)) if seen else None
    labs = sum(1 for _lab in passed_labs(play, stop.id)) if seen else 0
    return Stage(stop, needles, play.total_of(stop.id) if seen else None, labs)


@dataclass(frozen=True)
class MapPage:
    """The journey as its steps; `token` makes the link that resumes it elsewhere."""

    enrolment: Enrolment
    play: Play
    token: str
    now: datetime

    @cached_property
    def version(self) -> VersionPage:
        return VersionPage(self.enrolment, self.play, self.now)

    @cached_property
    def pack(self) -> Pack:
        return pack_played(self.enrolment)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        return stages(self.enrolment, self.pack, self.play)

    @property
    def done_count(self) -> int:
        return sum(stage.stop.state == "done" for stage in self.stages)

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        return standings(self.play)

    @property
    def mastered(self) -> int:
        return sum(standing.grasp is Grasp.MASTERED for standing in self.standings)

    @cached_property
    def spent(self) -> str:
        """The time between the acts of this run; a lower bound."""
        moments = moments_of(self.enrolment)[self.enrolment.pk]
        return numbers.duration(time_spent(self.enrolment.started, moments))

    @property
    def headline(self) -> str:
        """The finding: from what to what the bill has come."""
        usd = assessed(self.play.architecture).cost.total_usd
        if not self.done_count:
            return gettext("The way ahead")
        return gettext("%(usd)s a month so far") % {"usd": numbers.usd(usd)}

    @property
    def skipped(self) -> tuple[Step, ...]:
        """Steps that no choice leads to any more."""
        progress = self.play.progress
        return tuple(self.pack.steps[id_] for id_, at in progress.items() if at == "not taken")

    @property
    def resume_link(self) -> str:
        """Empty for who has an account: they sign in elsewhere."""
        if not self.token:
            return ""
        path = reverse("accounts:resume", args=[self.token])
        return f"{settings.SITE_URL}{path}"

    @cached_property
    def chart(self) -> SafeString:
        """The staircase so far; the heights ahead would give the answers away."""
        return charts.step_chart(
            [
                charts.Stop(str(number), stage.stop.title, usd, stage.stop.state)
                for number, stage in enumerate(self.stages, 1)
                for usd in [stage.needles.cost.total_usd if stage.needles else None]
            ]
        )


@dataclass(frozen=True, slots=True)
class ResumeCard:
    title: str
    step: str
    done: int
    count: int
    url: str


def resume_card(visitor: Visitor) -> ResumeCard | None:
    """The newest journey of a visitor who has one; a stranger costs no query."""
    for enrolment in enrolments_of(visitor)[:1]:
        pack, play = pack_played(enrolment), play_of(enrolment)
        here = pack.steps[play.step].title if play.step else ""
        return ResumeCard(
            title=pack.scenario.title,
            step=here,
            done=done_count(play),
            count=len(play.visited) + len(play.ahead),
            url=reverse("journeys:resume", args=[enrolment.id]),
        )
    return None
