"""Which product of which AWS offer each row of the book is.

A row without a rule here is never renewed by itself: it keeps its price and is listed. Usage types
and units are facts of the price list; where one turns out to be wrong, the updater finds no
product or an unknown unit and says so, which is why a loose rule is not dangerous and a guess at
the right sibling is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from archlab.domain.pricing.offers import Reservation, Selector

FETCHED_BY_QUERY = frozenset({"AmazonEC2", "AmazonRDS"})
"""Offers of hundreds of megabytes a region: asked for product by product, never fetched whole."""

_ALB = "Load Balancer-Application"
_WAF = "Web Application Firewall"
_REQUEST = "API Request"
_TIER1 = ("group", "SQS-APIRequest-Tier1")
_OUTBOUND = ("transferType", "AWS Outbound")
_FREE_EGRESS = "Global-DataTransfer-Out-Bytes"
_ON_DEMAND_DDB = "Amazon DynamoDB PayPerRequest Throughput"
_POSTGRES = ("databaseEngine", "PostgreSQL")


def _rds_storage(usage: str, deployment: str) -> Selector:
    where = (_POSTGRES, ("deploymentOption", deployment))
    return Selector("AmazonRDS", usage, "Database Storage", where=where)


SELECTORS: Mapping[str, Selector] = {
    "AmazonApiGateway:http-api": Selector("AmazonApiGateway", "ApiGatewayHttpRequest"),
    "AmazonApiGateway:rest-api": Selector("AmazonApiGateway", "ApiGatewayRequest"),
    # global: the edge location is the beginning of the usage type
    "AmazonCloudFront:data-out.us-eu": Selector(
        "AmazonCloudFront", "US-DataTransfer-Out-Bytes", "Data Transfer"
    ),
    "AmazonCloudFront:http-request.us": Selector(
        "AmazonCloudFront", "US-Requests-Tier1", "Request"
    ),
    "AmazonCloudFront:https-request.us": Selector(
        "AmazonCloudFront", "US-Requests-Tier2-HTTPS", "Request"
    ),
    "AmazonCloudWatch:alarm.standard": Selector("AmazonCloudWatch", "CW:AlarmMonitorUsage"),
    "AmazonCloudWatch:logs.ingest.standard": Selector(
        "AmazonCloudWatch", "DataProcessing-Bytes", form="prefixed"
    ),
    "AmazonCloudWatch:logs.storage": Selector(
        "AmazonCloudWatch", "TimedStorage-ByteHrs", form="prefixed"
    ),
    "AmazonCloudWatch:metric": Selector("AmazonCloudWatch", "CW:MetricMonitorUsage"),
    "AmazonDynamoDB:ondemand.rru": Selector(
        "AmazonDynamoDB", "ReadRequestUnits", _ON_DEMAND_DDB, where=(("group", "DDB-ReadUnits"),)
    ),
    "AmazonDynamoDB:ondemand.wru": Selector(
        "AmazonDynamoDB", "WriteRequestUnits", _ON_DEMAND_DDB, where=(("group", "DDB-WriteUnits"),)
    ),
    # the bare twins of these three begin with a tier at 0: the allowance stands in our row
    "AmazonDynamoDB:provisioned.rcu": Selector(
        "AmazonDynamoDB", "ReadCapacityUnit-Hrs", "Provisioned IOPS", form="prefixed"
    ),
    "AmazonDynamoDB:provisioned.wcu": Selector(
        "AmazonDynamoDB", "WriteCapacityUnit-Hrs", "Provisioned IOPS", form="prefixed"
    ),
    "AmazonDynamoDB:storage": Selector(
        "AmazonDynamoDB", "TimedStorage-ByteHrs", "Database Storage", form="prefixed"
    ),
    "AmazonEBS:gp2": Selector("AmazonEC2", "EBS:VolumeUsage.gp2", "Storage"),
    "AmazonEBS:gp3": Selector("AmazonEC2", "EBS:VolumeUsage.gp3", "Storage"),
    "AmazonEBS:gp3.iops": Selector("AmazonEC2", "EBS:VolumeP-IOPS.gp3", "System Operation"),
    # priced by the GiB/s, a unit that is not ours: kept and listed, never divided by 1,024
    "AmazonEBS:gp3.throughput": Selector(
        "AmazonEC2", "EBS:VolumeP-Throughput.gp3", "Provisioned Throughput"
    ),
    "AmazonEBS:snapshot": Selector("AmazonEC2", "EBS:SnapshotUsage", "Storage Snapshot"),
    "AmazonECR:private-storage": Selector(
        "AmazonECR", "TimedStorage-ByteHrs", "EC2 Container Registry"
    ),
    "AmazonECS:fargate.arm.gb": Selector("AmazonECS", "Fargate-ARM-GB-Hours", "Compute"),
    "AmazonECS:fargate.arm.vcpu": Selector("AmazonECS", "Fargate-ARM-vCPU-Hours:perCPU", "Compute"),
    "AmazonECS:fargate.ephemeral-storage": Selector(
        "AmazonECS", "Fargate-EphemeralStorage-GB-Hours", "Compute"
    ),
    "AmazonECS:fargate.x86.gb": Selector("AmazonECS", "Fargate-GB-Hours", "Compute"),
    "AmazonECS:fargate.x86.vcpu": Selector("AmazonECS", "Fargate-vCPU-Hours:perCPU", "Compute"),
    "AmazonEventBridge:custom-event": Selector(
        "AWSEvents", "Event-64K-Chunks", "EventBridge", "PutEvents"
    ),
    "AmazonRDS:storage.backup": Selector(
        "AmazonRDS", "RDS:ChargedBackupUsage", "Storage Snapshot", where=(_POSTGRES,)
    ),
    "AmazonRDS:storage.gp2.multi-az": _rds_storage("RDS:Multi-AZ-GP2-Storage", "Multi-AZ"),
    "AmazonRDS:storage.gp2.single-az": _rds_storage("RDS:GP2-Storage", "Single-AZ"),
    "AmazonRDS:storage.gp3.multi-az": _rds_storage("RDS:Multi-AZ-GP3-Storage", "Multi-AZ"),
    "AmazonRDS:storage.gp3.single-az": _rds_storage("RDS:GP3-Storage", "Single-AZ"),
    "AmazonRoute53:hosted-zone": Selector("AmazonRoute53", "HostedZone", "DNS Zone"),
    "AmazonRoute53:query.standard": Selector("AmazonRoute53", "DNS-Queries", "DNS Query"),
    "AmazonS3:request.get": Selector("AmazonS3", "Requests-Tier2", _REQUEST),
    "AmazonS3:request.put": Selector("AmazonS3", "Requests-Tier1", _REQUEST),
    "AmazonS3:standard": Selector(
        "AmazonS3", "TimedStorage-ByteHrs", "Storage", where=(("volumeType", "Standard"),)
    ),
    # us-east-1 says Requests-RBP and the others Requests-Tier1: the type of queue decides
    "AmazonSQS:fifo": Selector(
        "AWSQueueService",
        family=_REQUEST,
        where=(_TIER1, ("queueType", "FIFO (first-in, first-out)")),
    ),
    "AmazonSQS:standard": Selector(
        "AWSQueueService", family=_REQUEST, where=(_TIER1, ("queueType", "Standard"))
    ),
    "AmazonVPC:interface-endpoint.gb": Selector(
        "AmazonVPC",
        family="VpcEndpoint",
        where=(
            ("endpointType", "PrivateLink"),
            ("groupDescription", "Charge for per GB data processed by VPC Endpoints"),
        ),
    ),
    "AmazonVPC:interface-endpoint.hour": Selector(
        "AmazonVPC",
        family="VpcEndpoint",
        where=(
            ("endpointType", "PrivateLink"),
            ("groupDescription", "Hourly charge for VPC Endpoints"),
        ),
    ),
    "AmazonVPC:nat-gateway.gb": Selector(
        "AmazonEC2", "NatGateway-Bytes", "NAT Gateway", "NatGateway"
    ),
    "AmazonVPC:nat-gateway.hour": Selector(
        "AmazonEC2", "NatGateway-Hours", "NAT Gateway", "NatGateway"
    ),
    "AmazonVPC:public-ipv4.in-use.hour": Selector("AmazonVPC", "PublicIPv4:InUseAddress", ""),
    "AWSDataTransfer:inter-az": Selector(
        "AWSDataTransfer", "DataTransfer-Regional-Bytes", where=(("transferType", "IntraRegion"),)
    ),
    "AWSDataTransfer:internet-out": Selector(
        "AWSDataTransfer", "DataTransfer-Out-Bytes", where=(_OUTBOUND,), allowance=_FREE_EGRESS
    ),
    "AWSELB:alb.hour": Selector("AWSELB", "LoadBalancerUsage", _ALB, "LoadBalancing:Application"),
    "AWSELB:alb.lcu": Selector("AWSELB", "LCUUsage", _ALB, "LoadBalancing:Application"),
    "awskms:customer-key": Selector("awskms", "KMS-Keys", "Encryption Key"),
    "awskms:request.symmetric": Selector(
        "awskms",
        family=_REQUEST,
        where=(("group", "awskms-APIRequest-All"),),
        allowance="Global-KMS-Requests",
    ),
    "AWSLambda:duration.arm64": Selector(
        "AWSLambda",
        "Lambda-GB-Second-ARM",
        "Serverless",
        where=(("group", "AWS-Lambda-Duration-ARM"),),
        allowance="Global-Lambda-GB-Second",
    ),
    "AWSLambda:duration.x86": Selector(
        "AWSLambda",
        "Lambda-GB-Second",
        "Serverless",
        where=(("group", "AWS-Lambda-Duration"),),
        allowance="Global-Lambda-GB-Second",
    ),
    "AWSLambda:request": Selector(
        "AWSLambda",
        "Request",
        "Serverless",
        where=(("group", "AWS-Lambda-Requests"),),
        allowance="Global-Request",
    ),
    "AWSSecretsManager:secret": Selector("AWSSecretsManager", family="Secret"),
    "awswaf:request": Selector("awswaf", "RequestV2-Tier1", _WAF),
    "awswaf:rule": Selector("awswaf", "RuleV2", _WAF),
    "awswaf:web-acl": Selector("awswaf", "WebACLV2", _WAF),
}

_PLAIN_LINUX = (
    ("capacitystatus", "Used"),
    ("licenseModel", "No License required"),
    ("locationType", "AWS Region"),
    ("operatingSystem", "Linux"),
    ("preInstalledSw", "NA"),
    ("tenancy", "Shared"),
)
_ENGINES = {"mysql": "MySQL", "postgres": "PostgreSQL"}
_CACHES = {"redis": "Redis", "valkey": "Valkey"}
_OFFERINGS = {"std": "standard", "conv": "convertible"}
_PAYMENTS = {
    "noupfront": "No Upfront",
    "partialupfront": "Partial Upfront",
    "allupfront": "All Upfront",
}
_LEASE = (
    r"(?:(?:\.(?P<offering>std|conv))?\.(?P<lease>1yr|3yr)"
    r"\.(?P<payment>noupfront|partialupfront|allupfront))?"
)
_MACHINE = re.compile(
    rf"AmazonEC2:(?P<purchase>ondemand|ri)\.linux\.(?P<type>[a-z0-9-]+\.[a-z0-9]+){_LEASE}"
)
_DATABASE = re.compile(
    r"AmazonRDS:(?P<purchase>ondemand|ri)\.(?P<engine>mysql|postgres)"
    rf"\.(?P<type>db\.[a-z0-9]+\.[a-z0-9]+)(?P<zones>\.multi-az)?{_LEASE}"
)
_CACHE = re.compile(
    r"AmazonElastiCache:ondemand\.(?P<engine>redis|valkey)\.(?P<type>cache\.[a-z0-9]+\.[a-z0-9]+)"
)


def selector_of(key: str) -> Selector | None:
    """The rule for a row `SERVICE:KEY`; None where the price list is no source for it."""
    return SELECTORS.get(key) or _machine(key) or _database(key) or _cache(key)


def _machine(key: str) -> Selector | None:
    match = _MACHINE.fullmatch(key)
    if match is None or not _is_whole(match):
        return None
    return Selector(
        "AmazonEC2",
        f"BoxUsage:{match['type']}",
        "Compute Instance",
        "RunInstances",
        (*_PLAIN_LINUX, ("instanceType", match["type"])),
        reservation=_reservation(match),
    )


def _database(key: str) -> Selector | None:
    match = _DATABASE.fullmatch(key)
    if match is None or not _is_whole(match):
        return None
    usage, deployment = ("InstanceUsage", "Single-AZ")
    if match["zones"]:
        usage, deployment = ("Multi-AZUsage", "Multi-AZ")
    return Selector(
        "AmazonRDS",
        f"{usage}:{match['type']}",
        "Database Instance",
        where=(
            ("databaseEngine", _ENGINES[match["engine"]]),
            ("deploymentOption", deployment),
            ("instanceType", match["type"]),
            ("licenseModel", "No license required"),
        ),
        reservation=_reservation(match),
    )


def _cache(key: str) -> Selector | None:
    match = _CACHE.fullmatch(key)
    if match is None:
        return None
    return Selector(
        "AmazonElastiCache",
        f"NodeUsage:{match['type']}",
        "Cache Instance",
        where=(("cacheEngine", _CACHES[match["engine"]]), ("instanceType", match["type"])),
    )


def _is_whole(match: re.Match[str]) -> bool:
    """A reserved price names its lease, and only a reserved one does."""
    return (match["purchase"] == "ri") == bool(match["lease"])


def _reservation(match: re.Match[str]) -> Reservation | None:
    if not match["lease"]:
        return None
    # our keys of databases name no offering class, and AWS writes standard for them
    offering = _OFFERINGS[match["offering"] or "std"]
    return Reservation(match["lease"], offering, _PAYMENTS[match["payment"]])
