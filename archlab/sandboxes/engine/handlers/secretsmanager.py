"""Secrets, and what a database writes into its own."""

from __future__ import annotations

import json

from archlab.sandboxes.engine.contract import (
    Context,
    Created,
    Made,
    handler,
    once,
    present,
    tag_list,
)
from archlab.sandboxes.engine.handlers.calls import seen_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_GONE = "ResourceNotFoundException"


def _secret(context: Context, properties: Properties) -> Created:
    manager = context.client("secretsmanager")
    made = manager.create_secret(
        Name=properties.text("Name", context.name),
        SecretString=_text(context, properties),
        **properties.pick("Description", "KmsKeyId"),
        **tag_list(properties),
    )
    return Created(made["ARN"], {"Id": made["ARN"]})


def _text(context: Context, properties: Properties) -> str:
    if "SecretString" in properties:
        return properties.text("SecretString")
    wanted = properties.part("GenerateSecretString")
    template = json.loads(wanted.text("SecretStringTemplate", "{}"))
    key = wanted.text("GenerateStringKey", "")
    names = ("ExcludeCharacters", "ExcludePunctuation", "IncludeSpace", "PasswordLength")
    password = context.client("secretsmanager").get_random_password(**wanted.pick(*names))
    text: str = password["RandomPassword"]
    return json.dumps({**template, key: text}) if key else text


def _delete(context: Context, made: Made) -> None:
    manager = context.client("secretsmanager")
    once(
        lambda: manager.delete_secret(SecretId=made.physical_id, ForceDeleteWithoutRecovery=True),
        _GONE,
    )


def _attach(context: Context, properties: Properties) -> Created:
    """CloudFormation does this by itself: the address of the database goes into its secret."""
    manager = context.client("secretsmanager")
    secret = properties.text("SecretId")
    kind = properties.text("TargetType")
    if kind != "AWS::RDS::DBInstance":
        raise ValueError(f"A secret cannot be attached to {kind} here.")
    found = context.client("rds").describe_db_instances(
        DBInstanceIdentifier=properties.text("TargetId")
    )["DBInstances"][0]
    values = json.loads(manager.get_secret_value(SecretId=secret)["SecretString"])
    values |= {
        "engine": found["Engine"],
        "host": found["Endpoint"]["Address"],
        "port": found["Endpoint"]["Port"],
        "dbInstanceIdentifier": found["DBInstanceIdentifier"],
    }
    manager.put_secret_value(SecretId=secret, SecretString=json.dumps(values))
    return Created(secret)


def _detach(context: Context, made: Made) -> None:
    manager = context.client("secretsmanager")

    def detach() -> None:
        text = manager.get_secret_value(SecretId=made.physical_id)["SecretString"]
        left = {key: one for key, one in json.loads(text).items() if key not in _WRITTEN}
        manager.put_secret_value(SecretId=made.physical_id, SecretString=json.dumps(left))

    once(detach, _GONE)


_WRITTEN = ("engine", "host", "port", "dbInstanceIdentifier")


def _attached(context: Context, made: Made) -> bool:
    manager = context.client("secretsmanager")

    def read() -> bool:
        text = manager.get_secret_value(SecretId=made.physical_id)["SecretString"]
        return "host" in json.loads(text)

    return present(read, _GONE)


HANDLERS = (
    handler(
        "AWS::SecretsManager::Secret",
        "Description GenerateSecretString{ExcludeCharacters ExcludePunctuation GenerateStringKey"
        f" IncludeSpace PasswordLength SecretStringTemplate}} KmsKeyId Name SecretString {TAGS}",
        _secret,
        _delete,
        seen_by("secretsmanager", "describe_secret", "SecretId", "ARN", _GONE, one=True),
        "Id",
    ),
    handler(
        "AWS::SecretsManager::SecretTargetAttachment",
        "SecretId TargetId TargetType",
        _attach,
        _detach,
        _attached,
    ),
)
