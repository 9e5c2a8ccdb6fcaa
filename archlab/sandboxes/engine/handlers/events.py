"""Buses of events and the rules on them."""

from __future__ import annotations

import json
from typing import Any

from archlab.sandboxes.engine.contract import (
    Context,
    Created,
    Made,
    handler,
    once,
    present,
    tag_list,
)
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_GONE = "ResourceNotFoundException"


def _bus(context: Context, properties: Properties) -> Created:
    name = properties.text("Name")
    arn = context.client("events").create_event_bus(Name=name, **tag_list(properties))[
        "EventBusArn"
    ]
    return Created(name, {"Arn": arn, "Name": name})


def _rule(context: Context, properties: Properties) -> Created:
    events = context.client("events")
    name = properties.text("Name", context.name)
    given: dict[str, Any] = properties.pick("Description", "ScheduleExpression", "State")
    if "EventPattern" in properties:
        given["EventPattern"] = json.dumps(properties["EventPattern"])
    bus = {"EventBusName": properties.text("EventBusName", "default")}
    arn = events.put_rule(Name=name, **bus, **given)["RuleArn"]
    if targets := [one.pick("Arn", "Id", "RoleArn") for one in properties.lists("Targets")]:
        events.put_targets(Rule=name, Targets=targets, **bus)
    return Created(name, {"Arn": arn}, bus)


def _delete_rule(context: Context, made: Made) -> None:
    """A rule goes only when nothing listens to it any more."""
    events = context.client("events")
    name = made.physical_id

    def delete() -> None:
        found = events.list_targets_by_rule(Rule=name, **made.handle)["Targets"]
        if found:
            events.remove_targets(Rule=name, Ids=[one["Id"] for one in found], **made.handle)
        events.delete_rule(Name=name, **made.handle)

    once(delete, _GONE)


def _rule_exists(context: Context, made: Made) -> bool:
    events = context.client("events")
    return present(lambda: events.describe_rule(Name=made.physical_id, **made.handle), _GONE)


HANDLERS = (
    handler(
        "AWS::Events::EventBus",
        f"Name {TAGS}",
        _bus,
        deleted_by("events", "delete_event_bus", "Name", _GONE),
        seen_by("events", "describe_event_bus", "Name", "Arn", _GONE, one=True),
        "Arn Name",
    ),
    handler(
        "AWS::Events::Rule",
        "Description EventBusName EventPattern* Name ScheduleExpression State"
        " Targets[Arn Id RoleArn]",
        _rule,
        _delete_rule,
        _rule_exists,
        "Arn",
    ),
)
