"""CloudWatch alarms and the custom metrics they watch."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Json, Metric, Resource, Resources, Site
from archlab.domain.architecture.kinds.sns_topic import SnsTopic
from archlab.domain.pricing import Usage


class Alarms(Component):
    title: ClassVar[str] = "Alarms"
    category: ClassVar[Glyph] = "observe"
    serves: ClassVar[bool] = False

    kind: Literal["alarms"] = "alarms"
    count: int = Field(0, ge=0, le=5000, description="standard alarms")
    metrics: int = Field(0, ge=0, le=100_000, description="custom metrics")
    subscribed: bool = Field(default=True, description="somebody receives the alarms")

    def usage(self, context: Context) -> list[Usage]:
        return [
            Usage("AmazonCloudWatch:alarm.standard", Decimal(self.count)),
            Usage("AmazonCloudWatch:metric", Decimal(self.metrics)),
        ]

    def resources(self, site: Site) -> Resources:
        """As many of the metrics of the other components as there are alarms, first come."""
        topics = site.called(self, SnsTopic)
        topic = site.ref(topics[0]) if topics else site.ref(self, "Topic")
        metrics = [metric for one in site.all(Component) for metric in one.watched(site)]
        found: dict[str, Resource] = {} if topics else {"Topic": Resource("AWS::SNS::Topic")}
        if self.subscribed:
            who = {"Protocol": "email", "Endpoint": {"Ref": "AlertEmail"}, "TopicArn": topic}
            found["Subscription"] = Resource("AWS::SNS::Subscription", who)
        for number, metric in enumerate(metrics[: self.count], 1):
            found[f"Alarm{number}"] = _alarm(metric, topic)
        return found

    def detail(self) -> str:
        return "1 alarm" if self.count == 1 else f"{self.count} alarms"


def _alarm(metric: Metric, topic: Json) -> Resource:
    return Resource(
        "AWS::CloudWatch::Alarm",
        {
            "AlarmDescription": f"{metric.name} is at {metric.at_least} or more",
            "Namespace": metric.namespace,
            "MetricName": metric.name,
            "Dimensions": [{"Name": name, "Value": of} for name, of in metric.dimensions.items()],
            "Statistic": metric.statistic,
            "Period": 60,
            "EvaluationPeriods": metric.periods,
            "Threshold": metric.at_least,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [topic],
        },
    )
