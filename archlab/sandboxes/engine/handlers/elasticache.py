"""Caches with their subnets."""

from __future__ import annotations

from archlab.sandboxes.engine.contract import Context, Created, handler, tag_list
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by, state_is_not
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_GIVEN = (
    "AtRestEncryptionEnabled",
    "AutomaticFailoverEnabled",
    "CacheNodeType",
    "CacheParameterGroupName",
    "Engine",
    "MultiAZEnabled",
    "NumCacheClusters",
    "Port",
    "ReplicationGroupDescription",
    "SnapshotRetentionLimit",
    "TransitEncryptionEnabled",
)
_NOT_SHOWN = ("CacheSubnetGroupName", "EngineVersion", "SecurityGroupIds")
"""The emulator takes these, and nothing that can be read says them again."""


def _group(context: Context, properties: Properties) -> Created:
    made = context.client("elasticache").create_replication_group(
        ReplicationGroupId=properties.text("ReplicationGroupId", context.name),
        **properties.pick(*_GIVEN, *_NOT_SHOWN),
        **tag_list(properties),
    )["ReplicationGroup"]
    endpoint = _endpoint(made)
    attributes = {
        "PrimaryEndPoint.Address": endpoint.get("Address", ""),
        "PrimaryEndPoint.Port": str(endpoint.get("Port", "")),
    }
    return Created(made["ReplicationGroupId"], attributes)


def _endpoint(made: dict[str, list[dict[str, dict[str, str]]]]) -> dict[str, str]:
    nodes = made.get("NodeGroups") or [{}]
    return nodes[0].get("PrimaryEndpoint", {})


def _subnets(context: Context, properties: Properties) -> Created:
    name = properties.text("CacheSubnetGroupName", context.name)
    context.client("elasticache").create_cache_subnet_group(
        CacheSubnetGroupName=name,
        CacheSubnetGroupDescription=properties["Description"],
        SubnetIds=properties.texts("SubnetIds"),
        **tag_list(properties),
    )
    return Created(name)


HANDLERS = (
    handler(
        "AWS::ElastiCache::ReplicationGroup",
        " ".join(_GIVEN)
        + f" CacheSubnetGroupName~ EngineVersion~ ReplicationGroupId SecurityGroupIds~[] {TAGS}",
        _group,
        deleted_by(
            "elasticache",
            "delete_replication_group",
            "ReplicationGroupId",
            "ReplicationGroupNotFoundFault",
        ),
        seen_by(
            "elasticache",
            "describe_replication_groups",
            "ReplicationGroupId",
            "ReplicationGroups",
            "ReplicationGroupNotFoundFault",
            one=True,
            lives=state_is_not("Status", "deleting"),
        ),
        "PrimaryEndPoint.Address PrimaryEndPoint.Port",
    ),
    handler(
        "AWS::ElastiCache::SubnetGroup",
        f"CacheSubnetGroupName Description SubnetIds[] {TAGS}",
        _subnets,
        deleted_by(
            "elasticache",
            "delete_cache_subnet_group",
            "CacheSubnetGroupName",
            "CacheSubnetGroupNotFoundFault",
        ),
        seen_by(
            "elasticache",
            "describe_cache_subnet_groups",
            "CacheSubnetGroupName",
            "CacheSubnetGroups",
            "CacheSubnetGroupNotFoundFault",
            one=True,
        ),
    ),
)
