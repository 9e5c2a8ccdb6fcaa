"""Types that no documented system of the packs uses yet, and what is known of all of them."""

from __future__ import annotations

from typing import Any

import deployments
import pytest

from archlab.sandboxes.engine import support
from archlab.sandboxes.engine.contract import generated_name
from archlab.sandboxes.engine.handlers import HANDLERS
from archlab.sandboxes.engine.shape import shape


def resource(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{type_}", "Properties": properties}


TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
OTHERS = {
    "Bus": resource("Events::EventBus", Name="bus"),
    "Certificate": resource(
        "CertificateManager::Certificate", DomainName="a.example", ValidationMethod="DNS"
    ),
    "Dead": resource("SQS::Queue", MessageRetentionPeriod=1_209_600),
    "Flow": resource(
        "EC2::FlowLog",
        DeliverLogsPermissionArn={"Fn::GetAtt": ["Role", "Arn"]},
        LogDestinationType="cloud-watch-logs",
        LogGroupName={"Ref": "Logs"},
        ResourceId={"Ref": "Vpc"},
        ResourceType="VPC",
        TrafficType="ALL",
    ),
    "Group": resource(
        "AutoScaling::AutoScalingGroup",
        LaunchTemplate={
            "LaunchTemplateId": {"Ref": "Template"},
            "Version": {"Fn::GetAtt": ["Template", "LatestVersionNumber"]},
        },
        MaxSize="1",
        MinSize="0",
        VPCZoneIdentifier=[{"Ref": "Subnet"}],
    ),
    "Logs": resource("Logs::LogGroup"),
    "Ordered": resource("SQS::Queue", ContentBasedDeduplication=True, FifoQueue=True),
    "Policy": resource(
        "AutoScaling::ScalingPolicy",
        AutoScalingGroupName={"Ref": "Group"},
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
            "TargetValue": 60,
        },
    ),
    "Queue": resource(
        "SQS::Queue",
        RedrivePolicy={
            "deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]},
            "maxReceiveCount": 5,
        },
        SqsManagedSseEnabled=True,
    ),
    "Record": resource(
        "Route53::RecordSet",
        HostedZoneId={"Ref": "Zone"},
        Name="www.a.example.",
        ResourceRecords=["192.0.2.1"],
        TTL="60",
        Type="A",
    ),
    "Role": resource("IAM::Role", AssumeRolePolicyDocument=TRUST),
    "Rule": resource(
        "Events::Rule",
        EventPattern={"source": ["aws.ec2"]},
        State="ENABLED",
        Targets=[{"Arn": {"Fn::GetAtt": ["Queue", "Arn"]}, "Id": "queue"}],
    ),
    "Subnet": resource("EC2::Subnet", CidrBlock="10.0.0.0/24", VpcId={"Ref": "Vpc"}),
    "Template": resource(
        "EC2::LaunchTemplate",
        LaunchTemplateData={"ImageId": "ami-12345678", "InstanceType": "t3.micro"},
    ),
    "Versioned": resource("S3::Bucket", VersioningConfiguration={"Status": "Enabled"}),
    "Vpc": resource("EC2::VPC", CidrBlock="10.0.0.0/16"),
    "Zone": resource("Route53::HostedZone", Name="a.example."),
}


def test_types_that_no_documented_system_uses_are_made_and_torn_down() -> None:
    with deployments.emulator():
        deployment = deployments.deployment(deployments.plan({"Resources": OTHERS}))
        events = list(deployment.create())
        assert not deployment.failed, events[-1]
        ordered = deployment.ledger["Ordered"].physical_id
        assert ordered.endswith(".fifo")
        list(deployment.destroy())
        assert deployment.leftovers == ()


def test_a_bucket_with_old_versions_is_emptied_before_it_goes() -> None:
    with deployments.emulator():
        only = {"Versioned": OTHERS["Versioned"]}
        deployment = deployments.deployment(deployments.plan({"Resources": only}))
        list(deployment.create())
        s3, bucket = deployments.clients()("s3"), deployment.ledger["Versioned"].physical_id
        for body in (b"one", b"two"):
            s3.put_object(Bucket=bucket, Key="page", Body=body)
        s3.delete_object(Bucket=bucket, Key="page")
        list(deployment.destroy())
        assert deployment.leftovers == ()


def test_every_handler_is_exercised_by_a_template() -> None:
    used = {
        one["Type"]
        for name in deployments.names()
        for one in deployments.body(name)["Resources"].values()
    }
    assert used | {one["Type"] for one in OTHERS.values()} == set(HANDLERS)


def test_a_generated_name_is_short_and_unlike_that_of_its_neighbours() -> None:
    long = "A" * 40
    names = {generated_name("archlab-run-123456", f"{long}{number}") for number in range(50)}
    assert len(names) == 50
    assert all(len(name) <= 32 and name == name.lower() for name in names)


def test_the_matrix_says_how_each_property_is_taken() -> None:
    matrix = support.matrix()
    assert len(matrix) == len(HANDLERS)
    service = matrix["AWS::ECS::Service"]
    assert service["DesiredCount"] == {"embedded": "ok", "aws": "ok"}
    inner = "DeploymentConfiguration.DeploymentCircuitBreaker.Enable"
    assert service[inner] == {"embedded": "dropped", "aws": "ok"}
    assert support.level("AWS::ECS::Service", "Colour", "embedded") == "unsupported"
    assert support.level("AWS::XRay::Group", "GroupName", "embedded") == "unsupported"
    assert support.level("AWS::KMS::Key", "KeyPolicy.Statement", "embedded") == "ok"


@pytest.mark.parametrize("notation", ["A{B", "A]", "A{B]", "A{B}}", "A ! B", "A[[B]]"])
def test_a_wrong_notation_of_properties_is_an_error(notation: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        shape(notation)
