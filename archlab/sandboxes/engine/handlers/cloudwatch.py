"""Alarms."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.contract import Context, Created, handler, tag_list
from archlab.sandboxes.engine.handlers.calls import seen_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_GIVEN = (
    "ActionsEnabled",
    "AlarmDescription",
    "ComparisonOperator",
    "DatapointsToAlarm",
    "EvaluationPeriods",
    "ExtendedStatistic",
    "MetricName",
    "Namespace",
    "Period",
    "Statistic",
    "Threshold",
    "TreatMissingData",
    "Unit",
)


def _alarm(context: Context, properties: Properties) -> Created:
    name = properties.text("AlarmName", context.name)
    given: dict[str, Any] = properties.pick("AlarmActions", "Dimensions", "OKActions", *_GIVEN)
    context.client("cloudwatch").put_metric_alarm(AlarmName=name, **tag_list(properties), **given)
    return Created(name, {"Arn": context.stack.arn("cloudwatch", f"alarm:{name}")})


HANDLERS = (
    handler(
        "AWS::CloudWatch::Alarm",
        f"AlarmActions[] AlarmName Dimensions[Name Value] OKActions[] {TAGS} " + " ".join(_GIVEN),
        _alarm,
        lambda context, made: context.client("cloudwatch").delete_alarms(
            AlarmNames=[made.physical_id]
        ),
        seen_by("cloudwatch", "describe_alarms", "AlarmNames", "MetricAlarms"),
        "Arn",
    ),
)
