"""Who may enter which account: refusals come before anything is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_desk import (
    ACCOUNT,
    ALLOWED,
    CANARIES,
    CONNECTION,
    CREDENTIALS,
    EXTERNAL_ID,
    REGION,
    Desk,
    lays_out_preflight,
)
from aws_systems import fits, types_of
from django.conf import settings

from archlab.sandboxes.aws.allowed import Allowed, Standing, allowed, require_lease
from archlab.sandboxes.aws.calls import AwsFailed, AwsRefused, ask
from archlab.sandboxes.aws.connection import (
    LONGEST_POLICY,
    connected,
    entered,
    new_external_id,
    preflight,
    require_secret,
    session_policy,
)
from archlab.sandboxes.aws.services import TYPES

ROLE = f"arn:aws:iam::{ACCOUNT}:role/archlab-deploy"
READY = Standing(second_factor=True, live_runs=0, live_runs_of_all=4, proven={"abc": True})


def test_a_site_without_settings_allows_nothing() -> None:
    assert allowed() == Allowed(enabled=False, accounts=frozenset(), regions=frozenset())
    with pytest.raises(AwsRefused, match="switched off"):
        allowed().require(account=ACCOUNT, region=REGION)


@pytest.mark.parametrize(
    ("account", "region", "said"),
    [
        ("111111111111", REGION, "not on the list"),
        (ACCOUNT, "us-east-2", "allowed: eu-west-1"),
    ],
)
def test_another_account_or_region_is_refused(account: str, region: str, said: str) -> None:
    with pytest.raises(AwsRefused, match=said):
        ALLOWED.require(account=account, region=region)


@pytest.mark.parametrize(
    "pasted",
    [
        f"arn:aws:iam::{ACCOUNT}:user/archlab-deploy",
        f"arn:aws:iam::{ACCOUNT}:root",
        f"arn:aws:iam::{ACCOUNT}:role/admin",
        f"arn:aws-cn:iam::{ACCOUNT}:role/archlab-deploy",
        f"{ROLE}/deeper",
        "AKIAIOSFODNN7EXAMPLE",
        "",
    ],
)
def test_only_the_role_of_our_stack_can_be_pasted(pasted: str) -> None:
    with pytest.raises(AwsRefused, match="DeployRoleArn"):
        connected(pasted, region=REGION, external_id=EXTERNAL_ID, allowed=ALLOWED)


def test_a_pasted_role_names_its_account() -> None:
    made = connected(f" {ROLE}\n", region=REGION, external_id=EXTERNAL_ID, allowed=ALLOWED)
    assert made == CONNECTION
    assert made.boundary == f"arn:aws:iam::{ACCOUNT}:policy/archlab-boundary"


def test_two_connections_have_two_secrets() -> None:
    assert new_external_id() != new_external_id()
    assert len(new_external_id()) >= 43


def test_a_role_is_entered_with_our_secret_and_a_policy_for_a_quarter_of_an_hour() -> None:
    desk = Desk()
    desk.answers(
        "sts",
        "assume_role",
        {"Credentials": CREDENTIALS},
        {
            "RoleArn": ROLE,
            "RoleSessionName": "archlab",
            "ExternalId": EXTERNAL_ID,
            "DurationSeconds": 900,
            "Policy": "{}",
        },
    )
    clients = entered(CONNECTION, "archlab-deploy", sts=desk.client("sts"), policy="{}")
    assert clients("s3", REGION) is clients("s3", REGION)
    assert clients("s3", REGION) is not clients("s3", "us-east-1")


def test_a_role_that_opens_without_our_secret_is_refused() -> None:
    desk = Desk()
    desk.answers("sts", "assume_role", {"Credentials": CREDENTIALS})
    with pytest.raises(AwsRefused, match="without its ExternalId"):
        require_secret(CONNECTION, sts=desk.client("sts"))


def test_a_role_that_stays_closed_without_our_secret_is_right() -> None:
    desk = Desk()
    desk.refuses("sts", "assume_role", "AccessDenied")
    require_secret(CONNECTION, sts=desk.client("sts"))
    desk.done()


def test_another_error_does_not_count_as_a_closed_role() -> None:
    desk = Desk()
    desk.refuses("sts", "assume_role", "RegionDisabledException")
    with pytest.raises(AwsFailed, match="RegionDisabledException"):
        require_secret(CONNECTION, sts=desk.client("sts"))


def test_a_learning_account_passes() -> None:
    desk = Desk()
    lays_out_preflight(desk)
    preflight(desk.client, CONNECTION, ALLOWED)
    desk.done()


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({"caller": f"arn:aws:iam::{ACCOUNT}:root"}, "root of the account"),
        ({"caller": f"arn:aws:iam::{ACCOUNT}:user/eve"}, "as a user"),
        ({"caller": f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/archlab"}, "another role"),
        ({"account": "111111111111"}, "another account"),
        ({"aliases": ("acme-PROD-eu",)}, "not for experiments"),
        ({"aliases": ("archlab-forbid",)}, "not for experiments"),
        ({"tags": ("archlab:forbid",)}, "carries the tag archlab:forbid"),
    ],
)
def test_preflight_refuses_and_has_only_read(seen: Mapping[str, Any], said: str) -> None:
    desk = Desk()
    lays_out_preflight(desk, **seen)
    with pytest.raises(AwsRefused, match=said):
        preflight(desk.client, CONNECTION, ALLOWED)
    assert set(desk.calls) <= {
        "sts:GetCallerIdentity",
        "iam:ListAccountAliases",
        "iam:ListRoleTags",
    }


def test_a_switched_off_site_does_not_even_read() -> None:
    desk = Desk()
    off = replace(ALLOWED, enabled=False)
    with pytest.raises(AwsRefused, match="switched off"):
        preflight(desk.client, CONNECTION, off)
    assert desk.calls == []


def test_an_error_of_aws_says_the_operation_and_the_code_and_nothing_else() -> None:
    desk = Desk()
    desk.refuses("sts", "get_caller_identity", "AccessDenied")
    with pytest.raises(AwsFailed) as failed:
        ask(desk.client("sts"), "get_caller_identity")
    assert str(failed.value) == "AWS answered get_caller_identity with AccessDenied."
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


def test_nothing_prints_what_it_hides() -> None:
    assert not [canary for canary in CANARIES if canary in repr((CONNECTION, ALLOWED))]


def test_every_template_fits_into_a_session_policy() -> None:
    lengths = {}
    for name, template in fits().items():
        lengths[name] = len(session_policy(types_of(template), CONNECTION))
    assert len(lengths) >= 30
    assert max(lengths.values()) <= LONGEST_POLICY, lengths


def test_every_type_together_fits_as_the_guide_says() -> None:
    length = len(session_policy(TYPES, CONNECTION))
    guide = (Path(settings.ROOT) / "docs/operating/aws.md").read_text("utf-8")
    assert length < 1_700
    assert "fewer than 1,700 of the 2,048 characters" in guide


def test_a_session_policy_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archlab.sandboxes.aws.connection.LONGEST_POLICY", 600)
    with pytest.raises(ValueError, match="a session policy of"):
        session_policy(TYPES, CONNECTION)


def test_a_session_may_look_at_the_services_of_its_template_alone_and_at_no_content() -> None:
    policy = json.loads(session_policy({"AWS::SQS::Queue", "AWS::IAM::Role"}, CONNECTION))
    actions = [action for one in policy["Statement"] for action in one["Action"]]
    assert "sqs:GetQueueAttributes" in actions
    assert not [action for action in actions if action.startswith(("rds:", "ec2:", "s3:"))]
    contents = ("s3:GetObject", "secretsmanager:GetSecretValue", "dynamodb:GetItem", "lambda:Inv")
    every = json.loads(session_policy(TYPES, CONNECTION))
    wide = [action for one in every["Statement"] for action in one["Action"]]
    for content in contents:
        assert not [a for a in wide if content.startswith(a.rstrip("*"))], content


def test_a_session_acts_in_its_region_alone() -> None:
    policy = json.loads(session_policy({"AWS::SQS::Queue"}, CONNECTION))
    placed = [one for one in policy["Statement"] if "sqs:GetQueueAttributes" in one["Action"]]
    assert placed[0]["Condition"] == {"StringEquals": {"aws:RequestedRegion": REGION}}


def test_a_ready_learner_may_launch_the_template_that_passed() -> None:
    READY.require("abc")
    with pytest.raises(AwsRefused, match="in the emulator first"):
        READY.require("another")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"second_factor": False}, "second factor"),
        ({"live_runs": 1}, "Tear it down first"),
        ({"live_runs_of_all": 5}, "5 launches are running"),
        ({"proven": {"abc": False}}, "all its checks pass"),
    ],
)
def test_a_launch_has_conditions(facts: Mapping[str, Any], said: str) -> None:
    with pytest.raises(AwsRefused, match=said):
        replace(READY, **facts).require("abc")


@pytest.mark.parametrize("minutes", [29, 241])
def test_a_lease_has_two_ends(minutes: int) -> None:
    require_lease(timedelta(minutes=30))
    require_lease(timedelta(hours=4))
    with pytest.raises(AwsRefused, match="4 hours at most"):
        require_lease(timedelta(minutes=minutes))
