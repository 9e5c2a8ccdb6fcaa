"""The inventory of an account: empty at first, whole in between, empty afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import deployments
import pytest
from check_systems import ACCOUNT, REGION, part, system

from archlab.domain.cloudformation import template_of
from archlab.sandboxes.engine import phases
from archlab.sandboxes.engine.clients import Boto
from archlab.sandboxes.engine.events import Event
from archlab.sandboxes.engine.phases import Course
from archlab.sandboxes.engine.request import Call, Request
from archlab.sandboxes.engine.stock import SHELVES, services_of, stock


@pytest.fixture(autouse=True)
def emulated() -> Iterator[None]:
    with deployments.emulator():
        yield


def happened(*faults: str, teardown: bool = True) -> list[Event]:
    disk = system("disk", [part("ebs_volume", "old", gib=5, attached=False)])
    template = template_of(disk)
    planted = [Call(fault) for fault in faults]
    request = Request(template.text, "lab-disk", ACCOUNT, REGION, faults=planted, teardown=teardown)
    return list(Course(request, Boto(REGION), lambda: 0.0).events())


def inventories(events: list[Event]) -> list[dict[str, Any]]:
    return [dict(event.args) for event in events if event.kind == "INVENTORY"]


def test_a_fresh_account_is_empty_in_every_service() -> None:
    clients = Boto(REGION)
    assert stock(clients, {shelf.service for shelf in SHELVES}) == ()


def test_an_attempt_looks_before_the_first_create_and_after_the_teardown() -> None:
    events = happened()
    kinds = [event.kind for event in events]
    assert kinds.index("INVENTORY") < kinds.index("CREATING")
    assert kinds[-2:] == ["INVENTORY", "ENDED"]
    assert inventories(events) == [
        {"when": "before", "found": []},
        {"when": "after", "found": []},
    ]


def test_without_a_teardown_nothing_is_said_about_afterwards() -> None:
    assert [one["when"] for one in inventories(happened(teardown=False))] == ["before"]


def test_what_a_fault_left_behind_is_deleted_with_the_rest() -> None:
    events = happened("no_unattached_volumes")
    assert inventories(events)[-1]["found"] == []
    assert events[-1].args["outcome"] == "torn_down"


def test_what_nobody_deletes_is_in_the_second_inventory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phases, "sweep", lambda *_args: None)
    events = happened("no_unattached_volumes")
    assert len(inventories(events)[-1]["found"]) == 1
    assert events[-1].args["outcome"] == "leftovers"


def test_an_account_that_cannot_be_looked_at_is_not_called_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_args: object) -> tuple[str, ...]:
        raise RuntimeError("no answer")

    monkeypatch.setattr(phases, "stock", broken)
    first = inventories(happened())[0]
    assert "found" not in first
    assert first["when"] == "before"


def test_services_are_named_as_the_clients_name_them() -> None:
    types = ["AWS::ElasticLoadBalancingV2::Listener", "AWS::CertificateManager::Certificate"]
    assert services_of([*types, "AWS::RDS::DBInstance"]) == {"elbv2", "acm", "rds", "ec2"}
