"""Reads of drills: which there are, whose a run is, how far its night has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID, uuid5

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.http import Http404
from django.urls import reverse

from archlab.accounts.models import Learner
from archlab.accounts.queries import owned_by
from archlab.accounts.visitor import Visitor
from archlab.catalog.models import ScenarioVersion
from archlab.catalog.queries import Entry, entry_of, pack_of, shelf
from archlab.domain.architecture import Architecture
from archlab.domain.grading.drill import Move, Night, play
from archlab.domain.grading.drill.conditions import condition
from archlab.domain.pack import Pack, Step
from archlab.domain.pack.blocks import Drill
from archlab.domain.pack.model import StateFlag
from archlab.drills.models import DrillMove, DrillRun
from archlab.journeys.models import Enrolment
from archlab.journeys.queries import enrolments_of, play_of
from archlab.journeys.runs import compared, version_played
from archlab.journeys.unfinished import Unfinished

Flags = Mapping[str, bool | str]
CONTENTS = (
    "version__content",
    "enrolment__version__content",
    "enrolment__version__scenario__current__content",
)
"""The bytes of packs, which are parsed once per process and not read for each page."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A drill of a published scenario, and the step that it stands on."""

    entry: Entry
    step: Step
    drill: Drill

    @property
    def title(self) -> str:
        return self.drill.title or self.step.title

    @property
    def flags(self) -> tuple[StateFlag, ...]:
        """The earlier decisions that change this night, in the order of the scenario."""
        read = flags_read(self.drill)
        return tuple(flag for flag in self.entry.pack.scenario.flags if flag.id in read)


def flags_read(drill: Drill) -> frozenset[str]:
    """The flags that the course of this night depends on."""
    conditions = [drill.win, drill.lose, *(one.when for one in drill.adjust)]
    conditions += [one.when for one in drill.events]
    parsed = (condition(text) for text in conditions)
    calls = (call for one in parsed if one for call in one.calls if call.name == "flag")
    return frozenset(str(call.arguments[0]) for call in calls if call.arguments)


def offered() -> list[Offered]:
    """Every drill of the published scenarios, in their order; no query."""
    return [found for entry in shelf() for found in _drills_of(entry)]


def offered_as(slug: str, drill: str) -> Offered:
    for found in _drills_of(entry_of(slug)):
        if found.drill.id == drill:
            return found
    raise Http404(f"{slug} has no drill {drill}")


def _drills_of(entry: Entry) -> Iterator[Offered]:
    for step in entry.pack.steps.values():
        for block in step.blocks:
            if isinstance(block, Drill):
                yield Offered(entry, step, block)


def run_of(visitor: Visitor, run_id: UUID) -> DrillRun:
    """The visitor's own run; anybody else's is a 404. One query."""
    found = runs().filter(owned_by(visitor), pk=run_id).first()
    if found is None:
        raise Http404("no such night of yours")
    return found


def unfinished(
    learner: Learner, version: ScenarioVersion, block: str, enrolment: Enrolment | None
) -> DrillRun | None:
    """The run of this drill that waits for its end; alone also one of an older version."""
    mine = runs().filter(learner=learner, block=block, enrolment=enrolment, ended=None)
    waiting = mine.filter(version__scenario=version.scenario_id).order_by("-started")
    return next((run for run in waiting if enrolment is None or counts_in(run, enrolment)), None)


def counts_in(run: DrillRun, enrolment: Enrolment) -> bool:
    """Whether a night is one of the version that the journey is in, its words aside."""
    played = version_played(enrolment)
    return run.version_id == played.pk or compared(run.version, played).minor


def waiting_in(enrolment: Enrolment) -> list[Unfinished]:
    """The nights of a journey that wait for their end."""
    waiting = runs().filter(enrolment=enrolment, ended=None).order_by("started")
    return [
        Unfinished(
            title=title_of(run),
            url=reverse("drills:run", args=[run.pk]),
            give_up_url=reverse("drills:give-up", args=[enrolment.pk, run.block]),
        )
        for run in waiting
        if counts_in(run, enrolment)
    ]


def best_results(visitor: Visitor) -> Mapping[tuple[str, str], int]:
    """(scenario, drill) -> the visitor's best result, 0 to 100; no query for a stranger."""
    if not visitor.known:
        return {}
    ended = DrillRun.objects.filter(owned_by(visitor), ended__isnull=False)
    rows = ended.values_list("version__scenario__slug", "block").annotate(best=Max("result"))
    return {(slug, block): best for slug, block, best in rows}


def runs_of(visitor: Visitor, slug: str, drill: str) -> QuerySet[DrillRun]:
    """The visitor's nights of one drill, newest first."""
    if not visitor.known:
        return DrillRun.objects.none()
    mine = runs().filter(owned_by(visitor), version__scenario__slug=slug, block=drill)
    return mine.order_by("-started")


def journey_at(visitor: Visitor, offered: Offered) -> Enrolment | None:
    """The visitor's newest journey that has come to the step of a drill."""
    for enrolment in enrolments_of(visitor):
        same = enrolment.version.scenario.slug == offered.entry.slug
        if same and offered.step.id in play_of(enrolment).visited:
            return enrolment
    return None


def pack_played(run: DrillRun) -> Pack:
    return pack_of(run.version)


def drill_of(run: DrillRun) -> Drill:
    block = pack_played(run).block(run.block)
    if not isinstance(block, Drill):
        raise Http404(f"{run.block} is no drill")
    return block


def title_of(run: DrillRun) -> str:
    return drill_of(run).title or pack_played(run).steps[run.step].title


def drill_in(step: Step, block_id: str) -> Drill:
    block = step.block(block_id)
    if not isinstance(block, Drill):
        raise Http404(f"step {step.id} has no drill {block_id}")
    return block


def night_of(run: DrillRun) -> Night:
    """The night as the moves made it; at most one query.

    Moves are only ever appended, so their number names the night, and one that this process has
    folded already costs nothing.
    """
    return _night(_State(run.pk, turns_of(run), run))


def turns_of(run: DrillRun) -> int:
    """How many turns were sent."""
    if "turns_sent" in vars(run):
        return int(vars(run)["turns_sent"] or 0)
    return run.turns.count()


def moves_of(run: DrillRun, turns: int) -> list[Move]:
    """The moves of the first turns, in order."""
    known = run.turns.filter(number__lte=turns).order_by("number")
    sent = known.values_list("moves", flat=True)
    return [Move.from_json(one) for moves in sent for one in moves]


def system_shown(run: DrillRun, name: str) -> Architecture:
    """A system of the pack. The learner's own is the one on coming to the step of the drill; for
    a night alone it is the one of the documented way.
    """
    pack = pack_played(run)
    if name in pack.architectures:
        return pack.architectures[name]
    if run.enrolment is not None and counts_in(run, run.enrolment):
        return play_of(run.enrolment).architecture_at(run.step)
    path = pack.path_documented
    before = path[: path.index(run.step) + 1] if run.step in path else path[:1]
    marked = [pack.steps[id_].architecture for id_ in before if pack.steps[id_].architecture]
    return pack.architectures[str(marked[-1])]


def place_of(run: DrillRun) -> str:
    """Where a night was opened: its step, or the page of its drill."""
    if run.enrolment is not None:
        return reverse("journeys:step", args=[run.enrolment.pk, run.step]) + f"#{run.block}"
    return reverse("drills:drill", args=[run.version.scenario.slug, run.block])


def key_for(run: DrillRun, number: int) -> UUID:
    """The idempotency key of a turn: the same in every tab and on every retry."""
    return uuid5(run.id, f"turn/{number}")


@dataclass(frozen=True)
class _State:
    run_id: UUID
    turns: int
    run: DrillRun = field(compare=False)


@lru_cache(maxsize=256)
def _night(state: _State) -> Night:
    return play(drill_of(state.run), moves_of(state.run, state.turns), state.run.flags)


def runs() -> QuerySet[DrillRun]:
    """Runs with all that a page of theirs needs, and the number of their last turn."""
    latest = DrillMove.objects.filter(run=OuterRef("pk")).order_by("-number")
    return (
        DrillRun.objects.select_related(
            "version__scenario", "learner", "enrolment__version__scenario__current"
        )
        .defer(*CONTENTS)
        .annotate(turns_sent=Subquery(latest.values("number")[:1]))
    )
