"""A worker that dies at any call: the next one goes on, makes nothing twice, and leaves nothing.

AWS is moto here, in this process: real enough for a queue, a topic, a schedule and a change set.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from aws_desk import Desk
from aws_flow import NOW, TEMPLATE, confirmed, intent, work
from botocore.exceptions import ClientError
from moto import mock_aws
from sampling import sampled

from archlab.sandboxes.aws.allowed import Allowed
from archlab.sandboxes.aws.calls import Clients
from archlab.sandboxes.aws.connection import DEPLOY, SCHEDULES, Connection, entered
from archlab.sandboxes.aws.inventory import inventory
from archlab.sandboxes.aws.launch import advance
from archlab.sandboxes.aws.launched import Launch, Stage
from archlab.sandboxes.aws.storing import restored, stored
from archlab.sandboxes.aws.teardown import At, Step, Teardown, tear_down

ACCOUNT, REGION = "123456789012", "eu-west-1"
CONNECTION = Connection(ACCOUNT, REGION, "a-secret")
ALLOWED = Allowed(enabled=True, accounts=frozenset({ACCOUNT}), regions=frozenset({REGION}))
CALLS_OF_A_LAUNCH = 13


pytestmark = pytest.mark.fault


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Counter:
    """Kills at the n-th call, before it is sent or after it was answered.

    A second change set of one name is refused, as AWS does; moto makes a second stack of it.
    """

    at: int = 0
    when: str = "after"
    calls: int = 0
    proposed: bool = False

    def clients(self, made: Clients) -> Clients:
        def client(service: str, region: str) -> Any:
            found = made(service, region)
            if not hasattr(found, "counted"):
                found.counted = True
                found.meta.events.register("before-call", self._before)
                found.meta.events.register("after-call", self._after)
            return found

        return client

    def _before(self, model: Any, **_: Any) -> None:
        self.calls += 1
        if self.calls == self.at and self.when == "before":
            raise Killed
        if model.name == "CreateChangeSet" and self.proposed:
            there = {"Error": {"Code": "AlreadyExistsException", "Message": "It is there."}}
            raise ClientError(there, model.name)

    def _after(self, model: Any, **_: Any) -> None:
        self.proposed |= model.name == "CreateChangeSet"
        if self.calls == self.at and self.when == "after":
            raise Killed


@pytest.fixture
def account() -> Iterator[None]:
    with mock_aws():
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        boto3.client("scheduler", region_name=REGION, **keys).create_schedule_group(Name=SCHEDULES)
        iam = boto3.client("iam", region_name=REGION, **keys)
        iam.create_role(RoleName=DEPLOY, AssumeRolePolicyDocument=json.dumps({"Statement": []}))
        yield


def signed_in() -> Clients:
    """A fresh worker: new credentials, nothing in memory."""
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    sts = boto3.client("sts", region_name=REGION, **keys)
    return entered(CONNECTION, DEPLOY, sts=sts)


def launched(counter: Counter) -> Launch:
    """To its end, with a new worker after each death."""
    kept = stored(intent(connection=CONNECTION))
    clients = counter.clients(signed_in())
    for _ in range(40):
        launch = restored(Launch, kept)
        if launch.stage == Stage.READY:
            return launch
        if launch.stage == Stage.CONFIRM:
            launch = confirmed(launch)
        at = work(Desk(), clients=clients, connection=CONNECTION, allowed=ALLOWED)
        try:
            kept = stored(advance(launch, at))
        except Killed:
            clients = counter.clients(signed_in())
    raise AssertionError(f"stuck at {kept['stage']}")


def everything() -> list[str]:
    found = inventory(signed_in(), REGION, since=NOW + timedelta(days=3650))
    assert found.unread == ()
    return sorted(one.what for one in found.of("7f3a"))


def torn_down(counter: Counter) -> Teardown:
    """The look at one region stands for all of them: moto has thirty-eight."""
    teardown = Teardown("7f3a", REGION, NOW)
    clients = counter.clients(signed_in())
    seconds = 0
    for _ in range(60):
        if teardown.step in (Step.GONE, Step.QUARANTINED):
            return teardown
        seconds += 31
        at = At(clients, CONNECTION, NOW + timedelta(seconds=seconds))
        try:
            teardown = tear_down(teardown, at)
        except Killed:
            clients = counter.clients(signed_in())
        if len(teardown.left) > 1:
            teardown = replace(teardown, left=(REGION,))
    raise AssertionError(f"stuck at {teardown.step}: {teardown.reason}")


def test_nobody_dies_and_all_is_made_once(account: None) -> None:  # noqa: ARG001
    counter = Counter()
    launch = launched(counter)
    assert launch.sha256 == TEMPLATE.sha256
    assert counter.calls == CALLS_OF_A_LAUNCH
    assert everything() == ["schedule", "stack", "tagged", "tagged"]


@pytest.mark.parametrize(
    ("at", "when"),
    sampled(
        [(at, when) for at in range(1, CALLS_OF_A_LAUNCH + 1) for when in ("before", "after")], 2
    ),
)
def test_a_death_at_any_call_makes_nothing_twice_and_leaves_nothing(
    account: None,  # noqa: ARG001
    at: int,
    when: str,
) -> None:
    launched(Counter(at, when))
    assert everything() == ["schedule", "stack", "tagged", "tagged"]
    ended = torn_down(Counter())
    assert (ended.step, ended.failures) == (Step.GONE, 0)
    assert everything() == []


@pytest.mark.parametrize("at", sampled(range(1, 9), 1))
def test_a_death_in_a_teardown_leaves_nothing(account: None, at: int) -> None:  # noqa: ARG001
    launched(Counter())
    assert torn_down(Counter(at)).step == Step.GONE
    assert everything() == []


def test_the_expiry_alone_is_what_an_early_death_leaves(account: None) -> None:  # noqa: ARG001
    """The row is there and the schedule too: a teardown finds and forgets it."""
    made = signed_in()
    launch = intent(connection=CONNECTION)
    at = work(Desk(), clients=made, connection=CONNECTION, allowed=ALLOWED)
    while launch.stage != Stage.CHANGE_SET:
        launch = advance(launch, at)
    assert everything() == ["schedule"]
    assert launch.may_have_written
    assert torn_down(Counter()).step == Step.GONE
    assert everything() == []
