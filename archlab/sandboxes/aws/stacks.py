"""CloudFormation, by change sets alone, and only with stacks that carry our run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from archlab.domain.cloudformation import Template
from archlab.domain.cloudformation.tags import EXPIRES, RUN
from archlab.sandboxes.aws.calls import (
    AwsFailed,
    AwsRefused,
    Clients,
    ask,
    pages,
    without_identity,
)
from archlab.sandboxes.aws.connection import SERVICE, Connection
from archlab.sandboxes.aws.launched import Change, Event, Launch
from archlab.sandboxes.aws.plan import Plan

TEMPLATE = "archlab:template"
"""The tag of the stack with the hash of its template."""
_THERE_ALREADY = "AlreadyExistsException"
_UNDECIDED = frozenset({"CREATE_PENDING", "CREATE_IN_PROGRESS"})


class OfRun(Protocol):
    """A launch or its teardown."""

    @property
    def run(self) -> str: ...

    @property
    def region(self) -> str: ...

    @property
    def stack(self) -> str: ...


def stack_state(clients: Clients, one: OfRun) -> str | None:
    """The state of a run's own stack; None when there is none.

    Raises AwsRefused when a stack of this name is not ours.
    """
    formation = clients("cloudformation", one.region)
    try:
        (found,) = ask(formation, "describe_stacks", StackName=one.stack)["Stacks"]
    except AwsFailed as failed:
        if failed.is_absence:
            return None
        raise
    if _tags(found).get(RUN) != one.run:
        raise AwsRefused(f"A stack named {one.stack} is there and is not ours. It stays.")
    return str(found["StackStatus"])


def propose(clients: Clients, launch: Launch, connection: Connection, template: Template) -> None:
    """Ask for the change set; one of the same name is this very one, made by an earlier try."""
    formation = clients("cloudformation", launch.region)
    types = Plan(template, launch.region, dict(launch.parameters)).types
    tags = {RUN: launch.run, EXPIRES: launch.expires_text, TEMPLATE: launch.sha256}
    try:
        ask(
            formation,
            "create_change_set",
            StackName=launch.stack,
            ChangeSetName=launch.change_set,
            ChangeSetType="CREATE",
            TemplateBody=template.text,
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in launch.parameters
            ],
            Capabilities=["CAPABILITY_IAM"],
            ResourceTypes=sorted(types),
            RoleARN=connection.role(SERVICE),
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            ClientToken=f"{launch.run}-{launch.attempt}",
            OnStackFailure="DELETE",
        )
    except AwsFailed as refused:
        if refused.code != _THERE_ALREADY:
            raise


def changes_of(clients: Clients, launch: Launch) -> tuple[Change, ...] | None:
    """What AWS would do, as it says itself; None while it is thinking. Raises AwsRefused."""
    formation = clients("cloudformation", launch.region)
    names = {"StackName": launch.stack, "ChangeSetName": launch.change_set}
    page = ask(formation, "describe_change_set", **names)
    if page["Status"] in _UNDECIDED:
        return None
    if page["Status"] != "CREATE_COMPLETE":
        said = without_identity(str(page.get("StatusReason", "without a reason")))
        raise AwsRefused(f"AWS does not take the template: {said}")
    found = [_change(one) for one in page.get("Changes", ())]
    while token := page.get("NextToken"):
        page = ask(formation, "describe_change_set", **names, NextToken=token)
        found += [_change(one) for one in page.get("Changes", ())]
    return tuple(found)


def execute(clients: Clients, launch: Launch) -> None:
    ask(
        clients("cloudformation", launch.region),
        "execute_change_set",
        StackName=launch.stack,
        ChangeSetName=launch.change_set,
        ClientRequestToken=f"{launch.run}-{launch.attempt}",
    )


def events_after(clients: Clients, launch: Launch) -> tuple[Event, ...]:
    """The events since the last one that was seen, oldest first. Raises AwsFailed."""
    formation = clients("cloudformation", launch.region)
    found = []
    for one in pages(formation, "describe_stack_events", "StackEvents", StackName=launch.stack):
        if one["EventId"] == launch.last_event:
            break
        found.append(_event(one))
    return tuple(reversed(found))


def _change(one: Mapping[str, Any]) -> Change:
    what = one["ResourceChange"]
    return Change(what["Action"], what["LogicalResourceId"], what["ResourceType"])


def _event(one: Mapping[str, Any]) -> Event:
    return Event(
        one["EventId"],
        one["Timestamp"],
        one.get("LogicalResourceId", ""),
        one.get("ResourceStatus", ""),
        without_identity(str(one.get("ResourceStatusReason", ""))),
    )


def _tags(stack: Mapping[str, Any]) -> Mapping[str, str]:
    return {tag["Key"]: tag["Value"] for tag in stack.get("Tags", ())}
