"""Mistakes at what keeps things."""

from __future__ import annotations

import json
from typing import Any

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.faults.planting import plants
from archlab.sandboxes.engine.readers.stores import BUCKET
from archlab.sandboxes.engine.scene import Scene, working_queues

CACHE = "AWS::ElastiCache::ReplicationGroup"


@plants("s3_block_public", BUCKET, "The blocks of the bucket are gone.")
def unblock(scene: Scene, made: Made) -> None:
    scene.client("s3").delete_public_access_block(Bucket=made.physical_id)


@plants("s3_lifecycle_glacier", BUCKET, "Nothing moves old objects any more.")
def drop_rules(scene: Scene, made: Made) -> None:
    scene.client("s3").delete_bucket_lifecycle(Bucket=made.physical_id)


def _suspend(scene: Scene, made: Made) -> None:
    scene.client("s3").put_bucket_versioning(
        Bucket=made.physical_id, VersioningConfiguration={"Status": "Suspended"}
    )


plants("s3_versioned_encrypted", BUCKET, "New writes replace old versions.")(_suspend)
plants("s3_old_version_readable", BUCKET, "New writes replace old versions.")(_suspend)


@plants("post_policy_limits_size", "AWS::SSM::Parameter", "The form allows any size.")
def any_size(scene: Scene, made: Made) -> None:
    set_upload(scene, made, [["starts-with", "$key", "uploads/"]])


def set_upload(scene: Scene, made: Made, conditions: list[Any]) -> None:
    scene.client("ssm").put_parameter(
        Name=made.physical_id, Value=json.dumps(conditions), Type="String", Overwrite=True
    )


@plants("cache_failover", CACHE, "No replica takes over.")
def no_failover(scene: Scene, made: Made) -> None:
    set_failover(scene, made, on=False)


def set_failover(scene: Scene, made: Made, *, on: bool) -> None:
    scene.client("elasticache").modify_replication_group(
        ReplicationGroupId=made.physical_id, AutomaticFailoverEnabled=on, ApplyImmediately=True
    )


def _drop_redrive(scene: Scene, made: Made) -> None:
    set_queue(scene, made, RedrivePolicy="")


plants("dlq_redrive", working_queues, "Failed messages stay in the queue.")(_drop_redrive)
plants("poison_in_dlq", working_queues, "Failed messages stay in the queue.")(_drop_redrive)


def set_queue(scene: Scene, made: Made, **attributes: str) -> None:
    scene.client("sqs").set_queue_attributes(QueueUrl=made.physical_id, Attributes=attributes)


@plants("visibility_covers_job", working_queues, "A message comes back after five seconds.")
def come_back_early(scene: Scene, made: Made) -> None:
    set_queue(scene, made, VisibilityTimeout="5")


@plants("kms_rotation", "AWS::KMS::Key", "The key is not rotated any more.")
def stop_rotation(scene: Scene, made: Made) -> None:
    scene.client("kms").disable_key_rotation(KeyId=made.physical_id)
