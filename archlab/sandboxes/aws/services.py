"""What may be deployed to a real account: each service with its types, and what we read of it.

`reads` never includes the content of a secret, an object or a row: checks look at settings alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """`prefix` is the service's word in IAM; a service that is `everywhere` has no region."""

    prefix: str
    types: tuple[str, ...]
    reads: tuple[str, ...] = ("Describe*",)
    everywhere: bool = False


SERVICES: Mapping[str, Service] = {
    "ApiGatewayV2": Service("apigateway", ("Api", "Integration", "Route", "Stage"), ("GET",)),
    "ApplicationAutoScaling": Service(
        "application-autoscaling", ("ScalableTarget", "ScalingPolicy")
    ),
    "AutoScaling": Service("autoscaling", ("AutoScalingGroup",)),
    "CertificateManager": Service("acm", ("Certificate",)),
    "CloudFront": Service(
        "cloudfront",
        ("Distribution", "OriginAccessControl"),
        ("GetDistribution*", "GetOriginAccess*", "List*"),
        everywhere=True,
    ),
    "CloudWatch": Service("cloudwatch", ("Alarm",)),
    "DynamoDB": Service("dynamodb", ("Table",)),
    "EC2": Service(
        "ec2",
        (
            *("EIP", "FlowLog", "Instance", "InternetGateway", "LaunchTemplate", "NatGateway"),
            *("Route", "RouteTable", "SecurityGroup", "Subnet", "SubnetRouteTableAssociation"),
            *("VPC", "VPCEndpoint", "VPCGatewayAttachment", "Volume"),
        ),
    ),
    "ECR": Service("ecr", ("Repository",), ("Describe*", "GetLifecyclePolicy")),
    "ECS": Service("ecs", ("Cluster", "Service", "TaskDefinition"), ("Describe*", "List*")),
    "ElastiCache": Service("elasticache", ("ReplicationGroup", "SubnetGroup")),
    "ElasticLoadBalancingV2": Service(
        "elasticloadbalancing", ("Listener", "ListenerRule", "LoadBalancer", "TargetGroup")
    ),
    "Events": Service("events", ("EventBus", "Rule"), ("Describe*", "List*")),
    "IAM": Service(
        "iam",
        ("InstanceProfile", "Role"),
        ("GetRole*", "ListRole*", "ListAttachedRole*"),
        everywhere=True,
    ),
    "KMS": Service("kms", ("Alias", "Key"), ("DescribeKey", "GetKeyRotationStatus", "List*")),
    "Lambda": Service(
        "lambda",
        ("Function", "Permission"),
        ("GetFunctionConfiguration", "GetPolicy", "ListFunctions"),
    ),
    "Logs": Service("logs", ("LogGroup",), ("DescribeLogGroups",)),
    "RDS": Service("rds", ("DBInstance", "DBParameterGroup", "DBSubnetGroup")),
    "Route53": Service("route53", ("HostedZone",), ("GetHostedZone", "List*"), everywhere=True),
    "S3": Service(
        "s3",
        ("Bucket", "BucketPolicy"),
        ("GetBucket*", "GetEncryptionConfiguration", "GetLifecycleConfiguration"),
    ),
    "SNS": Service("sns", ("Subscription", "Topic"), ("GetTopicAttributes", "List*")),
    "SQS": Service("sqs", ("Queue",), ("GetQueueAttributes", "GetQueueUrl", "ListQueues")),
    "SSM": Service("ssm", ("Parameter",), ("DescribeParameters",)),
    "SecretsManager": Service(
        "secretsmanager", ("Secret", "SecretTargetAttachment"), ("DescribeSecret", "ListSecrets")
    ),
    "WAFv2": Service("wafv2", ("WebACL", "WebACLAssociation"), ("GetWebACL*", "ListWebACLs")),
}

TYPES = frozenset(
    f"AWS::{namespace}::{name}" for namespace, service in SERVICES.items() for name in service.types
)


def services_of(types: Iterable[str]) -> tuple[Service, ...]:
    """The services behind these resource types, each once; types that we do not know are left."""
    namespaces = {type_.split("::")[1] for type_ in types if type_ in TYPES}
    return tuple(SERVICES[namespace] for namespace in sorted(namespaces))


_SMALL = ("nano", "micro", "small")
MACHINES = tuple(f"{family}.{size}" for family in ("t3", "t4g") for size in (*_SMALL, "medium"))
DATABASES = tuple(f"db.{family}.{size}" for family in ("t3", "t4g") for size in _SMALL[1:])
CACHES = tuple(f"cache.{family}.{size}" for family in ("t3", "t4g") for size in _SMALL[1:])
"""The sizes that may be launched: the gate refuses others, and the boundary forbids them."""
