"""Tags on everything that takes them, so that what a run made can be found again."""

from __future__ import annotations

from archlab.domain.architecture.deployable import Json

RUN, EXPIRES = "archlab:run", "archlab:expires"

_LISTS = frozenset(
    {
        "AWS::ACM::Certificate",
        "AWS::CertificateManager::Certificate",
        "AWS::CloudFront::Distribution",
        "AWS::CloudWatch::Alarm",
        "AWS::DynamoDB::Table",
        "AWS::EC2::EIP",
        "AWS::EC2::FlowLog",
        "AWS::EC2::Instance",
        "AWS::EC2::InternetGateway",
        "AWS::EC2::NatGateway",
        "AWS::EC2::RouteTable",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::Subnet",
        "AWS::EC2::VPC",
        "AWS::EC2::Volume",
        "AWS::ECR::Repository",
        "AWS::ECS::Cluster",
        "AWS::ECS::Service",
        "AWS::ECS::TaskDefinition",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::ElastiCache::SubnetGroup",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::Events::EventBus",
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::Lambda::Function",
        "AWS::Logs::LogGroup",
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBParameterGroup",
        "AWS::RDS::DBSubnetGroup",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
        "AWS::WAFv2::WebACL",
    }
)
_MAPPINGS = frozenset({"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::SSM::Parameter"})
_GIVEN: dict[str, Json] = {RUN: {"Ref": "Run"}, EXPIRES: {"Ref": "Expires"}}


def tags_of(type_: str) -> dict[str, Json]:
    """The property that carries the tags of a type, in that type's own form; may be empty."""
    tags: list[dict[str, Json]] = [{"Key": key, "Value": value} for key, value in _GIVEN.items()]
    if type_ in _LISTS:
        return {"Tags": tags}
    if type_ in _MAPPINGS:
        return {"Tags": dict(_GIVEN)}
    if type_ == "AWS::Route53::HostedZone":
        return {"HostedZoneTags": tags}
    if type_ == "AWS::AutoScaling::AutoScalingGroup":
        return {"Tags": [{**tag, "PropagateAtLaunch": True} for tag in tags]}
    if type_ == "AWS::EC2::LaunchTemplate":
        return {"TagSpecifications": [{"ResourceType": "launch-template", "Tags": tags}]}
    return {}
