"""Keys."""

from __future__ import annotations

import json

from archlab.sandboxes.engine.contract import Context, Created, Made, handler, keyed, once
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by, state_is_not
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_WINDOW = 7


def _key(context: Context, properties: Properties) -> Created:
    kms = context.client("kms")
    tags = [{"TagKey": one["Key"], "TagValue": one["Value"]} for one in keyed(properties)]
    made = kms.create_key(
        **properties.pick("Description", "KeySpec", "KeyUsage"),
        **({"Policy": json.dumps(properties["KeyPolicy"])} if "KeyPolicy" in properties else {}),
        Tags=tags,
    )["KeyMetadata"]
    id_ = made["KeyId"]
    if properties.flag("EnableKeyRotation"):
        kms.enable_key_rotation(KeyId=id_)
    window = properties.text("PendingWindowInDays", str(_WINDOW))
    return Created(id_, {"Arn": made["Arn"], "KeyId": id_}, {"window": window})


def _delete_key(context: Context, made: Made) -> None:
    kms = context.client("kms")
    window = int(made.handle["window"])
    once(
        lambda: kms.schedule_key_deletion(KeyId=made.physical_id, PendingWindowInDays=window),
        "NotFoundException",
        "KMSInvalidStateException",
    )


def _alias(context: Context, properties: Properties) -> Created:
    name = properties.text("AliasName")
    context.client("kms").create_alias(AliasName=name, TargetKeyId=properties["TargetKeyId"])
    return Created(name)


def _alias_exists(context: Context, made: Made) -> bool:
    pages = context.client("kms").get_paginator("list_aliases").paginate()
    return any(one["AliasName"] == made.physical_id for page in pages for one in page["Aliases"])


HANDLERS = (
    handler(
        "AWS::KMS::Key",
        "Description EnableKeyRotation KeyPolicy* KeySpec KeyUsage PendingWindowInDays " + TAGS,
        _key,
        _delete_key,
        seen_by(
            "kms",
            "describe_key",
            "KeyId",
            "KeyMetadata",
            "NotFoundException",
            one=True,
            lives=state_is_not("KeyState", "PendingDeletion"),
        ),
        "Arn KeyId",
    ),
    handler(
        "AWS::KMS::Alias",
        "AliasName TargetKeyId",
        _alias,
        deleted_by("kms", "delete_alias", "AliasName", "NotFoundException"),
        _alias_exists,
    ),
)
