"""What a run came to: decisions, needles before and after, records."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.accounts.visitor import Visitor
from archlab.catalog.assess import assessed
from archlab.catalog.drawings import drawing
from archlab.catalog.queries import documented_architectures
from archlab.domain.pack import Pack
from archlab.domain.pack.play import Play
from archlab.domain.pack.play import Taken as Made
from archlab.journeys.models import Enrolment
from archlab.journeys.pages.compare import Side
from archlab.journeys.queries import explanations_of, pack_played
from archlab.web import numbers


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision as the end page lists it."""

    title: str
    chosen: str
    verdict: str
    documented: str
    is_documented: bool
    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """A step with what there is to keep of it, and what the learner wrote; empty for nothing."""

    title: str
    takeaway: str
    text: str
    url: str


@dataclass(frozen=True)
class EndPage:
    """What the journey came to: decisions, needles before and after, points, records."""

    enrolment: Enrolment
    play: Play
    visitor: Visitor

    @cached_property
    def pack(self) -> Pack:
        return pack_played(self.enrolment)

    @cached_property
    def systems(self) -> tuple[Side, ...]:
        """Where the source began, where it ended, and the learner's own."""
        printed = documented_architectures(self.pack)
        shown = [(a.title, a) for a in (printed[0], printed[-1])]
        shown.append((gettext("Your system"), self.play.architecture))
        return tuple(Side(title, system, assessed(system)) for title, system in shown)

    @cached_property
    def plate(self) -> SafeString:
        printed = documented_architectures(self.pack)[-1]
        return drawing(
            self.play.architecture,
            before=printed,
            alt=gettext("Your system, with what differs from the documented one."),
            sheet=gettext("Your system"),
        )

    @cached_property
    def taken(self) -> tuple[Taken, ...]:
        return tuple(self._taken(made) for made in self.play.decisions)

    def _taken(self, made: Made) -> Taken:
        decision, option, documented = made.decision, made.decided, made.decision.documented
        return Taken(
            title=decision.adr.title if decision.adr else decision.title or decision.prompt,
            chosen=option.text,
            verdict=option.verdict,
            documented=documented.text if documented else "",
            is_documented=option.documented,
            reason=made.reason,
            url=reverse("journeys:step", args=[self.enrolment.id, made.step]),
        )

    @cached_property
    def words(self) -> tuple[Told, ...]:
        """The takeaway of each step on the way, with the learner's own words about it."""
        mine = explanations_of(self.visitor, self.enrolment.version.scenario_id)
        slug = self.enrolment.version.scenario.slug
        steps = (self.pack.steps[step] for step in self.play.visited)
        return tuple(
            Told(
                title=step.title,
                takeaway=step.takeaway,
                text=mine[step.id].text if step.id in mine else "",
                url=reverse("journeys:words", args=[slug, step.id]),
            )
            for step in steps
            if step.takeaway
        )

    @property
    def headline(self) -> str:
        """The finding: what the learner's system costs beside the documented one."""
        usd, printed = (
            side.needles.cost.total_usd for side in (self.systems[-1], self.systems[-2])
        )
        words = {"mine": numbers.amount(usd), "printed": numbers.amount(printed)}
        if usd < printed:
            return gettext("From %(printed)s to %(mine)s, with a reason for each line.") % words
        return gettext("%(mine)s a month, and you know what for.") % words
