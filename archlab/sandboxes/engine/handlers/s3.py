"""Buckets and their policies."""

from __future__ import annotations

import json
from typing import Any

from archlab.sandboxes.engine.contract import Context, Created, Made, handler, keyed, once
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_GONE = ("NoSuchBucket", "404")
_RULE = (
    "AbortIncompleteMultipartUpload{DaysAfterInitiation} ExpirationInDays Id"
    " NoncurrentVersionExpiration{NoncurrentDays} Prefix Status"
    " Transitions[StorageClass TransitionInDays]"
)


def _bucket(context: Context, properties: Properties) -> Created:
    s3 = context.client("s3")
    name = properties.text("BucketName", context.name)
    region = context.stack.region
    # the one region whose name the call does not take
    place = {} if region == "us-east-1" else {"LocationConstraint": region}
    s3.create_bucket(Bucket=name, **({"CreateBucketConfiguration": place} if place else {}))
    _protect(s3, name, properties)
    _keep(s3, name, properties)
    if tags := keyed(properties):
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
    attributes = {
        "Arn": f"arn:{context.stack.partition}:s3:::{name}",
        "DomainName": f"{name}.s3.amazonaws.com",
        "RegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
    }
    return Created(name, attributes)


def _protect(s3: Any, name: str, properties: Properties) -> None:
    if "BucketEncryption" in properties:
        rules = [
            _encryption(one)
            for one in properties.part("BucketEncryption").lists(
                "ServerSideEncryptionConfiguration"
            )
        ]
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    if "PublicAccessBlockConfiguration" in properties:
        s3.put_public_access_block(
            Bucket=name,
            PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"],
        )


def _encryption(rule: Properties) -> dict[str, Any]:
    by = rule.part("ServerSideEncryptionByDefault")
    found: dict[str, Any] = {
        "ApplyServerSideEncryptionByDefault": by.pick("SSEAlgorithm", "KMSMasterKeyID")
    }
    if "BucketKeyEnabled" in rule:
        found["BucketKeyEnabled"] = rule.flag("BucketKeyEnabled")
    return found


def _keep(s3: Any, name: str, properties: Properties) -> None:
    if "VersioningConfiguration" in properties:
        status = properties.part("VersioningConfiguration").text("Status")
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})
    if "LifecycleConfiguration" in properties:
        rules = [
            _lifecycle(one) for one in properties.part("LifecycleConfiguration").lists("Rules")
        ]
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})


def _lifecycle(rule: Properties) -> dict[str, Any]:
    found: dict[str, Any] = {
        "Status": rule.text("Status"),
        "Filter": {"Prefix": rule.text("Prefix", "")},
        **({"ID": rule.text("Id")} if "Id" in rule else {}),
        **rule.pick("AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration"),
    }
    if "ExpirationInDays" in rule:
        found["Expiration"] = {"Days": rule.number("ExpirationInDays")}
    if moves := rule.lists("Transitions"):
        found["Transitions"] = [
            {"Days": one.number("TransitionInDays"), "StorageClass": one.text("StorageClass")}
            for one in moves
        ]
    return found


def _delete_bucket(context: Context, made: Made) -> None:
    """A bucket goes only when it is empty, old versions and delete markers included."""
    s3 = context.client("s3")
    name = made.physical_id

    def delete() -> None:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
            for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                s3.delete_object(Bucket=name, Key=one["Key"], VersionId=one["VersionId"])
        s3.delete_bucket(Bucket=name)

    once(delete, *_GONE)


def _policy(context: Context, properties: Properties) -> Created:
    bucket = properties.text("Bucket")
    document = json.dumps(properties["PolicyDocument"])
    context.client("s3").put_bucket_policy(Bucket=bucket, Policy=document)
    return Created(bucket)


HANDLERS = (
    handler(
        "AWS::S3::Bucket",
        "BucketEncryption{ServerSideEncryptionConfiguration[BucketKeyEnabled"
        " ServerSideEncryptionByDefault{KMSMasterKeyID SSEAlgorithm}]} BucketName"
        f" LifecycleConfiguration{{Rules[{_RULE}]}}"
        " PublicAccessBlockConfiguration{BlockPublicAcls BlockPublicPolicy IgnorePublicAcls"
        f" RestrictPublicBuckets}} VersioningConfiguration{{Status}} {TAGS}",
        _bucket,
        _delete_bucket,
        seen_by("s3", "head_bucket", "Bucket", "ResponseMetadata", *_GONE, one=True),
        "Arn DomainName RegionalDomainName",
    ),
    handler(
        "AWS::S3::BucketPolicy",
        "Bucket PolicyDocument*",
        _policy,
        deleted_by("s3", "delete_bucket_policy", "Bucket", *_GONE),
        seen_by(
            "s3", "get_bucket_policy", "Bucket", "Policy", "NoSuchBucketPolicy", *_GONE, one=True
        ),
    ),
)
