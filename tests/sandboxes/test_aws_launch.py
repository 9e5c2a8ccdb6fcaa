"""A launch: the order of its calls, what it refuses, and how it goes on after a break."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aws_desk import ALLOWED, CONNECTION, CREDENTIALS, Desk, lays_out_preflight
from aws_flow import (
    ACCOUNT,
    ENDS,
    HELD,
    NOW,
    SCHEDULE,
    STACK,
    TEMPLATE,
    confirmed,
    event,
    intent,
    lays_out_until_ready,
    lays_out_until_shown,
    no_stack,
    run_until,
    stack,
    work,
)
from aws_systems import fits, part, small, systems
from aws_systems import system as made_of

from archlab.domain.cloudformation import template_of
from archlab.sandboxes.aws.allowed import Standing
from archlab.sandboxes.aws.calls import AwsFailed, AwsRefused
from archlab.sandboxes.aws.launch import advance, confirm, deployer, extend
from archlab.sandboxes.aws.launched import Change, Launch, Stage

READS = ("Get", "List", "Describe")


def shown(desk: Desk) -> Launch:
    lays_out_until_shown(desk)
    return run_until(intent(), work(desk), Stage.CONFIRM)


def test_the_expiry_stands_and_was_read_before_anything_else_is_written() -> None:
    desk = Desk()
    launch = shown(desk)
    lays_out_until_ready(desk)
    ready = run_until(confirmed(launch), work(desk), Stage.READY)
    desk.done()
    assert desk.calls == [
        "sts:GetCallerIdentity",
        "iam:ListAccountAliases",
        "iam:ListRoleTags",
        "cloudformation:DescribeStacks",
        "scheduler:CreateSchedule",
        "scheduler:GetSchedule",
        "cloudformation:CreateChangeSet",
        "cloudformation:DescribeChangeSet",
        "cloudformation:DescribeChangeSet",
        "cloudformation:DescribeChangeSet",
        "scheduler:GetSchedule",
        "cloudformation:DescribeStacks",
        "cloudformation:ExecuteChangeSet",
        "cloudformation:DescribeStackEvents",
        "cloudformation:DescribeStacks",
        "cloudformation:DescribeStackEvents",
        "cloudformation:DescribeStacks",
    ]
    assert ready.verdicts == (("dlq_redrive", "pass"),)


def test_the_change_set_says_who_made_it_with_which_rights_and_for_how_long() -> None:
    desk = Desk()
    lays_out_preflight(desk)
    no_stack(desk)
    desk.answers("scheduler", "create_schedule", {"ScheduleArn": "arn:x"})
    desk.answers("scheduler", "get_schedule", HELD)
    asked = {
        "StackName": STACK,
        "ChangeSetName": f"{STACK}-1",
        "ChangeSetType": "CREATE",
        "TemplateBody": TEMPLATE.text,
        "Parameters": [
            {"ParameterKey": "Expires", "ParameterValue": "2026-11-21T13:00:00Z"},
            {"ParameterKey": "Run", "ParameterValue": "7f3a"},
        ],
        "Capabilities": ["CAPABILITY_IAM"],
        "ResourceTypes": ["AWS::SNS::Topic", "AWS::SQS::Queue"],
        "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/archlab-service",
        "Tags": [
            {"Key": "archlab:run", "Value": "7f3a"},
            {"Key": "archlab:expires", "Value": "2026-11-21T13:00:00Z"},
            {"Key": "archlab:template", "Value": TEMPLATE.sha256},
        ],
        "ClientToken": "7f3a-1",
        "OnStackFailure": "DELETE",
    }
    answer = {"Id": "arn:x", "StackId": "arn:y"}
    desk.answers("cloudformation", "create_change_set", answer, asked)
    run_until(intent(), work(desk), Stage.SHOW)
    desk.done()


def test_roles_of_the_stack_are_bounded() -> None:
    desk = Desk()
    function = part("lambda_function", "api", memory_mib=128, avg_ms=50)
    template = template_of(made_of(function))
    launch = replace(intent(template=template), stage=Stage.GATE)
    passed = advance(launch, work(desk, template=template))
    assert dict(passed.parameters)["PermissionsBoundary"] == CONNECTION.boundary


def test_what_aws_would_do_is_shown_page_by_page() -> None:
    assert shown(Desk()).changes == (
        Change("Add", "Jobs", "AWS::SQS::Queue"),
        Change("Add", "News", "AWS::SNS::Topic"),
    )


def test_events_come_once_oldest_first_and_without_the_account() -> None:
    desk = Desk()
    launch = confirmed(shown(desk))
    lays_out_until_ready(desk)
    at = work(desk)
    first = advance(run_until(launch, at, Stage.EVENTS), at)
    assert [one.id for one in first.news] == ["e1", "e2"]
    assert first.news[0].said == "arn:aws:sqs:eu-west-1:(account):jobs is being made"
    second = advance(first, at)
    assert [one.id for one in second.news] == ["e3"]


@pytest.mark.parametrize(
    ("launch", "given", "said"),
    [
        (intent(), {"allowed": replace(ALLOWED, enabled=False)}, "switched off"),
        (intent(), {"allowed": replace(ALLOWED, accounts=frozenset())}, "not on the list"),
        (intent(), {"allowed": replace(ALLOWED, regions=frozenset())}, "no region at all"),
        (
            replace(intent(), stage=Stage.GATE),
            {"template": template_of(made_of(part("sqs_queue", "other")))},
            "is not the one",
        ),
    ],
)
def test_a_refusal_writes_nothing(launch: Launch, given: dict[str, Any], said: str) -> None:
    desk = Desk()
    with pytest.raises(AwsRefused, match=said):
        advance(launch, work(desk, **given))
    assert desk.calls == []
    assert not launch.may_have_written


def test_no_launch_begins_without_a_passed_run_in_the_emulator() -> None:
    untried = Standing(second_factor=True, live_runs=0, live_runs_of_all=0, proven={})
    with pytest.raises(AwsRefused, match="in the emulator first"):
        intent(standing=untried)


def test_a_system_is_launched_in_its_own_region_alone() -> None:
    desk = Desk()
    elsewhere = made_of(*small().components.values(), region="us-east-1")
    with pytest.raises(AwsRefused, match="written for us-east-1, and the account is connected in"):
        advance(intent(), work(desk, architecture=elsewhere))
    assert desk.calls == []


def test_the_price_is_that_of_the_template() -> None:
    other = made_of(part("sqs_queue", "jobs"))
    with pytest.raises(AwsRefused, match="another system than the template's"):
        advance(replace(intent(), stage=Stage.PRICE), work(Desk(), architecture=other))


def test_an_expired_launch_is_not_extended() -> None:
    desk = Desk()
    with pytest.raises(AwsRefused, match="Its time is over"):
        extend(intent(), timedelta(hours=1), work(desk, now=ENDS))
    assert desk.calls == []


@pytest.mark.parametrize("run", ["", "abc", "a-run-x", "ABCD", "a" * 13])
def test_the_name_of_a_run_survives_in_the_names_that_aws_makes(run: str) -> None:
    with pytest.raises(ValueError, match="small letters and digits"):
        intent(run=run)


def test_a_stack_of_that_name_that_is_not_ours_stays() -> None:
    desk = Desk()
    lays_out_preflight(desk)
    desk.answers("cloudformation", "describe_stacks", stack("CREATE_COMPLETE", tags=[]))
    with pytest.raises(AwsRefused, match="is not ours"):
        advance(intent(), work(desk))
    assert all(call.split(":")[1].startswith(READS) for call in desk.calls)


def test_what_has_no_price_is_not_launched() -> None:
    desk = Desk()
    name = "vps-to-aws/aws"
    system = next(one for found, one in systems() if found == name)
    at = work(desk, template=fits()[name], architecture=system)
    launch = replace(intent(template=fits()[name]), stage=Stage.PRICE)
    with pytest.raises(AwsRefused, match="no price for cache"):
        advance(launch, at)
    assert desk.calls == []


@pytest.mark.parametrize(
    "held",
    [
        {"StartDate": ENDS + timedelta(hours=1)},
        {"State": "DISABLED"},
        {"Target": {**HELD["Target"], "Input": '{"StackName": "other"}'}},  # type: ignore[dict-item]
    ],
)
def test_no_change_set_without_the_very_expiry(held: dict[str, Any]) -> None:
    desk = Desk()
    desk.answers("scheduler", "create_schedule", {"ScheduleArn": "arn:x"})
    desk.answers("scheduler", "get_schedule", {**HELD, **held})
    with pytest.raises(AwsFailed, match="than was asked for"):
        advance(replace(intent(), stage=Stage.EXPIRY), work(desk))
    assert "cloudformation:CreateChangeSet" not in desk.calls


def test_an_expiry_that_cannot_be_made_ends_the_step() -> None:
    desk = Desk()
    desk.refuses("scheduler", "create_schedule", "AccessDeniedException")
    with pytest.raises(AwsFailed, match="create_schedule with AccessDeniedException"):
        advance(replace(intent(), stage=Stage.EXPIRY), work(desk))
    assert desk.calls == ["scheduler:CreateSchedule"]


def test_steps_done_twice_find_what_they_made() -> None:
    desk = Desk()
    desk.refuses("scheduler", "create_schedule", "ConflictException")
    desk.answers("scheduler", "get_schedule", HELD)
    desk.answers("scheduler", "get_schedule", HELD)
    desk.refuses("cloudformation", "create_change_set", "AlreadyExistsException")
    launch = run_until(replace(intent(), stage=Stage.EXPIRY), work(desk), Stage.SHOW)
    desk.answers("scheduler", "get_schedule", HELD)
    desk.answers("cloudformation", "describe_stacks", stack("CREATE_IN_PROGRESS"))
    again = advance(replace(launch, stage=Stage.EXECUTE), work(desk))
    desk.done()
    assert again.stage == Stage.EVENTS
    assert "cloudformation:ExecuteChangeSet" not in desk.calls


def test_a_template_that_aws_does_not_take_ends_the_launch_with_its_reason() -> None:
    desk = Desk()
    answer = {"Status": "FAILED", "StatusReason": f"no such thing in {ACCOUNT}"}
    desk.answers("cloudformation", "describe_change_set", answer)
    launch = replace(intent(), stage=Stage.SHOW)
    with pytest.raises(AwsRefused, match=r"no such thing in \(account\)"):
        advance(launch, work(desk))
    assert launch.may_have_written


@pytest.mark.parametrize(
    ("typed", "passes"),
    [
        ("spend 0.01 USD in 1 hour", True),
        ("  spend 0.01   USD in 1 hour ", True),
        ("spend 0.01 USD", False),
        ("yes", False),
        ("", False),
    ],
)
def test_the_learner_types_the_amount_and_the_hours(typed: str, *, passes: bool) -> None:
    launch = shown(Desk())
    if passes:
        assert confirm(launch, typed, now=NOW).stage == Stage.EXECUTE
        return
    with pytest.raises(AwsRefused, match=r"Type exactly: spend 0\.01 USD in 1 hour"):
        confirm(launch, typed, now=NOW)


def test_there_are_fifteen_minutes_to_confirm() -> None:
    desk = Desk()
    launch = shown(desk)
    late = NOW + timedelta(minutes=15, seconds=1)
    assert advance(launch, work(desk, now=NOW + timedelta(minutes=15))) == launch
    with pytest.raises(AwsRefused, match="time to confirm is over"):
        confirm(launch, "spend 0.01 USD in 1 hour", now=late)
    assert advance(launch, work(desk, now=late)).stage == Stage.CANCELLED


def test_nothing_is_confirmed_before_it_was_shown() -> None:
    with pytest.raises(AwsRefused, match="nothing to confirm"):
        confirm(intent(), "spend 0.01 USD in 1 hour", now=NOW)


def test_without_its_expiry_a_confirmed_launch_does_not_start() -> None:
    desk = Desk()
    launch = confirmed(shown(desk))
    desk.refuses("scheduler", "get_schedule", "ResourceNotFoundException")
    with pytest.raises(AwsFailed):
        advance(launch, work(desk))
    assert "cloudformation:ExecuteChangeSet" not in desk.calls


def test_a_launch_whose_time_is_nearly_over_does_not_start() -> None:
    desk = Desk()
    launch = confirmed(shown(desk))
    ended = advance(launch, work(desk, now=ENDS - timedelta(minutes=9)))
    assert (ended.stage, ended.reason) == (Stage.CANCELLED, "Its time is nearly over.")


@pytest.mark.parametrize(
    ("state", "minutes", "stage"),
    [
        ("CREATE_IN_PROGRESS", 20, Stage.EVENTS),
        ("CREATE_IN_PROGRESS", 21, Stage.FAILED),
        ("ROLLBACK_IN_PROGRESS", 1, Stage.FAILED),
        ("DELETE_IN_PROGRESS", 1, Stage.FAILED),
        ("CREATE_COMPLETE", 21, Stage.CHECKS),
    ],
)
def test_a_stack_has_twenty_minutes_and_no_way_back(state: str, minutes: int, stage: Stage) -> None:
    desk = Desk()
    desk.answers("cloudformation", "describe_stack_events", {"StackEvents": [event(1)]})
    desk.answers("cloudformation", "describe_stacks", stack(state))
    launch = replace(intent(), stage=Stage.EVENTS, executed_at=NOW)
    assert advance(launch, work(desk, now=NOW + timedelta(minutes=minutes))).stage == stage


def test_a_stack_that_aws_deleted_again_is_a_failed_launch() -> None:
    desk = Desk()
    said = f"Stack [{STACK}] does not exist"
    desk.refuses("cloudformation", "describe_stack_events", "ValidationError", said)
    launch = replace(intent(), stage=Stage.EVENTS, executed_at=NOW)
    assert advance(launch, work(desk)).stage == Stage.FAILED


def test_an_ended_launch_stays_as_it_is() -> None:
    desk = Desk()
    for stage in (Stage.READY, Stage.FAILED, Stage.CANCELLED):
        ended = replace(intent(), stage=stage)
        assert advance(ended, work(desk)) is ended


def test_an_extension_moves_the_schedule_first() -> None:
    desk = Desk()
    later = {"StartDate": ENDS + timedelta(hours=1), "EndDate": ENDS + timedelta(hours=25)}
    desk.refuses("scheduler", "create_schedule", "ConflictException")
    desk.answers("scheduler", "get_schedule", HELD)
    arn = {"ScheduleArn": "arn:x"}
    desk.answers("scheduler", "update_schedule", arn, {**SCHEDULE, **later})
    desk.answers("scheduler", "get_schedule", {**HELD, **later})
    launch = extend(replace(intent(), stage=Stage.READY), timedelta(hours=1), work(desk))
    desk.done()
    assert (launch.expires_at, launch.extensions) == (ENDS + timedelta(hours=1), 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: replace(one, extensions=2), "can be extended 2 times"),
        (lambda one: replace(one, expires_at=NOW + timedelta(hours=4)), "4 hours at most"),
    ],
)
def test_an_extension_has_its_limits(change: Callable[[Launch], Launch], said: str) -> None:
    desk = Desk()
    with pytest.raises(AwsRefused, match=said):
        extend(change(intent()), timedelta(hours=1), work(desk))
    assert desk.calls == []


def test_a_deployer_enters_with_a_policy_for_this_template() -> None:
    desk = Desk()
    seen: list[str] = []
    sts = desk.client("sts")
    sts.meta.events.register(
        "before-parameter-build", lambda params, **_: seen.append(params["Policy"])
    )
    desk.answers("sts", "assume_role", {"Credentials": CREDENTIALS})
    deployer(TEMPLATE, CONNECTION, sts=sts)
    assert "sqs:GetQueueAttributes" in seen[0]
    assert "rds:" not in seen[0]
