"""The order in which resources are made, circles, and orders that no reference shows."""

from __future__ import annotations

import dataclasses
from random import Random

import deployments
import pytest
from deployments import small
from sampling import FULL, SEED, sampled

from archlab.sandboxes.engine.binding import Plan
from archlab.sandboxes.engine.graph import below, order, references
from archlab.sandboxes.engine.values import Refused


def needs(**named: str) -> dict[str, frozenset[str]]:
    return {name: frozenset(needed.split()) for name, needed in named.items()}


def test_everything_stands_after_what_it_needs_and_in_one_order_only() -> None:
    assert order(needs(c="b", a="", b="a", d="", e="d a")) == ("a", "d", "b", "e", "c")


def test_a_circle_is_named_whole() -> None:
    with pytest.raises(Refused, match="b → c → d → b"):
        order(needs(a="", b="c", c="d", d="b", e="d"))


def test_a_resource_that_needs_itself_is_a_circle() -> None:
    with pytest.raises(Refused, match="a → a"):
        order(needs(a="a"))


def test_all_ways_of_referring_are_seen() -> None:
    value = {
        "a": {"Ref": "One"},
        "b": [{"Fn::GetAtt": ["Two", "Arn"]}, {"Fn::GetAtt": "Three.Arn"}],
        "c": {"Fn::Sub": "${Four} ${Five.Arn} ${!Not}"},
        "d": {"Fn::Join": ["", [{"Fn::Sub": ["${x}${Six}", {"x": {"Ref": "Seven"}}]}]]},
    }
    assert set(references(value)) == {"One", "Two", "Three", "Four", "Five", "Six", "Seven"}  # type: ignore[arg-type]


def test_depends_on_is_an_order_too() -> None:
    changed = small()
    assert deployments.plan(changed).order == ("Logs", "Topic", "Alarm")
    changed["Resources"]["Logs"]["DependsOn"] = "Alarm"
    assert deployments.plan(changed).order == ("Topic", "Alarm", "Logs")


def test_depends_on_what_a_condition_leaves_out_is_no_order() -> None:
    changed = small()
    changed["Conditions"] = {"Never": {"Fn::Equals": ["a", "b"]}}
    changed["Resources"]["Other"] = {"Type": "AWS::SNS::Topic", "Condition": "Never"}
    changed["Resources"]["Logs"]["DependsOn"] = ["Other"]
    assert deployments.plan(changed).order == ("Logs", "Topic", "Alarm")


@pytest.mark.parametrize(
    ("name", "logical_id", "said"),
    [
        ("ec2-to-lambda/lambda-nat", "PublicRoute", "gateway is attached: add InternetAttachment"),
        ("ec2-to-lambda/lambda-nat", "NatAddress1", "gateway is attached: add InternetAttachment"),
        ("ec2-to-lambda/fargate", "Api", "its listener stands: add"),
    ],
)
def test_an_order_that_aws_needs_and_nothing_shows_is_asked_for(
    name: str, logical_id: str, said: str
) -> None:
    changed = deployments.body(name)
    del changed["Resources"][logical_id]["DependsOn"]
    with pytest.raises(Refused, match=said) as raised:
        deployments.plan(changed, where=deployments.region(name))
    assert raised.value.problems[0].path == f"Resources.{logical_id}.DependsOn"


def in_another_order(plan: Plan, random: Random) -> Plan:
    left, done = dict(plan.needs), list[str]()
    while left:
        name = random.choice(sorted(n for n, needed in left.items() if needed <= set(done)))
        done.append(name)
        del left[name]
    return dataclasses.replace(plan, resources={name: plan.resources[name] for name in done})


@pytest.mark.parametrize("name", sampled(deployments.names(), 1))
def test_any_order_that_the_needs_allow_deploys_as_well(name: str) -> None:
    random = Random(SEED)  # noqa: S311 - no secret
    first = deployments.plan(deployments.body(name), where=deployments.region(name))
    for _ in range(20 if FULL else 1):
        plan = in_another_order(first, random)
        assert all(
            plan.order.index(n) > plan.order.index(b)
            for n in plan.order
            for b in below(n, plan.needs)
        )
        with deployments.emulator():
            deployment = deployments.deployment(plan)
            events = list(deployment.create())
            assert not deployment.failed, events[-1]
            assert set(deployment.ledger) == set(plan.order)
