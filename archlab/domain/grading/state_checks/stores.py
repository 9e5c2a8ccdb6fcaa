"""Checks of what keeps things: buckets, caches, queues, keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archlab.domain.grading.state_checks.check import (
    Check,
    Declared,
    Finding,
    Setting,
    Subject,
    equals,
    said,
)

BUCKETS = ("s3_bucket",)
CACHES = ("elasticache",)
QUEUES = ("sqs_queue",)
CACHE_READS = ("elasticache:DescribeReplicationGroups",)
CACHE = "AWS::ElastiCache::ReplicationGroup"
ARCHIVES = ("GLACIER",)


def _blocked(subject: Subject) -> Finding:
    open_ = [name for name, closed in subject["closed"].items() if not closed]
    if not subject["closed"]:
        return Finding("open", "no block at all")
    return Finding("open" if open_ else "", said("open", open_))


def _archived(subject: Subject) -> Finding:
    moves = subject["transitions"]
    days = [one["days"] for one in moves if one["class"] in ARCHIVES]
    if not days:
        return Finding("no_rule", "no rule")
    return Finding("" if subject.limit("days") in days else "other_day", f"after {days[0]} days")


def _kept(subject: Subject) -> Finding:
    versioning, cipher = subject["versioning"], subject["cipher"]
    actual = f"{said('versioning', versioning)}, {said('cipher', cipher)}"
    if versioning != "Enabled":
        return Finding("no_versions", actual)
    return Finding("" if cipher else "plain", actual)


def _readable(subject: Subject) -> Finding:
    if subject["versioning"] != "Enabled":
        return Finding("no_versions", said("versioning", subject["versioning"]))
    deleted = subject["deleted"]
    if not deleted:
        return Finding("nothing_deleted", "nothing was deleted")
    lost = [one["key"] for one in deleted if not one["readable"]]
    keys = [one["key"] for one in deleted]
    return Finding("lost", said("lost", lost)) if lost else Finding("", said("readable", keys))


def _range_of(conditions: Sequence[Any]) -> Sequence[Any] | None:
    """The size condition of a POST policy: a list that begins with content-length-range."""
    for one in conditions:
        if isinstance(one, list | tuple) and list(one[:1]) == ["content-length-range"]:
            return one
    return None


def _limits_size(subject: Subject) -> Finding:
    conditions = subject["conditions"]
    if conditions is None:
        return Finding("no_policy", "no policy")
    size = _range_of(conditions)
    if size is None:
        return Finding("no_limit", "any size")
    most = int(size[2])
    return Finding("" if most <= subject.limit("bytes") else "too_large", f"at most {most} bytes")


def _redriven(subject: Subject) -> Finding:
    tries, exists = subject["tries"], subject["dead_exists"]
    if tries is None:
        return Finding("no_redrive", "no dead-letter queue")
    if not exists:
        return Finding("lost_queue", "the dead-letter queue does not exist")
    right = 1 <= tries <= subject.limit("tries")
    return Finding("" if right else "too_patient", f"after {tries} tries")


def _poison(subject: Subject) -> Finding:
    dead = subject["dead"]
    if dead is None:
        return Finding("no_redrive", "no dead-letter queue")
    return Finding("" if dead else "still_there", said("arrived", dead))


def _covers(subject: Subject) -> Finding:
    hidden_s = subject["hidden_s"]
    return Finding(
        "" if hidden_s >= subject.limit("job_s") else "too_short", f"hidden for {hidden_s} s"
    )


CHECKS = (
    Check(
        id="s3_block_public",
        title="The bucket cannot be opened to the public",
        expected="all four blocks are on",
        lesson="The four blocks outlast every later mistake in a policy.",
        origin="added",
        seeds=(),
        kinds=BUCKETS,
        reader="bucket_blocks",
        reads=("s3:GetPublicAccessBlock",),
        absent=("NoSuchPublicAccessBlockConfiguration",),
        look=_blocked,
        reasons={"open": "A policy or an access list could open the bucket."},
        declared=Declared("AWS::S3::Bucket", ("PublicAccessBlockConfiguration",), "closed"),
    ),
    Check(
        id="s3_lifecycle_glacier",
        title="Old objects move to the archive",
        expected="a move to GLACIER after {days} days",
        lesson="What is read once a year need not be paid like what is read every hour.",
        origin="seed",
        seeds=("004",),
        kinds=BUCKETS,
        reader="bucket_rules",
        reads=("s3:GetBucketLifecycleConfiguration",),
        absent=("NoSuchLifecycleConfiguration",),
        look=_archived,
        limits={"days": 30},
        reasons={
            "no_rule": "No rule moves old objects to the archive.",
            "other_day": "The rule moves them on another day.",
        },
    ),
    Check(
        id="s3_versioned_encrypted",
        title="The bucket keeps versions and encrypts them",
        expected="versioning is on, with a cipher",
        lesson="A backup that can be overwritten is lost in the same attack as the original.",
        origin="adapted",
        seeds=("003",),
        kinds=BUCKETS,
        reader="bucket_versions",
        reads=("s3:GetBucketVersioning", "s3:GetBucketEncryption"),
        absent=("ServerSideEncryptionConfigurationNotFoundError",),
        look=_kept,
        reasons={
            "no_versions": "The bucket keeps no old versions.",
            "plain": "The bucket has no cipher by default.",
        },
    ),
    Check(
        id="s3_old_version_readable",
        title="A deleted object can be read again",
        expected="an older version of every deleted object is readable",
        lesson="Only a restore that was tried is a restore.",
        origin="adapted",
        seeds=("003",),
        kinds=BUCKETS,
        reader="deleted_objects",
        reads=("s3:GetBucketVersioning", "s3:ListObjectVersions", "s3:GetObject"),
        absent=("NoSuchKey", "NoSuchVersion"),
        look=_readable,
        reasons={
            "no_versions": "The bucket keeps no old versions.",
            "nothing_deleted": "Nothing was written and deleted, so nothing is shown.",
            "lost": "A deleted object has no version that can be read.",
        },
    ),
    Check(
        id="post_policy_limits_size",
        title="An upload by a signed form has a largest size",
        expected="a condition on the size, at most {bytes} bytes",
        lesson="Whoever holds the form uploads what it allows, and the bucket pays for it.",
        origin="adapted",
        seeds=("004",),
        kinds=BUCKETS,
        reader="upload_policies",
        reads=("ssm:GetParameter",),
        absent=("ParameterNotFound",),
        look=_limits_size,
        limits={"bytes": 10 * 1024 * 1024},
        reasons={
            "no_policy": "No policy for uploads is kept.",
            "no_limit": "The policy allows any size.",
            "too_large": "The policy allows more.",
        },
    ),
    Check(
        id="cache_in_transit_tls",
        title="Connections to the cache are encrypted",
        expected="encryption in transit is on",
        lesson="Sessions and tokens travel to the cache; the network is not a secret.",
        origin="added",
        seeds=(),
        kinds=CACHES,
        reader="caches",
        reads=CACHE_READS,
        look=equals("in_transit", wanted=True, reason="plain"),
        reasons={"plain": "The cache is reached without encryption."},
        declared=Declared(CACHE, ("TransitEncryptionEnabled",), "in_transit"),
        compiled=Setting("elasticache", "in_transit_tls", value=False),
    ),
    Check(
        id="cache_failover",
        title="A replica of the cache takes over by itself",
        expected="automatic failover is enabled",
        lesson="The source wants failover and describes a single node; failover needs two.",
        origin="seed",
        seeds=("004",),
        kinds=CACHES,
        reader="caches",
        reads=CACHE_READS,
        look=equals("failover", "enabled", reason="no_failover"),
        reasons={"no_failover": "No replica takes over by itself."},
    ),
    Check(
        id="dlq_redrive",
        title="A message that fails again and again leaves the queue",
        expected="a dead-letter queue after 1 to {tries} tries",
        lesson="A message that no worker can finish blocks or costs until somebody takes it out.",
        origin="seed",
        seeds=("003",),
        kinds=QUEUES,
        reader="queues",
        reads=("sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
        absent=("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
        look=_redriven,
        only="primary",
        limits={"tries": 10},
        reasons={
            "no_redrive": "Failed messages stay in the queue.",
            "lost_queue": "The dead-letter queue does not exist.",
            "too_patient": "A message is tried more often, or never.",
        },
    ),
    Check(
        id="poison_in_dlq",
        title="A message that nobody finishes arrives in the dead-letter queue",
        expected="a message that is never deleted ends in the dead-letter queue",
        lesson="Send one bad message on purpose and see where it ends.",
        origin="adapted",
        seeds=("003",),
        kinds=QUEUES,
        reader="poisoned_queues",
        reads=(
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:SendMessage",
            "sqs:ReceiveMessage",
        ),
        look=_poison,
        only="primary",
        targets=("embedded", "ministack"),
        probes=True,
        reasons={
            "no_redrive": "Failed messages stay in the queue.",
            "still_there": "The message did not arrive in the dead-letter queue.",
        },
    ),
    Check(
        id="visibility_covers_job",
        title="A message stays hidden for as long as its job takes",
        expected="hidden for at least {job_s} s",
        lesson="A message that comes back during its job is done twice, and both look right.",
        origin="adapted",
        seeds=("003",),
        kinds=QUEUES,
        reader="queues",
        reads=("sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
        look=_covers,
        only="primary",
        limits={"job_s": 180},
        reasons={"too_short": "The message comes back while its job is still running."},
        declared=Declared("AWS::SQS::Queue", ("VisibilityTimeout",), "hidden_s"),
    ),
    Check(
        id="kms_rotation",
        title="The customer's keys are rotated",
        expected="rotation is on",
        lesson="Rotation is a switch; without it one key protects everything for ever.",
        origin="adapted",
        seeds=("000",),
        kinds=("kms_keys",),
        reader="keys",
        reads=("kms:GetKeyRotationStatus",),
        look=equals("rotates", wanted=True, reason="not_rotated"),
        reasons={"not_rotated": "The key is never rotated."},
        declared=Declared("AWS::KMS::Key", ("EnableKeyRotation",), "rotates"),
    ),
)
