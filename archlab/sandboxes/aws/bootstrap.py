"""The stack that a learner installs before anything can be launched in an account.

It stays when launches go: a stack whose role was deleted first can no longer be deleted.
Print it with `python -m archlab.sandboxes.aws.bootstrap`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from archlab.sandboxes.aws import rights
from archlab.sandboxes.aws.connection import (
    BOUNDARY,
    DEPLOY,
    SCHEDULER,
    SCHEDULES,
    SERVICE,
    TEARDOWN,
)

VERSION = "1"
NAME = "bootstrap-of-archlab"
"""How the stack is to be called: not like ours, which may be deleted."""
_PRINCIPAL = r"arn:aws:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+"


def bootstrap_text(principal: str = "") -> str:
    """The template as a file; `principal` is the ARN under which the site's worker runs."""
    return json.dumps(bootstrap_template(principal), indent=2) + "\n"


def bootstrap_template(principal: str = "") -> Mapping[str, Any]:
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Lets archlab launch small stacks that expire. Version {VERSION}.",
        "Parameters": _parameters(principal),
        "Resources": {**_roles(), **_budget()},
        "Outputs": {
            "DeployRoleArn": {"Value": {"Fn::GetAtt": ["DeployRole", "Arn"]}},
            "Region": {"Value": {"Ref": "AWS::Region"}},
            "Version": {"Value": VERSION},
        },
    }


def _parameters(principal: str) -> Mapping[str, Any]:
    trusted = {
        "Type": "String",
        "AllowedPattern": _PRINCIPAL,
        "Description": "The role under which the site works; the site shows it",
    }
    return {
        "ExternalId": {
            "Type": "String",
            "NoEcho": True,
            "MinLength": 32,
            "Description": "The secret that the site drew for you",
        },
        "TrustedPrincipal": trusted | ({"Default": principal} if principal else {}),
        "Email": {
            "Type": "String",
            "AllowedPattern": "[^@ ]+@[^@ ]+",
            "Description": "Who is told when the month becomes dear; the address must confirm",
        },
        "BudgetUsd": {
            "Type": "Number",
            "Default": 20,
            "MinValue": 1,
            "Description": "USD per month; a mail at 80 per cent. It stops nothing",
        },
    }


def _roles() -> Mapping[str, Any]:
    bounded = {"PermissionsBoundary": {"Ref": "Boundary"}}
    site = rights.trusts_site()
    return {
        "Boundary": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"ManagedPolicyName": BOUNDARY, "PolicyDocument": rights.boundary()},
        },
        "DeployRole": _role(DEPLOY, site, rights.deploy(), **bounded),
        "ServiceRole": _role(
            SERVICE, rights.trusts_service("cloudformation"), rights.service(), **bounded
        ),
        "TeardownRole": _role(TEARDOWN, site, rights.teardown()),
        "SchedulerRole": _role(SCHEDULER, rights.trusts_service("scheduler"), rights.scheduler()),
        "Schedules": {
            "Type": "AWS::Scheduler::ScheduleGroup",
            "Properties": {"Name": SCHEDULES},
        },
    }


def _role(name: str, trust: Any, policy: Any, **more: Any) -> Mapping[str, Any]:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": name,
            "AssumeRolePolicyDocument": trust,
            "Policies": [{"PolicyName": "own", "PolicyDocument": policy}],
            **more,
        },
    }


def _budget() -> Mapping[str, Any]:
    publishes = {
        "Effect": "Allow",
        "Principal": {"Service": "budgets.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": {"Ref": "Alarm"},
        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    }
    notified = {
        "Notification": {
            "ComparisonOperator": "GREATER_THAN",
            "NotificationType": "ACTUAL",
            "Threshold": 80,
        },
        "Subscribers": [{"SubscriptionType": "SNS", "Address": {"Ref": "Alarm"}}],
    }
    amount = {"Amount": {"Ref": "BudgetUsd"}, "Unit": "USD"}
    return {
        "Alarm": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"Subscription": [{"Protocol": "email", "Endpoint": {"Ref": "Email"}}]},
        },
        "AlarmPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [{"Ref": "Alarm"}],
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [publishes]},
            },
        },
        "Budget": {
            "Type": "AWS::Budgets::Budget",
            "DependsOn": ["AlarmPolicy"],
            "Properties": {
                "Budget": {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": amount},
                "NotificationsWithSubscribers": [notified],
            },
        },
    }


if __name__ == "__main__":
    sys.stdout.write(bootstrap_text(*sys.argv[1:2]))
