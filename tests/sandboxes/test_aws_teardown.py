"""A teardown: the stack first, then proof; what fails is tried three times and never forgotten."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from aws_desk import ACCOUNT, CONNECTION, REGION, Desk
from aws_flow import NOW, STACK, no_stack, stack
from aws_world import HOME, region, regions, summary, tagged

from archlab.sandboxes.aws.calls import AwsRefused
from archlab.sandboxes.aws.storing import restored, stored
from archlab.sandboxes.aws.teardown import At, Step, Teardown, retried, tear_down

RUN = "7f3a"
FRESH = Teardown(RUN, REGION, NOW)


def step(teardown: Teardown, desk: Desk, *, seconds: int = 0) -> Teardown:
    """One step, through the store."""
    at = At(desk.client, CONNECTION, NOW + timedelta(seconds=seconds))
    return restored(Teardown, json.loads(json.dumps(stored(tear_down(teardown, at)))))


def until(teardown: Teardown, desk: Desk, wanted: Step, *, seconds: int = 0) -> Teardown:
    for _ in range(12):
        if teardown.step == wanted:
            return teardown
        teardown = step(teardown, desk, seconds=seconds)
    raise AssertionError(f"{teardown.step} where {wanted} was expected: {teardown.reason}")


def resources(*entries: tuple[str, str, str, str]) -> dict[str, Any]:
    return {
        "StackResourceSummaries": [
            {
                "LogicalResourceId": name,
                "PhysicalResourceId": physical,
                "ResourceType": f"AWS::{type_}",
                "ResourceStatus": status,
                "LastUpdatedTimestamp": NOW,
            }
            for name, physical, type_, status in entries
        ]
    }


def deleted(desk: Desk) -> Teardown:
    """A stack without buckets is deleted and gone; its expiry is forgotten, the look begins."""
    desk.answers("cloudformation", "describe_stacks", stack("CREATE_COMPLETE"))
    desk.answers("cloudformation", "list_stack_resources", resources())
    desk.answers(
        "cloudformation",
        "delete_stack",
        {},
        {
            "StackName": STACK,
            "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/archlab-service",
            "ClientRequestToken": f"{RUN}-delete-0",
        },
    )
    desk.answers("cloudformation", "describe_stacks", stack("DELETE_IN_PROGRESS"))
    no_stack(desk)
    desk.answers("scheduler", "delete_schedule", {}, {"Name": STACK, "GroupName": "archlab"})
    regions(desk)
    return until(FRESH, desk, Step.LOOK)


def test_gone_means_two_clean_passes_over_all_regions_half_a_minute_apart() -> None:
    desk = Desk()
    looking = deleted(desk)
    assert looking.left == (REGION, HOME)
    region(desk)
    region(desk, HOME)
    once = step(step(looking, desk), desk)
    assert (once.step, once.clean_passes) == (Step.LOOK, 1)
    assert step(once, desk, seconds=29) == once
    regions(desk)
    region(desk)
    region(desk, HOME)
    assert until(once, desk, Step.GONE, seconds=30).clean_passes == 2
    desk.done()


def test_the_stack_goes_before_its_expiry() -> None:
    desk = Desk()
    deleted(desk)
    writes = [call for call in desk.calls if ":Delete" in call]
    assert writes == ["cloudformation:DeleteStack", "scheduler:DeleteSchedule"]


def test_something_left_in_another_region_starts_it_again() -> None:
    desk = Desk()
    looking = deleted(desk)
    region(desk)
    region(desk, HOME, get_resources=tagged(RUN, "sqs::archlab-7f3a-Jobs", region=HOME))
    again = step(step(looking, desk), desk)
    assert (again.step, again.failures, again.clean_passes) == (Step.EMPTY, 1, 0)
    left = f"arn:aws:sqs:{HOME}:(account):archlab-7f3a-Jobs"
    assert again.reason == f"1 things are left: tagged {left}"


def test_a_finding_between_two_passes_spoils_the_first() -> None:
    desk = Desk()
    looking = deleted(desk)
    region(desk)
    region(desk, HOME)
    once = step(step(looking, desk), desk)
    regions(desk, [REGION])
    region(desk, list_stacks=[summary(STACK)])
    again = until(once, desk, Step.EMPTY, seconds=60)
    assert (again.clean_passes, again.clean_at) == (0, None)


def test_what_could_not_be_looked_at_is_not_clean() -> None:
    desk = Desk()
    looking = deleted(desk)
    region(desk)
    region(desk, HOME, refused={"describe_volumes": "UnauthorizedOperation"})
    again = step(step(looking, desk), desk)
    assert again.failures == 1
    assert again.reason == (
        f"Not everything could be looked at: volume in {HOME}: UnauthorizedOperation"
    )


def test_others_things_do_not_keep_a_run_from_being_gone() -> None:
    desk = Desk()
    looking = deleted(desk)
    region(desk, get_resources=tagged("other1", "sqs::jobs"), list_stacks=[summary("my-shop")])
    region(desk, HOME, describe_volumes=[{"VolumeId": "vol-1", "CreateTime": NOW}])
    assert step(step(looking, desk), desk).clean_passes == 1


def failing_delete(desk: Desk, number: int) -> None:
    desk.answers("cloudformation", "describe_stacks", stack("DELETE_FAILED"))
    desk.answers("cloudformation", "list_stack_resources", resources())
    token = {"ClientRequestToken": f"{RUN}-delete-{number}"}
    role = f"arn:aws:iam::{ACCOUNT}:role/archlab-service"
    desk.answers(
        "cloudformation", "delete_stack", {}, {"StackName": STACK, "RoleARN": role, **token}
    )
    desk.answers("cloudformation", "describe_stacks", stack("DELETE_FAILED"))
    listed = resources(
        ("Vpc", "vpc-1", "EC2::VPC", "DELETE_FAILED"),
        ("Jobs", "jobs", "SQS::Queue", "DELETE_COMPLETE"),
    )
    desk.answers("cloudformation", "list_stack_resources", listed)


@pytest.mark.parametrize(
    ("failures", "ends"), [(1, Step.EMPTY), (2, Step.EMPTY), (3, Step.QUARANTINED)]
)
def test_a_delete_that_fails_is_tried_three_times_with_a_new_token(
    failures: int, ends: Step
) -> None:
    desk = Desk()
    teardown = FRESH
    for number in range(failures):
        failing_delete(desk, number)
        for _ in range(3):
            teardown = step(teardown, desk)
    desk.done()
    assert (teardown.step, teardown.failures) == (ends, failures)
    assert teardown.blockers == ("Vpc (AWS::EC2::VPC)",)


def test_a_quarantined_one_stays_so_and_says_where_to_look() -> None:
    desk = Desk()
    held = Teardown(RUN, REGION, NOW, step=Step.QUARANTINED, failures=3)
    assert step(held, desk) == held
    assert held.links[0] == (
        f"https://{REGION}.console.aws.amazon.com/cloudformation/home"
        f"?region={REGION}#/stacks?filteringText={STACK}"
    )
    assert retried(held) == FRESH


def test_a_refusal_of_aws_counts_as_a_failure_and_is_no_error() -> None:
    desk = Desk()
    teardown = FRESH
    for _ in range(3):
        desk.refuses("cloudformation", "describe_stacks", "AccessDenied")
        teardown = step(teardown, desk)
    assert teardown.step == Step.QUARANTINED
    assert teardown.reason == "AWS answered describe_stacks with AccessDenied."


def test_a_stack_that_is_not_ours_is_not_deleted() -> None:
    desk = Desk()
    desk.answers("cloudformation", "describe_stacks", stack("CREATE_COMPLETE", tags=[]))
    with pytest.raises(AwsRefused, match="is not ours"):
        step(FRESH, desk)


def test_a_stack_that_is_gone_already_is_no_failure() -> None:
    desk = Desk()
    no_stack(desk)
    desk.refuses("scheduler", "delete_schedule", "ResourceNotFoundException")
    regions(desk)
    assert until(FRESH, desk, Step.LOOK).failures == 0


def tags_of_bucket(desk: Desk, run: str) -> None:
    desk.answers("s3", "get_bucket_tagging", {"TagSet": [{"Key": "archlab:run", "Value": run}]})


def test_our_buckets_are_emptied_batch_by_batch_before_the_stack_goes() -> None:
    desk = Desk()
    versions = {"Versions": [{"Key": "a", "VersionId": "1"}]}
    markers = {"DeleteMarkers": [{"Key": "b", "VersionId": "2"}]}
    for found in ({**versions, **markers}, {}):
        desk.answers("cloudformation", "describe_stacks", stack("CREATE_COMPLETE"))
        listed = resources(("Files", "files-1", "S3::Bucket", "CREATE_COMPLETE"))
        desk.answers("cloudformation", "list_stack_resources", listed)
        tags_of_bucket(desk, RUN)
        desk.answers("s3", "list_object_versions", found)
        if found:
            objects = [{"Key": "a", "VersionId": "1"}, {"Key": "b", "VersionId": "2"}]
            asked = {"Bucket": "files-1", "Delete": {"Objects": objects, "Quiet": True}}
            desk.answers("s3", "delete_objects", {}, asked)
    assert step(step(FRESH, desk), desk).step == Step.DELETE
    desk.done()


def test_a_bucket_without_our_tag_is_left_alone() -> None:
    desk = Desk()
    desk.answers("cloudformation", "describe_stacks", stack("CREATE_COMPLETE"))
    listed = resources(("Files", "files-1", "S3::Bucket", "CREATE_COMPLETE"))
    desk.answers("cloudformation", "list_stack_resources", listed)
    tags_of_bucket(desk, "other1")
    assert step(FRESH, desk).step == Step.DELETE
    assert "s3:DeleteObjects" not in desk.calls


def test_log_groups_and_backups_that_aws_made_by_itself_are_removed() -> None:
    desk = Desk()
    looking = deleted(desk)
    group, database = f"/aws/lambda/{STACK}-Api-X1", f"{STACK}-db-x1"
    backup = {"DBInstanceIdentifier": database, "DbiResourceId": "db-ABC"}
    region(
        desk,
        describe_log_groups=[{"logGroupName": group}],
        describe_db_instance_automated_backups=[backup],
    )
    region(desk, HOME)
    desk.answers("logs", "delete_log_group", {}, {"logGroupName": group})
    operation = "describe_db_instance_automated_backups"
    desk.answers("rds", operation, {"DBInstanceAutomatedBackups": [backup]})
    desk.answers("rds", "delete_db_instance_automated_backup", {}, {"DbiResourceId": "db-ABC"})
    assert step(step(looking, desk), desk).failures == 1
    desk.done()
