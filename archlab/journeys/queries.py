"""Reads of a journey: whose it is, how far it came, what the page of a step needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeGuard
from uuid import UUID, uuid5

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.http import Http404

from archlab.accounts.models import Learner
from archlab.accounts.queries import owned_by
from archlab.accounts.visitor import Visitor
from archlab.catalog.models import ScenarioVersion
from archlab.catalog.queries import pack_of
from archlab.domain.architecture import Architecture
from archlab.domain.pack import (
    BillView,
    Block,
    Calculator,
    ClaimView,
    Decision,
    Pack,
    Quiz,
    Step,
)
from archlab.domain.pack.play import Event, Play, replay
from archlab.journeys.models import Enrolment, StepEvent


def enrolment_of(visitor: Visitor, enrolment_id: UUID) -> Enrolment:
    """The visitor's own enrolment with its version; anybody else's is a 404. One query."""
    found = _of(visitor).filter(pk=enrolment_id).first()
    if found is None:
        raise Http404("no such journey of yours")
    return found


def enrolments_of(visitor: Visitor) -> QuerySet[Enrolment]:
    """Newest first; no query for somebody who never started."""
    return _of(visitor).order_by("-started") if visitor.known else Enrolment.objects.none()


def runs_of(learner: Learner) -> QuerySet[Enrolment]:
    return _runs().filter(learner=learner).order_by("started")


def unfinished(learner: Learner, scenario_id: UUID) -> Enrolment | None:
    """The newest enrolment in a scenario that has not come to its end."""
    mine = _runs().filter(learner=learner, version__scenario_id=scenario_id).order_by("-started")
    return next((enrolment for enrolment in mine if not play_of(enrolment).finished), None)


def untouched(learner: Learner, version: ScenarioVersion) -> Enrolment | None:
    """An enrolment in which nothing has happened yet."""
    return _runs().filter(learner=learner, version=version, events=None).first()


def pack_played(enrolment: Enrolment) -> Pack:
    return pack_of(enrolment.version)


def play_of(enrolment: Enrolment) -> Play:
    """The state of a run, folded from its events; at most one query.

    Events are only ever appended, so the newest one names the state, and a state that this
    process has folded already costs nothing.
    """
    return _play(_State(enrolment.pk, latest_event(enrolment), enrolment))


def latest_event(enrolment: Enrolment) -> int:
    """The id of the newest event, 0 before the first."""
    if "latest" in vars(enrolment):
        return int(vars(enrolment)["latest"] or 0)
    return int(enrolment.events.aggregate(latest=Max("id"))["latest"] or 0)


@dataclass(frozen=True)
class _State:
    enrolment_id: UUID
    latest: int
    enrolment: Enrolment = field(compare=False)


@lru_cache(maxsize=256)
def _play(state: _State) -> Play:
    events = StepEvent.objects.filter(enrolment_id=state.enrolment_id, id__lte=state.latest)
    rows = events.order_by("id").values_list("kind", "step", "block", "payload", "attempt")
    return replay(pack_played(state.enrolment), [Event(*row) for row in rows])


def system_after(play: Play, step: str) -> Architecture:
    """What the learner had on leaving a step, or has now on the step where they stand."""
    if play.step == step:
        return play.architecture
    taken = [one.after for one in play.decisions if one.step == step]
    return taken[-1] if taken else play.architecture_at(step)


def step_of(pack: Pack, step_id: str) -> Step:
    try:
        return pack.steps[step_id]
    except KeyError as unknown:
        raise Http404(f"{pack.scenario.slug} has no step {step_id}") from unknown


def block_of(step: Step, block_id: str) -> Block:
    for block in step.blocks:
        if block.id == block_id:
            return block
    raise Http404(f"step {step.id} has no block {block_id}")


def bench_of(step: Step, block_id: str) -> BillView:
    block = block_of(step, block_id)
    if not _is_bench(block):
        raise Http404(f"{block_id} is no bench")
    return block


def _is_bench(block: Block) -> TypeGuard[BillView]:
    return isinstance(block, BillView) and block.mode == "reconcile"


def calculator_of(step: Step, block_id: str) -> Calculator:
    block = block_of(step, block_id)
    if not isinstance(block, Calculator):
        raise Http404(f"{block_id} is no calculator")
    return block


def asked_of(step: Step, block_id: str) -> Block:
    """A block that takes an answer; drawings, ledgers and open claims are a 404."""
    block = block_of(step, block_id)
    if not (isinstance(block, Decision | Quiz) or _is_bench(block) or _is_guess(block)):
        raise Http404(f"{block_id} asks nothing")
    return block


def _is_guess(block: Block) -> bool:
    if isinstance(block, Calculator):
        return block.guess is not None
    return isinstance(block, ClaimView) and block.ask


def waiting_question(play: Play, step: Step) -> Decision | Quiz | None:
    """The first question of a step without an answer, those that may be left out aside."""
    asked = (block for block in step.blocks if isinstance(block, Decision | Quiz))
    return next((q for q in asked if not q.optional and not play.attempts(q.id)), None)


def key_for(enrolment: Enrolment, step: str, block: str, kind: str, attempt: int) -> UUID:
    """The idempotency key of the next act. One act has one key, in every tab and on every retry."""
    return uuid5(enrolment.id, f"{step}/{block}/{kind}/{attempt}")


def _of(visitor: Visitor) -> QuerySet[Enrolment]:
    return _runs().filter(owned_by(visitor))


def _runs() -> QuerySet[Enrolment]:
    return (
        Enrolment.objects.select_related("version__scenario")
        .defer("version__content")
        .annotate(latest=newest_event())
    )


def newest_event() -> Subquery:
    """The id of an enrolment's newest event, as a column of its own."""
    events = StepEvent.objects.filter(enrolment=OuterRef("pk")).order_by("-id")
    return Subquery(events.values("id")[:1])
