"""A step as far as its questions are answered, and the route beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.catalog.assess import assessed
from archlab.domain.architecture import Assessment
from archlab.domain.pack import Pack, Prose, Step
from archlab.domain.pack.play import Play
from archlab.journeys.blocks import Scene
from archlab.journeys.blocks.scene import Refusal
from archlab.journeys.models import Enrolment, StepEvent
from archlab.journeys.pages.versions import VersionPage
from archlab.journeys.queries import key_for, waiting_question
from archlab.journeys.rendering import block_html, needles_html
from archlab.journeys.runs import latest_event
from archlab.web import needles

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
    """A step as far as its questions are answered; `token` goes into its forms.

    `overtaken` is an answer that came from an older page and was not taken.
    """

    scene: Scene
    token: str = ""
    overtaken: Refusal | None = None

    @property
    def lost_words(self) -> list[str]:
        """What was typed into a form that was older than the run."""
        typed = self.overtaken.typed if self.overtaken else {}
        return [str(typed[name]) for name in ("reason", "text", "value") if typed.get(name)]

    @property
    def url(self) -> str:
        return f"{journey_url(self.scene.enrolment)}{self.step.id}/"

    @property
    def revision(self) -> int:
        """Grows with every act of the run: of two pages a browser can tell the older one."""
        return latest_event(self.scene.enrolment)

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
    def version(self) -> VersionPage | None:
        """What is to be said about versions, where the learner stands."""
        if not self.scene.is_here:
            return None
        return VersionPage(self.scene.enrolment, self.scene.play, timezone.now())

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
