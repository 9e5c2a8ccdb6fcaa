"""Checks of database servers on RDS and of tables on DynamoDB."""

from __future__ import annotations

import re

from archlab.domain.grading.state_checks.check import (
    Check,
    Declared,
    Finding,
    Setting,
    Subject,
    at_least,
    equals,
    said,
)

RDS = ("rds:DescribeDBInstances",)
ABSENT = ("DBInstanceNotFound", "DBInstanceNotFoundFault")
KINDS = ("rds_instance",)
DB = "AWS::RDS::DBInstance"
_GRAVITON_CLASS = re.compile(r"db\.[a-z]+[0-9]+g[a-z]*\.")


def _graviton(subject: Subject) -> Finding:
    name = subject["class"]
    return Finding("" if _GRAVITON_CLASS.match(name) else "not_graviton", said("class", name))


def _private(subject: Subject) -> Finding:
    routed, addressed = subject["routed_to_internet"], subject["gives_addresses"]
    if not subject["subnets"]:
        return Finding("no_subnets", "no subnets")
    if routed:
        return Finding("routed", f"a way to the internet: {', '.join(routed)}")
    if addressed:
        return Finding("addressed", f"public addresses: {', '.join(addressed)}")
    return Finding("", f"{len(subject['subnets'])} private subnets")


def _only_app(subject: Subject) -> Finding:
    ranges, groups = subject["ranges"], subject["groups"]
    strangers = sorted(set(groups) - set(subject["app_groups"]))
    if ranges:
        return Finding("open_ranges", f"open to {', '.join(ranges)}")
    if strangers:
        return Finding("strangers", f"open to {', '.join(strangers)}")
    if not groups:
        return Finding("nobody", "open to nobody")
    return Finding("", f"open to {', '.join(groups)}")


def _connections(subject: Subject) -> Finding:
    value = subject["max_connections"]
    right = value is not None and str(value) == str(subject.limit("connections"))
    return Finding("" if right else "other_number", said("max_connections", value))


def _replica(subject: Subject) -> Finding:
    replicas = subject["replicas"]
    return Finding("" if replicas else "no_replica", said("replicas", replicas))


def _recoverable(subject: Subject) -> Finding:
    mode, recovery = subject["billing"], subject["recovery"]
    actual = f"{said('billing', mode)}, {said('recovery', recovery)}"
    if mode != "PAY_PER_REQUEST":
        return Finding("provisioned", actual)
    return Finding("" if recovery == "ENABLED" else "no_recovery", actual)


def _restored(subject: Subject) -> Finding:
    rows, copy = subject["rows"], subject["copied"]
    if subject["recovery"] != "ENABLED":
        return Finding("no_recovery", said("recovery", subject["recovery"]))
    if copy is None:
        return Finding("no_copy", "no copy")
    actual = f"{len(rows)} rows, {len(copy)} in the copy"
    if not rows:
        return Finding("nothing_kept", actual)
    return Finding("" if rows == copy else "incomplete", actual)


CHECKS = (
    Check(
        id="db_not_public",
        title="The database has no address on the internet",
        expected="PubliclyAccessible is false",
        lesson="A database is reached from inside the network; a public address only adds callers.",
        origin="seed",
        seeds=("003",),
        kinds=KINDS,
        reader="databases",
        reads=RDS,
        absent=ABSENT,
        look=equals("public", wanted=False, reason="public"),
        reasons={"public": "The database has a public address."},
        declared=Declared(DB, ("PubliclyAccessible",), "public"),
    ),
    Check(
        id="db_in_private_subnets",
        title="The database stands in private subnets",
        expected="no subnet of the database has a route to an internet gateway or gives addresses",
        lesson="What makes a subnet private is its route table, not its name.",
        origin="seed",
        seeds=("003",),
        kinds=KINDS,
        reader="database_subnets",
        absent=ABSENT,
        reads=(*RDS, "ec2:DescribeSubnets", "ec2:DescribeRouteTables"),
        look=_private,
        only="primary",
        reasons={
            "no_subnets": "The database stands in no subnet of the network.",
            "routed": "A subnet of the database has a route to an internet gateway.",
            "addressed": "A subnet of the database gives a public address to what starts in it.",
        },
    ),
    Check(
        id="db_sg_only_from_app",
        title="Only the application may connect to the database",
        expected="every rule of the group names a group of the application",
        lesson="A rule that names a group follows the servers; a range lets others in.",
        origin="seed",
        seeds=("003",),
        kinds=KINDS,
        reader="database_groups",
        absent=ABSENT,
        reads=(*RDS, "ec2:DescribeSecurityGroups"),
        look=_only_app,
        only="primary",
        reasons={
            "open_ranges": "The group lets in a range of addresses.",
            "strangers": "The group lets in a group that no part of this system calls from.",
            "nobody": "The group lets in nobody, so the application cannot connect either.",
        },
    ),
    Check(
        id="db_multi_az",
        title="The database has a standby in another zone",
        expected="MultiAZ is true",
        lesson="With a standby, a lost host costs a minute or two; without one, a restore.",
        origin="seed",
        seeds=("003", "004"),
        kinds=KINDS,
        reader="databases",
        reads=RDS,
        absent=ABSENT,
        look=equals("multi_az", wanted=True, reason="single"),
        only="primary",
        reasons={"single": "The database stands in one zone."},
        declared=Declared(DB, ("MultiAZ",), "multi_az"),
    ),
    Check(
        id="db_backup_7d",
        title="Backups are kept for a week",
        expected="backups are kept for at least {days} days",
        lesson="Most damage is noticed after days; a backup of last night holds the same damage.",
        origin="seed",
        seeds=("004", "003"),
        kinds=KINDS,
        reader="databases",
        reads=RDS,
        absent=ABSENT,
        look=at_least("backup_days", "days", "too_short"),
        only="primary",
        limits={"days": 7},
        reasons={"too_short": "Backups are kept for fewer days, or not at all."},
        declared=Declared(DB, ("BackupRetentionPeriod",), "backup_days"),
    ),
    Check(
        id="db_encrypted",
        title="The database is encrypted at rest",
        expected="StorageEncrypted is true",
        lesson="Encryption costs nothing here and cannot be switched on later without a copy.",
        origin="added",
        seeds=(),
        kinds=KINDS,
        reader="databases",
        reads=RDS,
        absent=ABSENT,
        look=equals("encrypted", wanted=True, reason="plain"),
        only="primary",
        reasons={"plain": "The storage of the database is not encrypted."},
        declared=Declared(DB, ("StorageEncrypted",), "encrypted"),
        compiled=Setting("rds_instance", "encrypted", value=False),
    ),
    Check(
        id="db_gp3",
        title="The database stands on gp3 storage",
        expected="StorageType is gp3",
        lesson="The source moved to gp3 to save; the claim beside this step has today's prices.",
        origin="seed",
        seeds=("004",),
        kinds=KINDS,
        reader="databases",
        reads=RDS,
        absent=ABSENT,
        look=equals("storage", "gp3", reason="other_storage"),
        reasons={"other_storage": "The storage has another type."},
        declared=Declared(DB, ("StorageType",), "storage"),
        as_documented="On the database service gp2 and gp3 cost the same by the gigabyte; gp3 "
        "saves where gp2 had been bought large for its operations.",
    ),
    Check(
        id="db_graviton",
        title="The database runs on a Graviton class",
        expected="the class belongs to a family of Graviton",
        lesson="The source changed the processor to save; the claim beside it has the sum.",
        origin="seed",
        seeds=("003",),
        kinds=KINDS,
        reader="databases",
        reads=RDS,
        absent=ABSENT,
        look=_graviton,
        reasons={"not_graviton": "The class has another processor."},
        declared=Declared(DB, ("DBInstanceClass",), "class"),
        as_documented="On the database service Graviton is about a tenth cheaper and not a "
        "fifth; another class may be the better one.",
    ),
    Check(
        id="db_has_replica",
        title="The database has a read replica",
        expected="at least one read replica",
        lesson="Reports and readers move to a replica, so that they do not stop the writers.",
        origin="seed",
        seeds=("004",),
        kinds=KINDS,
        reader="databases",
        reads=RDS,
        absent=ABSENT,
        look=_replica,
        only="primary",
        reasons={"no_replica": "Nothing replicates the database."},
        targets=("embedded", "aws"),
    ),
    Check(
        id="db_max_connections",
        title="The database takes the documented number of connections",
        expected="max_connections is {connections}",
        lesson="The source raised the limit; the claim beside this step says what each one costs.",
        origin="seed",
        seeds=("004",),
        kinds=KINDS,
        reader="database_settings",
        absent=ABSENT,
        reads=(*RDS, "rds:DescribeDBParameters"),
        look=_connections,
        only="primary",
        limits={"connections": 200},
        reasons={"other_number": "The database takes another number of connections."},
        as_documented="The default grows with the memory, by about 110 connections for each "
        "GiB, so 200 may be a cut; behind a pooler fewer are better.",
    ),
    Check(
        id="ddb_on_demand_pitr",
        title="The table is paid by use and can go back in time",
        expected="billing per request and point-in-time recovery",
        lesson="Paying by use fits a load that nobody knows; recovery answers a bad deletion.",
        origin="seed",
        seeds=("002",),
        kinds=("dynamodb_table",),
        reader="tables",
        reads=("dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups"),
        look=_recoverable,
        reasons={
            "provisioned": "The table is paid by provisioned capacity.",
            "no_recovery": "The table cannot be restored to a point in time.",
        },
    ),
    Check(
        id="restored_copy_complete",
        title="A restored copy has every row, and the original is whole",
        expected="a copy with the same rows as the table",
        lesson="A backup is a promise until somebody has restored it and counted the rows.",
        origin="seed",
        seeds=("004",),
        kinds=("dynamodb_table",),
        reader="restored_tables",
        reads=("dynamodb:Scan", "dynamodb:DescribeContinuousBackups"),
        absent=("ResourceNotFoundException",),
        look=_restored,
        reasons={
            "no_recovery": "The table cannot be restored to a point in time.",
            "no_copy": "Nothing has been restored.",
            "nothing_kept": "The table has no row, so a restore of it shows nothing.",
            "incomplete": "The copy and the table have different rows.",
        },
    ),
)
