"""Writes of a learner who goes on in a newer version, goes back, or stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from archlab.catalog.models import ScenarioVersion
from archlab.journeys.actions import locked
from archlab.journeys.models import Enrolment, Kept, Move
from archlab.journeys.runs import (
    latest_event,
    moves_of,
    newer_version,
    standing_move,
    version_played,
)
from archlab.journeys.unfinished import unfinished_in
from archlab.web.errors import Refused

UNDO_FOR = timedelta(days=30)


class RunFinished(Refused):
    """A finished run stays in the version in which it was finished."""


class PlanIsOld(Refused):
    """The run or the versions have changed since the plan was shown."""


class StillOpen(Refused):
    """Something begun in this version has no end yet, and would have none in another one."""


class NothingToUndo(Refused):
    """No move of this run can be taken back."""


def move_key(enrolment: Enrolment, target: ScenarioVersion) -> UUID:
    """The key of the move that was previewed: it is stale as soon as anything else happens."""
    place = f"{enrolment.epoch}/{latest_event(enrolment)}"
    return uuid5(enrolment.id, f"{place}/{enrolment.version.sha256}/{target.sha256}/moved")


def undo_key(move: Move) -> UUID:
    """The key of taking a move back; what was answered since does not make it stale."""
    return uuid5(move.enrolment_id, f"{move.epoch}/undone")


@transaction.atomic
def move(*, enrolment: Enrolment, to: ScenarioVersion, key: UUID | None, now: datetime) -> Move:
    """Go on in the newest version, by the plan that the learner has seen."""
    enrolment, play = locked(enrolment)
    known = enrolment.moves.filter(key=key, target=to).first() if key else None
    if known is not None:
        return known
    if play.finished:
        raise RunFinished("This journey is finished, so it stays in its version.")
    if to != newer_version(enrolment) or key != move_key(enrolment, to):
        raise PlanIsOld(
            "You have gone on, or the journey has changed, since this plan was made. "
            "Load the page again and look at what would happen now."
        )
    _must_have_ended_all(enrolment)
    return _turned(enrolment, version_played(enrolment), to, None, move_key(enrolment, to), now)


@transaction.atomic
def undo_move(*, enrolment: Enrolment, key: UUID | None, now: datetime) -> Move:
    """Back to where the learner stood before their last move; later answers stay unread."""
    enrolment, play = locked(enrolment)
    known = enrolment.moves.filter(key=key).exclude(undoes=None).first() if key else None
    if known is not None:
        return known
    if play.finished:
        raise RunFinished("This journey is finished, so it stays in its version.")
    last = standing_move(moves_of(enrolment))
    if last is None or key != undo_key(last):
        raise NothingToUndo("There is no such move to take back. The map shows where you are.")
    if now > last.at + UNDO_FOR:
        raise NothingToUndo(f"A move can be taken back for {UNDO_FOR.days} days; these are over.")
    _must_have_ended_all(enrolment)
    return _turned(enrolment, version_played(enrolment), last.origin, last, undo_key(last), now)


@transaction.atomic
def keep(*, enrolment: Enrolment, version: ScenarioVersion, now: datetime) -> Kept:
    """Stay: this newer version is not offered on the steps any more."""
    enrolment, _play = locked(enrolment)
    if version != newer_version(enrolment):
        raise PlanIsOld("There is a still newer version by now. Load the page again.")
    kept, _is_new = enrolment.kept.get_or_create(version=version, defaults={"at": now})
    return kept


def _must_have_ended_all(enrolment: Enrolment) -> None:
    waiting = unfinished_in(enrolment)
    if waiting:
        raise StillOpen(
            f"“{waiting[0].title}” waits for its end in this version. Finish it or give it up "
            "first; the page of the versions has a button for either."
        )


def _turned(
    enrolment: Enrolment,
    origin: ScenarioVersion,
    target: ScenarioVersion,
    undoes: Move | None,
    key: UUID,
    now: datetime,
) -> Move:
    """Switch the pin, and say so in a row."""
    enrolment.epoch += 1
    enrolment.version = target
    enrolment.save(update_fields=["epoch", "version"])
    return enrolment.moves.create(
        key=key, epoch=enrolment.epoch, origin=origin, target=target, undoes=undoes, at=now
    )
