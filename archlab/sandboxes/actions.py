"""What learners do with runs. A run's state only ever moves by `move`, one way and once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from archlab.accounts.models import Learner
from archlab.catalog.models import ScenarioVersion
from archlab.catalog.queries import pack_of
from archlab.domain.cloudformation import Template
from archlab.domain.pack.blocks import Lab
from archlab.journeys.models import Enrolment
from archlab.sandboxes import ledger, queries
from archlab.sandboxes.edits import must_be_offered
from archlab.sandboxes.labs import EditRefused, deployable, edited, planted, wrong
from archlab.sandboxes.models import RunEvent, RunResource, SandboxRun
from archlab.sandboxes.states import LIVE, REPAIRABLE, UNDER_WAY, WAYS, ResourceState, State
from archlab.web.errors import Refused

MOST_UNDER_WAY = 2
MOST_AN_HOUR = 60
MOST_EDITS = 40
KEPT = timedelta(days=90)
A_PASS = 200


class TooMany(Refused):
    """This learner has enough at work."""

    status = 429


class NotNow(Refused):
    """The run is not in a state in which this can be done."""


class Stale(NotNow):
    """The page was older than the run."""


def move(run: SandboxRun, *, to: State, now: datetime, **facts: object) -> bool:
    """Bring a run from the state that it was read in to another one.

    False when somebody else moved it meanwhile: then nothing was written. A way that does not
    exist is a programming error.
    """
    if to not in WAYS[State(run.state)]:
        raise ValueError(f"no way leads from {run.state} to {to}")
    fresh = {"state": to, "changed": now, **facts}
    if not SandboxRun.objects.filter(pk=run.pk, state=run.state).update(**fresh):
        return False
    for name, value in fresh.items():
        setattr(run, name, value)
    return True


def note(run: SandboxRun, kind: str, *, now: datetime, logical_id: str = "", **args: object) -> int:
    """Append an event; its number in the run. Within the transaction of what it tells."""
    seq = queries.latest_seq(run) + 1
    RunEvent.objects.create(
        run=run,
        seq=seq,
        attempt=run.attempt,
        kind=kind,
        logical_id=logical_id,
        args=args,
        at=now,
    )
    return seq


@transaction.atomic
def launch(
    *,
    learner: Learner,
    version: ScenarioVersion,
    step: str,
    lab: Lab,
    enrolment: Enrolment | None,
    now: datetime,
) -> SandboxRun:
    """Start a lab, or come back to the run of it that stands. One of a step stands at a time."""
    Learner.objects.select_for_update().get(pk=learner.pk)
    standing = queries.live_in_step(learner, version.scenario_id, step)
    if standing is not None and standing.block == lab.id and not standing.is_over(now):
        return standing
    if standing is not None:
        _make_room(standing, now)
    _must_have_room(learner, now)
    system = queries.system_of(pack_of(version), step, lab, enrolment)
    template = deployable(wrong(lab, system, lab.faults))
    run = SandboxRun.objects.create(
        learner=learner,
        scenario_id=version.scenario_id,
        version=version,
        enrolment=enrolment,
        step=step,
        block=lab.id,
        region=lab.region or system.region,
        faults=planted(lab.faults),
        created=now,
        changed=now,
        expires=now + timedelta(minutes=lab.ttl_minutes),
        **_written(template),
    )
    note(run, "launched", now=now)
    ledger.ask(run, now=now)
    return run


@transaction.atomic
def edit(*, run: SandboxRun, change: Mapping[str, object], seen: int, now: datetime) -> SandboxRun:
    """A change of the learner's, and with it a new attempt in a fresh account.

    `seen` is the attempt that the learner looked at. Raises EditRefused, and then nothing changed.
    """
    run = _locked(run, seen, now)
    lab = queries.lab_of(run)
    must_be_offered(lab, change)
    edits = [*run.edits, dict(change)]
    if len(edits) > MOST_EDITS:
        raise EditRefused(_("A run keeps at most 40 changes. Launch the lab again."))
    system = queries.system_of(pack_of(run.version), run.step, lab, run.enrolment)
    template = deployable(edited(wrong(lab, system, lab.faults), edits))
    facts = {**_written(template), "template_before": run.template, "edits": edits}
    _again(run, "edited", now, facts)
    return run


@transaction.atomic
def deploy_again(*, run: SandboxRun, seen: int, now: datetime) -> SandboxRun:
    """The same template once more, after an attempt that broke off."""
    run = _locked(run, seen, now)
    _again(run, "deployed_again", now, {"template_before": ""})
    return run


@transaction.atomic
def tear_down(*, run: SandboxRun, seen: int, now: datetime) -> SandboxRun:
    """One more attempt that ends with the deletion of all that it made, to look at."""
    run = _locked(run, seen, now)
    _again(run, "tear_down_asked", now, {"tears_down": True})
    return run


@transaction.atomic
def cancel(*, run: SandboxRun, now: datetime) -> None:
    """Stop what is under way; a run that has come to its end stays as it is."""
    run = SandboxRun.objects.select_for_update().get(pk=run.pk)
    if State(run.state) not in UNDER_WAY or run.cancel_requested_at is not None:
        return
    SandboxRun.objects.filter(pk=run.pk).update(cancel_requested_at=now)
    note(run, "cancel_asked", now=now)
    ledger.cancel(run, now=now)


@transaction.atomic
def close(*, run: SandboxRun, now: datetime) -> None:
    """Leave a run: nothing of it is alive, so nothing has to be deleted."""
    run = SandboxRun.objects.select_for_update().get(pk=run.pk)
    if State(run.state) in REPAIRABLE:
        discard(run, "closed", now)


def expire(*, now: datetime) -> int:
    """End the runs whose time is over, and forget those of 90 days ago; how many ended."""
    count = 0
    for run in queries.expired(now, A_PASS):
        with transaction.atomic():
            fresh = SandboxRun.objects.select_for_update().get(pk=run.pk)
            if not fresh.is_over(now):
                continue
            if State(fresh.state) in UNDER_WAY:
                cancel(run=fresh, now=now)
            elif State(fresh.state) in LIVE:
                discard(fresh, "expired", now)
                count += 1
    old = SandboxRun.objects.filter(changed__lt=now - KEPT).exclude(state__in=UNDER_WAY)
    old.delete()
    return count


def discard(run: SandboxRun, kind: str, now: datetime) -> None:
    """The end of a run whose process is gone: what it made went with its process."""
    if move(run, to=State.GONE, now=now):
        abandon(run)
        note(run, kind, now=now)


def abandon(run: SandboxRun) -> None:
    """The resources of an attempt that ended without a tear down are discarded, not deleted."""
    gone = (ResourceState.DELETED, ResourceState.CREATE_FAILED)
    of_attempt = RunResource.objects.filter(run=run, attempt=run.attempt)
    of_attempt.exclude(state__in=gone).update(state=ResourceState.DISCARDED)


def keep_one_live(guest: Learner, owner: Learner) -> None:
    """Of two runs that stand in one step, the account's own stays; the guest's is over."""
    for theirs in SandboxRun.objects.filter(learner=guest, state__in=LIVE):
        if queries.live_in_step(owner, theirs.scenario_id, theirs.step) is None:
            continue
        if theirs.is_under_way:
            move(theirs, to=State.CANCELLED, now=theirs.changed)
            ledger.cancel(theirs, now=theirs.changed)
        discard(theirs, "closed", theirs.changed)


def _written(template: Template) -> dict[str, object]:
    return {
        "template": template.text,
        "template_sha256": template.sha256,
        "component_of": dict(template.component_of),
    }


def _locked(run: SandboxRun, seen: int, now: datetime) -> SandboxRun:
    """The run as it is now, in a state in which a learner may change it."""
    Learner.objects.select_for_update().get(pk=run.learner_id)
    SandboxRun.objects.select_for_update().get(pk=run.pk)
    fresh = queries.runs().get(pk=run.pk)
    if State(fresh.state) in UNDER_WAY:
        raise NotNow(_("The run is at work. Wait until it has ended, or cancel it."))
    if State(fresh.state) not in REPAIRABLE or fresh.is_over(now):
        raise NotNow(_("This run is over. Launch the lab again; nothing of it was left behind."))
    if fresh.attempt != seen:
        raise Stale(_("This page is older than the run. Look at what it found, then change it."))
    return fresh


def _again(run: SandboxRun, kind: str, now: datetime, facts: Mapping[str, object]) -> None:
    _must_have_room(run.learner, now)
    lab = queries.lab_of(run)
    fresh = {
        "error": "",
        "cancel_requested_at": None,
        "tears_down": False,
        "expires": now + timedelta(minutes=lab.ttl_minutes),
        **facts,
    }
    if State(run.state) not in LIVE:
        standing = queries.live_in_step(run.learner, run.scenario_id, run.step)
        if standing is not None:
            raise NotNow(_("Another lab of this step stands. Go back to it, or close it."))
    if not move(run, to=State.QUEUED, now=now, **fresh):
        raise Stale(_("This page is older than the run. Look at what it found, then change it."))
    note(run, kind, now=now)
    ledger.ask(run, now=now)


def _make_room(standing: SandboxRun, now: datetime) -> None:
    if State(standing.state) in UNDER_WAY:
        raise NotNow(_("Another lab of this step is at work. Wait until it has ended."))
    discard(standing, "closed", now)


def _must_have_room(learner: Learner, now: datetime) -> None:
    if queries.under_way(learner) >= MOST_UNDER_WAY:
        raise TooMany(_("Two of your labs are under way. Wait until one has ended."))
    if queries.asked_lately(learner, now) >= MOST_AN_HOUR:
        raise TooMany(_("You have started 60 attempts within an hour. Go on a little later."))
