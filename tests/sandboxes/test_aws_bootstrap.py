"""The stack that a learner installs: valid, bounded, and no wider than the launches need."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest
from aws_systems import fits, types_of
from cfnlint.api import ManualArgs, lint

from archlab.sandboxes.aws import rights
from archlab.sandboxes.aws.bootstrap import NAME, bootstrap_template, bootstrap_text
from archlab.sandboxes.aws.connection import BOUNDARY, DEPLOY, SCHEDULER, SERVICE, STACKS, TEARDOWN
from archlab.sandboxes.aws.services import MACHINES, TYPES

TEMPLATE = bootstrap_template()
ROLES = {
    one["Properties"]["RoleName"]: one["Properties"]
    for one in TEMPLATE["Resources"].values()
    if one["Type"] == "AWS::IAM::Role"
}


def statements(policy: Mapping[str, Any], effect: str) -> Iterator[Mapping[str, Any]]:
    return (one for one in policy["Statement"] if one["Effect"] == effect)


def denies(action: str) -> list[Mapping[str, Any]]:
    """The boundary's statements that forbid an action, with or without a condition."""
    return [
        one
        for one in statements(rights.boundary(), "Deny")
        if any(fnmatchcase(action, pattern) for pattern in one.get("Action", ()))
    ]


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "ap-southeast-1"])
def test_cfn_lint_finds_nothing_in_it(region: str) -> None:
    found = lint(bootstrap_text(), config=ManualArgs(regions=[region]))
    assert [f"{one.rule.id} {one.message}" for one in found] == []


def test_cfn_lint_would_find_a_word_that_iam_does_not_know() -> None:
    wrong = bootstrap_text().replace("tag:GetResources", "tag:GetResource")
    assert lint(wrong, config=ManualArgs(regions=["eu-west-1"]))


def test_it_has_every_part() -> None:
    assert set(ROLES) == {DEPLOY, SERVICE, TEARDOWN, SCHEDULER}
    assert {one["Type"] for one in TEMPLATE["Resources"].values()} == {
        "AWS::Budgets::Budget",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::Scheduler::ScheduleGroup",
    }


def test_policies_are_within_the_limits_of_iam() -> None:
    text = json.dumps(rights.boundary(), separators=(",", ":"))
    assert len(text) <= 6_144
    for name, role in ROLES.items():
        own = sum(len(json.dumps(one["PolicyDocument"])) for one in role["Policies"])
        assert own <= 10_240, name


def test_deploy_and_service_are_bounded_and_the_teardown_is_not() -> None:
    assert {name for name, role in ROLES.items() if "PermissionsBoundary" in role} == {
        DEPLOY,
        SERVICE,
    }


@pytest.mark.parametrize("name", [DEPLOY, TEARDOWN])
def test_we_enter_with_the_secret_alone(name: str) -> None:
    (trust,) = ROLES[name]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    assert TEMPLATE["Parameters"]["ExternalId"]["NoEcho"] is True


@pytest.mark.parametrize("name", [SERVICE, SCHEDULER])
def test_a_service_acts_for_this_account_alone(name: str) -> None:
    (trust,) = ROLES[name]["AssumeRolePolicyDocument"]["Statement"]
    assert "aws:SourceAccount" in trust["Condition"]["StringEquals"]


@pytest.mark.parametrize(
    "action",
    [
        "iam:CreateUser",
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:CreatePolicyVersion",
        "iam:DeleteRolePermissionsBoundary",
        "ec2:PurchaseReservedInstancesOffering",
        "rds:PurchaseReservedDBInstancesOffering",
        "organizations:LeaveOrganization",
        "billing:UpdateBillingPreferences",
        "aws-marketplace:Subscribe",
    ],
)
def test_the_boundary_forbids_it_without_a_condition(action: str) -> None:
    assert any("Condition" not in one and one["Resource"] == "*" for one in denies(action))


def test_a_role_is_made_within_the_boundary_or_not_at_all() -> None:
    (rule,) = denies("iam:CreateRole")
    (own,) = rule["Condition"]["StringNotEquals"]["iam:PermissionsBoundary"].values()
    assert own.endswith(f":policy/{BOUNDARY}")


def test_the_roles_of_the_stack_cannot_be_widened() -> None:
    (rule,) = [one for one in denies("iam:PutRolePolicy") if "Condition" not in one]
    protected = [one["Fn::Sub"].rpartition("/")[2] for one in rule["Resource"]]
    assert protected == [DEPLOY, SCHEDULER, SERVICE, TEARDOWN, BOUNDARY]


def test_other_regions_are_closed_but_for_what_has_none() -> None:
    (rule,) = [one for one in statements(rights.boundary(), "Deny") if "NotAction" in one]
    assert rule["Condition"] == {"StringNotEquals": {"aws:RequestedRegion": {"Ref": "AWS::Region"}}}
    assert set(rule["NotAction"]) == {"cloudfront:*", "iam:*", "route53:*", "sts:*"}


def test_the_boundary_and_the_gate_know_the_same_sizes() -> None:
    (rule,) = denies("ec2:RunInstances")
    assert rule["Condition"]["StringNotEquals"]["ec2:InstanceType"] == list(MACHINES)
    assert "t4g.medium" in MACHINES
    assert "t4g.large" not in MACHINES


def test_change_sets_name_the_service_role_and_known_types() -> None:
    (rule,) = [
        one
        for one in statements(rights.deploy(), "Allow")
        if one["Action"] == ["cloudformation:CreateChangeSet"]
    ]
    listed = rule["Condition"]["ForAllValues:StringEquals"]["cloudformation:ResourceTypes"]
    assert listed == sorted(TYPES)
    assert set().union(*map(types_of, fits().values())) <= set(listed)


def test_nobody_may_touch_a_stack_of_another_name() -> None:
    for policy in (rights.deploy(), rights.teardown(), rights.scheduler()):
        for one in statements(policy, "Allow"):
            if any(action.startswith("cloudformation:Delete") for action in one["Action"]):
                assert f"stack/{STACKS}*" in json.dumps(one["Resource"])
    assert not NAME.startswith(STACKS)


def test_the_file_names_the_site_that_it_trusts() -> None:
    principal = "arn:aws:iam::123456789012:role/site"
    assert bootstrap_template(principal)["Parameters"]["TrustedPrincipal"]["Default"] == principal
    assert "Default" not in TEMPLATE["Parameters"]["TrustedPrincipal"]


def test_it_is_printed_by_a_command() -> None:
    command = [sys.executable, "-m", "archlab.sandboxes.aws.bootstrap"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    assert printed.stdout == bootstrap_text()
