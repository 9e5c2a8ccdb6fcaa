"""A whole account, as jobs: the first visit, and the standing sweep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from archlab.jobs.work import Work
from archlab.sandboxes.aws.allowed import allowed
from archlab.sandboxes.aws.calls import AwsFailed, AwsRefused
from archlab.sandboxes.aws.connection import (
    DEPLOY,
    entered,
    own_identity,
    preflight,
    require_secret,
)
from archlab.sandboxes.aws.sweep import Swept, sweep
from archlab.sandboxes.models import AwsConnection, AwsRun, SweepFinding
from archlab.sandboxes.real import actions, door, queries
from archlab.sandboxes.states import AwsState


def verify(work: Work) -> None:
    """Enter the account once and look around; nothing is written there."""
    connection = AwsConnection.objects.filter(pk=work.job.object_ref).first()
    if connection is None:
        return
    problem = _problem_of(connection)
    with work.finishing("refused" if problem else ""):
        now = work.clock()
        same = AwsConnection.objects.filter(pk=connection.pk, role_arn=connection.role_arn)
        same.update(problem=problem, verified_at=None if problem else now)


def _problem_of(connection: AwsConnection) -> str:
    way = queries.entrance(connection)
    try:
        sts = own_identity(way.region)
        require_secret(way, sts=sts)
        preflight(entered(way, DEPLOY, sts=sts), way, allowed())
    except AwsRefused as refused:
        return str(refused)
    except AwsFailed as failed:
        said = _(
            "The role did not open: %(why)s Check the secret and the region in the stack, and ask "
            "the people who run this site whether its worker has an identity at AWS."
        )
        return said % {"why": failed}
    return ""


def sweep_one(work: Work) -> None:
    """Look through an account, write down what should not be there, and end what is ours."""
    scope, _space, pk = work.job.object_ref.partition(" ")
    connection = AwsConnection.objects.filter(pk=pk).first()
    if connection is None:
        return
    way = queries.entrance(connection)
    ((_way, found),) = sweep(
        [(way, connection.created)],
        enter=door.to_look,
        runs=queries.expiries(connection),
        now=work.clock(),
        scope="live" if scope == "live" else "all",
    )
    with work.fenced():
        _record(connection, found, scope, work.clock())
    for run in AwsRun.objects.filter(
        name__in={one.run for one in found.overdue}, state=AwsState.GONE
    ):
        with work.fenced():
            actions.came_back(run=run, now=work.clock())


def _record(connection: AwsConnection, found: Swept, scope: str, now: datetime) -> None:
    """What could not be looked at keeps what was known of it."""
    dark = {one.region for one in found.unread}
    if not any(one.what == "account" for one in found.unread):
        regions = [connection.region] if scope == "live" else None
        actions.record(connection, _rows(found, now), regions=regions, dark=dark)
    unread = [[one.region, one.what, one.code] for one in found.unread]
    facts = {"unread": unread} if scope == "all" or unread else {}
    AwsConnection.objects.filter(pk=connection.pk).update(swept_at=now, **facts)


def _rows(found: Swept, now: datetime) -> Iterator[SweepFinding]:
    sorts = (
        (SweepFinding.Status.OVERDUE, found.overdue),
        (SweepFinding.Status.UNKNOWN, found.unknown),
        (SweepFinding.Status.SUSPECT, found.suspects),
    )
    for status, things in sorts:
        for one in things:
            yield SweepFinding(
                region=one.region,
                what=one.what,
                name=one.name,
                run=one.run,
                status=status,
                first_seen=now,
                last_seen=now,
            )
