"""A launch in ten steps, each of them short, repeatable and stored before the next one begins.

preflight -> gate -> price -> expiry -> change set -> show -> confirm -> execute -> events -> checks

Nothing is written before the expiry stands and was read back. A step that is done twice, because
its worker died, finds what it made and goes on. The row with the run must be committed before the
first step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from archlab.domain.architecture import Architecture
from archlab.domain.cloudformation import Template, template_of
from archlab.domain.pricing import PriceBook
from archlab.sandboxes.aws.allowed import MOST_EXTENSIONS, Allowed, Standing, require_lease
from archlab.sandboxes.aws.calls import AwsFailed, AwsRefused, Clients
from archlab.sandboxes.aws.connection import DEPLOY, Connection, entered, preflight, session_policy
from archlab.sandboxes.aws.expiry import require_expiry, set_expiry
from archlab.sandboxes.aws.gate import Linter, require_gate
from archlab.sandboxes.aws.launched import ENDED, Launch, Stage
from archlab.sandboxes.aws.plan import Plan
from archlab.sandboxes.aws.quote import quote
from archlab.sandboxes.aws.stacks import (
    changes_of,
    events_after,
    execute,
    propose,
    stack_state,
)

PATIENCE = timedelta(minutes=20)
"""A change set has no time limit of its own."""
CONFIRM_WITHIN = timedelta(minutes=15)
ALMOST_OVER = timedelta(minutes=10)
IN_THE_MAKING = frozenset({"CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS"})

_RUN = re.compile(r"[a-z0-9]{4,12}")

Checks = Callable[[Clients], Mapping[str, str]]
"""Reads the stack back: check id -> verdict."""


@dataclass(frozen=True)
class Work:
    """What one step of a launch may use; nothing of it is stored."""

    clients: Clients
    connection: Connection
    allowed: Allowed
    architecture: Architecture
    template: Template
    book: PriceBook
    checks: Checks
    now: datetime
    own_email: str = ""
    linter: Linter | None = None


def deployer(template: Template, connection: Connection, *, sts: Any) -> Clients:
    """Clients that may do what a launch of this template needs, and no more."""
    types = Plan(template, connection.region).types
    policy = session_policy(types, connection)
    return entered(connection, DEPLOY, sts=sts, policy=policy)


def launch_of(
    *,
    run: str,
    template: Template,
    connection: Connection,
    standing: Standing,
    lease: timedelta,
    now: datetime,
) -> Launch:
    """The intent, to be stored before anything else. Raises AwsRefused.

    `run` is short, because CloudFormation cuts the names that it makes from the left part on, and
    has no hyphen, because a hyphen ends it there.
    """
    if not _RUN.fullmatch(run):
        raise ValueError(f"a run named {run}: 4 to 12 small letters and digits")
    standing.require(template.sha256)
    require_lease(lease)
    whole = now.replace(microsecond=0)
    return Launch(run, connection.region, template.sha256, whole, whole + lease)


def advance(launch: Launch, work: Work) -> Launch:
    """The next step. A launch that waits or has ended comes back as it is.

    Raises AwsRefused, which ends the launch (and has it torn down if `may_have_written`), and
    AwsFailed, after which the same step can be tried again.
    """
    if launch.stage in ENDED:
        return launch
    if launch.sha256 != work.template.sha256:
        raise AwsRefused("The template is not the one that this launch began with.")
    if not work.connection.region == work.architecture.region == launch.region:
        raise AwsRefused(
            f"The system is written for {work.architecture.region}, and the account is connected "
            f"in {work.connection.region}. Connect it there, or choose another system."
        )
    return _STEPS[launch.stage](replace(launch, news=()), work)


def confirm(launch: Launch, typed: str, *, now: datetime) -> Launch:
    """The learner typed the phrase with the amount and the hours. Raises AwsRefused."""
    if launch.stage != Stage.CONFIRM or launch.quote is None:
        raise AwsRefused("There is nothing to confirm. Open the launch again to see where it is.")
    if _is_late(launch, now):
        raise AwsRefused("The time to confirm is over. Begin the launch again.")
    if not launch.quote.is_confirmed_by(typed):
        raise AwsRefused(f"Type exactly: {launch.quote.phrase}")
    return replace(launch, stage=Stage.EXECUTE, confirmed_at=now)


def extendable(launch: Launch, more: timedelta, *, now: datetime) -> datetime:
    """The later end. Raises AwsRefused beyond two times or four hours."""
    if launch.extensions >= MOST_EXTENSIONS:
        raise AwsRefused(f"A launch can be extended {MOST_EXTENSIONS} times. Tear it down.")
    if now >= launch.expires_at:
        raise AwsRefused("Its time is over, and it is being deleted. Begin a new launch.")
    later = launch.expires_at + more
    require_lease(later - launch.began_at)
    return later


def extend(launch: Launch, more: timedelta, work: Work) -> Launch:
    """Move the end, in the account first. Raises AwsRefused beyond two times or four hours."""
    later = extendable(launch, more, now=work.now)
    set_expiry(work.clients, work.connection, stack=launch.stack, expires_at=later)
    return replace(launch, expires_at=later, extensions=launch.extensions + 1)


def _preflight(launch: Launch, work: Work) -> Launch:
    preflight(work.clients, work.connection, work.allowed)
    stack_state(work.clients, launch)
    return replace(launch, stage=Stage.GATE)


def _gate(launch: Launch, work: Work) -> Launch:
    values = _parameters(launch, work)
    plan = Plan(work.template, launch.region, values, work.own_email)
    require_gate(plan, linter=work.linter)
    return replace(launch, stage=Stage.PRICE, parameters=tuple(sorted(values.items())))


def _price(launch: Launch, work: Work) -> Launch:
    if template_of(work.architecture).sha256 != launch.sha256:
        raise AwsRefused("The price would be that of another system than the template's.")
    lease = launch.expires_at - launch.began_at
    priced = quote(work.architecture, work.template, book=work.book, lease=lease)
    if priced.not_priced:
        unknown = ", ".join(priced.not_priced)
        raise AwsRefused(f"The price book has no price for {unknown}: nobody could confirm a sum.")
    return replace(launch, stage=Stage.EXPIRY, quote=priced)


def _expiry(launch: Launch, work: Work) -> Launch:
    set_expiry(work.clients, work.connection, stack=launch.stack, expires_at=launch.expires_at)
    return replace(launch, stage=Stage.CHANGE_SET)


def _change_set(launch: Launch, work: Work) -> Launch:
    propose(work.clients, launch, work.connection, work.template)
    return replace(launch, stage=Stage.SHOW)


def _show(launch: Launch, work: Work) -> Launch:
    changes = changes_of(work.clients, launch)
    if changes is None:
        return launch
    return replace(launch, stage=Stage.CONFIRM, changes=changes, shown_at=work.now)


def _wait(launch: Launch, work: Work) -> Launch:
    if _is_late(launch, work.now):
        return replace(launch, stage=Stage.CANCELLED, reason="Nobody confirmed it in time.")
    return launch


def _execute(launch: Launch, work: Work) -> Launch:
    """Whoever deleted the expiry meanwhile has to live without the stack."""
    if launch.expires_at - work.now < ALMOST_OVER:
        return replace(launch, stage=Stage.CANCELLED, reason="Its time is nearly over.")
    require_expiry(work.clients, work.connection, stack=launch.stack, expires_at=launch.expires_at)
    if stack_state(work.clients, launch) == "REVIEW_IN_PROGRESS":
        execute(work.clients, launch)
    return replace(launch, stage=Stage.EVENTS, executed_at=work.now)


def _events(launch: Launch, work: Work) -> Launch:
    try:
        news = events_after(work.clients, launch)
    except AwsFailed as failed:
        if not failed.is_absence:
            raise
        return replace(launch, stage=Stage.FAILED, reason="AWS took it back and deleted it.")
    state = stack_state(work.clients, launch)
    seen = replace(launch, news=news, last_event=news[-1].id if news else launch.last_event)
    if state == "CREATE_COMPLETE":
        return replace(seen, stage=Stage.CHECKS)
    if state not in IN_THE_MAKING:
        return replace(seen, stage=Stage.FAILED, reason=f"AWS says {state or 'that it is gone'}.")
    if work.now - (launch.executed_at or work.now) > PATIENCE:
        minutes = int(PATIENCE / timedelta(minutes=1))
        said = f"It was not complete after {minutes} minutes."
        return replace(seen, stage=Stage.FAILED, reason=said)
    return seen


def _checks(launch: Launch, work: Work) -> Launch:
    verdicts = work.checks(work.clients)
    return replace(launch, stage=Stage.READY, verdicts=tuple(sorted(verdicts.items())))


def _parameters(launch: Launch, work: Work) -> Mapping[str, str]:
    """What this launch says to the parameters that the template declares."""
    given = {
        "Run": launch.run,
        "Expires": launch.expires_text,
        "PermissionsBoundary": work.connection.boundary,
        "AlertEmail": work.own_email,
    }
    declared = Plan(work.template, launch.region).values
    return {name: value for name, value in given.items() if name in declared and value}


def _is_late(launch: Launch, now: datetime) -> bool:
    return now - (launch.shown_at or now) > CONFIRM_WITHIN


_STEPS: Mapping[Stage, Callable[[Launch, Work], Launch]] = {
    Stage.PREFLIGHT: _preflight,
    Stage.GATE: _gate,
    Stage.PRICE: _price,
    Stage.EXPIRY: _expiry,
    Stage.CHANGE_SET: _change_set,
    Stage.SHOW: _show,
    Stage.CONFIRM: _wait,
    Stage.EXECUTE: _execute,
    Stage.EVENTS: _events,
    Stage.CHECKS: _checks,
}
