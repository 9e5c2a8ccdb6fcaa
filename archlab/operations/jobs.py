"""The ledger of jobs as the pages of the operator show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from archlab.jobs import queries
from archlab.jobs.kinds import UnknownKind, kind_of, told_kinds
from archlab.jobs.models import Cluster, Job, JobEvent

MOST = 100

STATES: dict[str, str | Promise] = {
    Job.State.QUEUED: gettext_lazy("waits"),
    Job.State.RUNNING: gettext_lazy("at work"),
    Job.State.SUCCEEDED: gettext_lazy("done"),
    Job.State.FAILED: gettext_lazy("failed"),
    Job.State.DEAD: gettext_lazy("given up"),
    Job.State.CANCELLED: gettext_lazy("cancelled"),
}
EVENTS: dict[str, str | Promise] = {
    **STATES,
    JobEvent.Kind.ASKED: gettext_lazy("asked for"),
    JobEvent.Kind.CLAIMED: gettext_lazy("begun"),
    JobEvent.Kind.INTERRUPTED: gettext_lazy("interrupted, waits again"),
    JobEvent.Kind.AGAIN: gettext_lazy("one step done, comes again"),
    JobEvent.Kind.CANCEL_REQUESTED: gettext_lazy("asked to stop"),
    JobEvent.Kind.RUN_AGAIN: gettext_lazy("to be run again"),
}


@dataclass(frozen=True)
class Line:
    """One job of the list."""

    job: Job

    @property
    def title(self) -> str:
        """The kind in words; its name when no app knows it any more."""
        try:
            return str(kind_of(self.job.kind).title)
        except UnknownKind:
            return self.job.kind

    @property
    def state(self) -> str | Promise:
        return STATES[self.job.state]

    @property
    def is_bad(self) -> bool:
        return self.job.state in (Job.State.DEAD, Job.State.FAILED)

    @property
    def events(self) -> list[tuple[JobEvent, str | Promise]]:
        return [(one, EVENTS[one.kind]) for one in queries.events_of(self.job)]


@dataclass(frozen=True)
class Ledger:
    """The list, and whether somebody works on it."""

    lines: list[Line]
    total: int
    by_state: dict[str, int]
    clusters: list[Cluster]
    beat_at: datetime | None

    @property
    def counts(self) -> list[tuple[str | Promise, int]]:
        return [
            (word, self.by_state[name]) for name, word in STATES.items() if name in self.by_state
        ]

    @property
    def given_up(self) -> int:
        return self.by_state.get(Job.State.DEAD, 0)

    @property
    def active(self) -> int:
        return sum(self.by_state.get(state, 0) for state in Job.ACTIVE)

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.lines)


def ledger(chosen: dict[str, str]) -> Ledger:
    kinds = told_kinds()
    found = queries.listed(
        [chosen["kind"]] if chosen.get("kind") else kinds, chosen.get("state", "")
    )
    lines = [Line(job) for job in found[:MOST]]
    facts = queries.counts(kinds), queries.clusters(), queries.worker_beat()
    return Ledger(lines, found.count(), *facts)
