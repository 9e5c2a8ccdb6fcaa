"""Repairs of what keeps things."""

from __future__ import annotations

import json

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.edits.editing import Number, edits
from archlab.sandboxes.engine.faults.stores import CACHE, set_failover, set_queue, set_upload
from archlab.sandboxes.engine.readers.stores import BUCKET
from archlab.sandboxes.engine.scene import DEAD, QUEUE, Scene, working_queues
from archlab.sandboxes.engine.values import refused

BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
KEY = "letter.txt"
MIB = 1024 * 1024


@edits("block_public", "Block every public access", BUCKET, "s3_block_public")
def block_public(scene: Scene, made: Made) -> None:
    scene.client("s3").put_public_access_block(
        Bucket=made.physical_id, PublicAccessBlockConfiguration=dict.fromkeys(BLOCKS, True)
    )


@edits(
    "archive_objects",
    "Move old objects to the archive",
    BUCKET,
    "s3_lifecycle_glacier",
    parameters=[Number("days", "Days", 1, 3650, 30)],
)
def archive_objects(scene: Scene, made: Made, days: int) -> None:
    rule = {
        "ID": "archive",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Transitions": [{"Days": days, "StorageClass": "GLACIER"}],
    }
    scene.client("s3").put_bucket_lifecycle_configuration(
        Bucket=made.physical_id, LifecycleConfiguration={"Rules": [rule]}
    )


@edits(
    "keep_versions",
    "Keep old versions",
    BUCKET,
    "s3_versioned_encrypted",
    "s3_old_version_readable",
)
def keep_versions(scene: Scene, made: Made) -> None:
    scene.client("s3").put_bucket_versioning(
        Bucket=made.physical_id, VersioningConfiguration={"Status": "Enabled"}
    )


@edits("write_object", "Write an object", BUCKET)
def write_object(scene: Scene, made: Made) -> None:
    scene.client("s3").put_object(Bucket=made.physical_id, Key=KEY, Body=b"keep me")


@edits("delete_object", "Delete the object", BUCKET, "s3_old_version_readable")
def delete_object(scene: Scene, made: Made) -> None:
    scene.client("s3").delete_object(Bucket=made.physical_id, Key=KEY)


@edits(
    "limit_uploads",
    "Limit the size of an upload",
    "AWS::SSM::Parameter",
    "post_policy_limits_size",
    parameters=[Number("mib", "MiB", 1, 5120, 10)],
)
def limit_uploads(scene: Scene, made: Made, mib: int) -> None:
    found = scene.client("ssm").get_parameter(Name=made.physical_id)
    conditions = json.loads(found["Parameter"]["Value"])
    kept = [one for one in conditions if one[0] != "content-length-range"]
    set_upload(scene, made, [*kept, ["content-length-range", 1, mib * MIB]])


@edits("fail_over", "Let a replica take over", CACHE, "cache_failover")
def fail_over(scene: Scene, made: Made) -> None:
    set_failover(scene, made, on=True)


@edits(
    "send_on_failures",
    "Send failed messages to the dead-letter queue",
    working_queues,
    "dlq_redrive",
    "poison_in_dlq",
    parameters=[Number("tries", "Tries", 1, 1000, 5)],
)
def send_on_failures(scene: Scene, made: Made, tries: int) -> None:
    for one in scene.ledger.of(QUEUE, made.component):
        if one.logical_id == made.logical_id + DEAD:
            policy = {"deadLetterTargetArn": one.attributes["Arn"], "maxReceiveCount": tries}
            set_queue(scene, made, RedrivePolicy=json.dumps(policy))
            return
    raise refused(made.logical_id, "The template made no dead-letter queue beside it.")


@edits(
    "hide_messages",
    "Change how long a message stays hidden",
    working_queues,
    "visibility_covers_job",
    parameters=[Number("seconds", "Seconds", 0, 43_200, 180)],
)
def hide_messages(scene: Scene, made: Made, seconds: int) -> None:
    set_queue(scene, made, VisibilityTimeout=str(seconds))


@edits("rotate_key", "Rotate the key every year", "AWS::KMS::Key", "kms_rotation")
def rotate_key(scene: Scene, made: Made) -> None:
    scene.client("kms").enable_key_rotation(KeyId=made.physical_id)
