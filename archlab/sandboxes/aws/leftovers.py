"""What a stack cannot delete by itself, or leaves: emptied and removed, only where it is ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from archlab.domain.cloudformation.tags import RUN
from archlab.sandboxes.aws.calls import AwsFailed, Clients, ask, pages
from archlab.sandboxes.aws.inventory import Finding

AT_ONCE = 1000
"""Versions that S3 lists and deletes in one call."""


def empty_buckets(clients: Clients, *, region: str, stack: str, run: str) -> bool:
    """Delete one batch of objects from the stack's buckets; True when none holds anything.

    A bucket without the tag of the run is left alone. Raises AwsFailed.
    """
    s3 = clients("s3", region)
    formation = clients("cloudformation", region)
    names = [
        one["PhysicalResourceId"]
        for one in pages(
            formation, "list_stack_resources", "StackResourceSummaries", StackName=stack
        )
        if one["ResourceType"] == "AWS::S3::Bucket" and one.get("PhysicalResourceId")
    ]
    return all(_emptied(s3, name) for name in names if _is_ours(s3, name, run))


def remove(clients: Clients, finding: Finding) -> None:
    """Delete what may be deleted without asking; the next pass says whether it went."""
    remover = _REMOVERS.get(finding.what)
    if remover is None:
        return
    try:
        remover(clients, finding)
    except AwsFailed:
        return  # it stays in the inventory, which is where a person sees it


def _is_ours(s3: Any, bucket: str, run: str) -> bool:
    try:
        tags = ask(s3, "get_bucket_tagging", Bucket=bucket)["TagSet"]
    except AwsFailed as failed:
        if failed.code in {"NoSuchBucket", "NoSuchTagSet"}:
            return False
        raise
    return {"Key": RUN, "Value": run} in tags


def _emptied(s3: Any, bucket: str) -> bool:
    page = ask(s3, "list_object_versions", Bucket=bucket, MaxKeys=AT_ONCE)
    versions = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
    if not versions:
        return True
    objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in versions]
    ask(s3, "delete_objects", Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    return False


def _log_group(clients: Clients, finding: Finding) -> None:
    ask(clients("logs", finding.region), "delete_log_group", logGroupName=finding.name)


def _backup(clients: Clients, finding: Finding) -> None:
    rds = clients("rds", finding.region)
    operation = "describe_db_instance_automated_backups"
    for one in ask(rds, operation, DBInstanceIdentifier=finding.name)["DBInstanceAutomatedBackups"]:
        ask(
            rds,
            "delete_db_instance_automated_backup",
            DbiResourceId=one["DbiResourceId"],
        )


_REMOVERS: Mapping[str, Callable[[Clients, Finding], None]] = {
    "database backup": _backup,
    "log group": _log_group,
}
