"""Queues."""

from __future__ import annotations

import json

from archlab.sandboxes.engine.contract import Context, Created, as_map, handler
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
_GIVEN = (
    "ContentBasedDeduplication",
    "DelaySeconds",
    "FifoQueue",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
)


def _queue(context: Context, properties: Properties) -> Created:
    sqs = context.client("sqs")
    attributes = {name: properties.text(name) for name in _GIVEN if name in properties}
    if "RedrivePolicy" in properties:
        attributes["RedrivePolicy"] = json.dumps(properties["RedrivePolicy"])
    # a queue that keeps its order says so by its name
    suffix = ".fifo" if attributes.get("FifoQueue") == "true" else ""
    name = properties.text("QueueName", context.name + suffix)
    url = sqs.create_queue(QueueName=name, Attributes=attributes, tags=as_map(properties))[
        "QueueUrl"
    ]
    found = {"Arn": context.stack.arn("sqs", name), "QueueName": name, "QueueUrl": url}
    return Created(url, found)


HANDLERS = (
    handler(
        "AWS::SQS::Queue",
        f"QueueName RedrivePolicy{{deadLetterTargetArn maxReceiveCount}} {TAGS} "
        + " ".join(_GIVEN),
        _queue,
        deleted_by("sqs", "delete_queue", "QueueUrl", *_GONE),
        seen_by(
            "sqs",
            "get_queue_attributes",
            "QueueUrl",
            "ResponseMetadata",
            *_GONE,
            one=True,
        ),
        "Arn QueueName QueueUrl",
    ),
)
