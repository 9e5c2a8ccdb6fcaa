"""Reads of labs: which there are, whose a run is, how far it has come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, QuerySet
from django.http import Http404

from archlab.accounts.models import Learner
from archlab.accounts.queries import owned_by
from archlab.accounts.visitor import Visitor
from archlab.catalog.queries import Entry, entry_of, pack_of, shelf
from archlab.domain.architecture import Architecture
from archlab.domain.pack import Pack, Step
from archlab.domain.pack.blocks import Lab
from archlab.domain.pack.words import CURRENT
from archlab.journeys.models import Enrolment
from archlab.journeys.queries import play_of, system_after
from archlab.sandboxes.labs import edited, wrong
from archlab.sandboxes.models import CheckResult, RunEvent, RunResource, SandboxRun
from archlab.sandboxes.states import LIVE, UNDER_WAY, State

HOUR = timedelta(hours=1)
ASKED = ("launched", "edited", "deployed_again", "tear_down_asked")
"""Acts of a learner that start a process."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A lab of a published scenario, and the step that it stands on."""

    entry: Entry
    step: Step
    lab: Lab

    @property
    def title(self) -> str:
        return self.lab.title or self.step.title

    @property
    def stands_alone(self) -> bool:
        """It needs no journey, because its system is a named one."""
        return self.lab.architecture != CURRENT


def labs_of(entry: Entry) -> Iterator[Offered]:
    for step in entry.pack.steps.values():
        for block in step.blocks:
            if isinstance(block, Lab):
                yield Offered(entry, step, block)


def offered() -> list[Offered]:
    """Every lab of the published scenarios, in their order; no query."""
    return [found for entry in shelf() for found in labs_of(entry)]


def offered_as(slug: str, lab: str) -> Offered:
    for found in labs_of(entry_of(slug)):
        if found.lab.id == lab:
            return found
    raise Http404(f"{slug} has no lab {lab}")


def lab_in(step: Step, block: str) -> Lab:
    for found in step.blocks:
        if found.id == block and isinstance(found, Lab):
            return found
    raise Http404(f"step {step.id} has no lab {block}")


def lab_of(run: SandboxRun) -> Lab:
    """The lab of a run, in the version that the run was launched with."""
    return lab_in(pack_of(run.version).steps[run.step], run.block)


def system_of(pack: Pack, step: str, lab: Lab, enrolment: Enrolment | None) -> Architecture:
    """The system of a lab: a named one, or the learner's own."""
    if lab.architecture != CURRENT:
        return pack.architectures[lab.architecture]
    if enrolment is None:
        raise Http404("this lab deploys the learner's own system: open it in a journey")
    return system_after(play_of(enrolment), step)


def system_deployed(
    run: SandboxRun, edits: Iterable[Mapping[str, object]] | None = None
) -> Architecture:
    """The system of a run with its faults and the learner's changes: the present ones, or `edits`.

    Its template is what is deployed.
    """
    lab = lab_of(run)
    start = system_of(pack_of(run.version), run.step, lab, run.enrolment)
    return edited(wrong(lab, start, lab.faults), run.edits if edits is None else edits)


def run_of(visitor: Visitor, run_id: UUID) -> SandboxRun:
    """The visitor's own run; anybody else's is a 404. One query."""
    found = runs().filter(owned_by(visitor), uid=run_id).first()
    if found is None:
        raise Http404("no such run of yours")
    return found


def runs_of(visitor: Visitor) -> QuerySet[SandboxRun]:
    """Newest first; no query for somebody who never launched one."""
    mine = runs().filter(owned_by(visitor)).order_by("-created")
    return mine if visitor.known else SandboxRun.objects.none()


def live_in_step(learner: Learner, scenario_id: UUID, step: str) -> SandboxRun | None:
    """The run of a step that the learner can come back to, locked for this transaction."""
    mine = SandboxRun.objects.select_for_update().filter(learner=learner, step=step)
    return mine.filter(scenario=scenario_id, state__in=LIVE).first()


def under_way(learner: Learner) -> int:
    return SandboxRun.objects.filter(learner=learner, state__in=UNDER_WAY).count()


def asked_lately(learner: Learner, now: datetime) -> int:
    """How many processes this learner has started in the last hour."""
    acts = RunEvent.objects.filter(run__learner=learner, kind__in=ASKED, at__gt=now - HOUR)
    return acts.count()


def expired(now: datetime, most: int) -> list[SandboxRun]:
    """Runs whose time is over while the learner could still come back to them."""
    return list(SandboxRun.objects.filter(state__in=LIVE, expires__lte=now)[:most])


def resources_of(run: SandboxRun) -> list[RunResource]:
    return list(run.resources.filter(attempt=run.attempt))


def results_of(run: SandboxRun) -> list[CheckResult]:
    """The verdicts of the newest attempt that has any."""
    newest = run.checks.aggregate(newest=Max("attempt"))["newest"]
    return list(run.checks.filter(attempt=newest)) if newest is not None else []


def events_of(run: SandboxRun) -> list[RunEvent]:
    return list(run.events.all())


def latest_seq(run: SandboxRun) -> int:
    return int(run.events.aggregate(latest=Max("seq"))["latest"] or 0)


def ahead_of(run: SandboxRun) -> int:
    """How many runs have waited longer in the queue."""
    waiting = SandboxRun.objects.filter(state=State.QUEUED, changed__lt=run.changed)
    return waiting.count() if run.state == State.QUEUED else 0


def runs() -> QuerySet[SandboxRun]:
    return SandboxRun.objects.select_related(
        "version__scenario", "learner", "enrolment__version__scenario"
    ).defer("version__content", "enrolment__version__content")


def in_order(names: Iterable[str]) -> list[str]:
    """`scenario/l01` and its like by their number, then all the others as they come."""
    numbered = re.compile(r".*/l([0-9]{2})\Z")
    found = list(names)
    first = sorted((m[1], name) for name in found if (m := numbered.match(name)))
    return [name for _number, name in first] + [one for one in found if not numbered.match(one)]
