"""One launch from its intent to its checks, with every answer of AWS laid out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_desk import ALLOWED, CONNECTION, REGION, Desk, lays_out_preflight
from aws_systems import small

from archlab.domain.cloudformation import Template, template_of
from archlab.domain.pricing import PriceBook
from archlab.sandboxes.aws.allowed import Standing
from archlab.sandboxes.aws.calls import Clients
from archlab.sandboxes.aws.connection import Connection
from archlab.sandboxes.aws.launch import Work, advance, confirm, launch_of
from archlab.sandboxes.aws.launched import Launch, Stage
from archlab.sandboxes.aws.storing import restored, stored

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ENDS = NOW + timedelta(hours=1)
ACCOUNT = CONNECTION.account
STACK = "archlab-7f3a"
STACK_ARN = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/11aa"
TEMPLATE = template_of(small())
TAGS = [{"Key": "archlab:run", "Value": "7f3a"}]
SCHEDULE = {
    "Name": STACK,
    "GroupName": "archlab",
    "ScheduleExpression": "rate(15 minutes)",
    "StartDate": ENDS,
    "EndDate": ENDS + timedelta(hours=24),
    "State": "ENABLED",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {
        "Arn": "arn:aws:scheduler:::aws-sdk:cloudformation:deleteStack",
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/archlab-scheduler",
        "Input": json.dumps({"StackName": STACK}),
    },
}
HELD = {
    **SCHEDULE,
    "Target": {**SCHEDULE["Target"], "RetryPolicy": {"MaximumRetryAttempts": 185}},  # type: ignore[dict-item]  # a literal of mixed values
}


def verdicts(_clients: Clients) -> Mapping[str, str]:
    return {"dlq_redrive": "pass"}


def work(desk: Desk, **more: Any) -> Work:
    given = {
        "clients": desk.client,
        "connection": CONNECTION,
        "allowed": ALLOWED,
        "architecture": small(),
        "template": TEMPLATE,
        "book": PriceBook.shipped(),
        "checks": verdicts,
        "now": NOW,
        "linter": lambda _text, _region: iter(()),
    }
    return Work(**{**given, **more})


def intent(
    *,
    run: str = "7f3a",
    template: Template = TEMPLATE,
    connection: Connection = CONNECTION,
    standing: Standing | None = None,
) -> Launch:
    proven = {template.sha256: True}
    ready = Standing(second_factor=True, live_runs=0, live_runs_of_all=0, proven=proven)
    return launch_of(
        run=run,
        template=template,
        connection=connection,
        standing=standing or ready,
        lease=timedelta(hours=1),
        now=NOW,
    )


def stack(status: str, tags: Any = None) -> dict[str, Any]:
    found = {"StackName": STACK, "StackStatus": status, "CreationTime": NOW}
    return {"Stacks": [{**found, "Tags": TAGS if tags is None else tags}]}


def no_stack(desk: Desk) -> None:
    said = f"Stack with id {STACK} does not exist"
    desk.refuses("cloudformation", "describe_stacks", "ValidationError", said)


def event(number: int, state: str = "CREATE_COMPLETE", **more: Any) -> dict[str, Any]:
    at = NOW + timedelta(seconds=number)
    name = {"StackId": STACK_ARN, "StackName": STACK, "EventId": f"e{number}", "Timestamp": at}
    return {**name, "LogicalResourceId": "Jobs", "ResourceStatus": state, **more}


def lays_out_until_shown(desk: Desk) -> None:
    lays_out_preflight(desk)
    no_stack(desk)
    desk.answers("scheduler", "create_schedule", {"ScheduleArn": "arn:x"}, SCHEDULE)
    desk.answers("scheduler", "get_schedule", HELD)
    desk.answers("cloudformation", "create_change_set", {"Id": "arn:x", "StackId": STACK_ARN})
    desk.answers("cloudformation", "describe_change_set", {"Status": "CREATE_IN_PROGRESS"})
    first = {"Action": "Add", "LogicalResourceId": "Jobs", "ResourceType": "AWS::SQS::Queue"}
    second = {"Action": "Add", "LogicalResourceId": "News", "ResourceType": "AWS::SNS::Topic"}
    page = {"Status": "CREATE_COMPLETE", "Changes": [{"ResourceChange": first}], "NextToken": "n"}
    desk.answers("cloudformation", "describe_change_set", page)
    rest = {"Status": "CREATE_COMPLETE", "Changes": [{"ResourceChange": second}]}
    desk.answers("cloudformation", "describe_change_set", rest)


def lays_out_until_ready(desk: Desk) -> None:
    desk.answers("scheduler", "get_schedule", HELD)
    desk.answers("cloudformation", "describe_stacks", stack("REVIEW_IN_PROGRESS"))
    desk.answers("cloudformation", "execute_change_set")
    said = f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs is being made"
    events = [event(2), event(1, "CREATE_IN_PROGRESS", ResourceStatusReason=said)]
    desk.answers("cloudformation", "describe_stack_events", {"StackEvents": events})
    desk.answers("cloudformation", "describe_stacks", stack("CREATE_IN_PROGRESS"))
    later = {"StackEvents": [event(3), *events]}
    desk.answers("cloudformation", "describe_stack_events", later)
    desk.answers("cloudformation", "describe_stacks", stack("CREATE_COMPLETE"))


def run_until(launch: Launch, at: Work, stage: Stage) -> Launch:
    """Step by step, through the store each time, as a job does it."""
    for _ in range(20):
        if launch.stage == stage:
            return launch
        launch = restored(Launch, json.loads(json.dumps(stored(advance(launch, at)))))
    raise AssertionError(f"{launch.stage} where {stage} was expected")


def confirmed(launch: Launch) -> Launch:
    assert launch.quote is not None
    return confirm(launch, launch.quote.phrase, now=NOW + timedelta(minutes=1))
