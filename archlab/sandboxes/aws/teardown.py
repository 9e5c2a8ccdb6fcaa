"""The end of a launch: the stack first, then proof from every region that nothing is left.

empty -> delete -> wait -> schedule -> look (one region a step) -> gone

Gone means that two passes over all enabled regions, half a minute apart, found nothing. After
three failures it is quarantined: a person has to look, and it is never forgotten. Resources are
never retained and nothing is deleted by force.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from archlab.sandboxes.aws.calls import AwsFailed, Clients, ask, pages
from archlab.sandboxes.aws.connection import SERVICE, STACKS, Connection
from archlab.sandboxes.aws.expiry import forget_expiry
from archlab.sandboxes.aws.inventory import (
    Finding,
    Unread,
    enabled_regions,
    inventory,
)
from archlab.sandboxes.aws.launched import Launch
from archlab.sandboxes.aws.leftovers import empty_buckets, remove
from archlab.sandboxes.aws.stacks import stack_state

APART = timedelta(seconds=30)
MOST_FAILURES = 3


class Step(StrEnum):
    EMPTY = "empty"
    DELETE = "delete"
    WAIT = "wait"
    SCHEDULE = "schedule"
    LOOK = "look"
    GONE = "gone"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Teardown:
    """Between two steps. `left` are the regions that the present pass has not seen yet.

    `findings` is what of this run still stands, as far as the pass has come.
    """

    run: str
    region: str
    began_at: datetime
    step: Step = Step.EMPTY
    failures: int = 0
    left: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    clean_passes: int = 0
    clean_at: datetime | None = None
    blockers: tuple[str, ...] = ()
    reason: str = ""

    @property
    def stack(self) -> str:
        return f"{STACKS}{self.run}"

    @property
    def links(self) -> tuple[str, ...]:
        """Where a person looks: the stack, and each region with something left."""
        regions = sorted({self.region, *(one.region for one in self.findings)})
        return (
            f"{_console(self.region, 'cloudformation')}#/stacks?filteringText={self.stack}",
            *(f"{_console(one, 'resource-groups')}#/tag-editor/find-resources" for one in regions),
        )


@dataclass(frozen=True)
class At:
    """The account and the moment of a step; clients have the rights of the teardown role."""

    clients: Clients
    connection: Connection
    now: datetime


def tear_down(teardown: Teardown, at: At) -> Teardown:
    """The next step. What AWS refuses is a failure of this teardown, not an error.

    Raises AwsRefused when the stack of this name is not ours.
    """
    if teardown.step in ENDED:
        return teardown
    try:
        return _STEPS[teardown.step](teardown, at)
    except AwsFailed as failed:
        return _failed(teardown, str(failed))


def teardown_of(launch: Launch) -> Teardown:
    """For every launch that `may_have_written`, however it ended."""
    return Teardown(launch.run, launch.region, launch.began_at)


def retried(teardown: Teardown) -> Teardown:
    """A quarantined one from the beginning: once a day, and when a person asks."""
    return Teardown(teardown.run, teardown.region, teardown.began_at)


def _empty(teardown: Teardown, at: At) -> Teardown:
    if stack_state(at.clients, teardown) is None:
        return replace(teardown, step=Step.SCHEDULE)
    if not empty_buckets(
        at.clients, region=teardown.region, stack=teardown.stack, run=teardown.run
    ):
        return teardown
    return replace(teardown, step=Step.DELETE)


def _delete(teardown: Teardown, at: At) -> Teardown:
    ask(
        at.clients("cloudformation", teardown.region),
        "delete_stack",
        StackName=teardown.stack,
        RoleARN=at.connection.role(SERVICE),
        ClientRequestToken=f"{teardown.run}-delete-{teardown.failures}",
    )
    return replace(teardown, step=Step.WAIT)


def _wait(teardown: Teardown, at: At) -> Teardown:
    state = stack_state(at.clients, teardown)
    if state is None:
        return replace(teardown, step=Step.SCHEDULE, blockers=())
    if state != "DELETE_FAILED":
        return teardown
    formation = at.clients("cloudformation", teardown.region)
    resources = pages(
        formation, "list_stack_resources", "StackResourceSummaries", StackName=teardown.stack
    )
    blockers = tuple(
        f"{one['LogicalResourceId']} ({one['ResourceType']})"
        for one in resources
        if one["ResourceStatus"] == "DELETE_FAILED"
    )
    return _failed(replace(teardown, blockers=blockers), "AWS could not delete the stack.")


def _schedule(teardown: Teardown, at: At) -> Teardown:
    forget_expiry(at.clients, at.connection, stack=teardown.stack)
    return _pass_begun(teardown, at)


def _look(teardown: Teardown, at: At) -> Teardown:
    if not teardown.left:
        too_soon = teardown.clean_at is not None and at.now - teardown.clean_at < APART
        return teardown if too_soon else _pass_begun(teardown, at)
    region, *left = teardown.left
    seen = inventory(at.clients, region, since=teardown.began_at)
    looked = replace(
        teardown,
        left=tuple(left),
        findings=(*teardown.findings, *seen.of(teardown.run)),
        unread=(*teardown.unread, *seen.unread),
    )
    return looked if left else _pass_ended(looked, at)


def _pass_begun(teardown: Teardown, at: At) -> Teardown:
    regions = enabled_regions(at.clients)
    return replace(teardown, step=Step.LOOK, left=regions, findings=(), unread=())


def _pass_ended(teardown: Teardown, at: At) -> Teardown:
    if teardown.findings or teardown.unread:
        for finding in teardown.findings:
            remove(at.clients, finding)
        return _failed(replace(teardown, clean_passes=0), _said(teardown))
    passes = teardown.clean_passes + 1
    step = Step.GONE if passes == 2 else Step.LOOK
    return replace(teardown, step=step, clean_passes=passes, clean_at=at.now, reason="")


def _said(teardown: Teardown) -> str:
    if teardown.findings:
        names = ", ".join(f"{one.what} {one.name}" for one in teardown.findings[:5])
        return f"{len(teardown.findings)} things are left: {names}"
    places = ", ".join(f"{one.what} in {one.region}: {one.code}" for one in teardown.unread[:5])
    return f"Not everything could be looked at: {places}"


def _failed(teardown: Teardown, reason: str) -> Teardown:
    failures = teardown.failures + 1
    step = Step.QUARANTINED if failures >= MOST_FAILURES else Step.EMPTY
    return replace(
        teardown, step=step, failures=failures, reason=reason, clean_passes=0, clean_at=None
    )


def _console(region: str, service: str) -> str:
    return f"https://{region}.console.aws.amazon.com/{service}/home?region={region}"


ENDED = frozenset({Step.GONE, Step.QUARANTINED})
_STEPS: Mapping[Step, Callable[[Teardown, At], Teardown]] = {
    Step.EMPTY: _empty,
    Step.DELETE: _delete,
    Step.WAIT: _wait,
    Step.SCHEDULE: _schedule,
    Step.LOOK: _look,
}
