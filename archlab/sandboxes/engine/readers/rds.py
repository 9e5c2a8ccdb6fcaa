"""Facts of database servers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.readers.registering import Subjects, reads
from archlab.sandboxes.engine.scene import Scene, pages, subject, taken, unless_absent

ABSENT = ("DBInstanceNotFound", "DBInstanceNotFoundFault")


def _servers(scene: Scene) -> Iterator[tuple[Made, Mapping[str, Any]]]:
    """The servers that stand; one that was deleted is no subject any more."""
    describe = scene.client("rds").describe_db_instances
    for made in scene.of("AWS::RDS::DBInstance"):
        found = unless_absent(ABSENT, describe, DBInstanceIdentifier=made.physical_id)
        if found:
            yield made, found["DBInstances"][0]


def _is_primary(answer: Mapping[str, Any]) -> bool:
    return not answer.get("ReadReplicaSourceDBInstanceIdentifier")


@reads("databases")
def databases(scene: Scene) -> Subjects:
    for made, answer in _servers(scene):
        fields = taken(
            answer,
            public="PubliclyAccessible",
            multi_az="MultiAZ",
            backup_days="BackupRetentionPeriod",
            encrypted="StorageEncrypted",
            storage="StorageType",
            replicas="ReadReplicaDBInstanceIdentifiers",
        )
        yield subject(
            made, primary=_is_primary(answer), **fields, **{"class": answer["DBInstanceClass"]}
        )


@reads("database_subnets")
def database_subnets(scene: Scene) -> Subjects:
    ec2 = scene.client("ec2")
    for made, answer in _servers(scene):
        group = answer.get("DBSubnetGroup", {})
        ids = [one["SubnetIdentifier"] for one in group.get("Subnets", [])]
        subnets = list(pages(ec2, "describe_subnets", "Subnets", SubnetIds=ids)) if ids else []
        tables = _tables(ec2, str(group.get("VpcId", "")))
        yield subject(
            made,
            primary=_is_primary(answer),
            subnets=ids,
            routed_to_internet=[one for one in ids if _leads_out(one, tables)],
            gives_addresses=[one["SubnetId"] for one in subnets if one["MapPublicIpOnLaunch"]],
        )


def _tables(ec2: Any, vpc: str) -> list[Mapping[str, Any]]:
    chosen = [{"Name": "vpc-id", "Values": [vpc]}]
    return list(pages(ec2, "describe_route_tables", "RouteTables", Filters=chosen))


def _leads_out(subnet: str, tables: list[Mapping[str, Any]]) -> bool:
    """By the table of the subnet itself, else by the main table of its network."""
    own = [t for t in tables if any(a.get("SubnetId") == subnet for a in t["Associations"])]
    used = own or [t for t in tables if any(a.get("Main") for a in t["Associations"])]
    ways = [route.get("GatewayId", "") for table in used for route in table["Routes"]]
    return any(way.startswith("igw-") for way in ways)


@reads("database_groups")
def database_groups(scene: Scene) -> Subjects:
    ec2 = scene.client("ec2")
    callers = [one.attributes["GroupId"] for one in Scene(scene.clients, scene.ledger).app_groups()]
    for made, answer in _servers(scene):
        ids = [one["VpcSecurityGroupId"] for one in answer["VpcSecurityGroups"]]
        groups = list(pages(ec2, "describe_security_groups", "SecurityGroups", GroupIds=ids))
        rules = [rule for group in groups for rule in group["IpPermissions"]]
        yield subject(
            made, primary=_is_primary(answer), app_groups=callers, **callers_of(rules, lists=True)
        )


def callers_of(rules: list[Mapping[str, Any]], *, lists: bool) -> dict[str, Any]:
    """Who the rules let in: ranges of addresses and groups; prefix lists are ranges where asked."""
    ranges = [one["CidrIp"] for rule in rules for one in rule["IpRanges"]]
    ranges += [one["CidrIpv6"] for rule in rules for one in rule["Ipv6Ranges"]]
    known = [one["PrefixListId"] for rule in rules for one in rule["PrefixListIds"]]
    groups = [one["GroupId"] for rule in rules for one in rule["UserIdGroupPairs"]]
    if lists:
        return {"ranges": [*ranges, *known], "groups": groups}
    return {"ranges": ranges, "groups": groups, "prefix_lists": known}


@reads("database_settings")
def database_settings(scene: Scene) -> Subjects:
    rds = scene.client("rds")
    for made, answer in _servers(scene):
        name = answer["DBParameterGroups"][0]["DBParameterGroupName"]
        all_ = pages(rds, "describe_db_parameters", "Parameters", DBParameterGroupName=name)
        values = {one["ParameterName"]: one.get("ParameterValue") for one in all_}
        yield subject(
            made, primary=_is_primary(answer), max_connections=values.get("max_connections")
        )
