"""What a lab may set in a kind, and what the template makes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from test_compiler import part, resources, service, small

from archlab.domain.architecture import Component, Link
from archlab.domain.cloudformation import Undeployable

GROUP = {"type": "t4g.nano", "max": 1, "desired": 1, "purchase": "spot"}


def function(**more: object) -> Component:
    return part("lambda_function", "fn", memory_mib=128, avg_ms=20, **more)


def properties(component: Component, id_: str, *others: Component, links: tuple[Link, ...]) -> Any:
    return resources(small(component, *others, links=links))[id_]["Properties"]


@pytest.mark.parametrize(
    ("component", "id_", "name", "value"),
    [
        (part("kms_keys", "k", keys=1, rotated=False), "KKey1", "EnableKeyRotation", False),
        (function(reserved_concurrency=7), "Fn", "ReservedConcurrentExecutions", 7),
        (part("sqs_queue", "q", visibility_s=9), "Q", "VisibilityTimeout", 9),
        (
            part("ecr_repository", "r", scan_on_push=False),
            "R",
            "ImageScanningConfiguration",
            {"ScanOnPush": False},
        ),
        (
            part("elasticache", "c", **{"class": "cache.t4g.micro"}, in_transit_tls=False),
            "C",
            "TransitEncryptionEnabled",
            False,
        ),
    ],
)
def test_a_parameter_is_the_property_of_that_meaning(
    component: Component, id_: str, name: str, value: object
) -> None:
    assert properties(component, id_, links=())[name] == value


def test_a_registry_keeps_as_many_images_as_it_says() -> None:
    found = properties(part("ecr_repository", "r", kept_images=3), "R", links=())
    rule = json.loads(found["LifecyclePolicy"]["LifecyclePolicyText"])["rules"][0]
    assert rule["selection"]["countNumber"] == 3


def test_a_queue_tries_as_often_as_it_says() -> None:
    found = properties(part("sqs_queue", "q", dlq=True, max_tries=2), "Q", links=())
    assert found["RedrivePolicy"]["maxReceiveCount"] == 2


def test_a_function_records_no_traces_where_it_is_told_not_to() -> None:
    traces = part("xray", "traces")
    modes = [
        properties(function(traced=traced), "Fn", traces, links=())["TracingConfig"]["Mode"]
        for traced in (True, False)
    ]
    assert modes == ["Active", "PassThrough"]


def test_a_firewall_without_a_rate_rule_has_managed_rules_alone() -> None:
    acl = properties(part("waf_acl", "w", rules=2, rate_limited=False), "W", links=())
    assert not any("RateBasedStatement" in rule["Statement"] for rule in acl["Rules"])
    assert len(acl["Rules"]) == 2


def test_objects_move_to_the_archive_on_the_day_that_is_written() -> None:
    found = properties(part("s3_bucket", "b", archive_days=45), "B", links=())
    moved = found["LifecycleConfiguration"]["Rules"][0]["Transitions"][0]
    assert moved == {"StorageClass": "GLACIER", "TransitionInDays": 45}


def test_an_upload_form_has_the_largest_size_in_its_conditions() -> None:
    found = properties(part("s3_bucket", "b", upload_max_mib=2), "BUpload", links=())
    assert ["content-length-range", 1, 2 * 1024 * 1024] in json.loads(found["Value"])
    assert "BUpload" not in resources(small(part("s3_bucket", "b")))


def test_a_balancer_asks_for_health_as_it_is_told() -> None:
    lb = part("alb", "lb", health_path="/", health_interval_s=30, health_failures=2)
    targets = properties(lb, "LbForApi", service(), links=(Link("lb", "api"),))
    assert targets["HealthCheckPath"] == "/"
    assert (targets["HealthCheckIntervalSeconds"], targets["UnhealthyThresholdCount"]) == (30, 2)


def test_a_balancer_in_one_zone_is_a_mistake_that_can_be_compiled() -> None:
    lb = part("alb", "lb", single_zone=True)
    assert len(properties(lb, "Lb", service(), links=(Link("lb", "api"),))["Subnets"]) == 1


def test_a_health_command_and_the_base_of_an_image_are_in_the_task() -> None:
    api = service(health_interval_s=30, health_command="curl", image_base="alpine")
    container = properties(api, "ApiTask", links=())["ContainerDefinitions"][0]
    assert container["HealthCheck"]["Command"][1].startswith("curl -fsS http://127.0.0.1")
    assert container["DockerLabels"] == {"org.opencontainers.image.base.name": "alpine"}
    plain = properties(service(), "ApiTask", links=())["ContainerDefinitions"][0]
    assert "DockerLabels" not in plain


def test_the_warning_of_spot_goes_to_the_linked_function() -> None:
    group = part("ec2_group", "box", **GROUP, spot_warning=True)
    found = resources(small(group, function(), links=(Link("box", "fn"),)))
    rule = found["BoxWarning"]["Properties"]
    assert rule["EventPattern"]["detail-type"] == ["EC2 Spot Instance Interruption Warning"]
    assert rule["Targets"] == [{"Arn": {"Fn::GetAtt": ["Fn", "Arn"]}, "Id": "fn"}]
    assert found["BoxMayFn"]["Properties"]["Principal"] == "events.amazonaws.com"


def test_a_warning_that_nobody_hears_is_refused() -> None:
    with pytest.raises(Undeployable, match="link the group to a function"):
        resources(small(part("ec2_group", "box", **GROUP, spot_warning=True)))
