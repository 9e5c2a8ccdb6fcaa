"""Writes of drills. Each turn is one appended row; the same key again is the same turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404

from archlab.accounts.actions import lock
from archlab.accounts.models import Learner
from archlab.catalog.models import ScenarioVersion
from archlab.domain.grading.drill import Move, MoveRefused, after, flags_to_json, moves_to_json
from archlab.domain.pack import Step
from archlab.domain.pack.blocks import Drill
from archlab.domain.pack.play import drill_answer
from archlab.drills import queries
from archlab.drills.models import DrillMove, DrillRun
from archlab.drills.queries import Flags
from archlab.journeys import actions as journeys
from archlab.journeys.models import Enrolment, StepEvent
from archlab.journeys.queries import key_for as journey_key
from archlab.journeys.queries import pack_played, play_of
from archlab.journeys.runs import version_played
from archlab.web.errors import Refused

Sent = list[dict[str, str | int]]


class Stale(Refused):
    """The night has gone on since this page was sent."""


@transaction.atomic
def start(
    *,
    learner: Learner,
    version: ScenarioVersion,
    step: Step,
    drill: Drill,
    flags: Flags,
    now: datetime,
) -> DrillRun:
    """A night alone: the one that waits for its end, else a new one; two clicks are one run."""
    lock(learner)
    begun = queries.unfinished(learner, version, drill.id, None)
    return begun or DrillRun.objects.create(
        learner=learner,
        version=version,
        step=step.id,
        block=drill.id,
        flags=dict(flags),
        started=now,
    )


@transaction.atomic
def start_in_step(*, enrolment: Enrolment, step: Step, drill: Drill, now: datetime) -> DrillRun:
    """A night in a journey, with the earlier decisions of the learner as they are now."""
    lock(enrolment.learner)
    play = play_of(enrolment)
    journeys.must_have_reached(play, step)
    journeys.must_be_open(play, step, drill)
    version = version_played(enrolment)
    begun = queries.unfinished(enrolment.learner, version, drill.id, enrolment)
    return begun or DrillRun.objects.create(
        learner=enrolment.learner,
        version=version,
        enrolment=enrolment,
        step=step.id,
        block=drill.id,
        flags=flags_to_json(play.flags),
        started=now,
    )


def start_again(*, run: DrillRun, now: datetime) -> DrillRun:
    """The same drill once more: in its step with the decisions of now, alone as it was begun."""
    enrolment = run.enrolment
    if enrolment is not None and queries.counts_in(run, enrolment):
        step = pack_played(enrolment).steps[run.step]
        drill = queries.drill_in(step, run.block)
        return start_in_step(enrolment=enrolment, step=step, drill=drill, now=now)
    return start(
        learner=run.learner,
        version=run.version,
        step=queries.pack_played(run).steps[run.step],
        drill=queries.drill_of(run),
        flags=run.flags,
        now=now,
    )


@transaction.atomic
def turn(*, run: DrillRun, move: Move, key: UUID | None, now: datetime) -> DrillRun:
    """Let the night go on by one move. Raises `MoveRefused` for one that does not fit now."""
    run = _locked(run)
    sent = moves_to_json([move])
    if _known(run, key, sent):
        return run
    _must_be_next(run, key)
    after(queries.night_of(run), move)
    _append(run, sent, now)
    return run


@transaction.atomic
def close(*, run: DrillRun, moves: Sequence[Move], key: UUID | None, now: datetime) -> DrillRun:
    """What the learner says when the night is over; in a journey it becomes the answer there."""
    run = _locked(run)
    sent = moves_to_json(moves)
    if _known(run, key, sent):
        return run
    _must_be_next(run, key)
    night = queries.night_of(run)
    if night.ended is None:
        raise MoveRefused("The night is not over yet: act, wait, or let it run to its end.")
    for move in moves:
        night = after(night, move)
    _append(run, sent, now)
    run.ended, run.result = now, round(night.result)
    run.save(update_fields=["ended", "result"])
    if run.enrolment is not None:
        _answer_in_step(run, run.enrolment, night.moves, now)
    return run


@transaction.atomic
def give_up(*, enrolment: Enrolment, drill: str) -> None:
    """Forget the night of this drill that waits for its end; what was closed stands."""
    DrillRun.objects.filter(enrolment=enrolment, block=drill, ended=None).delete()


def _answer_in_step(
    run: DrillRun, enrolment: Enrolment, moves: Sequence[Move], now: datetime
) -> None:
    """The whole night as the answer of its block; the journey marks it as any other answer.

    A journey that has gone over to a version with other rules takes no answer of the old one.
    """
    if not queries.counts_in(run, enrolment):
        return
    step = pack_played(enrolment).steps[run.step]
    number = len(play_of(enrolment).attempts(run.block)) + 1
    journeys.answer(
        enrolment=enrolment,
        step=step,
        block=queries.drill_in(step, run.block),
        given=drill_answer(moves, run.flags),
        key=journey_key(enrolment, run.step, run.block, StepEvent.Kind.ANSWERED, number),
        now=now,
    )


def keep_one_open(guest: Learner, owner: Learner) -> None:
    """Of two nights of one drill that wait for their end, the one that was begun later stays."""
    waiting = DrillRun.objects.filter(enrolment=None, ended=None)
    for theirs in waiting.filter(learner=guest):
        mine = waiting.filter(learner=owner, version=theirs.version_id, block=theirs.block).first()
        if mine is not None:
            min(mine, theirs, key=lambda night: night.started).delete()


def _locked(run: DrillRun) -> DrillRun:
    """The row for this turn alone, as it is now; 404 when it was erased meanwhile."""
    return get_object_or_404(queries.runs().select_for_update(of=("self",)), pk=run.pk)


def _known(run: DrillRun, key: UUID | None, sent: Sent) -> bool:
    """Whether this key made its turn already, with the same content."""
    known = run.turns.filter(key=key).first() if key else None
    if known is not None and known.moves != sent:
        raise Stale("The night has gone on, perhaps in another tab. This is how it stands now.")
    return known is not None


def _must_be_next(run: DrillRun, key: UUID | None) -> None:
    if run.ended is not None:
        raise Stale("This night is closed. Its debrief stands below.")
    if key != queries.key_for(run, queries.turns_of(run) + 1):
        raise Stale("The night has gone on, perhaps in another tab. This is how it stands now.")


def _append(run: DrillRun, sent: Sent, now: datetime) -> DrillMove:
    number = queries.turns_of(run) + 1
    key = queries.key_for(run, number)
    return run.turns.create(number=number, key=key, moves=sent, at=now)
