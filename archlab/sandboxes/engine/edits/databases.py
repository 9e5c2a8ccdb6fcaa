"""Repairs of databases."""

from __future__ import annotations

from archlab.sandboxes.engine.acts import (
    database_of,
    group_of_database,
    modify_database,
    rule,
    subnets_of_database,
)
from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.edits.editing import Choice, Number, edits
from archlab.sandboxes.engine.readers.ec2 import ANYWHERE
from archlab.sandboxes.engine.readers.stores import COPY
from archlab.sandboxes.engine.scene import Scene

DB = "AWS::RDS::DBInstance"
TABLE = "AWS::DynamoDB::Table"
CLASSES = ("db.t4g.micro", "db.t4g.small", "db.t4g.medium", "db.m7g.large", "db.m5.large")


@edits("hide_database", "Take the public address from the database", DB, "db_not_public")
def hide_database(scene: Scene, made: Made) -> None:
    modify_database(scene, made, PubliclyAccessible=False)


@edits("stop_addresses", "Let no subnet give addresses", DB, "db_in_private_subnets")
def stop_addresses(scene: Scene, made: Made) -> None:
    for subnet in subnets_of_database(scene, made):
        scene.client("ec2").modify_subnet_attribute(
            SubnetId=subnet, MapPublicIpOnLaunch={"Value": False}
        )


@edits("close_database", "Take back the rule for everybody", DB, "db_sg_only_from_app")
def close_database(scene: Scene, made: Made) -> None:
    port = int(database_of(scene, made)["Endpoint"]["Port"])
    scene.client("ec2").revoke_security_group_ingress(
        GroupId=group_of_database(scene, made), IpPermissions=rule("tcp", port, ANYWHERE)
    )


@edits("add_standby", "Give the database a standby", DB, "db_multi_az")
def add_standby(scene: Scene, made: Made) -> None:
    modify_database(scene, made, MultiAZ=True)


@edits(
    "keep_backups",
    "Keep backups",
    DB,
    "db_backup_7d",
    parameters=[Number("days", "Days", 0, 35, 7)],
)
def keep_backups(scene: Scene, made: Made, days: int) -> None:
    modify_database(scene, made, BackupRetentionPeriod=days)


@edits(
    "change_storage",
    "Change the type of storage",
    DB,
    "db_gp3",
    parameters=[Choice("type", "Type", ("gp2", "gp3"), "gp3")],
)
def change_storage(scene: Scene, made: Made, type: str) -> None:  # noqa: A002 - AWS's word
    modify_database(scene, made, StorageType=type)


@edits(
    "change_database_class",
    "Change the class of the database",
    DB,
    "db_graviton",
    parameters=[Choice("class_", "Class", CLASSES, "db.t4g.small")],
)
def change_database_class(scene: Scene, made: Made, class_: str) -> None:
    modify_database(scene, made, DBInstanceClass=class_)


@edits("add_replica", "Make a read replica", DB, "db_has_replica")
def add_replica(scene: Scene, made: Made) -> None:
    scene.client("rds").create_db_instance_read_replica(
        DBInstanceIdentifier=f"{made.physical_id}-again",
        SourceDBInstanceIdentifier=made.physical_id,
    )


@edits(
    "set_max_connections",
    "Set how many connections the database takes",
    DB,
    "db_max_connections",
    parameters=[Number("connections", "Connections", 10, 10_000, 200)],
)
def set_max_connections(scene: Scene, made: Made, connections: int) -> None:
    name = database_of(scene, made)["DBParameterGroups"][0]["DBParameterGroupName"]
    setting = {"ParameterName": "max_connections", "ParameterValue": str(connections)}
    scene.client("rds").modify_db_parameter_group(
        DBParameterGroupName=name, Parameters=[{**setting, "ApplyMethod": "pending-reboot"}]
    )


@edits(
    "remember_table",
    "Switch on recovery to a point in time",
    TABLE,
    "ddb_on_demand_pitr",
    "restored_copy_complete",
)
def remember_table(scene: Scene, made: Made) -> None:
    scene.client("dynamodb").update_continuous_backups(
        TableName=made.physical_id,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )


@edits(
    "write_row",
    "Write a row into the table",
    TABLE,
    parameters=[Number("number", "Number of the row", 1, 100, 1)],
)
def write_row(scene: Scene, made: Made, number: int) -> None:
    scene.client("dynamodb").put_item(
        TableName=made.physical_id, Item={"pk": {"S": f"row-{number}"}}
    )


@edits("restore_table", "Restore the table into a copy", TABLE, "restored_copy_complete")
def restore_table(scene: Scene, made: Made) -> None:
    scene.client("dynamodb").restore_table_to_point_in_time(
        SourceTableName=made.physical_id,
        TargetTableName=COPY.format(made.physical_id),
        UseLatestRestorableTime=True,
    )


@edits("delete_copy", "Delete the copy of the table", TABLE)
def delete_copy(scene: Scene, made: Made) -> None:
    scene.client("dynamodb").delete_table(TableName=COPY.format(made.physical_id))
