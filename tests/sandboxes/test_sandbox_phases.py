"""One attempt in its phases: deploy, faults, edits, facts, teardown."""

from __future__ import annotations

import json
from collections.abc import Mapping

import deployments
import pytest
from deployments import small

from archlab.sandboxes.engine.contract import Clients, Ledger
from archlab.sandboxes.engine.edits import EDITS
from archlab.sandboxes.engine.events import Event
from archlab.sandboxes.engine.faults import FAULTS
from archlab.sandboxes.engine.phases import MOST_FACTS, Course
from archlab.sandboxes.engine.readers import READERS
from archlab.sandboxes.engine.request import Call, Request
from archlab.sandboxes.engine.values import Value, refused


def days(clients: Clients, ledger: Ledger, _args: Mapping[str, Value]) -> Value:
    name = ledger["Logs"].physical_id
    found = clients("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return {"days": found[0].get("retentionInDays", 0)}


def forever(clients: Clients, ledger: Ledger, _args: Mapping[str, Value]) -> None:
    clients("logs").delete_retention_policy(logGroupName=ledger["Logs"].physical_id)


def keep(clients: Clients, ledger: Ledger, args: Mapping[str, Value]) -> None:
    if not isinstance(args.get("days"), int):
        raise refused("days", "A whole number is expected.")
    clients("logs").put_retention_policy(
        logGroupName=ledger["Logs"].physical_id, retentionInDays=args["days"]
    )


def too_much(_clients: Clients, _ledger: Ledger, _args: Mapping[str, Value]) -> Value:
    return "x" * (MOST_FACTS + 1)


@pytest.fixture(autouse=True)
def catalogues(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, "days", days)
    monkeypatch.setitem(READERS, "too_much", too_much)
    monkeypatch.setitem(FAULTS, "forever", forever)
    monkeypatch.setitem(EDITS, "keep", keep)


def events(
    what: Mapping[str, object] | None = None,
    *,
    faults: tuple[Call, ...] = (),
    edits: tuple[Call, ...] = (),
    checks: tuple[Call, ...] = (),
) -> list[Event]:
    given = Request(
        json.dumps(what or small()),
        "archlab-1",
        deployments.ACCOUNT,
        "us-east-1",
        faults=faults,
        edits=edits,
        checks=checks,
    )
    ticks = iter(range(100))
    with deployments.emulator():
        return list(Course(given, deployments.clients(), lambda: next(ticks)).events())


def after_deploy(found: list[Event]) -> list[tuple[str, object]]:
    start = [event.kind for event in found].index("DEPLOYED")
    return [(e.kind, e.args.get("facts", e.args.get("code", ""))) for e in found[start + 1 : -1]]


def test_facts_are_read_after_the_faults_and_after_the_edits() -> None:
    checks = (Call("days"),)
    assert after_deploy(events(checks=checks)) == [("FACTS", {"days": 30})]
    faults = (Call("forever"),)
    broken = after_deploy(events(checks=checks, faults=faults))
    assert broken == [("FAULT_PLANTED", ""), ("FACTS", {"days": 0})]
    edits = (Call("keep", {"days": 7}), Call("keep", {"days": 14}))
    mended = after_deploy(events(checks=checks, faults=faults, edits=edits))
    assert mended[-1] == ("FACTS", {"days": 14})


def test_an_edit_that_fails_is_said_and_the_rest_goes_on() -> None:
    found = after_deploy(events(edits=(Call("keep"),), checks=(Call("days"),)))
    assert found == [("EDIT_FAILED", "PROPERTY_REFUSED"), ("FACTS", {"days": 30})]


def test_what_cannot_be_seen_is_no_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    def hidden(_clients: Clients, _ledger: Ledger, _args: Mapping[str, Value]) -> Value:
        raise TimeoutError

    monkeypatch.setitem(READERS, "days", hidden)
    found = after_deploy(events(checks=(Call("days"), Call("too_much"))))
    assert found == [("FACTS_UNSEEN", "TimeoutError"), ("FACTS_UNSEEN", "PROPERTY_REFUSED")]


def test_outputs_are_told_and_a_wrong_one_is_rolled_back() -> None:
    good = {**small(), "Outputs": {"Topic": {"Value": {"Fn::GetAtt": ["Topic", "TopicName"]}}}}
    told = next(event for event in events(good) if event.kind == "DEPLOYED")
    assert told.args == {"outputs": {"Topic": "archlab-1"}}
    wrong = {"Value": {"Fn::Select": [30, {"Fn::Split": ["-", {"Ref": "Topic"}]}]}}
    found = events({**small(), "Outputs": {"Topic": wrong}})
    assert found[-1].args["outcome"] == "rolled_back"
    assert found[-2].args == {"leftovers": []}


def test_the_seconds_of_each_phase_are_told() -> None:
    last = events()[-1]
    assert last.args == {"outcome": "ready", "seconds": {"deploy": 1, "act": 1, "read": 1}}
