"""What the readers of an inventory find, region by region; empty where a test says nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aws_desk import ACCOUNT, REGION, Desk

HOME = "us-east-1"
WHEN = datetime(2026, 11, 21, tzinfo=UTC)


def regions(desk: Desk, names: Sequence[str] = (REGION, HOME)) -> None:
    found = [{"RegionName": name} for name in names]
    desk.answers("ec2", "describe_regions", {"Regions": found}, region=HOME)


def tagged(run: str, *things: str, region: str = REGION) -> list[dict[str, Any]]:
    """By what follows the account in their ARNs: `sqs::jobs`."""
    found = []
    for thing in things:
        service, name = thing.split("::")
        arn = f"arn:aws:{service}:{region}:{ACCOUNT}:{name}"
        tags = [{"Key": "archlab:run", "Value": run}]
        found.append({"ResourceARN": arn, "Tags": tags})
    return found


def summary(name: str, state: str = "CREATE_COMPLETE") -> dict[str, Any]:
    return {"StackName": name, "StackStatus": state, "CreationTime": WHEN}


def region(
    desk: Desk,
    name: str = REGION,
    *,
    refused: Mapping[str, str] | None = None,
    **found: Any,
) -> None:
    """Every reader of one region is answered; `refused` has operations with an error code.

    `found` is by operation; a list of lists is one page each.
    """
    for service, operation, key in READERS + (ROLES if name == HOME else []):
        if code := (refused or {}).get(operation):
            desk.refuses(service, operation, code, region=name)
            continue
        entries = found.get(operation, [])
        pages = entries if entries and isinstance(entries[0], list) else [entries]
        for number, page in enumerate(pages):
            answer: dict[str, Any] = {key: page}
            if number < len(pages) - 1:
                answer[TOKENS.get(operation, "NextToken")] = f"page {number + 2}"
            desk.answers(service, operation, answer, region=name)


READERS = [
    ("cloudformation", "list_stacks", "StackSummaries"),
    ("resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList"),
    ("scheduler", "list_schedules", "Schedules"),
    ("logs", "describe_log_groups", "logGroups"),
    ("rds", "describe_db_instance_automated_backups", "DBInstanceAutomatedBackups"),
    ("rds", "describe_db_snapshots", "DBSnapshots"),
    ("ec2", "describe_addresses", "Addresses"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces"),
    ("ec2", "describe_volumes", "Volumes"),
    ("ec2", "describe_snapshots", "Snapshots"),
]
ROLES = [("iam", "list_roles", "Roles")]
TOKENS = {"get_resources": "PaginationToken"}
