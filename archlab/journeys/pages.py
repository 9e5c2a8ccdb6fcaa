"""What the pages of a journey print: the step, the map, the end, the reasons behind a needle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.accounts.visitor import Visitor
from archlab.catalog.assess import assessed
from archlab.catalog.drawings import drawing
from archlab.catalog.queries import documented_architectures
from archlab.domain.architecture import Architecture, Assessment
from archlab.domain.money import cents
from archlab.domain.pack import Decision, Option, Pack, Prose, Step
from archlab.domain.pack.play import Play
from archlab.domain.pack.play import Taken as Made
from archlab.domain.pricing import PricedUsage
from archlab.journeys.blocks import Scene
from archlab.journeys.models import Enrolment, StepEvent
from archlab.journeys.options import with_option
from archlab.journeys.queries import (
    enrolments_of,
    key_for,
    pack_played,
    play_of,
    system_after,
    waiting_question,
)
from archlab.journeys.rendering import block_html, needles_html
from archlab.web import charts, needles, numbers

NEEDLES = ("usd", "latency", "downtime")
State = Literal["done", "here", "ahead"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a step as HTML."""

    html: SafeString
    is_prose: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """A step on the route: done, here, ahead, or a branch that was not taken."""

    id: str
    title: str
    summary: str
    minutes: int
    state: State
    url: str
    is_detour: bool


@dataclass(frozen=True)
class StepPage:
    """A step as far as its questions are answered; `token` goes into its forms."""

    scene: Scene
    token: str = ""

    @property
    def step(self) -> Step:
        return self.scene.step

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The step down to the first question that waits; what follows may hold its answer."""
        return tuple(self._segments())

    def _segments(self) -> Iterator[Segment]:
        for piece in self.step.body:
            if isinstance(piece, Prose):
                yield Segment(self.scene.text.prose(piece.text), is_prose=True)
                continue
            yield Segment(block_html(self.scene, piece, self.token))
            if piece.id == self.waits_for:
                return

    @cached_property
    def waits_for(self) -> str | None:
        """The first question of the step without an answer."""
        waiting = waiting_question(self.scene.play, self.step)
        return waiting.id if waiting else None

    @property
    def notes(self) -> list[str]:
        """What the run has to say about this step, such as a choice that did not fit."""
        told = [note.sentence for note in self.scene.play.notes if note.step == self.step.id]
        if self._comes_from_a_detour:
            told.append(gettext("You are back on the main line, so the drawing is its own again."))
        return told

    @property
    def _comes_from_a_detour(self) -> bool:
        visited, path = self.scene.play.visited, self.scene.pack.path_documented
        place = visited.index(self.step.id)
        return place > 0 and self.step.id in path and visited[place - 1] not in path

    @property
    def is_done(self) -> bool:
        return self.waits_for is None

    @cached_property
    def now(self) -> Assessment:
        return assessed(self.scene.now)

    @cached_property
    def why(self) -> Mapping[str, str]:
        base = journey_url(self.scene.enrolment)
        return {needle: f"{base}{self.step.id}/why/{needle}/" for needle in NEEDLES}

    @cached_property
    def needles(self) -> SafeString:
        return needles_html(self.scene.now, self.scene.entered, self.why)

    @property
    def number(self) -> int | None:
        return self.scene.number

    @property
    def count(self) -> int:
        return len(self.scene.pack.path_documented)

    @cached_property
    def route(self) -> tuple[Stop, ...]:
        return route(self.scene.enrolment, self.scene.pack, self.scene.play)

    @property
    def done_count(self) -> int:
        return sum(stop.state == "done" for stop in self.route)

    @cached_property
    def next_stop(self) -> Stop | None:
        """Where a step that was left already went on to."""
        visited = [stop for stop in self.route if stop.state in ("done", "here")]
        ids = [stop.id for stop in visited]
        place = ids.index(self.step.id) + 1 if self.step.id in ids else len(ids)
        return visited[place] if place < len(visited) else None

    @property
    def goes_to(self) -> str:
        """The title of the step that comes next; empty at the end."""
        ahead = self.scene.play.ahead
        return self.scene.pack.steps[ahead[0]].title if ahead else ""

    @property
    def news(self) -> str:
        """The needles in one line, for screen readers after a swap."""
        return ". ".join(needles.words(reading) for reading in needles.readings(self.now))

    @property
    def leave_key(self) -> UUID:
        return key_for(self.scene.enrolment, self.step.id, "", StepEvent.Kind.LEFT, 1)


def journey_url(enrolment: Enrolment) -> str:
    """Where all pages of a run begin; one look-up instead of one per step."""
    return reverse("journeys:map", args=[enrolment.id])


def route(enrolment: Enrolment, pack: Pack, play: Play) -> tuple[Stop, ...]:
    """The way so far and the documented way ahead; a finished journey is all done."""
    stops: list[tuple[str, State]] = [(s, "done") for s in play.visited if s != play.step]
    if play.step is not None:
        stops.append((play.step, "here"))
    stops += [(step, "ahead") for step in play.ahead]
    base = journey_url(enrolment)
    return tuple(_stop(base, pack, step, state) for step, state in stops)


def _stop(base: str, pack: Pack, step_id: str, state: State) -> Stop:
    step = pack.steps[step_id]
    url = "" if state == "ahead" else f"{base}{step_id}/"
    return Stop(
        id=step_id,
        title=step.title,
        summary=step.summary,
        minutes=step.minutes,
        state=state,
        url=url,
        is_detour=step_id not in pack.path_documented,
    )


@dataclass(frozen=True, slots=True)
class Stage:
    """A step on the map with the needles after it; None ahead."""

    stop: Stop
    needles: Assessment | None


def stages(enrolment: Enrolment, pack: Pack, play: Play) -> tuple[Stage, ...]:
    return tuple(
        Stage(stop, None if stop.state == "ahead" else assessed(system_after(play, stop.id)))
        for stop in route(enrolment, pack, play)
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A part of two systems with its USD in each; None is a part without a price."""

    label: str
    has_left: bool
    left: Decimal | None
    has_right: bool
    right: Decimal | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two options of a decision beside each other: needles, and the parts that differ."""

    left: Side
    right: Side
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Side:
    title: str
    architecture: Architecture
    needles: Assessment


def comparison(left: Side, right: Side) -> Comparison:
    """Only the parts that differ."""
    a, b = _by_part(left), _by_part(right)
    rows = tuple(
        Row(part, part in a, a.get(part), part in b, b.get(part))
        for part in dict.fromkeys([*a, *b])
        if (part in a, a.get(part)) != (part in b, b.get(part))
    )
    return Comparison(left, right, rows)


def _by_part(side: Side) -> dict[str, Decimal | None]:
    """Label of a part -> its USD in cents; parts that cost nothing are left out."""
    amounts: dict[str, Decimal | None] = {}
    for line in side.needles.cost.lines:
        for part in line.parts:
            label = _label(side.architecture, part.component)
            so_far = amounts.get(label, Decimal(0))
            amounts[label] = _sum(so_far, part.usd)
    return {label: _cents(usd) for label, usd in amounts.items() if usd != 0}


def _sum(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return None if a is None or b is None else a + b


def _cents(usd: Decimal | None) -> Decimal | None:
    return None if usd is None else cents(usd)


def _label(architecture: Architecture, component: str) -> str:
    found = architecture.components.get(component)
    return (found.label or found.title) if found else component


@dataclass(frozen=True)
class ComparePage:
    """Two options of one decision; the learner's own beside the documented one unless chosen."""

    scene: Scene
    decision: Decision
    a: str | None
    b: str | None

    @cached_property
    def comparison(self) -> Comparison:
        return comparison(self._side(self.left), self._side(self.right))

    @cached_property
    def left(self) -> Option:
        mine = self.scene.play.choice(self.decision.id)
        return self._option(self.a) or mine or self.decision.options[0]

    @cached_property
    def right(self) -> Option:
        others = [o for o in self.decision.options if o.id != self.left.id]
        documented = next((o for o in others if o.documented), others[0])
        return self._option(self.b) or documented

    def _option(self, name: str | None) -> Option | None:
        return next((o for o in self.decision.options if o.id == name), None)

    def _side(self, option: Option) -> Side:
        taken = self.scene.play.taken(self.decision.id)
        before = taken.before if taken else self.scene.now
        after = with_option(self.scene.pack, self.decision, option, before) or before
        return Side(option.text, after, assessed(after, self.decision.flow))

    @property
    def plate(self) -> SafeString:
        """The right side's drawing with what differs from the left one."""
        sides = self.comparison
        return drawing(
            sides.right.architecture,
            before=sides.left.architecture,
            alt=f"{sides.left.title} / {sides.right.title}",
            sheet=sides.right.title,
        )


@dataclass(frozen=True)
class MapPage:
    """The journey as its steps; `token` makes the link that resumes it elsewhere."""

    enrolment: Enrolment
    play: Play
    token: str

    @cached_property
    def pack(self) -> Pack:
        return pack_played(self.enrolment)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        return stages(self.enrolment, self.pack, self.play)

    @property
    def done_count(self) -> int:
        return sum(stage.stop.state == "done" for stage in self.stages)

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
class Taken:
    """A decision as the end page lists it."""

    title: str
    chosen: str
    verdict: str
    documented: str
    is_documented: bool
    reason: str
    url: str


@dataclass(frozen=True)
class EndPage:
    """What the journey came to: decisions, needles before and after, points, records."""

    enrolment: Enrolment
    play: Play

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
        documented = made.decision.documented
        return Taken(
            title=made.decision.adr.title if made.decision.adr else made.decision.prompt,
            chosen=made.option.text,
            verdict=made.option.verdict,
            documented=documented.text if documented else "",
            is_documented=made.option.documented,
            reason=made.reason,
            url=reverse("journeys:step", args=[self.enrolment.id, made.step]),
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
            done=len([step for step in play.visited if step != play.step]),
            count=len(play.visited) + len(play.ahead),
            url=reverse("journeys:resume", args=[enrolment.id]),
        )
    return None


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One priced quantity behind the cost needle."""

    part: str
    usd: Decimal | None
    formula: str
    reason: str
    key: str
    source: str


@dataclass(frozen=True, slots=True)
class HopLine:
    """One hop behind the latency needle."""

    label: str
    p50_ms: Decimal
    p99_ms: Decimal
    wait_ms: float
    basis: str


@dataclass(frozen=True)
class WhyPage(StepPage):
    """The formula, the price rows and the assumptions behind one needle."""

    @cached_property
    def price_rows(self) -> tuple[PriceLine, ...]:
        system = self.scene.now
        return tuple(
            _price_line(system, part)
            for line in self.now.cost.lines
            for part in line.parts
            if part.usd != 0
        )

    @cached_property
    def hops(self) -> tuple[HopLine, ...]:
        latency = self.now.latency
        flow = self.scene.now.flow(latency.flow)
        if flow is None or latency.steady is None:
            return ()
        return tuple(
            HopLine(
                label=spec.label or steady.label,
                p50_ms=spec.p50_ms,
                p99_ms=spec.p99_ms or spec.p50_ms,
                wait_ms=steady.wait_ms,
                basis="assumed" if spec.assumed else "documented",
            )
            for spec, steady in zip(flow.hops, latency.steady.hops, strict=False)
        )

    @property
    def rate_words(self) -> str:
        rate = self.now.latency.rate_per_s
        if rate >= 1:
            return gettext("At %(n)s requests a second.") % {"n": round(rate)}
        return gettext("At %(n)s requests an hour.") % {"n": round(rate * 3600)}

    @property
    def unmodelled(self) -> tuple[tuple[str, str], ...]:
        system = self.scene.now
        return tuple(
            (_label(system, id_), why) for id_, why in self.now.downtime.unmodelled.items()
        )


def _price_line(system: Architecture, part: PricedUsage) -> PriceLine:
    row = part.row
    source = ""
    if row is not None:
        dated = f"{row.effective}" if row.effective else gettext("undated")
        source = f"{row.source}; {dated}; {row.confidence}"
    return PriceLine(
        part=_label(system, part.component),
        usd=part.usd,
        formula=part.formula,
        reason=part.reason,
        key=part.usage.key,
        source=source,
    )
