"""Templates of the packs, and an emulator in this process to deploy them to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import builders
import pytest
from moto import mock_aws

from archlab.domain.cloudformation import Template, Undeployable, template_of
from archlab.sandboxes.engine.binding import Plan, bind
from archlab.sandboxes.engine.clients import Boto
from archlab.sandboxes.engine.contract import Stack
from archlab.sandboxes.engine.document import load
from archlab.sandboxes.engine.events import Event
from archlab.sandboxes.engine.executor import Deployment

ACCOUNT = "123456789012"
SLUGS = ("lambda-to-fargate", "spot-mvp", "ec2-to-lambda", "vps-to-aws", "eight-services")
SMALL: dict[str, Any] = {
    "Parameters": {"Days": {"Type": "String", "Default": "30"}},
    "Resources": {
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"TopicName": {"Ref": "AWS::StackName"}},
        },
        "Logs": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"RetentionInDays": {"Ref": "Days"}},
        },
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmActions": [{"Ref": "Topic"}],
                "ComparisonOperator": "GreaterThanThreshold",
                "EvaluationPeriods": 1,
                "MetricName": "Errors",
                "Namespace": "AWS/Lambda",
                "Period": 60,
                "Statistic": "Sum",
                "Threshold": 1,
            },
        },
    },
}
"""Three resources of three services, one of which needs another."""


@cache
def names() -> tuple[str, ...]:
    """Every architecture of the packs that can be deployed, as slug/name."""
    return tuple(_names())


def _names() -> Iterator[str]:
    for slug in SLUGS:
        for name, system in builders.pack(slug)[0].architectures.items():
            try:
                template_of(system)
            except Undeployable:
                continue
            yield f"{slug}/{name}"


@cache
def template(name: str) -> Template:
    slug, architecture = name.split("/")
    return template_of(builders.pack(slug)[0].architectures[architecture])


def region(name: str) -> str:
    slug, architecture = name.split("/")
    return builders.pack(slug)[0].architectures[architecture].region


def stack(where: str = "us-east-1") -> Stack:
    return Stack("archlab-1", ACCOUNT, where)


def body(name: str) -> dict[str, Any]:
    """A copy of a template that may be changed."""
    found: dict[str, Any] = json.loads(template(name).text)
    return found


def small(**resources: Any) -> dict[str, Any]:
    """A copy of the small template with resources replaced or added."""
    found: dict[str, Any] = json.loads(json.dumps(SMALL))
    found["Resources"] |= resources
    return found


def plan(
    what: Mapping[str, Any], given: Mapping[str, str] | None = None, where: str = "us-east-1"
) -> Plan:
    return bind(load(json.dumps(what)), stack(where), given or {})


@contextmanager
def emulator() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
            yield


@cache
def clients(where: str = "us-east-1") -> Boto:
    """Clients are slow to make, and the emulator is behind all of them."""
    return Boto(where)


def deployment(wanted: Plan, components: Mapping[str, str] | None = None) -> Deployment:
    return Deployment(wanted, clients(wanted.stack.region), components)


def kinds(events: list[Event]) -> list[tuple[str, str]]:
    return [(event.kind, event.logical_id) for event in events]
