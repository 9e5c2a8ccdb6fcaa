"""Tables."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.contract import Context, Created, handler, tag_list
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by, state_is_not
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_GONE = "ResourceNotFoundException"
_INDEX = (
    "IndexName KeySchema[AttributeName KeyType] Projection{NonKeyAttributes[] ProjectionType}"
    " ProvisionedThroughput{ReadCapacityUnits WriteCapacityUnits}"
)


def _table(context: Context, properties: Properties) -> Created:
    dynamodb = context.client("dynamodb")
    name = properties.text("TableName", context.name)
    given = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema")
    more: dict[str, Any] = properties.pick("ProvisionedThroughput", *given)
    if "SSESpecification" in properties:
        sealed = properties.part("SSESpecification")
        more["SSESpecification"] = {
            "Enabled": sealed.flag("SSEEnabled"),
            **sealed.pick("KMSMasterKeyId", "SSEType"),
        }
    made = dynamodb.create_table(TableName=name, **tag_list(properties), **more)
    point = properties.part("PointInTimeRecoverySpecification")
    if "PointInTimeRecoveryEnabled" in point:
        enabled = point.flag("PointInTimeRecoveryEnabled")
        dynamodb.update_continuous_backups(
            TableName=name,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": enabled},
        )
    expiry = properties.part("TimeToLiveSpecification")
    if "Enabled" in expiry:
        dynamodb.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={
                "Enabled": expiry.flag("Enabled"),
                "AttributeName": expiry.text("AttributeName"),
            },
        )
    return Created(name, {"Arn": made["TableDescription"]["TableArn"]})


HANDLERS = (
    handler(
        "AWS::DynamoDB::Table",
        "AttributeDefinitions[AttributeName AttributeType] BillingMode"
        f" GlobalSecondaryIndexes[{_INDEX}] KeySchema[AttributeName KeyType]"
        " PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled}"
        " ProvisionedThroughput{ReadCapacityUnits WriteCapacityUnits}"
        " SSESpecification{KMSMasterKeyId SSEEnabled SSEType} TableName"
        f" TimeToLiveSpecification{{AttributeName Enabled}} {TAGS}",
        _table,
        deleted_by("dynamodb", "delete_table", "TableName", _GONE),
        seen_by(
            "dynamodb",
            "describe_table",
            "TableName",
            "Table",
            _GONE,
            one=True,
            lives=state_is_not("TableStatus", "DELETING"),
        ),
        "Arn",
    ),
)
