"""Facts of what keeps things: buckets, tables, caches, keys."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.readers.registering import Subjects, reads
from archlab.sandboxes.engine.scene import Scene, pages, subject, taken, unless_absent

BUCKET = "AWS::S3::Bucket"
TABLE = "AWS::DynamoDB::Table"
COPY = "{}-copy"
"""The name of a table that was restored from another."""


@reads("bucket_blocks")
def bucket_blocks(scene: Scene) -> Subjects:
    for made in scene.of(BUCKET):
        found = _of_bucket(
            scene, made, "get_public_access_block", "NoSuchPublicAccessBlockConfiguration"
        )
        yield subject(made, closed=found["PublicAccessBlockConfiguration"] if found else {})


def _of_bucket(scene: Scene, made: Made, operation: str, absent: str) -> Any:
    call = getattr(scene.client("s3"), operation)
    return unless_absent((absent,), call, Bucket=made.physical_id)


@reads("bucket_rules")
def bucket_rules(scene: Scene) -> Subjects:
    for made in scene.of(BUCKET):
        found = _of_bucket(
            scene, made, "get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration"
        )
        rules = [one for one in (found or {}).get("Rules", []) if one["Status"] == "Enabled"]
        moves = [move for rule in rules for move in rule.get("Transitions", [])]
        yield subject(
            made,
            transitions=[{"class": one["StorageClass"], "days": one.get("Days")} for one in moves],
        )


@reads("bucket_versions")
def bucket_versions(scene: Scene) -> Subjects:
    for made in scene.of(BUCKET):
        found = _of_bucket(
            scene,
            made,
            "get_bucket_encryption",
            "ServerSideEncryptionConfigurationNotFoundError",
        )
        yield subject(made, versioning=_versioning(scene, made), cipher=_cipher(found))


def _versioning(scene: Scene, made: Made) -> str:
    """A bucket that never kept versions answers without a status."""
    found = scene.client("s3").get_bucket_versioning(Bucket=made.physical_id)
    return str(found.get("Status", "never"))


def _cipher(answer: Any) -> str | None:
    rules = answer["ServerSideEncryptionConfiguration"]["Rules"] if answer else []
    for rule in rules:
        return str(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"])
    return None


@reads("deleted_objects")
def deleted_objects(scene: Scene) -> Subjects:
    s3 = scene.client("s3")
    for made in scene.of(BUCKET):
        bucket = made.physical_id
        marks = pages(s3, "list_object_versions", "DeleteMarkers", Bucket=bucket)
        keys = sorted({one["Key"] for one in marks if one["IsLatest"]})
        kept = list(pages(s3, "list_object_versions", "Versions", Bucket=bucket))
        yield subject(
            made,
            versioning=_versioning(scene, made),
            deleted=[{"key": key, "readable": _readable(s3, bucket, key, kept)} for key in keys],
        )


def _readable(s3: Any, bucket: str, key: str, kept: list[Any]) -> bool:
    for one in kept:
        if one["Key"] == key:
            absent, version = ("NoSuchKey", "NoSuchVersion"), one["VersionId"]
            named = {"Bucket": bucket, "Key": key, "VersionId": version}
            return unless_absent(absent, s3.get_object, **named) is not None
    return False


@reads("upload_policies")
def upload_policies(scene: Scene) -> Subjects:
    """The policy document that a browser is given, signed from the conditions that are kept."""
    for made in scene.of(BUCKET):
        yield subject(made, conditions=_conditions(scene, made))


def _conditions(scene: Scene, made: Made) -> list[Any] | None:
    for parameter in scene.ledger.of("AWS::SSM::Parameter", made.component):
        found = unless_absent(
            ("ParameterNotFound",), scene.client("ssm").get_parameter, Name=parameter.physical_id
        )
        if found:
            return _signed(scene, made, json.loads(found["Parameter"]["Value"]))
    return None


def _signed(scene: Scene, made: Made, conditions: list[Any]) -> list[Any]:
    s3 = scene.client("s3")
    key = "uploads/${filename}"
    form = s3.generate_presigned_post(made.physical_id, key, Conditions=conditions)
    document = json.loads(base64.b64decode(form["fields"]["policy"]))
    found: list[Any] = document["conditions"]
    return [one for one in found if isinstance(one, list)]


@reads("tables")
def tables(scene: Scene) -> Subjects:
    for made in scene.of(TABLE):
        answer = scene.client("dynamodb").describe_table(TableName=made.physical_id)["Table"]
        # a table that was always provisioned answers without a mode
        mode = answer.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
        yield subject(made, billing=mode, recovery=_recovery(scene, made))


def _recovery(scene: Scene, made: Made) -> str:
    client = scene.client("dynamodb")
    found = client.describe_continuous_backups(TableName=made.physical_id)
    point = found["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    return str(point["PointInTimeRecoveryStatus"])


@reads("restored_tables")
def restored_tables(scene: Scene) -> Subjects:
    client = scene.client("dynamodb")
    for made in scene.of(TABLE):
        name = made.physical_id
        absent = ("ResourceNotFoundException",)
        copied = unless_absent(absent, _rows, client=client, name=COPY.format(name))
        yield subject(
            made, rows=_rows(client, name), copied=copied, recovery=_recovery(scene, made)
        )


def _rows(client: Any, name: str) -> list[str]:
    return sorted(_keys(client, name))


def _keys(client: Any, name: str) -> Iterator[str]:
    for item in pages(client, "scan", "Items", TableName=name):
        yield json.dumps(item, sort_keys=True)


@reads("caches")
def caches(scene: Scene) -> Subjects:
    for made in scene.of("AWS::ElastiCache::ReplicationGroup"):
        found = scene.client("elasticache").describe_replication_groups(
            ReplicationGroupId=made.physical_id
        )
        yield subject(
            made,
            **taken(
                found["ReplicationGroups"][0],
                in_transit="TransitEncryptionEnabled",
                failover="AutomaticFailover",
            ),
        )


@reads("keys")
def keys(scene: Scene) -> Subjects:
    for made in scene.of("AWS::KMS::Key"):
        found = scene.client("kms").get_key_rotation_status(KeyId=made.physical_id)
        yield subject(made, **taken(found, rotates="KeyRotationEnabled"))
