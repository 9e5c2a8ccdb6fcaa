"""What stands in an account: listed service by service, whoever made it.

The ledger knows what a template made. A fault and a repair by hand make things beside it: they are
found here, and deleted here where they can be left over.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from archlab.sandboxes.engine.contract import Clients

Item = Any
"""One thing of a list: its fields, or its name alone."""
Delete = Callable[[Clients, str], object]

_SERVICES = {"certificatemanager": "acm", "elasticloadbalancingv2": "elbv2"}
"""Where boto3 has another name than the resource types have."""
_ALWAYS = frozenset({"ec2"})
"""A fault may leave a disk behind where no template asks for one."""


def services_of(types: Collection[str]) -> frozenset[str]:
    """boto3's names of the services behind resource types, `AWS::RDS::DBInstance` and so on."""
    families = {type_.split("::")[1].lower() for type_ in types}
    return frozenset(_SERVICES.get(one, one) for one in families) | _ALWAYS


def _any(_clients: Clients, _item: Item) -> bool:
    return True


def _unless(name: str, value: str) -> Callable[[Clients, Item], bool]:
    return lambda _clients, item: item.get(name) != value


def _is_not(name: str) -> Callable[[Clients, Item], bool]:
    return lambda _clients, item: not item.get(name)


def _is_active(clients: Clients, cluster: Item) -> bool:
    """A deleted cluster stays in the list, and is inactive."""
    found = clients("ecs").describe_clusters(clusters=[cluster])["clusters"]
    return any(one["status"] == "ACTIVE" for one in found)


def _is_customers(clients: Clients, item: Item) -> bool:
    found = clients("kms").describe_key(KeyId=item["KeyId"])["KeyMetadata"]
    return bool(found["KeyManager"] == "CUSTOMER" and found["KeyState"] != "PendingDeletion")


@dataclass(frozen=True)
class Shelf:
    """One list call: `key` leads to its list, `name` to the name of an item; empty where the list
    has names alone.

    `counts` leaves out what every account has and what is as good as gone. `delete` is for what a
    hand may leave behind.
    """

    service: str
    operation: str
    key: str
    name: str = ""
    counts: Callable[[Clients, Item], bool] = _any
    delete: Delete | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)

    def names(self, clients: Clients) -> Iterator[str]:
        for item in self._items(clients(self.service)):
            if self.counts(clients, item):
                yield str(item[self.name] if self.name else item)

    def _items(self, client: Any) -> Iterator[Any]:
        pages = (
            client.get_paginator(self.operation).paginate(**self.arguments)
            if client.can_paginate(self.operation)
            else [getattr(client, self.operation)(**self.arguments)]
        )
        for page in pages:
            for part in self.key.split("."):
                page = page.get(part) or {}
            yield from page


def _volume(clients: Clients, name: str) -> object:
    return clients("ec2").delete_volume(VolumeId=name)


def _flow_log(clients: Clients, name: str) -> object:
    return clients("ec2").delete_flow_logs(FlowLogIds=[name])


def _endpoint(clients: Clients, name: str) -> object:
    return clients("ec2").delete_vpc_endpoints(VpcEndpointIds=[name])


def _alarm(clients: Clients, name: str) -> object:
    return clients("cloudwatch").delete_alarms(AlarmNames=[name])


def _table(clients: Clients, name: str) -> object:
    return clients("dynamodb").delete_table(TableName=name)


def _log_group(clients: Clients, name: str) -> object:
    return clients("logs").delete_log_group(logGroupName=name)


def _database(clients: Clients, name: str) -> object:
    rds = clients("rds")
    return rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)


SHELVES = (
    Shelf("acm", "list_certificates", "CertificateSummaryList", "CertificateArn"),
    Shelf("apigatewayv2", "get_apis", "Items", "ApiId"),
    Shelf(
        "autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", "AutoScalingGroupName"
    ),
    Shelf("cloudfront", "list_distributions", "DistributionList.Items", "Id"),
    Shelf("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName", delete=_alarm),
    Shelf("dynamodb", "list_tables", "TableNames", delete=_table),
    Shelf("ec2", "describe_addresses", "Addresses", "AllocationId"),
    Shelf("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId", delete=_flow_log),
    Shelf("ec2", "describe_launch_templates", "LaunchTemplates", "LaunchTemplateId"),
    Shelf(
        "ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId", _unless("State", "deleted")
    ),
    Shelf(
        "ec2",
        "describe_security_groups",
        "SecurityGroups",
        "GroupId",
        _unless("GroupName", "default"),
    ),
    Shelf("ec2", "describe_subnets", "Subnets", "SubnetId", _is_not("DefaultForAz")),
    Shelf("ec2", "describe_volumes", "Volumes", "VolumeId", delete=_volume),
    Shelf(
        "ec2",
        "describe_vpc_endpoints",
        "VpcEndpoints",
        "VpcEndpointId",
        _unless("State", "deleted"),
        _endpoint,
    ),
    Shelf("ec2", "describe_vpcs", "Vpcs", "VpcId", _is_not("IsDefault")),
    Shelf("ecr", "describe_repositories", "repositories", "repositoryName"),
    Shelf("ecs", "list_clusters", "clusterArns", counts=_is_active),
    Shelf(
        "elasticache", "describe_cache_subnet_groups", "CacheSubnetGroups", "CacheSubnetGroupName"
    ),
    Shelf(
        "elasticache",
        "describe_replication_groups",
        "ReplicationGroups",
        "ReplicationGroupId",
        _unless("Status", "deleting"),
    ),
    Shelf("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    Shelf("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    Shelf("events", "list_rules", "Rules", "Name"),
    Shelf("iam", "list_roles", "Roles", "RoleName"),
    Shelf("kms", "list_keys", "Keys", "KeyId", _is_customers),
    Shelf("lambda", "list_functions", "Functions", "FunctionName"),
    Shelf("logs", "describe_log_groups", "logGroups", "logGroupName", delete=_log_group),
    Shelf("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier", delete=_database),
    Shelf("route53", "list_hosted_zones", "HostedZones", "Id"),
    Shelf("s3", "list_buckets", "Buckets", "Name"),
    Shelf("secretsmanager", "list_secrets", "SecretList", "Name"),
    Shelf("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    Shelf("sns", "list_topics", "Topics", "TopicArn"),
    Shelf("sqs", "list_queues", "QueueUrls"),
    Shelf("ssm", "describe_parameters", "Parameters", "Name"),
    Shelf("wafv2", "list_web_acls", "WebACLs", "Id", arguments={"Scope": "REGIONAL"}),
)


def stock(clients: Clients, services: Collection[str]) -> tuple[str, ...]:
    """Everything in these services that the account was not born with: "rds: name", sorted."""
    found = (
        f"{shelf.service}: {name}"
        for shelf in SHELVES
        if shelf.service in services
        for name in shelf.names(clients)
    )
    return tuple(sorted(found))


def sweep(clients: Clients, services: Collection[str], template: Collection[str]) -> None:
    """Delete what was made beside the template; `template` is the stock that it left.

    It goes first, as it may hold on to what the template made. What refuses to go stays in the
    account and is found there.
    """
    for shelf in SHELVES:
        if shelf.delete is None or shelf.service not in services:
            continue
        for name in list(shelf.names(clients)):
            if f"{shelf.service}: {name}" not in template:
                with contextlib.suppress(ClientError):
                    shelf.delete(clients, name)
