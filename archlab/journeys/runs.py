"""The run behind an enrolment: the versions it went through and what happened in each.

Nothing is stored twice: which version is read, and what counts in it, is computed from the pinned
version, the moves and the events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from uuid import UUID

from django.db import connection
from django.db.models import Max

from archlab.catalog.models import ScenarioVersion
from archlab.catalog.queries import pack_of
from archlab.domain.pack import Pack
from archlab.domain.pack.carry import Plan, carry, plan
from archlab.domain.pack.play import Carried, Event, Play, replay
from archlab.domain.pack.versions import Comparison, compare
from archlab.journeys.models import Enrolment, Move, StepEvent


@dataclass(frozen=True)
class Leg:
    """A stretch of a run in one version: what happened in these epochs counts."""

    version: ScenarioVersion
    epochs: tuple[int, ...]


@dataclass(frozen=True)
class Told:
    """What makes a run in the version that is read now."""

    pack: Pack
    events: tuple[Event, ...]
    carried: Carried

    @property
    def play(self) -> Play:
        return replay(self.pack, self.events, self.carried)


def version_played(enrolment: Enrolment) -> ScenarioVersion:
    """The version whose words the learner reads: the pinned one, or the newest one after it in
    which nothing but words was mended. A finished run keeps its own.
    """
    if "played" not in vars(enrolment):
        vars(enrolment)["played"] = _version_played(enrolment)
    played: ScenarioVersion = vars(enrolment)["played"]
    return played


def newer_version(enrolment: Enrolment) -> ScenarioVersion | None:
    """The scenario's present version, if it came after the pinned one."""
    pinned, current = enrolment.version, enrolment.version.scenario.current
    if current is None or current.number <= pinned.number or current.status != "published":
        return None
    return current


def latest_event(enrolment: Enrolment) -> int:
    """The id of the newest event, 0 before the first."""
    if "latest" in vars(enrolment):
        return int(vars(enrolment)["latest"] or 0)
    return int(enrolment.events.aggregate(latest=Max("id"))["latest"] or 0)


def play_in(enrolment: Enrolment, version: ScenarioVersion, latest: int) -> Play:
    """The run up to the event `latest`, folded at most once per process."""
    state = _State(enrolment.pk, latest, enrolment.epoch, version.sha256, enrolment, version)
    return _folded(state)[0]


def play_within(enrolment: Enrolment, version: ScenarioVersion, latest: int) -> Play:
    """The run as an open transaction sees it, not kept: after a rollback its ids come again."""
    state = _State(enrolment.pk, latest, enrolment.epoch, version.sha256, enrolment, version)
    return _fold(state)[0]


def plan_in(
    enrolment: Enrolment, version: ScenarioVersion, target: ScenarioVersion, latest: int
) -> Plan:
    """What moving from the version that is read to another one would do."""
    state = _State(enrolment.pk, latest, enrolment.epoch, version.sha256, enrolment, version)
    told = _folded(state)[1]
    comparison = compared(version, target)
    return plan(told.pack, pack_of(target), comparison, told.events, told.carried)


def compared(old: ScenarioVersion, new: ScenarioVersion) -> Comparison:
    """Two versions beside each other, compared once per process."""
    return _compared(_Pair(old.sha256, new.sha256, old, new))


def legs_of(pinned: ScenarioVersion, moves: Sequence[Move]) -> tuple[Leg, ...]:
    """The stretches that count, the present one last, which is read in `pinned`."""
    line = [Leg(moves[0].origin if moves else pinned, (0,))]
    before: dict[int, list[Leg]] = {}
    for move in moves:
        if move.undoes_id is None:
            line[-1] = replace(line[-1], version=move.origin)
            before[move.pk] = list(line)
            line.append(Leg(move.target, (move.epoch,)))
        else:
            line = before[move.undoes_id]
            line[-1] = replace(line[-1], epochs=(*line[-1].epochs, move.epoch))
    line[-1] = replace(line[-1], version=pinned)
    return tuple(line)


def moves_of(enrolment: Enrolment) -> list[Move]:
    """Every move and undoing, in order; no query for a run that was never moved."""
    if not enrolment.epoch:
        return []
    versions = ("origin__content", "target__content")
    return list(enrolment.moves.select_related("origin", "target").defer(*versions))


def standing_move(moves: Sequence[Move]) -> Move | None:
    """The last move that was not undone."""
    undone = {move.undoes_id for move in moves}
    standing = [move for move in moves if move.undoes_id is None and move.pk not in undone]
    return standing[-1] if standing else None


def told(legs: Sequence[Leg], rows: Sequence[tuple[int, Event]]) -> Told:
    """The run that these legs make of all events with their epochs."""

    def happened(leg: Leg) -> tuple[Event, ...]:
        return tuple(event for epoch, event in rows if epoch in leg.epochs)

    carried = Carried()
    for old, new in pairwise(legs):
        packs = (pack_of(old.version), pack_of(new.version))
        comparison = compared(old.version, new.version)
        carried = carry(*packs, comparison, happened(old), carried)
    return Told(pack_of(legs[-1].version), happened(legs[-1]), carried)


def answered_at(enrolment: Enrolment) -> Mapping[str, datetime]:
    """Block, by its id in the version that is read -> when its answer in force was given."""
    answers = StepEvent.objects.filter(enrolment=enrolment, kind=StepEvent.Kind.ANSWERED)
    rows = list(answers.order_by("id").values_list("epoch", "block", "at"))
    legs = legs_of(version_played(enrolment), moves_of(enrolment))
    given = {block: at for epoch, block, at in rows if epoch in legs[0].epochs}
    for old, new in pairwise(legs):
        now = compared(old.version, new.version).block_now
        given = {now[block].new: at for block, at in given.items() if block in now}
        given |= {block: at for epoch, block, at in rows if epoch in new.epochs}
    return given


def _version_played(enrolment: Enrolment) -> ScenarioVersion:
    newer = newer_version(enrolment)
    mended = _mended(enrolment.version, newer) if newer else enrolment.version
    if mended == enrolment.version:
        return mended
    fold = play_within if connection.in_atomic_block else play_in
    finished = fold(enrolment, enrolment.version, latest_event(enrolment)).finished
    return enrolment.version if finished else mended


def _mended(pinned: ScenarioVersion, current: ScenarioVersion) -> ScenarioVersion:
    """The newest published version up to `current` in which only words differ."""
    if compared(pinned, current).minor:
        return current
    between = ScenarioVersion.objects.filter(
        scenario_id=pinned.scenario_id,
        status="published",
        number__gt=pinned.number,
        number__lt=current.number,
    )
    candidates = between.defer("content") if current.number > pinned.number + 1 else ()
    return next((one for one in candidates if compared(pinned, one).minor), pinned)


@dataclass(frozen=True)
class _State:
    enrolment_id: UUID
    latest: int
    epoch: int
    sha256: str
    enrolment: Enrolment = field(compare=False)
    version: ScenarioVersion = field(compare=False)


@lru_cache(maxsize=256)
def _folded(state: _State) -> tuple[Play, Told]:
    return _fold(state)


def _fold(state: _State) -> tuple[Play, Told]:
    events = StepEvent.objects.filter(enrolment_id=state.enrolment_id, id__lte=state.latest)
    rows = events.order_by("id").values_list("epoch", "kind", "step", "block", "payload", "attempt")
    legs = legs_of(state.version, moves_of(state.enrolment))
    made = told(legs, [(epoch, Event(*row)) for epoch, *row in rows])
    return made.play, made


@dataclass(frozen=True)
class _Pair:
    old_sha256: str
    new_sha256: str
    old: ScenarioVersion = field(compare=False)
    new: ScenarioVersion = field(compare=False)


@lru_cache(maxsize=64)
def _compared(pair: _Pair) -> Comparison:
    return compare(pack_of(pair.old), pack_of(pair.new))
