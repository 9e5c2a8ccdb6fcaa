"""What of ours stands in an account: one region at a time, by name, by tag, and what has neither.

A reader that fails is `unread`, which is not the same as empty: nothing is called gone on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archlab.domain.cloudformation.tags import RUN
from archlab.sandboxes.aws.afterlife import is_ghost
from archlab.sandboxes.aws.calls import AwsFailed, Clients, ask, pages, without_identity
from archlab.sandboxes.aws.connection import (
    DEPLOY,
    HOME,
    SCHEDULER,
    SCHEDULES,
    SERVICE,
    STACKS,
    TEARDOWN,
)

BOOTSTRAP = frozenset({DEPLOY, SCHEDULER, SERVICE, TEARDOWN})
GONE_STATES = frozenset({"DELETE_COMPLETE"})


@dataclass(frozen=True)
class Finding:
    """A thing in a region. Without a `run` it has neither our name nor our tag: only a suspect."""

    region: str
    what: str
    name: str
    run: str = ""


@dataclass(frozen=True)
class Unread:
    """A place that could not be looked at."""

    region: str
    what: str
    code: str


@dataclass(frozen=True)
class Inventory:
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()

    def of(self, run: str) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.run == run)


def enabled_regions(clients: Clients) -> tuple[str, ...]:
    """Every region that the account has switched on. Raises AwsFailed."""
    found = ask(clients("ec2", HOME), "describe_regions")["Regions"]
    return tuple(sorted(one["RegionName"] for one in found))


def inventory(clients: Clients, region: str, *, since: datetime) -> Inventory:
    """Everything of ours in one region; in the home region, what has no region too.

    `since` is when the account was connected: an untagged thing that is older is nobody's suspect.
    """
    findings: list[Finding] = []
    unread: list[Unread] = []
    readers = {**READERS, **(READERS_AT_HOME if region == HOME else {})}
    for what, reader in readers.items():
        try:
            findings += [
                Finding(region, what, seen.name, seen.run)
                for seen in reader(clients, region)
                if seen.run or seen.born is None or seen.born >= since
            ]
        except AwsFailed as failed:
            unread.append(Unread(region, what, failed.code))
    return Inventory(tuple(findings), tuple(unread))


@dataclass(frozen=True)
class Seen:
    """What a reader saw: a name without the account, and when it was made where AWS says so."""

    name: str
    run: str = ""
    born: datetime | None = None


Reader = Callable[[Clients, str], Iterator[Seen]]


def _stacks(clients: Clients, region: str) -> Iterator[Seen]:
    formation = clients("cloudformation", region)
    for one in pages(formation, "list_stacks", "StackSummaries"):
        if one["StackStatus"] not in GONE_STATES:
            yield from _named(one["StackName"])


def _tagged(clients: Clients, region: str) -> Iterator[Seen]:
    tagging = clients("resourcegroupstaggingapi", region)
    asked = {"TagFilters": [{"Key": RUN}]}
    for one in pages(tagging, "get_resources", "ResourceTagMappingList", **asked):
        if is_ghost(clients, region, one["ResourceARN"]):
            continue
        run = next(tag["Value"] for tag in one["Tags"] if tag["Key"] == RUN)
        yield Seen(without_identity(one["ResourceARN"]), run)


def _schedules(clients: Clients, region: str) -> Iterator[Seen]:
    scheduler = clients("scheduler", region)
    try:
        for one in pages(scheduler, "list_schedules", "Schedules", GroupName=SCHEDULES):
            yield from _named(one["Name"])
    except AwsFailed as failed:
        if not failed.is_absence:  # no group, no schedule: the bootstrap stack is elsewhere
            raise


def _log_groups(clients: Clients, region: str) -> Iterator[Seen]:
    """Functions and containers make these by themselves, without tags."""
    logs = clients("logs", region)
    for one in pages(logs, "describe_log_groups", "logGroups", logGroupNamePattern=STACKS):
        name = one["logGroupName"]
        yield from _named(name[name.index(STACKS) :], shown=name)


def _database_backups(clients: Clients, region: str) -> Iterator[Seen]:
    rds = clients("rds", region)
    operation = "describe_db_instance_automated_backups"
    for one in pages(rds, operation, "DBInstanceAutomatedBackups"):
        yield from _named(one["DBInstanceIdentifier"])


def _database_snapshots(clients: Clients, region: str) -> Iterator[Seen]:
    rds = clients("rds", region)
    for one in pages(rds, "describe_db_snapshots", "DBSnapshots", SnapshotType="manual"):
        yield from _named(one["DBInstanceIdentifier"], shown=one["DBSnapshotIdentifier"])


def _addresses(clients: Clients, region: str) -> Iterator[Seen]:
    for one in ask(clients("ec2", region), "describe_addresses")["Addresses"]:
        if "AssociationId" not in one and not _is_tagged(one.get("Tags")):
            yield Seen(one["AllocationId"])


def _volumes(clients: Clients, region: str) -> Iterator[Seen]:
    asked = {"Filters": [{"Name": "status", "Values": ["available"]}]}
    for one in pages(clients("ec2", region), "describe_volumes", "Volumes", **asked):
        if not _is_tagged(one.get("Tags")):
            yield Seen(one["VolumeId"], born=one["CreateTime"])


def _snapshots(clients: Clients, region: str) -> Iterator[Seen]:
    ec2 = clients("ec2", region)
    for one in pages(ec2, "describe_snapshots", "Snapshots", OwnerIds=["self"]):
        if not _is_tagged(one.get("Tags")):
            yield Seen(one["SnapshotId"], born=one["StartTime"])


def _interfaces(clients: Clients, region: str) -> Iterator[Seen]:
    asked = {"Filters": [{"Name": "status", "Values": ["available"]}]}
    ec2 = clients("ec2", region)
    for one in pages(ec2, "describe_network_interfaces", "NetworkInterfaces", **asked):
        if not _is_tagged(one.get("TagSet")):
            yield Seen(one["NetworkInterfaceId"])


def _roles(clients: Clients, region: str) -> Iterator[Seen]:
    for one in pages(clients("iam", region), "list_roles", "Roles"):
        if one["RoleName"] not in BOOTSTRAP:
            yield from _named(one["RoleName"])


READERS: Mapping[str, Reader] = {
    "stack": _stacks,
    "tagged": _tagged,
    "schedule": _schedules,
    "log group": _log_groups,
    "database backup": _database_backups,
    "database snapshot": _database_snapshots,
    "address": _addresses,
    "network interface": _interfaces,
    "volume": _volumes,
    "snapshot": _snapshots,
}
READERS_AT_HOME: Mapping[str, Reader] = {"role": _roles}


def _named(name: str, *, shown: str = "") -> Iterator[Seen]:
    """A name that AWS makes is `archlab-<run>-<logical id>-<random>`; runs hold no hyphen."""
    if name.startswith(STACKS):
        yield Seen(shown or name, name.removeprefix(STACKS).split("-")[0])


def _is_tagged(tags: Any) -> bool:
    """The tagged ones are found by their tag."""
    return any(tag["Key"] == RUN for tag in tags or ())
