"""Facts of queues."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.readers.registering import Subjects, reads
from archlab.sandboxes.engine.scene import QUEUE, Scene, subject, unless_absent, working_queues

GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
POISON = "archlab: nobody can do this"
MOST_TRIES = 20
"""More receives than this would be a probe without an end."""


def _attributes(scene: Scene, made: Made) -> Mapping[str, str]:
    named = {"QueueUrl": made.physical_id, "AttributeNames": ["All"]}
    return dict(scene.client("sqs").get_queue_attributes(**named)["Attributes"])


def _redrive(attributes: Mapping[str, str]) -> Mapping[str, Any]:
    """A queue without a policy answers without one, or with an empty text."""
    return dict(json.loads(attributes.get("RedrivePolicy") or "{}"))


def _url(scene: Scene, arn: str) -> str | None:
    sqs, name = scene.client("sqs"), arn.rsplit(":", 1)[-1]
    found = unless_absent(GONE, sqs.get_queue_url, QueueName=name)
    return str(found["QueueUrl"]) if found else None


@reads("queues")
def queues(scene: Scene) -> Subjects:
    working = working_queues(scene)
    for made in scene.of(QUEUE):
        attributes = _attributes(scene, made)
        redrive = _redrive(attributes)
        seconds = attributes.get("VisibilityTimeout")
        yield subject(
            made,
            primary=made in working,
            tries=int(redrive["maxReceiveCount"]) if redrive else None,
            dead_exists=bool(redrive and _url(scene, redrive["deadLetterTargetArn"])),
            **({} if seconds is None else {"hidden_s": int(seconds)}),
        )


@reads("poisoned_queues")
def poisoned_queues(scene: Scene) -> Subjects:
    """Sends one message of its own, fails at it as often as the queue allows, and looks for it."""
    working = working_queues(scene)
    for made in scene.of(QUEUE):
        if made not in working:
            yield subject(made, primary=False, dead=None)
            continue
        redrive = _redrive(_attributes(scene, made))
        url = _url(scene, redrive["deadLetterTargetArn"]) if redrive else None
        arrived = _arrives(scene, made, url, redrive) if url else None
        yield subject(made, primary=True, dead=arrived)


def _arrives(scene: Scene, made: Made, dead: str, redrive: Mapping[str, Any]) -> bool:
    sqs, queue = scene.client("sqs"), made.physical_id
    fifo = {"MessageGroupId": "probe", "MessageDeduplicationId": "probe"}
    sqs.send_message(
        QueueUrl=queue, MessageBody=POISON, **(fifo if queue.endswith(".fifo") else {})
    )
    for _ in range(min(int(redrive["maxReceiveCount"]), MOST_TRIES) + 1):
        sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0)
    found = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return any(one["Body"] == POISON for one in found.get("Messages", []))
