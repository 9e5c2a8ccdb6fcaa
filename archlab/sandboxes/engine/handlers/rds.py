"""Databases with their subnets and settings."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.contract import Context, Created, Made, handler, once, tag_list
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_SHARED = (
    "AutoMinorVersionUpgrade",
    "DBInstanceClass",
    "DBParameterGroupName",
    "DBSubnetGroupName",
    "DeletionProtection",
    "EnablePerformanceInsights",
    "KmsKeyId",
    "MultiAZ",
    "PubliclyAccessible",
    "StorageType",
)
_OF_A_PRIMARY = (
    "DBName",
    "Engine",
    "EngineVersion",
    "MasterUserPassword",
    "MasterUsername",
    "StorageEncrypted",
)
_NUMBERS = ("AllocatedStorage", "BackupRetentionPeriod", "Iops", "MaxAllocatedStorage", "Port")


def _instance(context: Context, properties: Properties) -> Created:
    rds = context.client("rds")
    given: dict[str, Any] = {
        "DBInstanceIdentifier": properties.text("DBInstanceIdentifier", context.name),
        **properties.pick(*_SHARED),
        **{name: properties.number(name) for name in _NUMBERS if name in properties},
        **tag_list(properties),
    }
    if groups := properties.texts("VPCSecurityGroups"):
        given["VpcSecurityGroupIds"] = groups
    if "SourceDBInstanceIdentifier" in properties:
        source = properties.text("SourceDBInstanceIdentifier")
        made = rds.create_db_instance_read_replica(SourceDBInstanceIdentifier=source, **given)
    else:
        made = rds.create_db_instance(**given, **properties.pick(*_OF_A_PRIMARY))
    found = made["DBInstance"]
    endpoint = found.get("Endpoint", {})
    attributes = {
        "DBInstanceArn": found["DBInstanceArn"],
        "Endpoint.Address": str(endpoint.get("Address", "")),
        "Endpoint.Port": str(endpoint.get("Port", "")),
    }
    return Created(found["DBInstanceIdentifier"], attributes)


def _delete_instance(context: Context, made: Made) -> None:
    rds = context.client("rds")
    once(
        lambda: rds.delete_db_instance(
            DBInstanceIdentifier=made.physical_id, SkipFinalSnapshot=True
        ),
        "DBInstanceNotFound",
        "DBInstanceNotFoundFault",
    )


def _subnets(context: Context, properties: Properties) -> Created:
    name = properties.text("DBSubnetGroupName", context.name)
    context.client("rds").create_db_subnet_group(
        DBSubnetGroupName=name,
        DBSubnetGroupDescription=properties["DBSubnetGroupDescription"],
        SubnetIds=properties.texts("SubnetIds"),
        **tag_list(properties),
    )
    return Created(name)


def _settings(context: Context, properties: Properties) -> Created:
    rds = context.client("rds")
    name = properties.text("DBParameterGroupName", context.name)
    rds.create_db_parameter_group(
        DBParameterGroupName=name,
        DBParameterGroupFamily=properties["Family"],
        Description=properties["Description"],
        **tag_list(properties),
    )
    values = properties.get("Parameters")
    if isinstance(values, dict) and values:
        parameters = [
            {"ParameterName": key, "ParameterValue": str(value), "ApplyMethod": "pending-reboot"}
            for key, value in values.items()
        ]
        rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=parameters)
    return Created(name)


HANDLERS = (
    handler(
        "AWS::RDS::DBInstance",
        " ".join((*_SHARED, *_OF_A_PRIMARY, *_NUMBERS))
        + f" DBInstanceIdentifier SourceDBInstanceIdentifier VPCSecurityGroups[] {TAGS}",
        _instance,
        _delete_instance,
        seen_by(
            "rds",
            "describe_db_instances",
            "DBInstanceIdentifier",
            "DBInstances",
            "DBInstanceNotFound",
            "DBInstanceNotFoundFault",
            one=True,
        ),
        "DBInstanceArn Endpoint.Address Endpoint.Port",
    ),
    handler(
        "AWS::RDS::DBSubnetGroup",
        f"DBSubnetGroupDescription DBSubnetGroupName SubnetIds[] {TAGS}",
        _subnets,
        deleted_by(
            "rds", "delete_db_subnet_group", "DBSubnetGroupName", "DBSubnetGroupNotFoundFault"
        ),
        seen_by(
            "rds",
            "describe_db_subnet_groups",
            "DBSubnetGroupName",
            "DBSubnetGroups",
            "DBSubnetGroupNotFoundFault",
            one=True,
        ),
    ),
    handler(
        "AWS::RDS::DBParameterGroup",
        f"DBParameterGroupName Description Family Parameters* {TAGS}",
        _settings,
        deleted_by(
            "rds", "delete_db_parameter_group", "DBParameterGroupName", "DBParameterGroupNotFound"
        ),
        seen_by(
            "rds",
            "describe_db_parameter_groups",
            "DBParameterGroupName",
            "DBParameterGroups",
            "DBParameterGroupNotFound",
            one=True,
        ),
    ),
)
