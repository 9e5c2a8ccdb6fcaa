"""A queue of SQS, billed per request in blocks of 64 KB: send, receive and delete count each."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
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

    def detail(self) -> str:
        return "first in, first out" if self.fifo else ""
