"""Facts of the network and of virtual machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.readers.rds import callers_of
from archlab.sandboxes.engine.readers.registering import Subjects, reads
from archlab.sandboxes.engine.scene import Scene, pages, subject, taken

ANYWHERE = "0.0.0.0/0"
EDGE_LISTS = ("pl-31a34658", "pl-3b927c52", "pl-4fa04526")
"""CloudFront's edges in the regions of the sandbox; importing the compiler for them costs a child
more than a second."""
ORPHAN = "archlab:orphan"
"""The tag by which a learner lists an orphan."""


def _where(name: str, *values: str) -> list[dict[str, Any]]:
    return [{"Name": name, "Values": list(values)}]


def _group(scene: Scene, made: Made) -> Mapping[str, Any]:
    ids = [made.attributes["GroupId"]]
    found: Mapping[str, Any] = scene.client("ec2").describe_security_groups(GroupIds=ids)
    return dict(found["SecurityGroups"][0])


@reads("app_groups")
def app_groups(scene: Scene) -> Subjects:
    for made in scene.app_groups():
        rules = _group(scene, made)["IpPermissionsEgress"]
        yield subject(
            made,
            all_protocols=any(rule["IpProtocol"] == "-1" for rule in rules),
            rules=[one for rule in rules for one in _ways(rule)],
            answered_ports=sorted(_answered(scene, made.attributes["GroupId"])),
        )


def _ways(rule: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One rule as ports and ranges; a rule without ports is for all of them."""
    ranges = [one["CidrIp"] for one in rule["IpRanges"]]
    ranges += [one["CidrIpv6"] for one in rule["Ipv6Ranges"]]
    ranges += [one["GroupId"] for one in rule["UserIdGroupPairs"]]
    ranges += [one["PrefixListId"] for one in rule["PrefixListIds"]]
    for to in ranges:
        yield {"from": rule.get("FromPort", 0), "to": rule.get("ToPort", 65535), "range": to}


def _answered(scene: Scene, group: str) -> set[int]:
    """The ports on which a group of this system answers the given one."""
    found = set()
    for made in scene.ledger.of("AWS::EC2::SecurityGroup"):
        for rule in _group(scene, made)["IpPermissions"]:
            if any(one["GroupId"] == group for one in rule["UserIdGroupPairs"]):
                found.add(int(rule["FromPort"]))
    return found


@reads("machine_groups")
def machine_groups(scene: Scene) -> Subjects:
    for made in scene.machine_groups():
        rules = _group(scene, made)["IpPermissions"]
        yield subject(
            made,
            edge_lists=[*EDGE_LISTS],
            **callers_of(rules, lists=False),
        )


@reads("networks")
def networks(scene: Scene) -> Subjects:
    ec2 = scene.client("ec2")
    for made in scene.ground("AWS::EC2::VPC"):
        chosen = _where("resource-id", made.physical_id)
        logs = pages(ec2, "describe_flow_logs", "FlowLogs", Filters=chosen)
        yield subject(made, traffic=[one["TrafficType"] for one in logs])


def _table(scene: Scene, made: Made) -> Mapping[str, Any]:
    ids = [made.physical_id]
    found: Mapping[str, Any] = scene.client("ec2").describe_route_tables(RouteTableIds=ids)
    return dict(found["RouteTables"][0])


def _way_out(table: Mapping[str, Any]) -> str | None:
    for route in table["Routes"]:
        if route.get("DestinationCidrBlock") == ANYWHERE:
            ways = ("NatGatewayId", "GatewayId", "InstanceId", "NetworkInterfaceId")
            return next((str(route[way]) for way in ways if route.get(way)), "elsewhere")
    return None


@reads("private_tables")
def private_tables(scene: Scene) -> Subjects:
    for made in scene.private_tables():
        yield subject(made, default_route=_way_out(_table(scene, made)))


@reads("table_endpoints")
def table_endpoints(scene: Scene) -> Subjects:
    ec2 = scene.client("ec2")
    for made in scene.private_tables():
        chosen = _where("vpc-id", str(_table(scene, made)["VpcId"]))
        all_ = pages(ec2, "describe_vpc_endpoints", "VpcEndpoints", Filters=chosen)
        gateways = [one for one in all_ if made.physical_id in one.get("RouteTableIds", [])]
        standing = [one for one in gateways if one["State"].lower() not in ("deleted", "deleting")]
        yield subject(made, gateway_endpoints=[one["ServiceName"] for one in standing])


@reads("network_exits")
def network_exits(scene: Scene) -> Subjects:
    ec2 = scene.client("ec2")
    for made in scene.ground("AWS::EC2::VPC"):
        chosen = _where("vpc-id", made.physical_id)
        gateways = pages(ec2, "describe_nat_gateways", "NatGateways", Filters=chosen)
        tables = scene.private_tables()
        yield subject(
            made,
            nat_gateways=[g["NatGatewayId"] for g in gateways if g["State"] != "deleted"],
            tables_with_exit=[t.logical_id for t in tables if _way_out(_table(scene, t))],
        )


@reads("machine_templates")
def machine_templates(scene: Scene) -> Subjects:
    ec2 = scene.client("ec2")
    for made in scene.of("AWS::EC2::LaunchTemplate"):
        newest = {"LaunchTemplateId": made.physical_id, "Versions": ["$Latest"]}
        found = ec2.describe_launch_template_versions(**newest)["LaunchTemplateVersions"][0]
        content = found["LaunchTemplateData"]
        tokens = content.get("MetadataOptions", {}).get("HttpTokens", "optional")
        yield subject(made, tokens=tokens, **taken(content, type="InstanceType"))


@reads("volumes")
def volumes(scene: Scene) -> Subjects:
    """One subject for the account, if anything stands in it at all."""
    if not scene.ledger:
        return
    known = {one.physical_id for one in scene.ledger.of("AWS::EC2::Volume")}
    loose = [one["VolumeId"] for one in _loose(scene)]
    yield {"id": "account", "unattached": sorted(set(loose) - known)}


def _loose(scene: Scene) -> Iterator[Mapping[str, Any]]:
    chosen = _where("status", "available")
    return pages(scene.client("ec2"), "describe_volumes", "Volumes", Filters=chosen)


@reads("orphans")
def orphans(scene: Scene) -> Subjects:
    if not scene.ledger:
        return
    ec2 = scene.client("ec2")
    disks = {one["VolumeId"]: one for one in pages(ec2, "describe_volumes", "Volumes")}
    addresses = {one["AllocationId"]: one for one in ec2.describe_addresses()["Addresses"]}
    loose = [id_ for id_, one in disks.items() if not one["Attachments"]]
    loose += [id_ for id_, one in addresses.items() if not one.get("AssociationId")]
    every = {**disks, **addresses}
    listed = [id_ for id_, one in every.items() if _is_listed(one)]
    yield {"id": "account", "orphans": sorted(loose), "listed": sorted(listed)}


def _is_listed(answer: Mapping[str, Any]) -> bool:
    return any(tag["Key"] == ORPHAN for tag in answer.get("Tags", []))
