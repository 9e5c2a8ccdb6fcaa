"""The end of a launch, kept by the learner's own account: it comes also when this site is gone.

A schedule that repeats for a day is better than one that fires once: deleting a stack twice does
no harm, and one that fired once and failed would never be heard of again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from archlab.sandboxes.aws.calls import AwsFailed, Clients, ask
from archlab.sandboxes.aws.connection import SCHEDULER, SCHEDULES, Connection

EVERY = "rate(15 minutes)"
INSISTS = timedelta(hours=24)
DELETE_STACK = "arn:aws:scheduler:::aws-sdk:cloudformation:deleteStack"
_THERE_ALREADY = "ConflictException"


def set_expiry(
    clients: Clients, connection: Connection, *, stack: str, expires_at: datetime
) -> None:
    """Make the schedule, or move the one that is there, and read it back.

    Raises AwsFailed also when AWS holds another schedule than the one that was asked for.
    """
    scheduler = clients("scheduler", connection.region)
    wanted = _schedule(connection, stack, expires_at)
    try:
        ask(scheduler, "create_schedule", **wanted)
    except AwsFailed as refused:
        if refused.code != _THERE_ALREADY:
            raise
        if _differing(_read(scheduler, stack), wanted):
            ask(scheduler, "update_schedule", **wanted)
    require_expiry(clients, connection, stack=stack, expires_at=expires_at)


def require_expiry(
    clients: Clients, connection: Connection, *, stack: str, expires_at: datetime
) -> None:
    """Read the schedule. Raises AwsFailed when it is missing or another one."""
    wanted = _schedule(connection, stack, expires_at)
    differing = _differing(_read(clients("scheduler", connection.region), stack), wanted)
    if differing:
        raise AwsFailed("get_schedule", f"another {differing} than was asked for")


def forget_expiry(clients: Clients, connection: Connection, *, stack: str) -> None:
    """Delete the schedule; it is fine when it is gone already."""
    scheduler = clients("scheduler", connection.region)
    try:
        ask(scheduler, "delete_schedule", Name=stack, GroupName=SCHEDULES)
    except AwsFailed as refused:
        if not refused.is_absence:
            raise


def _schedule(connection: Connection, stack: str, expires_at: datetime) -> Mapping[str, Any]:
    return {
        "Name": stack,
        "GroupName": SCHEDULES,
        "ScheduleExpression": EVERY,
        "StartDate": expires_at,
        "EndDate": expires_at + INSISTS,
        "State": "ENABLED",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": DELETE_STACK,
            "RoleArn": connection.role(SCHEDULER),
            "Input": json.dumps({"StackName": stack}),
        },
    }


def _read(scheduler: Any, stack: str) -> Mapping[str, Any]:
    return ask(scheduler, "get_schedule", Name=stack, GroupName=SCHEDULES)


def _differing(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """The first thing that AWS holds otherwise; it may add to a target what we left open."""
    for key, value in wanted.items():
        held = found.get(key)
        if key == "Target":
            held = {name: (held or {}).get(name) for name in value}
        if held != value:
            return key
    return ""
