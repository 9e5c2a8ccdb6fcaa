"""Mistakes at what watches."""

from __future__ import annotations

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.faults.planting import plants
from archlab.sandboxes.engine.readers.cloudwatch import ALARM, RUN, is_of, tagged
from archlab.sandboxes.engine.scene import Scene, pages, working_queues


@plants("alarm_topic_has_subscriber", "AWS::SNS::Topic", "Nobody listens to the topic.")
def unsubscribe(scene: Scene, made: Made) -> None:
    sns = scene.client("sns")
    topic = made.physical_id
    for one in pages(sns, "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic):
        sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])


@plants("alarms_have_actions", ALARM, "The actions of the alarms are switched off.")
def silence(scene: Scene, _made: Made) -> None:
    """All of them: the one that another mistake deletes must not be the only silent one."""
    names = [one.physical_id for one in scene.of(ALARM)]
    scene.client("cloudwatch").disable_alarm_actions(AlarmNames=names)


@plants("queue_depth_alarm", working_queues, "The alarm on waiting messages is gone.")
def delete_depth_alarm(scene: Scene, made: Made) -> None:
    client = scene.client("cloudwatch")
    name = made.physical_id.rsplit("/", 1)[-1]
    watching = [
        one["AlarmName"]
        for one in pages(client, "describe_alarms", "MetricAlarms")
        if any(of["Value"] == name for of in one.get("Dimensions", []))
    ]
    client.delete_alarms(AlarmNames=watching)


@plants("log_retention_set", "AWS::Logs::LogGroup", "A log group keeps everything for ever.")
def keep_for_ever(scene: Scene, made: Made) -> None:
    scene.client("logs").delete_retention_policy(logGroupName=made.physical_id)


@plants("all_tagged", "AWS::Logs::LogGroup", "A log group has lost the tag of its run.")
def untag(scene: Scene, made: Made) -> None:
    arns = [arn for arn in tagged(scene) if is_of(arn, made)]
    scene.client("resourcegroupstaggingapi").untag_resources(ResourceARNList=arns, TagKeys=[RUN])
