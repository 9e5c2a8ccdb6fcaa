"""A run in a real account, as a job: one short step after the other, each stored before the next.

No transaction is open while AWS is asked, and every write stands behind the job's fence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from archlab.domain.cloudformation import Template
from archlab.jobs.models import Job
from archlab.jobs.work import Again, Work
from archlab.sandboxes import queries as sandboxes
from archlab.sandboxes.aws import launch as launching
from archlab.sandboxes.aws.allowed import allowed
from archlab.sandboxes.aws.calls import AwsFailed, AwsRefused
from archlab.sandboxes.aws.inventory import enabled_regions, inventory
from archlab.sandboxes.aws.launched import Launch, Stage
from archlab.sandboxes.aws.storing import restored, stored
from archlab.sandboxes.aws.teardown import (
    APART,
    ENDED,
    MOST_FAILURES,
    At,
    Step,
    Teardown,
    tear_down,
)
from archlab.sandboxes.labs import deployable
from archlab.sandboxes.models import AwsEvent, AwsRun
from archlab.sandboxes.real import actions, queries
from archlab.sandboxes.real.door import Door
from archlab.sandboxes.real.mail import tell_operators
from archlab.sandboxes.real.readback import checks_of
from archlab.sandboxes.states import AwsState
from archlab.web.prices import active_book

AT_ONCE = timedelta(0)
MOST_TRIES = 3
BETWEEN_TRIES = timedelta(seconds=10)
BETWEEN_FAILURES = timedelta(seconds=60)
BETWEEN_POLLS = timedelta(seconds=10)
A_CLAIM = timedelta(minutes=2)
"""How long one claim of the job goes on by itself; the queue is there for others too."""
GIVES_UP = timedelta(hours=48)
"""After a run was gone: whoever removed the roles by then keeps us from a late look."""

STATE_AT: Mapping[Stage, AwsState] = {
    Stage.CONFIRM: AwsState.AWAITING_CONFIRM,
    Stage.EXECUTE: AwsState.DEPLOYING,
    Stage.EVENTS: AwsState.DEPLOYING,
    Stage.CHECKS: AwsState.DEPLOYING,
    Stage.READY: AwsState.READY,
    Stage.FAILED: AwsState.FAILED,
    Stage.CANCELLED: AwsState.CANCELLED,
}

Wait = timedelta | None
"""Until the next step; None when the run rests."""


def carry_out(work: Work) -> None:
    """Bring the job's run along until it rests or has to wait."""
    begun, door = work.clock(), Door()
    while True:
        run = queries.runs().filter(pk=work.job.object_ref).first()
        step = STEPS.get(AwsState(run.state)) if run else None
        wait = step(run, work, door) if run and step else None
        if wait is None:
            return
        if wait or work.clock() - begun > A_CLAIM:
            raise Again(wait)


def left(job: Job) -> None:
    """The job ended without an end of its run; the clock asks for the next one."""
    run = queries.runs().filter(pk=job.object_ref).first()
    if run is None or job.state == Job.State.SUCCEEDED:
        return
    now = job.ended_at or run.changed
    if run.state in (AwsState.VALIDATING, AwsState.DEPLOYING):
        cancelled = job.state == Job.State.CANCELLED
        said = _("It was cancelled.") if cancelled else _("The worker broke off.")
        to = AwsState.CANCELLED if cancelled else AwsState.FAILED
        actions.bring(run, to=to, now=now, error=said)
        actions.note(run, str(to), now=now, said=said)
    elif run.teardown and run.state in (AwsState.TEARING_DOWN, AwsState.QUARANTINED):
        teardown = restored(Teardown, run.teardown)
        if teardown.step not in ENDED:
            failures = teardown.failures + 1
            step = Step.QUARANTINED if failures >= MOST_FAILURES else Step.EMPTY
            reason = _("The worker broke off.")
            _keep_teardown(run, replace(teardown, failures=failures, step=step, reason=reason), now)


def _launch(run: AwsRun, work: Work, door: Door) -> Wait:
    launch = restored(Launch, run.launch)
    if run.cancel_requested_at is not None:
        return _over(run, work, AwsState.CANCELLED, _("You cancelled it."))
    try:
        return _came(run, work, launching.advance(launch, _work_of(run, door, work.clock())))
    except AwsRefused as refused:
        return _over(run, work, AwsState.FAILED, str(refused))
    except AwsFailed as failed:
        return _tried(run, work, failed)


def _came(run: AwsRun, work: Work, launch: Launch) -> Wait:
    """A step was made: what it brought is written down, its events once."""
    to = STATE_AT.get(launch.stage, AwsState.VALIDATING)
    with work.fenced():
        now = work.clock()
        facts = {"launch": stored(replace(launch, news=())), "tries": 0, "error": launch.reason}
        if not actions.bring(run, to=to, now=now, **facts):
            return None
        for one in launch.news:
            actions.note(
                run,
                AwsEvent.STACK,
                now=one.at,
                logical_id=one.logical_id,
                status=one.state,
                said=one.said,
            )
        if to not in (AwsState.VALIDATING, AwsState.DEPLOYING):
            actions.note(run, str(to), now=now, said=launch.reason)
    return None if to == AwsState.AWAITING_CONFIRM else timedelta(seconds=launch.wait_s)


def _tried(run: AwsRun, work: Work, failed: AwsFailed) -> Wait:
    """The same step again after a while, three times in all."""
    if run.tries + 1 >= MOST_TRIES:
        return _over(run, work, AwsState.FAILED, str(failed))
    with work.fenced():
        actions.bring(run, to=AwsState(run.state), now=work.clock(), tries=run.tries + 1)
    return BETWEEN_TRIES


def _over(run: AwsRun, work: Work, to: AwsState, said: str) -> Wait:
    with work.fenced():
        if actions.bring(run, to=to, now=work.clock(), error=said, tries=0):
            actions.note(run, str(to), now=work.clock(), said=said)
    return AT_ONCE


def _end(run: AwsRun, work: Work, _door: Door) -> Wait:
    """What failed or was cancelled is torn down, unless nothing of it was ever written."""
    with work.fenced():
        now = work.clock()
        if restored(Launch, run.launch).may_have_written:
            actions.begin_teardown(run, "tearing_down", now=now)
        elif actions.bring(run, to=AwsState.GONE, now=now, gone_at=now):
            actions.note(run, "nothing_written", now=now)
    return AT_ONCE


def _tear_down(run: AwsRun, work: Work, door: Door) -> Wait:
    teardown = restored(Teardown, run.teardown or {})
    if teardown.step in ENDED or run.connection is None:
        return None
    at = At(door.to_tear_down(run.connection), queries.entrance(run.connection), work.clock())
    try:
        moved = tear_down(teardown, at)
    except AwsRefused as refused:  # a stack of this name that is not ours: a person has to look
        moved = replace(teardown, step=Step.QUARANTINED, reason=str(refused))
    with work.fenced():
        if not _keep_teardown(run, moved, work.clock()):
            return None
    if moved.failures > teardown.failures:
        return BETWEEN_FAILURES if moved.step not in ENDED else None
    if moved.step == Step.WAIT:
        return BETWEEN_POLLS
    return APART if moved.step == Step.LOOK and not moved.left else AT_ONCE


def _keep_teardown(run: AwsRun, teardown: Teardown, now: datetime) -> bool:
    facts: dict[str, object] = {"teardown": stored(teardown)}
    to = AwsState(run.state)
    if teardown.step == Step.GONE:
        to = AwsState.GONE
        facts |= {"gone_at": now, "late_looks": 0, "due": now + actions.LATE_LOOKS[0]}
    elif teardown.step == Step.QUARANTINED:
        to = AwsState.QUARANTINED
        facts["due"] = now + actions.RETRY
    elif run.state == AwsState.QUARANTINED:
        facts["due"] = now  # a retry that breaks off is taken up again
    if not actions.bring(run, to=to, now=now, **facts):
        return False
    if teardown.step in ENDED:
        actions.note(run, str(to), now=now, said=teardown.reason)
    if teardown.step == Step.QUARANTINED:
        transaction.on_commit(lambda: tell_operators(run))
    return True


def _extend(run: AwsRun, work: Work, door: Door) -> Wait:
    """In the account first, then here: the account's own end is the one that counts."""
    if run.extension_asked_at is None:
        return None
    said, launch = "", restored(Launch, run.launch)
    try:
        launch = launching.extend(launch, actions.EXTENSION, _work_of(run, door, work.clock()))
    except (AwsRefused, AwsFailed) as error:
        said = str(error)
    with work.fenced():
        now = work.clock()
        facts = {"launch": stored(launch), "expires": launch.expires_at, "due": launch.expires_at}
        if actions.bring(run, to=AwsState.READY, now=now, extension_asked_at=None, **facts):
            actions.note(run, "not_extended" if said else "extended", now=now, said=said)
    return AT_ONCE


def _look_late(run: AwsRun, work: Work, door: Door) -> Wait:
    """An hour and a day after a run was gone: is it still?"""
    now = work.clock()
    if run.due is None or run.due > now or run.gone_at is None or run.connection is None:
        return None
    clients = door.to_tear_down(run.connection)
    try:
        regions = enabled_regions(clients)
        places = [inventory(clients, one, since=run.created) for one in regions]
    except AwsFailed:
        places = []
    if any(place.of(run.name) for place in places):
        with work.fenced():
            actions.came_back(run=run, now=now)
        return AT_ONCE
    unseen = not places or any(place.unread for place in places)
    with work.fenced():
        _looked(run, unseen=unseen, now=now)
    return None


def _looked(run: AwsRun, *, unseen: bool, now: datetime) -> None:
    """Nothing was found; what could not be seen is looked at again, but not for ever."""
    gone_at = run.gone_at or now
    looks = run.late_looks + (0 if unseen else 1)
    due = gone_at + actions.LATE_LOOKS[looks] if looks < len(actions.LATE_LOOKS) else None
    if unseen:
        due = now + actions.LATE_LOOKS[0]
        if now - gone_at > GIVES_UP:
            due = None
    if actions.bring(run, to=AwsState.GONE, now=now, due=due, late_looks=looks):
        actions.note(run, "not_looked_at" if unseen else "looked_late", now=now)


def _work_of(run: AwsRun, door: Door, now: datetime) -> launching.Work:
    """What a step of the launch may use. Raises AwsRefused when its beginnings are gone."""
    if run.proof is None or run.connection is None:
        raise AwsRefused(_("The run in the emulator, or the connection, is not there any more."))
    system = sandboxes.system_deployed(run.proof, run.edits)
    template = deployable(system)
    if template.sha256 != run.template_sha256:
        template = Template(json.loads(run.template), run.component_of)
    way = queries.entrance(run.connection)
    lab = sandboxes.lab_of(run.proof)
    return launching.Work(
        clients=door.to_launch(run.connection, template),
        connection=way,
        allowed=allowed(),
        architecture=system,
        template=template,
        book=active_book(),
        checks=checks_of(run, lab, way.region),
        now=now,
        own_email=queries.own_address(run.learner),
    )


STEPS: Mapping[AwsState, Callable[[AwsRun, Work, Door], Wait]] = {
    AwsState.VALIDATING: _launch,
    AwsState.DEPLOYING: _launch,
    AwsState.READY: _extend,
    AwsState.FAILED: _end,
    AwsState.CANCELLED: _end,
    AwsState.TEARING_DOWN: _tear_down,
    AwsState.QUARANTINED: _tear_down,
    AwsState.GONE: _look_late,
}
"""Where nothing stands, the run waits for a person."""
