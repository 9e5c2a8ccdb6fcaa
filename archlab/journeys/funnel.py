"""How many runs came to each step of each version, and how many went on from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from archlab.catalog.models import ScenarioVersion
from archlab.domain.pack.play import Event, Play
from archlab.journeys.models import Enrolment, Move, StepEvent
from archlab.journeys.runs import compared, legs_of, told

Step = tuple[ScenarioVersion, str]
"""A step as a run first met it: the version it was in then, and the step's id there."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One step of one version: runs that came to it, and runs that went on."""

    version: int
    step: str
    entered: int
    left: int


def funnel(scenario_id: UUID) -> tuple[Passage, ...]:
    """By version and in the order in which the first run met the steps.

    A run counts in the version in which it met a step, however often it was moved since. A step
    that it only passed while moving, because it was added behind it, does not count.
    """
    runs = Enrolment.objects.filter(version__scenario_id=scenario_id).order_by("started", "pk")
    entered: dict[Step, int] = {}
    left: dict[Step, int] = {}
    for run in runs.select_related("version").defer("version__content").prefetch_related("events"):
        met, gone = _met_and_left(run)
        for step in met:
            entered[step] = entered.get(step, 0) + 1
        for step in gone:
            left[step] = left.get(step, 0) + 1
    passages = (Passage(v.number, s, n, left.get((v, s), 0)) for (v, s), n in entered.items())
    return tuple(sorted(passages, key=lambda passage: passage.version))


def _met_and_left(run: Enrolment) -> tuple[Iterable[Step], Iterable[Step]]:
    versions = ("origin", "target")
    moves = list(run.moves.select_related(*versions).defer(*(f"{v}__content" for v in versions)))
    rows = [(e.epoch, _read(e)) for e in run.events.all()]
    met: dict[int, dict[str, Step]] = {}
    """Version -> step id in it -> the step as it was first met."""
    gone: dict[Step, None] = {}
    for epoch in range(len(moves) + 1):
        version = moves[epoch].origin if epoch < len(moves) else run.version
        before = _names_before(version, moves[:epoch], met)
        so_far = [row for row in rows if row[0] < epoch]
        arrived = _play(version, moves[:epoch], so_far) if epoch else None
        now = _play(version, moves[:epoch], [row for row in rows if row[0] <= epoch])
        passed = set(arrived.visited) - set(before) if arrived else set()
        names = {step: before.get(step, (version, step)) for step in now.visited}
        met[version.pk] = {**before, **{s: at for s, at in names.items() if s not in passed}}
        gone |= dict.fromkeys(met[version.pk][s] for s in now.visited if _left(now, s, passed))
    steps = dict.fromkeys(step for names in met.values() for step in names.values())
    return steps, gone


def _left(play: Play, step: str, passed: set[str]) -> bool:
    return step != play.step and step not in passed


def _names_before(
    version: ScenarioVersion, moves: Sequence[Move], met: Mapping[int, Mapping[str, Step]]
) -> dict[str, Step]:
    """What was met already, by its name in the version that is read now."""
    if not moves:
        return {}
    last = moves[-1]
    if last.undoes_id is not None:
        return dict(met.get(version.pk, met.get(last.target_id, {})))
    now = compared(last.origin, last.target).step_now
    return {now[step]: at for step, at in met[last.origin_id].items() if step in now}


def _play(
    version: ScenarioVersion, moves: Sequence[Move], rows: Sequence[tuple[int, Event]]
) -> Play:
    return told(legs_of(version, moves), rows).play


def _read(event: StepEvent) -> Event:
    return Event(event.kind, event.step, event.block, event.payload, event.attempt)
