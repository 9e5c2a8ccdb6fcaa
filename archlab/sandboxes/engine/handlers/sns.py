"""Topics and who receives what is said there."""

from __future__ import annotations

from archlab.sandboxes.engine.contract import Context, Created, handler, tag_list
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by
from archlab.sandboxes.engine.handlers.ec2_network import TAGS
from archlab.sandboxes.engine.strict import Properties

_GONE = ("NotFound", "NotFoundException")


def _topic(context: Context, properties: Properties) -> Created:
    name = properties.text("TopicName", context.name)
    given = {
        key: properties.text(key) for key in ("DisplayName", "KmsMasterKeyId") if key in properties
    }
    made = context.client("sns").create_topic(Name=name, Attributes=given, **tag_list(properties))
    return Created(made["TopicArn"], {"TopicArn": made["TopicArn"], "TopicName": name})


def _subscription(context: Context, properties: Properties) -> Created:
    arn = context.client("sns").subscribe(
        ReturnSubscriptionArn=True, **properties.pick("Endpoint", "Protocol", "TopicArn")
    )["SubscriptionArn"]
    return Created(arn, {"Arn": arn})


HANDLERS = (
    handler(
        "AWS::SNS::Topic",
        f"DisplayName KmsMasterKeyId TopicName {TAGS}",
        _topic,
        deleted_by("sns", "delete_topic", "TopicArn", *_GONE),
        seen_by("sns", "get_topic_attributes", "TopicArn", "Attributes", *_GONE, one=True),
        "TopicArn TopicName",
    ),
    handler(
        "AWS::SNS::Subscription",
        "Endpoint Protocol TopicArn",
        _subscription,
        deleted_by("sns", "unsubscribe", "SubscriptionArn", *_GONE),
        seen_by(
            "sns", "get_subscription_attributes", "SubscriptionArn", "Attributes", *_GONE, one=True
        ),
        "Arn",
    ),
)
