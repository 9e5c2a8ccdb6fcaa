"""What a new template adds, removes, changes and replaces, compared with the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from archlab.domain.architecture.deployable import Json

Kind = Literal["added", "removed", "changed", "replaced"]

IMMUTABLE: Mapping[str, frozenset[str]] = {
    "AWS::ApiGatewayV2::Api": frozenset({"ProtocolType"}),
    "AWS::DynamoDB::Table": frozenset({"TableName", "KeySchema"}),
    "AWS::EC2::Instance": frozenset({"ImageId", "SubnetId"}),
    "AWS::EC2::NatGateway": frozenset({"SubnetId", "AllocationId"}),
    "AWS::EC2::SecurityGroup": frozenset({"GroupDescription", "VpcId"}),
    "AWS::EC2::Subnet": frozenset({"CidrBlock", "AvailabilityZone", "VpcId"}),
    "AWS::EC2::Volume": frozenset({"AvailabilityZone", "Encrypted", "KmsKeyId"}),
    "AWS::EC2::VPC": frozenset({"CidrBlock"}),
    "AWS::EC2::VPCEndpoint": frozenset({"ServiceName", "VpcId", "VpcEndpointType"}),
    "AWS::ECS::TaskDefinition": frozenset(
        {
            *("ContainerDefinitions", "Cpu", "Memory", "RuntimePlatform", "NetworkMode"),
            *("ExecutionRoleArn", "TaskRoleArn", "RequiresCompatibilities", "Family"),
        }
    ),
    "AWS::ECS::Service": frozenset({"LaunchType", "Cluster", "ServiceName"}),
    "AWS::ElastiCache::ReplicationGroup": frozenset(
        {"TransitEncryptionEnabled", "AtRestEncryptionEnabled", "CacheSubnetGroupName"}
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": frozenset({"Scheme", "Type", "Name"}),
    "AWS::ElasticLoadBalancingV2::TargetGroup": frozenset(
        {"Port", "Protocol", "TargetType", "VpcId"}
    ),
    "AWS::Lambda::Permission": frozenset({"Action", "FunctionName", "Principal", "SourceArn"}),
    "AWS::Logs::LogGroup": frozenset({"LogGroupName"}),
    "AWS::RDS::DBInstance": frozenset(
        {"StorageEncrypted", "KmsKeyId", "DBSubnetGroupName", "Engine", "MasterUsername"}
    ),
    "AWS::S3::Bucket": frozenset({"BucketName"}),
    "AWS::SQS::Queue": frozenset({"FifoQueue", "QueueName"}),
}
"""Properties that CloudFormation can only change by making the resource anew."""


@dataclass(frozen=True)
class ResourceChange:
    """One resource that differs; `properties` names what of it, sorted."""

    logical_id: str
    type: str
    kind: Kind
    properties: tuple[str, ...] = ()


def differences(before: Mapping[str, Json], after: Mapping[str, Json]) -> Sequence[ResourceChange]:
    """Resources that differ between two templates, by logical id."""
    old, new = _resources(before), _resources(after)
    return [
        change
        for name in sorted({*old, *new})
        for change in _compared(name, old.get(name), new.get(name))
    ]


def _resources(body: Mapping[str, Json]) -> Mapping[str, Mapping[str, Json]]:
    found = body.get("Resources", {})
    assert isinstance(found, Mapping)  # noqa: S101 (a template that was compiled or validated)
    return {name: one for name, one in found.items() if isinstance(one, Mapping)}


def _compared(
    name: str, old: Mapping[str, Json] | None, new: Mapping[str, Json] | None
) -> Iterator[ResourceChange]:
    if old is None or new is None:
        kind: Kind = "added" if old is None else "removed"
        yield ResourceChange(name, str((new or old or {}).get("Type", "")), kind)
        return
    type_ = str(new.get("Type", ""))
    changed = tuple(sorted(_changed(old, new)))
    if type_ != old.get("Type") or IMMUTABLE.get(type_, frozenset()) & set(changed):
        yield ResourceChange(name, type_, "replaced", changed)
    elif changed:
        yield ResourceChange(name, type_, "changed", changed)


def _changed(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[str]:
    """Names of properties, and of attributes such as DependsOn, that are not alike."""
    was, is_ = old.get("Properties", {}), new.get("Properties", {})
    assert isinstance(was, Mapping)  # noqa: S101
    assert isinstance(is_, Mapping)  # noqa: S101
    yield from (name for name in {*was, *is_} if was.get(name) != is_.get(name))
    attributes = {*old, *new} - {"Properties", "Type"}
    yield from (name for name in attributes if old.get(name) != new.get(name))
