"""Log groups."""

from __future__ import annotations

from archlab.sandboxes.engine.contract import Context, Created, Made, as_map, handler
from archlab.sandboxes.engine.handlers.calls import deleted_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties


def _group(context: Context, properties: Properties) -> Created:
    logs = context.client("logs")
    name = properties.text("LogGroupName", context.name)
    more = {"kmsKeyId": properties["KmsKeyId"]} if "KmsKeyId" in properties else {}
    logs.create_log_group(logGroupName=name, tags=as_map(properties), **more)
    if "RetentionInDays" in properties:
        days = properties.number("RetentionInDays")
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    return Created(name, {"Arn": context.stack.arn("logs", f"log-group:{name}:*")})


def _exists(context: Context, made: Made) -> bool:
    pages = context.client("logs").get_paginator("describe_log_groups")
    found = pages.paginate(logGroupNamePrefix=made.physical_id)
    return any(
        one["logGroupName"] == made.physical_id for page in found for one in page["logGroups"]
    )


HANDLERS = (
    handler(
        "AWS::Logs::LogGroup",
        f"KmsKeyId LogGroupName RetentionInDays {TAGS}",
        _group,
        deleted_by("logs", "delete_log_group", "logGroupName", "ResourceNotFoundException"),
        _exists,
        "Arn",
    ),
)
