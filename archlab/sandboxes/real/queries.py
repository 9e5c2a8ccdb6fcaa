"""Reads of connections and of runs in real accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404

from archlab.accounts.models import Learner
from archlab.accounts.queries import has_second_factor, owned_by, verified_address
from archlab.accounts.visitor import Visitor
from archlab.sandboxes import queries
from archlab.sandboxes.aws.allowed import Standing
from archlab.sandboxes.aws.connection import Connection
from archlab.sandboxes.labs import ACTION, SET
from archlab.sandboxes.models import AwsConnection, AwsEvent, AwsRun, SandboxRun, SweepFinding
from archlab.sandboxes.states import MOST_LIVE_RUNS, AwsState, State

A_PASS = 200
ALARMING = (SweepFinding.Status.OVERDUE, SweepFinding.Status.UNKNOWN)
"""A suspect has neither our name nor our tag: it is told and left alone."""


def connection_of(visitor: Visitor) -> AwsConnection | None:
    return AwsConnection.objects.filter(owned_by(visitor)).first()


def run_of(visitor: Visitor, run_id: UUID) -> AwsRun:
    """The visitor's own run; anybody else's is a 404."""
    found = runs().filter(owned_by(visitor), uid=run_id).first()
    if found is None:
        raise Http404("no such run of yours")
    return found


def any_run(run_id: UUID) -> AwsRun:
    """Whoever's it is: for operators."""
    found = runs().filter(uid=run_id).first()
    if found is None:
        raise Http404("no such run")
    return found


def runs_of(visitor: Visitor) -> QuerySet[AwsRun]:
    return runs().filter(owned_by(visitor)).order_by("-created")


def runs() -> QuerySet[AwsRun]:
    return AwsRun.objects.select_related("connection", "learner__user", "proof__version__scenario")


def is_open() -> bool:
    """Whether there are pages of real accounts: switched on, or with something still there that
    somebody must be able to see and to end."""
    return bool(settings.AWS_ENABLED) or live().exists()


def live() -> QuerySet[AwsRun]:
    """Those of which something may be in an account."""
    return AwsRun.objects.exclude(state=AwsState.GONE)


def quarantined() -> list[AwsRun]:
    return list(AwsRun.objects.filter(state=AwsState.QUARANTINED).order_by("changed"))


def findings() -> QuerySet[SweepFinding]:
    return SweepFinding.objects.select_related("connection")


def alarming() -> int:
    """How many things the last sweeps found that nobody looks after."""
    return SweepFinding.objects.filter(status__in=ALARMING).count()


def unseen() -> list[AwsConnection]:
    """Accounts that the last sweep could not look at as a whole."""
    return list(AwsConnection.objects.exclude(unread=[]))


def free_slot() -> int | None:
    taken = set(AwsRun.objects.filter(gone_at=None).values_list("slot", flat=True))
    return next((slot for slot in range(1, MOST_LIVE_RUNS + 1) if slot not in taken), None)


def standing_of(learner: Learner, proof: SandboxRun) -> Standing:
    """What decides whether a learner may launch the template of a run."""
    holding = AwsRun.objects.filter(gone_at=None)
    user = learner.user
    return Standing(
        second_factor=user is not None and has_second_factor(user),
        live_runs=holding.filter(learner=learner).count(),
        live_runs_of_all=holding.count(),
        proven={proof.template_sha256: is_proven(proof)},
    )


def own_address(learner: Learner | None) -> str:
    """The verified address to which alarms of a launch may go; empty when there is none."""
    return verified_address(learner.user) if learner and learner.user else ""


def is_proven(run: SandboxRun) -> bool:
    """Whether the run shows that its template is right as it is written.

    A call mends what stands and not the template. So it counts only where nothing but faults
    planted after the deployment was to be mended, which no real account will have.
    """
    if run.state != State.READY:
        return False
    found = queries.results_of(run)
    if not found or any(one.status != "pass" for one in found):
        return False
    kinds = {edit["kind"] for edit in run.edits}
    compiled = any(fault.change is not None for fault in queries.lab_of(run).faults)
    return ACTION not in kinds or not (compiled or SET in kinds)


def due(now: datetime) -> list[AwsRun]:
    """What the clock has to bring along now, the longest due first."""
    return list(AwsRun.objects.filter(due__lte=now).order_by("due")[:A_PASS])


def events_of(run: AwsRun) -> list[AwsEvent]:
    return list(run.events.all())


def latest_event(run: AwsRun) -> int:
    """The number of the last event; 0 before the first."""
    return run.events.order_by("-pk").values_list("pk", flat=True).first() or 0


def to_sweep(scope: str) -> list[int]:
    """Connections with something live, or all in which anything was ever launched."""
    entered = AwsConnection.objects.filter(verified_at__isnull=False, runs__isnull=False)
    if scope == "live":
        entered = entered.filter(runs__in=live())
    return list(entered.distinct().order_by("pk").values_list("pk", flat=True))


def expiries(connection: AwsConnection) -> Mapping[str, datetime | None]:
    """Each run that this site knows in the account: its end, or None when it is gone."""
    known = AwsRun.objects.filter(connection__account=connection.account)
    return {
        run.name: None if run.state == AwsState.GONE else run.expires
        for run in known.only("name", "state", "expires")
    }


def is_looked_after(connection: AwsConnection) -> AwsRun | None:
    """A run of this connection that is not settled: not gone, or with a late look to come."""
    return connection.runs.filter(~Q(state=AwsState.GONE) | Q(due__isnull=False)).first()


def settled_without_learner() -> QuerySet[AwsRun]:
    """Runs of learners who were erased, after the last look."""
    return AwsRun.objects.filter(learner=None, state=AwsState.GONE, due=None)


def deserted_connections() -> QuerySet[AwsConnection]:
    return AwsConnection.objects.filter(learner=None, runs__isnull=True)


def entrance(connection: AwsConnection) -> Connection:
    return Connection(connection.account, connection.region, connection.external_id)
