"""What is written about connections and runs in real accounts. Nothing here calls AWS: every call
is made by a job. A run's state moves by `bring` alone."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from archlab.accounts.models import Learner
from archlab.accounts.privacy import Rows
from archlab.jobs import actions as jobs
from archlab.jobs.reconciler import each
from archlab.sandboxes import queries as sandboxes
from archlab.sandboxes.aws.allowed import LEASE, allowed
from archlab.sandboxes.aws.calls import AwsRefused
from archlab.sandboxes.aws.connection import connected, new_external_id
from archlab.sandboxes.aws.launch import CONFIRM_WITHIN, confirm, extendable, launch_of
from archlab.sandboxes.aws.launched import Launch
from archlab.sandboxes.aws.storing import restored, stored
from archlab.sandboxes.aws.teardown import ENDED, Teardown, retried, teardown_of
from archlab.sandboxes.labs import deployable
from archlab.sandboxes.models import AwsConnection, AwsEvent, AwsRun, SandboxRun, SweepFinding
from archlab.sandboxes.real import queries
from archlab.sandboxes.states import AWS_WAYS, MOVING, AwsState
from archlab.web.errors import Refused

RUN, CONNECT, SWEEP = "aws", "aws-connect", "aws-sweep"
"""The kinds of jobs."""
EXTENSION = LEASE
LATE_LOOKS = (timedelta(hours=1), timedelta(hours=24))
"""After a run was gone: some things show up, or are made, only then."""
RETRY = timedelta(days=1)
"""Between two tries to end what is quarantined."""


WHY_KEPT = "what stands in an account must be torn down, also when its learner is erased"


class NotAllowed(Refused):
    """A rule about real accounts said no."""


@transaction.atomic
def begin_connection(*, learner: Learner, region: str, now: datetime) -> AwsConnection:
    """Draw a secret for a region. Again, it changes nothing: the stack has the first one."""
    if region not in allowed().regions:
        raise NotAllowed(_("Choose one of the regions that are offered."))
    fresh = {"region": region, "external_id": new_external_id(), "created": now}
    return AwsConnection.objects.get_or_create(learner=learner, defaults=fresh)[0]


@transaction.atomic
def name_role(*, connection: AwsConnection, role_arn: str, now: datetime) -> None:
    """Have the role entered by the worker, which says whether it opens."""
    kept = AwsConnection.objects.select_for_update().get(pk=connection.pk)
    try:
        found = connected(
            role_arn, region=kept.region, external_id=kept.external_id, allowed=allowed()
        )
    except AwsRefused as refused:
        raise NotAllowed(str(refused)) from None
    if kept.account not in ("", found.account) and queries.is_looked_after(kept):
        raise NotAllowed(_("A launch in the other account is still looked after. Wait for it."))
    kept.role_arn, kept.account = role_arn.strip(), found.account
    kept.verified_at, kept.problem = None, ""
    kept.save(update_fields=["role_arn", "account", "verified_at", "problem"])
    jobs.ask(kind=CONNECT, business_key=f"{CONNECT}/{kept.pk}", object_ref=str(kept.pk), now=now)


@transaction.atomic
def disconnect(*, connection: AwsConnection) -> None:
    """Forget the role and the secret; not while something could be in the account."""
    kept = AwsConnection.objects.select_for_update().get(pk=connection.pk)
    if queries.is_looked_after(kept):
        raise NotAllowed(
            _("A launch is looked after until a day after it is gone. Disconnect then.")
        )
    kept.delete()


@transaction.atomic
def begin(*, learner: Learner, proof: SandboxRun, lease: timedelta, now: datetime) -> AwsRun:
    """Write the intent down, before anything is asked of AWS. Raises NotAllowed."""
    Learner.objects.select_for_update().get(pk=learner.pk)
    connection = AwsConnection.objects.filter(learner=learner, verified_at__isnull=False).first()
    if connection is None:
        raise NotAllowed(_("Connect an account first, and have it entered once."))
    template = deployable(sandboxes.system_deployed(proof))
    name, slot = secrets.token_hex(4), queries.free_slot()
    try:
        allowed().require(account=connection.account, region=connection.region)
        launch = launch_of(
            run=name,
            template=template,
            connection=queries.entrance(connection),
            standing=queries.standing_of(learner, proof),
            lease=lease,
            now=now,
        )
    except AwsRefused as refused:
        raise NotAllowed(str(refused)) from None
    if proof.region != connection.region:
        said = _("This system is written for %(one)s, and your account is connected in %(other)s.")
        raise NotAllowed(said % {"one": proof.region, "other": connection.region})
    run = _written(
        name=name,
        learner=learner,
        connection=connection,
        proof=proof,
        title=(sandboxes.lab_of(proof).title or proof.block)[:200],
        slot=slot,
        template=template.text,
        template_sha256=template.sha256,
        component_of=dict(template.component_of),
        edits=proof.edits,
        launch=stored(launch),
        created=now,
        changed=now,
        expires=launch.expires_at,
        due=now,
    )
    note(run, "begun", now=now)
    ask(run, now=now)
    return run


def _written(**facts: object) -> AwsRun:
    try:
        with transaction.atomic():
            return AwsRun.objects.create(**facts)
    except IntegrityError:  # somebody else took the last slot, or this learner another tab
        raise NotAllowed(_("Another launch was quicker. Look again in a moment.")) from None


@transaction.atomic
def confirm_launch(*, run: AwsRun, typed: str, now: datetime) -> None:
    """The learner typed what it costs; from here on money is spent."""
    run = _locked(run)
    try:
        launch = confirm(restored(Launch, run.launch), typed, now=now)
    except AwsRefused as refused:
        raise NotAllowed(str(refused)) from None
    if run.state != AwsState.AWAITING_CONFIRM:
        raise NotAllowed(_("There is nothing to confirm any more."))
    bring(run, to=AwsState.DEPLOYING, now=now, launch=stored(launch))
    note(run, "confirmed", now=now)
    ask(run, now=now)


@transaction.atomic
def ask_to_extend(*, run: AwsRun, now: datetime) -> None:
    run = _locked(run)
    if run.state != AwsState.READY:
        raise NotAllowed(_("Only what stands can be extended."))
    try:
        extendable(restored(Launch, run.launch), EXTENSION, now=now)
    except AwsRefused as refused:
        raise NotAllowed(str(refused)) from None
    AwsRun.objects.filter(pk=run.pk).update(extension_asked_at=now)
    note(run, "extension_asked", now=now)
    ask(run, now=now)


@transaction.atomic
def ask_to_end(*, run: AwsRun, now: datetime) -> None:
    """Tear down what stands, or stop what is on its way there. Again, it changes nothing."""
    run = _locked(run)
    if run.state == AwsState.READY:
        begin_teardown(run, "tear_down_asked", now=now)
    elif run.state == AwsState.AWAITING_CONFIRM:
        note(run, "cancel_asked", now=now)
        bring(run, to=AwsState.CANCELLED, now=now, error=_("You cancelled it."))
    elif run.state in (AwsState.VALIDATING, AwsState.DEPLOYING) and not run.cancel_requested_at:
        AwsRun.objects.filter(pk=run.pk).update(cancel_requested_at=now)
        note(run, "cancel_asked", now=now)
    else:
        return
    ask(run, now=now)


@transaction.atomic
def try_again(*, run: AwsRun, now: datetime) -> None:
    """Begin the teardown of what is quarantined anew; what moves by itself is left alone."""
    run = _locked(run)
    teardown = restored(Teardown, run.teardown) if run.teardown else None
    if run.state == AwsState.QUARANTINED and teardown and teardown.step in ENDED:
        bring(run, to=AwsState.QUARANTINED, now=now, teardown=stored(retried(teardown)))
        note(run, "tried_again", now=now)
        ask(run, now=now)


def look(now: datetime) -> None:
    """Bring along what is due: the rule of the reconciler, which never calls AWS itself."""
    each("run in AWS", queries.due(now), lambda run: bring_along(run=run, now=now))
    queries.settled_without_learner().delete()
    queries.deserted_connections().delete()


@transaction.atomic
def bring_along(*, run: AwsRun, now: datetime) -> None:
    """What the clock does to a run whose time has come."""
    run = _locked(run)
    if run.due is None or run.due > now:
        return
    if run.state == AwsState.AWAITING_CONFIRM:
        said = _("Nobody confirmed it in time.")
        bring(run, to=AwsState.CANCELLED, now=now, error=said)
        note(run, "not_confirmed", now=now)
    elif run.state == AwsState.READY:
        begin_teardown(run, "expired", now=now)
    elif run.state == AwsState.QUARANTINED:
        try_again(run=run, now=now)
    ask(run, now=now)


def begin_teardown(run: AwsRun, kind: str, *, now: datetime) -> bool:
    """From whatever was launched, to the proof that nothing is left of it."""
    teardown = stored(teardown_of(restored(Launch, run.launch)))
    moved = bring(run, to=AwsState.TEARING_DOWN, now=now, teardown=teardown)
    if moved:
        note(run, kind, now=now)
    return moved


def bring(run: AwsRun, *, to: AwsState, now: datetime, **facts: object) -> bool:
    """Bring a run from the state that it was read in to another one, or keep it and write.

    False when somebody else moved it meanwhile: then nothing was written. A way that does not
    exist is a programming error.
    """
    if to != run.state and to not in AWS_WAYS[AwsState(run.state)]:
        raise ValueError(f"no way leads from {run.state} to {to}")
    fresh: dict[str, object] = {"state": to, "changed": now, **facts}
    fresh.setdefault("due", _due(run, to, now))
    if not AwsRun.objects.filter(pk=run.pk, state=run.state).update(**fresh):
        return False
    for name, value in fresh.items():
        setattr(run, name, value)
    return True


def note(
    run: AwsRun,
    kind: str,
    *,
    now: datetime,
    logical_id: str = "",
    status: str = "",
    said: str = "",
) -> None:
    """Append to what happened. Within the transaction of what it tells."""
    AwsEvent.objects.create(
        run=run, kind=kind, logical_id=logical_id, status=status[:64], said=said, at=now
    )


def ask(run: AwsRun, *, now: datetime) -> None:
    """Have the run brought along by a worker; part of the caller's transaction."""
    jobs.ask(kind=RUN, business_key=f"{RUN}/{run.pk}", object_ref=str(run.pk), now=now)


def ask_for_sweeps(*, scope: str, now: datetime) -> None:
    """One job for each account, so that one that hangs keeps no other waiting."""
    for pk in queries.to_sweep(scope):
        key = f"{SWEEP}/{scope}/{pk}"
        jobs.ask(kind=SWEEP, business_key=key, object_ref=f"{scope} {pk}", now=now)


@transaction.atomic
def came_back(*, run: AwsRun, now: datetime) -> None:
    """Something of a run that was gone was found: it is torn down once more."""
    run = _locked(run)
    if run.state == AwsState.GONE:
        begin_teardown(run, "came_back", now=now)
        ask(run, now=now)


def record(
    connection: AwsConnection,
    found: Iterable[SweepFinding],
    *,
    regions: Collection[str] | None,
    dark: Collection[str],
) -> None:
    """Keep what a sweep found, and forget what it did not find again in the `regions` that it
    went to, None being all of them; of a `dark` one it could not see everything."""
    kept = []
    for one in found:
        place = {"region": one.region, "what": one.what, "name": one.name[:512]}
        facts = {"run": one.run[:64], "status": one.status, "last_seen": one.last_seen}
        row, _is_new = SweepFinding.objects.update_or_create(
            connection=connection,
            **place,
            defaults=facts,
            create_defaults={**facts, "first_seen": one.first_seen},
        )
        kept.append(row.pk)
    seen = SweepFinding.objects.filter(connection=connection)
    if regions is not None:
        seen = seen.filter(region__in=regions)
    seen.exclude(pk__in=kept).exclude(region__in=dark).delete()


def release_runs(rows: Rows) -> None:
    """Of an erased learner: what may still be in an account is looked after without them."""
    for run in rows:
        if run.state == AwsState.GONE and run.due is None:
            run.delete()
        else:
            AwsRun.objects.filter(pk=run.pk).update(learner=None, proof=None, title="")


def release_connections(rows: Rows) -> None:
    """The way in stays as long as there is something to look after."""
    for connection in rows:
        if queries.is_looked_after(connection):
            AwsConnection.objects.filter(pk=connection.pk).update(learner=None)
        else:
            connection.delete()


def keep(_rows: Rows) -> None:
    """They go and stay with their run or connection, and name nobody."""


def _locked(run: AwsRun) -> AwsRun:
    AwsRun.objects.select_for_update().get(pk=run.pk)
    return queries.runs().get(pk=run.pk)


def _due(run: AwsRun, to: AwsState, now: datetime) -> datetime | None:
    """When the clock has to look after a run that comes into this state."""
    if to in MOVING:
        return now
    if to == AwsState.AWAITING_CONFIRM:
        return now + CONFIRM_WITHIN
    if to == AwsState.QUARANTINED:
        return now + RETRY
    return run.expires if to == AwsState.READY else None
