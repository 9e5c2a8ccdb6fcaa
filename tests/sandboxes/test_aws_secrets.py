"""Canaries through a whole launch and its teardown: nothing that we write or say holds one."""

from __future__ import annotations

import json
import logging
import logging.config
import traceback
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from typing import Any

import boto3
import pytest
from aws_desk import ACCOUNT, CANARIES, CONNECTION, CREDENTIALS, EXTERNAL_ID, KEYS, REGION, Desk
from aws_flow import (
    HELD,
    NOW,
    confirmed,
    intent,
    lays_out_until_ready,
    lays_out_until_shown,
    run_until,
    stack,
    work,
)
from aws_world import HOME, region, regions, tagged
from botocore.config import Config
from botocore.exceptions import ClientError
from django.conf import settings

from archlab.sandboxes.aws.calls import AwsFailed, AwsRefused, without_identity
from archlab.sandboxes.aws.connection import DEPLOY, connected, entered
from archlab.sandboxes.aws.launch import advance
from archlab.sandboxes.aws.launched import Stage
from archlab.sandboxes.aws.storing import stored
from archlab.sandboxes.aws.sweep import sweep
from archlab.sandboxes.aws.teardown import At, Teardown, tear_down


def leaked(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """Everything that a site at its loudest would log."""
    chosen = json.loads(json.dumps(settings.LOGGING))
    chosen["root"]["level"] = "DEBUG"
    logging.config.dictConfig(chosen)
    heard = StringIO()
    handler = logging.StreamHandler(heard)
    logging.getLogger().addHandler(handler)
    yield heard
    logging.getLogger().removeHandler(handler)
    logging.config.dictConfig(settings.LOGGING)


def test_a_whole_launch_leaves_no_canary_in_what_is_stored_printed_or_logged(
    logged: StringIO,
) -> None:
    desk = Desk()
    desk.answers("sts", "assume_role", {"Credentials": CREDENTIALS})
    clients = entered(CONNECTION, DEPLOY, sts=desk.client("sts"))
    lays_out_until_shown(desk)
    launch = run_until(intent(), work(desk), Stage.CONFIRM)
    lays_out_until_ready(desk)
    at = work(desk)
    launch = advance(run_until(confirmed(launch), at, Stage.EVENTS), at)
    assert launch.news
    shown = "\n".join([json.dumps(stored(launch)), repr(launch), repr(at), repr(clients)])
    assert leaked(shown) == []
    assert leaked(logged.getvalue()) == []


def test_a_teardown_that_finds_something_does_not_name_the_account(logged: StringIO) -> None:
    desk = Desk()
    regions(desk, [REGION])
    region(desk, get_resources=tagged("7f3a", "sqs::archlab-7f3a-Jobs"))
    looking = Teardown("7f3a", REGION, NOW, left=(REGION,))
    ended = tear_down(
        replace(looking, step="look"),  # type: ignore[arg-type]  # as it comes from the store
        At(desk.client, CONNECTION, NOW),
    )
    said = json.dumps(stored(ended)) + repr(ended) + " ".join(ended.links)
    assert "archlab-7f3a-Jobs" in said
    assert leaked(said + logged.getvalue()) == []


def test_a_sweep_does_not_name_the_account(logged: StringIO) -> None:
    desk = Desk()
    regions(desk, [HOME])
    region(desk, HOME, get_resources=tagged("0ff1", "sqs::jobs"), refused={"list_roles": "No"})
    reports = sweep([(CONNECTION, NOW)], enter=lambda _one: desk.client, runs={}, now=NOW)
    assert reports[0][1].unknown
    assert leaked(repr(reports) + logged.getvalue()) == []


def spoken(error: BaseException) -> str:
    """What a log and an error page would have of it."""
    return "".join(traceback.format_exception(error)) + repr(error)


def test_no_error_of_ours_says_what_aws_said() -> None:
    desk = Desk()
    desk.refuses("sts", "assume_role", "AccessDenied", f"{ACCOUNT} {EXTERNAL_ID} {CREDENTIALS}")
    with pytest.raises(AwsFailed) as failed:
        entered(CONNECTION, DEPLOY, sts=desk.client("sts"))
    assert leaked(spoken(failed.value)) == []
    desk.answers("cloudformation", "describe_stacks", stack("CREATE_COMPLETE", tags=[]))
    with pytest.raises(AwsRefused) as refused:
        tear_down(Teardown("7f3a", REGION, NOW), At(desk.client, CONNECTION, NOW))
    assert leaked(spoken(refused.value)) == []
    foreign = {**HELD, "State": "DISABLED"}
    desk.answers("scheduler", "create_schedule", {"ScheduleArn": "x"})
    desk.answers("scheduler", "get_schedule", foreign)
    with pytest.raises(AwsFailed) as differing:
        advance(replace(intent(), stage=Stage.EXPIRY), work(desk))
    assert leaked(spoken(differing.value)) == []


def test_a_wrong_role_is_not_repeated_to_the_one_who_pasted_it() -> None:
    pasted = f"arn:aws:iam::{ACCOUNT}:user/{CREDENTIALS['AccessKeyId']}"
    with pytest.raises(AwsRefused) as refused:
        connected(pasted, region=REGION, external_id=EXTERNAL_ID, allowed=work(Desk()).allowed)
    assert leaked(str(refused.value)) == []


def nobody_there() -> Any:
    """A client whose AWS is a closed port of this machine: a request is made, none is answered."""
    once = Config(connect_timeout=1, retries={"total_max_attempts": 1, "mode": "standard"})
    port = "http://127.0.0.1:1"
    return boto3.client("sts", region_name=REGION, endpoint_url=port, config=once, **KEYS)


def test_a_request_that_nobody_answers_is_neither_logged_nor_repeated(logged: StringIO) -> None:
    with pytest.raises(AwsFailed) as failed:
        entered(CONNECTION, DEPLOY, sts=nobody_there())
    assert failed.value.code == "EndpointConnectionError"
    assert leaked(spoken(failed.value) + logged.getvalue()) == []


def test_the_canaries_would_be_seen(logged: StringIO) -> None:
    """botocore prints whole requests at its loudest, and its errors say what AWS said."""
    logging.getLogger("botocore").setLevel(logging.DEBUG)
    with pytest.raises(AwsFailed):
        entered(CONNECTION, DEPLOY, sts=nobody_there())
    assert EXTERNAL_ID in logged.getvalue()
    desk = Desk()
    desk.refuses("iam", "list_roles", "AccessDenied", f"not in {ACCOUNT}", region=HOME)
    with pytest.raises(ClientError, match=ACCOUNT):
        desk.client("iam", HOME).list_roles()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"arn:aws:sns:eu-west-1:{ACCOUNT}:news", "arn:aws:sns:eu-west-1:(account):news"),
        ("signed by ASIACANARYCANARY1234.", "signed by (key)."),
        ("1234567890123 is no account", "1234567890123 is no account"),
    ],
)
def test_identities_are_taken_out_of_what_aws_says(said: str, shown: str) -> None:
    assert without_identity(said) == shown
