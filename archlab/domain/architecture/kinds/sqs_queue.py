"""A queue of SQS, billed per request in blocks of 64 KB: send, receive and delete count each."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Grant, Json, Metric, Resource, Resources, Site
from archlab.domain.pricing import Usage


class SqsQueue(Component):
    title: ClassVar[str] = "Queue"
    category: ClassVar[Glyph] = "queue"

    kind: Literal["sqs_queue"] = "sqs_queue"
    requests: Decimal = Field(
        Decimal(0), ge=0, description="requests per month: a message takes about three"
    )
    fifo: bool = Field(default=False, description="keeps the order and drops duplicates")
    dlq: bool = Field(default=False, description="failed messages go to a dead-letter queue")

    def usage(self, context: Context) -> list[Usage]:
        return [Usage(f"AmazonSQS:{'fifo' if self.fifo else 'standard'}", self.requests)]

    def resources(self, site: Site) -> Resources:
        """Hidden for six times the longest job that the model knows, as Lambda asks for."""
        fifo: dict[str, Json | None] = {"FifoQueue": True} if self.fifo else {}
        queue: dict[str, Json | None] = {
            **fifo,
            "VisibilityTimeout": 180,
            "SqsManagedSseEnabled": True,
        }
        if not self.dlq:
            return {"": Resource("AWS::SQS::Queue", queue)}
        dead = {"deadLetterTargetArn": site.att(self, "Dead", "Arn"), "maxReceiveCount": 5}
        return {
            "Dead": Resource("AWS::SQS::Queue", {**fifo, "MessageRetentionPeriod": 14 * 24 * 3600}),
            "": Resource("AWS::SQS::Queue", {**queue, "RedrivePolicy": dead}),
        }

    def grants(self, site: Site) -> tuple[Grant, ...]:
        actions = ("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage")
        return (Grant(actions, (site.att(self, "", "Arn"),)),)

    def watched(self, site: Site) -> tuple[Metric, ...]:
        of = {"QueueName": site.att(self, "", "QueueName")}
        waiting = "ApproximateNumberOfMessagesVisible"
        return (Metric("AWS/SQS", waiting, of, 1000, statistic="Maximum"),)

    def detail(self) -> str:
        return "first in, first out" if self.fifo else ""
