"""Repairs of what watches."""

from __future__ import annotations

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.edits.editing import Choice, Number, edits
from archlab.sandboxes.engine.readers.cloudwatch import ALARM, EXPIRES, RUN, TAGGED, is_of, tagged
from archlab.sandboxes.engine.scene import Scene, account, working_queues
from archlab.sandboxes.engine.values import refused

TOPIC = "AWS::SNS::Topic"


@edits("subscribe", "Let somebody listen to the topic", TOPIC, "alarm_topic_has_subscriber")
def subscribe(scene: Scene, made: Made) -> None:
    scene.client("sns").subscribe(
        TopicArn=made.physical_id, Protocol="email", Endpoint="alerts@archlab.example"
    )


@edits("enable_alarm", "Switch the actions of the alarm on", ALARM, "alarms_have_actions")
def enable_alarm(scene: Scene, _made: Made) -> None:
    names = [one.physical_id for one in scene.of(ALARM)]
    scene.client("cloudwatch").enable_alarm_actions(AlarmNames=names)


@edits(
    "watch_queue",
    "Watch how many messages wait",
    working_queues,
    "queue_depth_alarm",
    parameters=[Number("messages", "Waiting messages", 1, 1_000_000, 1000)],
)
def watch_queue(scene: Scene, made: Made, messages: int) -> None:
    name = made.physical_id.rsplit("/", 1)[-1]
    scene.client("cloudwatch").put_metric_alarm(
        AlarmName=f"{name}-depth",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": name}],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=3,
        Threshold=messages,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[scene.helper(TOPIC).physical_id],
    )


@edits(
    "delete_old_logs",
    "Delete old logs",
    "AWS::Logs::LogGroup",
    "log_retention_set",
    parameters=[Choice("days", "Days", ("1", "7", "14", "30", "90", "365"), "30")],
)
def delete_old_logs(scene: Scene, made: Made, days: str) -> None:
    scene.client("logs").put_retention_policy(
        logGroupName=made.physical_id, retentionInDays=int(days)
    )


@edits("tag_everything", "Give everything the tag of the run", account, "all_tagged")
def tag_everything(scene: Scene, _made: Made) -> None:
    wanted = [one for type_ in TAGGED for one in scene.of(type_)]
    bare = set(tagged(scene, by=EXPIRES)) - set(tagged(scene))
    arns = [arn for arn in sorted(bare) if any(is_of(arn, one) for one in wanted)]
    if not arns:
        raise refused("Resources", "Everything carries the tag already.")
    scene.client("resourcegroupstaggingapi").tag_resources(
        ResourceARNList=arns, Tags={RUN: "again"}
    )
