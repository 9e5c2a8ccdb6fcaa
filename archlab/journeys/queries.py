"""Reads of a journey: whose it is, how far it came, what the page of a step needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TypeGuard
from uuid import UUID, uuid5

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from archlab.accounts.models import Learner
from archlab.accounts.queries import owned_by
from archlab.accounts.visitor import Visitor
from archlab.catalog.models import Scenario, ScenarioVersion
from archlab.catalog.queries import pack_of
from archlab.domain.architecture import Architecture
from archlab.domain.pack import (
    BillView,
    Block,
    Calculator,
    ClaimView,
    Decision,
    Drill,
    Pack,
    Quiz,
    Simulation,
    Step,
)
from archlab.domain.pack.play import Play
from archlab.journeys.models import Enrolment, Explanation, StepEvent
from archlab.journeys.runs import latest_event, play_in, version_played

DIGEST = re.compile(r"[0-9a-f]{64}")


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
    """Every run of a learner, the oldest first."""
    return runs().filter(learner=learner).order_by("started")


def unfinished(learner: Learner, scenario_id: UUID) -> Enrolment | None:
    """The newest enrolment in a scenario that has not come to its end."""
    mine = runs().filter(learner=learner, version__scenario_id=scenario_id).order_by("-started")
    return next((enrolment for enrolment in mine if not play_of(enrolment).finished), None)


def untouched(learner: Learner, version: ScenarioVersion) -> Enrolment | None:
    """An enrolment in which nothing has happened yet."""
    return runs().filter(learner=learner, version=version, events=None).first()


def version_of(enrolment: Enrolment, sha256: str) -> ScenarioVersion:
    """A version of the same scenario by the name of its bytes."""
    if not DIGEST.fullmatch(sha256):
        raise Http404("no version has such a name")
    versions = ScenarioVersion.objects.filter(scenario=enrolment.version.scenario_id)
    found = versions.defer("content").filter(sha256=sha256).first()
    if found is None:
        raise Http404("no such version of this scenario")
    return found


def pack_played(enrolment: Enrolment) -> Pack:
    return pack_of(version_played(enrolment))


def play_of(enrolment: Enrolment) -> Play:
    """The state of a run, folded from its events; at most one query where nothing was moved.

    Events are only ever appended, so the newest one names the state, and a state that this
    process has folded already costs nothing.
    """
    return play_in(enrolment, version_played(enrolment), latest_event(enrolment))


def moments_of(*enrolments: Enrolment) -> Mapping[UUID, list[datetime]]:
    """Run -> when its acts happened, in their order. One query."""
    moments: dict[UUID, list[datetime]] = {run.pk: [] for run in enrolments}
    acts = StepEvent.objects.filter(enrolment__in=moments).order_by("id")
    for run, at in acts.values_list("enrolment_id", "at"):
        moments[run].append(at)
    return moments


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


def played_of(step: Step, block_id: str) -> Calculator | Simulation:
    """A block with settings in the address of its step."""
    block = block_of(step, block_id)
    if not isinstance(block, Calculator | Simulation):
        raise Http404(f"{block_id} has nothing to set")
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
    return isinstance(block, Simulation) or (isinstance(block, ClaimView) and block.ask)


def waiting_question(play: Play, step: Step) -> Decision | Quiz | Drill | None:
    """The first question without an answer on the step where the learner stands, those that may
    be left out aside. What a newer version added to a step behind them never waits.
    """
    if play.step != step.id:
        return None
    asked = (block for block in step.blocks if isinstance(block, Decision | Quiz | Drill))
    return next((q for q in asked if play.counts(q) and not play.attempts(q.id)), None)


def explanation(learner: Learner, scenario: Scenario, step: str) -> QuerySet[Explanation]:
    """What a learner wrote about a step: one row or none."""
    return Explanation.objects.filter(learner=learner, scenario=scenario, step=step)


def explanations_of(visitor: Visitor, scenario_id: UUID) -> dict[str, Explanation]:
    """The visitor's own words about a scenario, by step. One query."""
    mine = Explanation.objects.filter(owned_by(visitor), scenario_id=scenario_id)
    return {one.step: one for one in mine}


def words_in(enrolment: Enrolment) -> dict[str, str]:
    """What the learner of a run wrote about its scenario, by step. One query."""
    mine = Explanation.objects.filter(
        learner=enrolment.learner_id, scenario=enrolment.version.scenario_id
    )
    return dict(mine.values_list("step", "text"))


def run_that_reached(visitor: Visitor, slug: str, step: str) -> Enrolment:
    """The newest run in which the visitor came to a step; without one it is a 404."""
    for enrolment in enrolments_of(visitor).filter(version__scenario__slug=slug):
        if step in play_of(enrolment).visited:
            return enrolment
    raise Http404("you have not come to this step")


def key_for(enrolment: Enrolment, step: str, block: str, kind: str, attempt: int) -> UUID:
    """The idempotency key of the next act. One act has one key, in every tab and on every retry;
    after a move to another version the forms of before are stale.
    """
    moved = f"{enrolment.epoch}/" if enrolment.epoch else ""
    return uuid5(enrolment.id, f"{moved}{step}/{block}/{kind}/{attempt}")


def _of(visitor: Visitor) -> QuerySet[Enrolment]:
    return runs().filter(owned_by(visitor))


def runs() -> QuerySet[Enrolment]:
    """Enrolments with everything that a page asks of them, in one query."""
    return (
        Enrolment.objects.select_related("version__scenario__current")
        .defer("version__content", "version__scenario__current__content")
        .annotate(latest=newest_event())
    )


def newest_event() -> Subquery:
    """The id of an enrolment's newest event, as a column of its own."""
    events = StepEvent.objects.filter(enrolment=OuterRef("pk")).order_by("-id")
    return Subquery(events.values("id")[:1])
