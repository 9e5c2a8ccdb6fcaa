"""Checks of what watches: alarms, their topics, logs, and the tags of a run."""

from __future__ import annotations

from archlab.domain.grading.state_checks.check import Check, Finding, Subject, said

ALARMS = ("cloudwatch:DescribeAlarms",)


def _heard(subject: Subject) -> Finding:
    topics, silent = subject["topics"], subject["silent_topics"]
    if not topics:
        return Finding("no_topic", "no topic")
    return Finding("into_the_void" if silent else "", said("without subscriber", silent))


def _acts(subject: Subject) -> Finding:
    actions, enabled = subject["actions"], subject["enabled"]
    if not actions:
        return Finding("no_action", "no action")
    return Finding("" if enabled else "disabled", said("enabled", enabled))


def _depth(subject: Subject) -> Finding:
    thresholds = subject["depth_thresholds"]
    if not thresholds:
        return Finding("no_alarm", "no alarm")
    right = subject.limit("messages") in [int(one) for one in thresholds]
    return Finding("" if right else "other_threshold", said("thresholds", thresholds))


def _retained(subject: Subject) -> Finding:
    if not subject["exists"]:
        return Finding("gone", "does not exist")
    days = subject["days"]
    return Finding("" if days else "for_ever", f"{days} days" if days else "for ever")


def _tagged(subject: Subject) -> Finding:
    tagged = subject["tagged"]
    return Finding("" if tagged else "untagged", said("tagged", tagged))


CHECKS = (
    Check(
        id="alarm_topic_has_subscriber",
        title="Somebody receives the alarms",
        expected="every topic of an alarm has a subscriber",
        lesson="The alarms of this story rang for weeks, into a topic that nobody listened to.",
        origin="seed",
        seeds=("003",),
        kinds=("alarms", "sns_topic"),
        reader="alarm_topics",
        reads=(*ALARMS, "sns:ListSubscriptionsByTopic"),
        absent=("NotFound",),
        look=_heard,
        reasons={
            "no_topic": "The alarm has no topic.",
            "into_the_void": "A topic of the alarm has no subscriber.",
        },
    ),
    Check(
        id="alarms_have_actions",
        title="Every alarm does something",
        expected="every alarm has an action, switched on",
        lesson="An alarm without an action is a line on a page that nobody opens.",
        origin="seed",
        seeds=("003",),
        kinds=("alarms",),
        reader="alarms",
        reads=ALARMS,
        look=_acts,
        reasons={
            "no_action": "An alarm has no action.",
            "disabled": "The actions of an alarm are switched off.",
        },
    ),
    Check(
        id="queue_depth_alarm",
        title="A queue that fills up is noticed",
        expected="an alarm at {messages} waiting messages",
        lesson="A worker that stopped makes no error; only the length of the queue tells.",
        origin="adapted",
        seeds=("003",),
        kinds=("sqs_queue", "alarms"),
        reader="queue_alarms",
        reads=ALARMS,
        look=_depth,
        only="primary",
        limits={"messages": 1000},
        reasons={
            "no_alarm": "No alarm watches how many messages wait.",
            "other_threshold": "The alarm rings at another number.",
        },
    ),
    Check(
        id="log_retention_set",
        title="Logs are deleted some day",
        expected="every log group has a retention",
        lesson="The default is for ever, and it was 45 GB before anybody looked.",
        origin="adapted",
        seeds=("003",),
        kinds=("log_group", "fargate_service", "lambda_function", "flow_logs"),
        reader="log_groups",
        reads=("logs:DescribeLogGroups",),
        look=_retained,
        reasons={
            "for_ever": "A log group keeps everything for ever.",
            "gone": "A log group of the template does not exist.",
        },
    ),
    Check(
        id="all_tagged",
        title="Everything says which run made it",
        expected="the tag archlab:run on everything that takes tags",
        lesson="What carries no tag is not found again, and what is not found is paid.",
        origin="added",
        seeds=("003",),
        kinds=(),
        reader="tags",
        reads=("tag:GetResources",),
        look=_tagged,
        targets=("embedded", "aws"),
        reasons={"untagged": "A resource does not carry the tag of its run."},
    ),
)
