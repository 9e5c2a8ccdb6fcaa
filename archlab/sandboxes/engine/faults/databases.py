"""Mistakes at databases."""

from __future__ import annotations

from archlab.sandboxes.engine.acts import (
    database_of,
    group_of_database,
    modify_database,
    rule,
    subnets_of_database,
)
from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.faults.planting import plants
from archlab.sandboxes.engine.readers.ec2 import ANYWHERE
from archlab.sandboxes.engine.scene import Scene

DB = "AWS::RDS::DBInstance"
TABLE = "AWS::DynamoDB::Table"


@plants("db_not_public", DB, "The database has an address on the internet.")
def publish(scene: Scene, made: Made) -> None:
    modify_database(scene, made, PubliclyAccessible=True)


@plants("db_in_private_subnets", DB, "A subnet of the database gives public addresses.")
def give_addresses(scene: Scene, made: Made) -> None:
    scene.client("ec2").modify_subnet_attribute(
        SubnetId=subnets_of_database(scene, made)[0], MapPublicIpOnLaunch={"Value": True}
    )


@plants("db_sg_only_from_app", DB, "The group of the database lets the whole internet in.")
def open_group(scene: Scene, made: Made) -> None:
    port = int(database_of(scene, made)["Endpoint"]["Port"])
    scene.client("ec2").authorize_security_group_ingress(
        GroupId=group_of_database(scene, made), IpPermissions=rule("tcp", port, ANYWHERE)
    )


@plants("db_multi_az", DB, "The standby is gone.")
def drop_standby(scene: Scene, made: Made) -> None:
    modify_database(scene, made, MultiAZ=False)


@plants("db_backup_7d", DB, "Backups are switched off.")
def drop_backups(scene: Scene, made: Made) -> None:
    modify_database(scene, made, BackupRetentionPeriod=0)


@plants("db_gp3", DB, "The storage is gp2.")
def older_storage(scene: Scene, made: Made) -> None:
    modify_database(scene, made, StorageType="gp2")


@plants("db_graviton", DB, "The class is one of Intel.")
def other_class(scene: Scene, made: Made) -> None:
    modify_database(scene, made, DBInstanceClass="db.m5.large")


@plants("db_has_replica", DB, "The replica is gone.")
def delete_replica(scene: Scene, made: Made) -> None:
    name = database_of(scene, made)["ReadReplicaDBInstanceIdentifiers"][0]
    scene.client("rds").delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)


@plants("db_max_connections", DB, "The database takes 83 connections.")
def fewer_connections(scene: Scene, made: Made) -> None:
    name = database_of(scene, made)["DBParameterGroups"][0]["DBParameterGroupName"]
    setting = {"ParameterName": "max_connections", "ParameterValue": "83"}
    scene.client("rds").modify_db_parameter_group(
        DBParameterGroupName=name, Parameters=[{**setting, "ApplyMethod": "pending-reboot"}]
    )


def _forget(scene: Scene, made: Made) -> None:
    scene.client("dynamodb").update_continuous_backups(
        TableName=made.physical_id,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
    )


plants("ddb_on_demand_pitr", TABLE, "Recovery to a point in time is switched off.")(_forget)
plants("restored_copy_complete", TABLE, "Recovery was off when it was needed.")(_forget)
