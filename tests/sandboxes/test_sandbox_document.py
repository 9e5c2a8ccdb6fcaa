"""What is refused before the first call: limits, keys, types, properties, names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import deployments
import pytest
from deployments import small
from sampling import sampled

from archlab.sandboxes.engine.binding import bind
from archlab.sandboxes.engine.document import LONGEST, load
from archlab.sandboxes.engine.handlers import HANDLERS
from archlab.sandboxes.engine.values import Refused


def problems(what: object) -> dict[str, str]:
    text = what if isinstance(what, str) else json.dumps(what)
    try:
        bind(load(text), deployments.stack(), {})
    except Refused as error:
        return {one.path: one.sentence for one in error.problems}
    return {}


def topic(**properties: Any) -> dict[str, Any]:
    return {"Topic": {"Type": "AWS::SNS::Topic", "Properties": properties}}


def test_a_good_template_is_not_refused() -> None:
    assert problems(small()) == {}


@pytest.mark.parametrize("name", deployments.names())
def test_every_template_of_the_packs_is_taken(name: str) -> None:
    bind(load(deployments.template(name).text), deployments.stack(deployments.region(name)), {})


def renamed(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """One template for each property of each resource: that property with another name."""
    resources = deployments.body(name)["Resources"]
    for logical_id, resource in resources.items():
        for path in paths(resource.get("Properties", {})):
            changed = deployments.body(name)
            rename(changed["Resources"][logical_id]["Properties"], path)
            yield f"{logical_id} {path}", changed


FREE = (
    *("KeyPolicy", "PolicyDocument", "AssumeRolePolicyDocument", "Options", "Parameters"),
    *("Allow", "Block", "None", "Count", "DockerLabels"),
)


def paths(value: object, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every property below a value; what is inside of a function or a free mapping is none."""
    if isinstance(value, dict):
        if any(key == "Ref" or key.startswith("Fn::") for key in value):
            return
        for key, inner in value.items():
            yield (*above, key)
            if key not in FREE and not (key == "Tags" and isinstance(inner, dict)):
                yield from paths(inner, (*above, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from paths(inner, (*above, number))


def rename(value: Any, path: tuple[str | int, ...]) -> None:
    for step in path[:-1]:
        value = value[step]
    value[f"{path[-1]}X"] = value.pop(path[-1])


@pytest.mark.parametrize("name", sampled(deployments.names(), 2))
def test_a_property_with_another_name_is_refused_with_its_path(name: str) -> None:
    cases = sampled(list(renamed(name)), 60)
    assert len(cases) >= 10
    for what, changed in cases:
        found = problems(changed)
        assert any(path.endswith("X") for path in found), what


@pytest.mark.parametrize(
    "type_",
    [
        "AWS::XRay::Group",
        "AWS::EC2::Vpc",
        "AWS::CloudFormation::Stack",
        "AWS::CloudFormation::WaitCondition",
        "AWS::CloudFormation::CustomResource",
        "Custom::Thing",
        "Nothing",
    ],
)
def test_a_type_that_is_not_deployed_is_refused(type_: str) -> None:
    found = problems(small(One={"Type": type_, "Properties": {"Anything": 1}}))
    assert list(found) == ["Resources.One.Type"]
    assert type_ in found["Resources.One.Type"]


def test_the_nearest_type_and_property_are_named() -> None:
    found = problems(small(One={"Type": "AWS::EC2::Vpc"}, **topic(TopicNam="one")))
    assert found["Resources.One.Type"].endswith("Did you mean AWS::EC2::VPC?")
    assert found["Resources.Topic.Properties.TopicNam"].endswith("Did you mean TopicName?")


@pytest.mark.parametrize("key", ["Transform", "Mappings", "Rules", "Hooks", "Anything"])
def test_a_key_beside_the_known_ones_is_refused(key: str) -> None:
    assert list(problems({**small(), key: {}})) == [key]


@pytest.mark.parametrize("key", ["CreationPolicy", "UpdatePolicy", "Anything"])
def test_an_attribute_beside_the_known_ones_is_refused(key: str) -> None:
    changed = small()
    changed["Resources"]["Topic"][key] = {}
    assert list(problems(changed)) == [f"Resources.Topic.{key}"]


@pytest.mark.parametrize(
    "function",
    [
        "Fn::ImportValue",
        "Fn::FindInMap",
        "Fn::Transform",
        "Fn::ForEach",
        "Fn::Cidr",
        "Fn::ToJsonString",
        "Fn::Anything",
    ],
)
def test_a_function_that_is_not_taken_is_refused_where_it_stands(function: str) -> None:
    found = problems(small(**topic(TopicName={function: "x"})))
    assert list(found) == [f"Resources.Topic.Properties.TopicName.{function}"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"Ref": "Nobody"}, "Nobody is neither"),
        ({"Ref": "AWS::NotificationARNs"}, "is neither"),
        ({"Fn::GetAtt": ["Topic2", "TopicArn"]}, "Topic2 is not a resource"),
        ({"Fn::GetAtt": ["Logs", "Colour"]}, "it has: Arn"),
        ({"Fn::GetAtt": "Logs.Colour"}, "it has: Arn"),
        ({"Fn::Sub": "${Nobody}"}, "Nobody is neither"),
        ({"Fn::Sub": "${Logs.Colour}"}, "it has: Arn"),
        ({"Fn::Sub": ["${a}", "b"]}, "a text, or a list"),
        ({"Fn::Join": ["", "a", "b"]}, "a delimiter and a list"),
        ({"Fn::GetAZs": ""}, "Choose one zone"),
        ({"Fn::Select": [2, {"Fn::GetAZs": ""}]}, "first two zones"),
        ({"Fn::If": ["Nothing", "a", "b"]}, "Nothing is not a condition"),
        ({"Ref": "Days", "Fn::Sub": "x"}, "One value is expected"),
        ("{{resolve:ssm:/a/b}}", "Only secrets of this template"),
        ({"Fn::Sub": "{{resolve:ssm-secure:/a}}"}, "Only secrets of this template"),
        ([1, 2], "One value is expected"),
        ({"Size": 1}, "One value is expected"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_before_anything_is_made(
    value: object, said: str
) -> None:
    (sentence,) = problems(small(**topic(TopicName=value))).values()
    assert said in sentence


def deep(levels: int) -> dict[str, Any]:
    value: Any = "end"
    for _ in range(levels):
        value = {"inner": value}
    return {**small(), "Metadata": value}


def wide() -> dict[str, Any]:
    return small(**{f"Topic{number}": {"Type": "AWS::SNS::Topic"} for number in range(200)})


def long() -> dict[str, Any]:
    return {**small(), "Metadata": {"note": "x" * LONGEST}}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: "{", "It is not JSON"),
        (lambda: "[]", "one JSON object"),
        (lambda: "[" * 100_000, "levels deep"),
        (lambda: '{"a": NaN}', "not a number"),
        (lambda: '{"a": 1e999}', "too large"),
        (lambda: '{"a": ' + "9" * 5000 + "}", "digits"),
        (lambda: '{"Resources": {}, "Resources": {}}', "stands twice"),
        (lambda: {"Resources": {}}, "at least one resource"),
        (lambda: {**small(), "Metadata": {"a": None}}, "null is not a value"),
        (lambda: deep(19), "levels deep"),
        (wide, "203 resources"),
        (long, "bytes and CloudFormation takes"),
        (lambda: "x" * 300_000, "longer than"),
        (lambda: {**small(), "AWSTemplateFormatVersion": "2011"}, "2010-09-09"),
    ],
)
def test_limits_and_broken_texts_are_answered_with_a_sentence(
    make: Callable[[], object], said: str
) -> None:
    assert any(said in sentence for sentence in problems(make()).values())


def test_twenty_levels_are_taken() -> None:
    assert problems(deep(18)) == {}


@pytest.mark.parametrize(
    ("parameter", "path"),
    [
        ({"Type": "List<String>"}, "Parameters.One.Type"),
        ({"Type": "String", "NoEcho": True}, "Parameters.One.NoEcho"),
        ({"Type": "String"}, "Parameters.One"),
        (
            {"Type": "String", "Default": "a", "AllowedPattern": "["},
            "Parameters.One.AllowedPattern",
        ),
        ({"Type": "String", "Default": "a", "AllowedPattern": "b"}, "Parameters.One"),
        ({"Type": "String", "Default": "a", "AllowedValues": ["b"]}, "Parameters.One"),
        ({"Type": "Number", "Default": "a"}, "Parameters.One"),
        ({"Type": "Number", "Default": "3", "MaxValue": 2}, "Parameters.One"),
        ({"Type": "String", "Default": "{{resolve:secretsmanager:x}}"}, "Parameters.One"),
    ],
)
def test_a_parameter_that_is_wrong_is_refused(parameter: object, path: str) -> None:
    changed = small()
    changed["Parameters"]["One"] = parameter
    assert list(problems(changed)) == [path]


def test_a_value_for_a_parameter_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refused, match="no such parameter"):
        deployments.plan(small(), {"Colour": "red"})


@pytest.mark.parametrize("policy", ["Retain", "Snapshot"])
def test_a_sandbox_leaves_nothing_behind(policy: str) -> None:
    changed = small()
    changed["Resources"]["Topic"]["DeletionPolicy"] = policy
    assert list(problems(changed)) == ["Resources.Topic.DeletionPolicy"]


def test_every_type_that_a_kind_can_emit_has_a_handler() -> None:
    emitted = {
        resource["Type"]
        for name in deployments.names()
        for resource in deployments.body(name)["Resources"].values()
    }
    assert len(emitted) >= 50
    assert emitted <= set(HANDLERS)
