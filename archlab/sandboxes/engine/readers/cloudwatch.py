"""Facts of what watches: alarms, their topics, log groups, tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.readers.registering import Subjects, reads
from archlab.sandboxes.engine.scene import (
    QUEUE,
    Scene,
    pages,
    subject,
    taken,
    unless_absent,
    working_queues,
)

ALARM = "AWS::CloudWatch::Alarm"
RUN, EXPIRES = "archlab:run", "archlab:expires"
TAGGED = (
    "AWS::DynamoDB::Table",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
)
"""What the service of tags lists on every target."""


def _alarms(scene: Scene, **chosen: Any) -> Iterator[Mapping[str, Any]]:
    return pages(scene.client("cloudwatch"), "describe_alarms", "MetricAlarms", **chosen)


def _standing(scene: Scene) -> Iterator[tuple[Made, Mapping[str, Any]]]:
    for made in scene.of(ALARM):
        for answer in _alarms(scene, AlarmNames=[made.physical_id]):
            yield made, answer


@reads("alarms")
def alarms(scene: Scene) -> Subjects:
    for made, answer in _standing(scene):
        yield subject(made, **taken(answer, actions="AlarmActions", enabled="ActionsEnabled"))


@reads("alarm_topics")
def alarm_topics(scene: Scene) -> Subjects:
    sns = scene.client("sns")
    for made, answer in _standing(scene):
        topics = [one for one in answer["AlarmActions"] if ":sns:" in one]
        yield subject(made, topics=topics, silent_topics=[t for t in topics if not _heard(sns, t)])


def _heard(sns: Any, topic: str) -> bool:
    """A topic that does not exist has no subscriber either."""
    return bool(
        unless_absent(("NotFound", "NotFoundException"), _subscribers, sns=sns, topic=topic)
    )


def _subscribers(sns: Any, topic: str) -> list[Any]:
    return [*pages(sns, "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic)]


@reads("queue_alarms")
def queue_alarms(scene: Scene) -> Subjects:
    """By the queue, not by the alarms of the ledger: a new alarm for it is as good."""
    working = working_queues(scene)
    for made in scene.of(QUEUE):
        name = made.physical_id.rsplit("/", 1)[-1]
        depth = [one for one in _alarms(scene) if _watches_depth(one, name)]
        yield subject(
            made,
            primary=made in working,
            depth_thresholds=[one["Threshold"] for one in depth],
        )


def _watches_depth(alarm: Mapping[str, Any], queue: str) -> bool:
    of = {one["Name"]: one["Value"] for one in alarm.get("Dimensions", [])}
    metric = alarm.get("MetricName")
    return metric == "ApproximateNumberOfMessagesVisible" and of.get("QueueName") == queue


@reads("log_groups")
def log_groups(scene: Scene) -> Subjects:
    logs = scene.client("logs")
    for made in scene.of("AWS::Logs::LogGroup"):
        name = made.physical_id
        found = pages(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=name)
        standing = [one for one in found if one["logGroupName"] == name]
        days = standing[0].get("retentionInDays") if standing else None
        yield subject(made, exists=bool(standing), days=days)


def tagged(scene: Scene, by: str = RUN) -> list[str]:
    """The ARNs of all that carries a tag."""
    client = scene.client("resourcegroupstaggingapi")
    chosen = [{"Key": by}]
    found = pages(client, "get_resources", "ResourceTagMappingList", TagFilters=chosen)
    return [str(one["ResourceARN"]) for one in found]


@reads("tags")
def tags(scene: Scene) -> Subjects:
    """By the end of the ARN, which holds the name: types differ in what they return as id."""
    arns = tagged(scene)
    for type_ in TAGGED:
        for made in scene.of(type_):
            yield subject(made, tagged=any(is_of(arn, made) for arn in arns))


def is_of(arn: str, made: Made) -> bool:
    name = made.physical_id.rsplit("/", 1)[-1] if "//" in made.physical_id else made.physical_id
    return arn == name or arn.endswith((f":{name}", f"/{name}", f":{name}:*"))
