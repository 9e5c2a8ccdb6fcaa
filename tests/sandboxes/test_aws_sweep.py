"""The standing sweep: orphans are found wherever they are, and one failure hides no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aws_desk import ACCOUNT, CONNECTION, REGION, Desk
from aws_flow import NOW
from aws_world import HOME, region, regions, summary, tagged

from archlab.sandboxes.aws.calls import AwsFailed, Clients
from archlab.sandboxes.aws.connection import Connection
from archlab.sandboxes.aws.inventory import Finding, inventory
from archlab.sandboxes.aws.sweep import Swept, sweep

LATER, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
FAR = "ap-northeast-3"


def swept(desk: Desk, runs: Any = None) -> Swept:
    ((_connection, found),) = sweep(
        [(CONNECTION, NOW)], enter=lambda _one: desk.client, runs=runs or {}, now=NOW
    )
    return found


def test_an_orphan_in_a_region_that_is_not_allowed_is_found() -> None:
    desk = Desk()
    regions(desk, [REGION, FAR])
    region(desk)
    region(desk, FAR, list_stacks=[summary("archlab-0ff1")])
    assert swept(desk).unknown == (Finding(FAR, "stack", "archlab-0ff1", "0ff1"),)
    desk.done()


def test_a_live_run_is_no_orphan_and_an_expired_or_ended_one_is() -> None:
    desk = Desk()
    regions(desk, [REGION])
    found = [summary(f"archlab-{name}") for name in ("a1a1", "b2b2", "c3c3")]
    region(desk, list_stacks=found)
    runs = {"a1a1": LATER, "b2b2": NOW, "c3c3": None}
    assert [one.run for one in swept(desk, runs).overdue] == ["b2b2", "c3c3"]


def test_deleted_stacks_and_those_of_others_are_no_findings() -> None:
    desk = Desk()
    regions(desk, [REGION])
    region(desk, list_stacks=[summary("archlab-a1a1", "DELETE_COMPLETE"), summary("shop")])
    assert swept(desk).is_clean


def test_a_change_set_that_nobody_executed_is_a_finding() -> None:
    desk = Desk()
    regions(desk, [REGION])
    region(desk, list_stacks=[summary("archlab-a1a1", "REVIEW_IN_PROGRESS")])
    assert swept(desk).unknown[0].name == "archlab-a1a1"


def test_two_hundred_and_one_stacks_come_page_by_page() -> None:
    desk = Desk()
    regions(desk, [REGION])
    names = [f"{number:04d}" for number in range(201)]
    rows = [summary(f"archlab-{name}") for name in names]
    region(desk, list_stacks=[rows[:100], rows[100:200], rows[200:]])
    assert [one.run for one in swept(desk, dict.fromkeys(names, NOW)).overdue] == names


def test_what_has_neither_name_nor_tag_nor_age_is_a_suspect() -> None:
    desk = Desk()
    regions(desk, [REGION])
    tags = [{"Key": "archlab:run", "Value": "a1a1"}]
    region(
        desk,
        describe_addresses=[{"AllocationId": "eipalloc-1"}, {"AllocationId": "eipalloc-2"}],
        describe_volumes=[
            {"VolumeId": "vol-1", "CreateTime": NOW},
            {"VolumeId": "vol-2", "CreateTime": NOW, "Tags": tags},
            {"VolumeId": "vol-3", "CreateTime": EARLIER},
        ],
        describe_snapshots=[
            {"SnapshotId": "snap-1", "StartTime": NOW},
            {"SnapshotId": "snap-2", "StartTime": EARLIER},
        ],
        describe_network_interfaces=[{"NetworkInterfaceId": "eni-1"}],
    )
    found = swept(desk)
    names = [one.name for one in found.suspects]
    assert names == ["eipalloc-1", "eipalloc-2", "eni-1", "vol-1", "snap-1"]
    assert found.is_clean


def test_leakers_with_our_name_but_no_tag_are_findings() -> None:
    desk = Desk()
    regions(desk, [HOME])
    region(
        desk,
        HOME,
        describe_log_groups=[{"logGroupName": "/aws/rds/instance/archlab-a1a1-db/x"}],
        describe_db_instance_automated_backups=[{"DBInstanceIdentifier": "archlab-a1a1-db"}],
        describe_db_snapshots=[
            {"DBInstanceIdentifier": "archlab-a1a1-db", "DBSnapshotIdentifier": "final"}
        ],
        list_schedules=[{"Name": "archlab-a1a1"}],
        list_roles=[role("archlab-a1a1-ApiRole-X"), role("archlab-deploy"), role("admin")],
    )
    assert [(one.what, one.run) for one in swept(desk).unknown] == [
        ("schedule", "a1a1"),
        ("log group", "a1a1"),
        ("database backup", "a1a1"),
        ("database snapshot", "a1a1"),
        ("role", "a1a1"),
    ]


def role(name: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    ids = {"RoleId": "AROA1234567890123456", "CreateDate": NOW, "Path": "/"}
    return {"RoleName": name, "Arn": arn, **ids}


def test_a_reader_that_fails_is_named_and_the_others_are_read() -> None:
    desk = Desk()
    regions(desk, [REGION])
    region(desk, refused={"list_stacks": "Throttling"}, get_resources=tagged("a1a1", "sqs::jobs"))
    found = swept(desk)
    assert [(one.what, one.code) for one in found.unread] == [("stack", "Throttling")]
    assert [one.run for one in found.unknown] == ["a1a1"]
    assert not found.is_clean


def test_a_region_without_our_schedules_is_empty_and_not_unread() -> None:
    desk = Desk()
    regions(desk, [REGION])
    region(desk, refused={"list_schedules": "ResourceNotFoundException"})
    assert swept(desk).unread == ()


def test_an_account_that_cannot_be_entered_does_not_stop_the_others() -> None:
    desk = Desk()
    regions(desk, [REGION])
    region(desk, list_stacks=[summary("archlab-a1a1")])
    closed = replace(CONNECTION, external_id="changed")

    def enter(connection: Connection) -> Clients:
        if connection == closed:
            raise AwsFailed("assume_role", "AccessDenied")
        return desk.client

    reports = sweep([(closed, NOW), (CONNECTION, NOW)], enter=enter, runs={}, now=NOW)
    assert [one.what for one in reports[0][1].unread] == ["account"]
    assert [one.run for one in reports[1][1].unknown] == ["a1a1"]


def test_between_the_long_sweeps_only_the_own_region_is_looked_at() -> None:
    desk = Desk()
    region(desk)
    sweep([(CONNECTION, NOW)], enter=lambda _one: desk.client, runs={}, now=NOW, scope="live")
    desk.done()
    assert "ec2:DescribeRegions" not in desk.calls


@pytest.mark.parametrize(
    ("thing", "service", "operation", "answer"),
    [
        ("kms::key/1", "kms", "describe_key", {"KeyMetadata": {"KeyState": "{}", "KeyId": "1"}}),
        ("ecs::cluster/c", "ecs", "describe_clusters", {"clusters": [{"status": "{}"}]}),
        (
            "ecs::task-definition/t:1",
            "ecs",
            "describe_task_definition",
            {"taskDefinition": {"status": "{}"}},
        ),
        ("ec2::natgateway/n", "ec2", "describe_nat_gateways", {"NatGateways": [{"State": "{}"}]}),
        (
            "ec2::vpc-endpoint/v",
            "ec2",
            "describe_vpc_endpoints",
            {"VpcEndpoints": [{"State": "{}"}]},
        ),
        (
            "ec2::instance/i",
            "ec2",
            "describe_instances",
            {"Reservations": [{"Instances": [{"State": {"Name": "{}"}}]}]},
        ),
    ],
)
def test_what_is_only_remembered_is_no_finding(
    thing: str, service: str, operation: str, answer: dict[str, Any]
) -> None:
    states = {"kms": ("PendingDeletion", "Enabled"), "ecs": ("INACTIVE", "ACTIVE")}
    ended = "terminated" if "instance" in thing else "deleted"
    for state, is_found in zip(states.get(service, (ended, "pending")), (False, True), strict=True):
        desk = Desk()
        desk.answers(service, operation, filled(answer, state))
        region(desk, get_resources=tagged("a1a1", thing))
        found = inventory(desk.client, REGION, since=NOW).of("a1a1")
        assert bool(found) is is_found, state


def filled(answer: Any, state: str) -> Any:
    if isinstance(answer, dict):
        return {key: filled(value, state) for key, value in answer.items()}
    if isinstance(answer, list):
        return [filled(value, state) for value in answer]
    return state if answer == "{}" else answer


def test_a_secret_that_waits_for_its_end_is_no_finding_and_one_that_is_gone_neither() -> None:
    for answer in ({"DeletedDate": NOW}, None):
        desk = Desk()
        region(desk, get_resources=tagged("a1a1", "secretsmanager::secret:s-1"))
        if answer:
            desk.answers("secretsmanager", "describe_secret", answer)
        else:
            desk.refuses("secretsmanager", "describe_secret", "ResourceNotFoundException")
        assert inventory(desk.client, REGION, since=NOW).findings == ()
