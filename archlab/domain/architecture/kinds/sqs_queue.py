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

    max_tries: int = Field(
        5, ge=1, le=1000, description="receives after which a message counts as failed"
    )
    visibility_s: int = Field(
        180,
        ge=0,
        le=43_200,
        description="seconds that a received message stays hidden; six times the longest job",
    )

    def usage(self, context: Context) -> list[Usage]:
        return [Usage(f"AmazonSQS:{'fifo' if self.fifo else 'standard'}", self.requests)]

    def resources(self, site: Site) -> Resources:
        """The queue, and the dead-letter queue beside it."""
        fifo: dict[str, Json | None] = {"FifoQueue": True} if self.fifo else {}
        queue: dict[str, Json | None] = {
            **fifo,
            "VisibilityTimeout": self.visibility_s,
            "SqsManagedSseEnabled": True,
        }
        if not self.dlq:
            return {"": Resource("AWS::SQS::Queue", queue)}
        dead = {
            "deadLetterTargetArn": site.att(self, "Dead", "Arn"),
            "maxReceiveCount": self.max_tries,
        }
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
