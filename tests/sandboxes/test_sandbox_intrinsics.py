"""The functions of a template: each one's result, its errors, and nothing else than those."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import deployments
import pytest
from deployments import small
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import FULL

from archlab.sandboxes.engine.conditions import choose, conditions_of
from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.document import load
from archlab.sandboxes.engine.intrinsics import Scope, evaluate
from archlab.sandboxes.engine.values import Refused, Value

MADE = {"Db": Made("Db", "AWS::RDS::DBInstance", "db", "db-1", {"Endpoint.Address": "db.example"})}
SCOPE = Scope(deployments.stack(), {"Size": "3", "Zones": ["a", "b"]}, MADE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Size"}, "3"),
        ({"Ref": "Zones"}, ["a", "b"]),
        ({"Ref": "Db"}, "db-1"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "AWS::AccountId"}, deployments.ACCOUNT),
        ({"Ref": "AWS::StackName"}, "archlab-1"),
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
        ({"Fn::GetAtt": ["Db", "Endpoint.Address"]}, "db.example"),
        ({"Fn::GetAtt": "Db.Endpoint.Address"}, "db.example"),
        ({"Fn::Sub": "${Db}/${Db.Endpoint.Address}/${Size}"}, "db-1/db.example/3"),
        ({"Fn::Sub": "${!Db} ${AWS::Region}"}, "${Db} us-east-1"),
        ({"Fn::Sub": ["${a}-${Size}", {"a": {"Ref": "Db"}}]}, "db-1-3"),
        ({"Fn::Sub": ["${Size}", {"Size": "own"}]}, "own"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Size"}, True, 4]]}, "a-3-true-4"),
        ({"Fn::Join": [",", {"Ref": "Zones"}]}, "a,b"),
        ({"Fn::Select": [1, ["a", "b"]]}, "b"),
        ({"Fn::Select": ["0", {"Fn::Split": [",", "x,y"]}]}, "x"),
        ({"Fn::Select": [1, {"Fn::GetAZs": ""}]}, "us-east-1b"),
        ({"Fn::Split": ["/", "a/b"]}, ["a", "b"]),
        ({"Fn::Base64": "hello"}, "aGVsbG8="),
        ({"a": [{"Ref": "Size"}], "b": {"c": 1}}, {"a": ["3"], "b": {"c": 1}}),
    ],
)
def test_a_function_makes(value: Value, expected: Value) -> None:
    assert evaluate(value, SCOPE, "here") == expected


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"Fn::Select": [2, ["a", "b"]]}, "no item 2 in a list of 2"),
        ({"Fn::Select": [-1, ["a"]]}, "whole number from 0"),
        ({"Fn::Select": ["x", ["a"]]}, "whole number from 0"),
        ({"Fn::Join": [",", "text"]}, "A list is expected"),
        ({"Fn::Join": [",", [["a"]]]}, "One value is expected"),
        ({"Fn::Split": ["", "a"]}, "delimiter is empty"),
        ({"Fn::Sub": "${Zones}"}, "One value is expected"),
        ({"Fn::GetAZs": "eu-west-1"}, "Zones of eu-west-1"),
        ({"Fn::GetAtt": ["Db", "Colour"]}, "Db.Colour is not known"),
        ({"Ref": "Cache"}, "Cache is not known"),
        ({"Ref": ["Size"]}, "One value is expected"),
        ({"Fn::If": ["a", 1, 2]}, "is refused here"),
        ({"Fn::Base64": "\ud800"}, "half of a character"),
    ],
)
def test_a_function_that_cannot_be_done_is_refused_with_its_path(value: Value, said: str) -> None:
    with pytest.raises(Refused, match=said) as raised:
        evaluate(value, SCOPE, "here")
    assert raised.value.problems[0].path.startswith("here")


def test_no_value_takes_the_property_and_the_item_away() -> None:
    gone: Value = {"Ref": "AWS::NoValue"}
    value: Value = {
        "kept": "a",
        "gone": gone,
        "by condition": {"Fn::If": ["no", "x", gone]},
        "list": ["a", gone, {"Fn::If": ["yes", "b", gone]}],
    }
    chosen = choose(value, {"yes": True, "no": False}, "here")
    assert chosen == {"kept": "a", "list": ["a", "b"]}


def test_a_branch_is_chosen_inside_of_a_branch() -> None:
    value: Value = {"Fn::If": ["yes", {"Fn::If": ["no", "a", {"b": ["c"]}]}, "d"]}
    assert choose(value, {"yes": True, "no": False}, "here") == {"b": ["c"]}


def test_conditions_hold_as_they_say() -> None:
    raw: dict[str, Value] = {
        "three": {"Fn::Equals": [{"Ref": "Size"}, 3]},
        "not": {"Fn::Not": [{"Condition": "three"}]},
        "and": {"Fn::And": [{"Condition": "three"}, {"Condition": "not"}]},
        "or": {"Fn::Or": [{"Condition": "three"}, {"Condition": "not"}]},
    }
    assert conditions_of(raw, SCOPE) == {"three": True, "not": False, "and": False, "or": True}


@pytest.mark.parametrize(
    "raw",
    [
        {"a": {"Condition": "b"}, "b": {"Condition": "a"}},
        {"a": {"Condition": "nobody"}},
        {"a": {"Fn::And": [{"Fn::Equals": ["a", "a"]}]}},
        {"a": {"Fn::Not": []}},
        {"a": {"Fn::Equals": ["a"]}},
        {"a": True},
        {"a": {"Fn::Equals": ["a", ["b"]]}},
        {"a": {"Fn::Xor": ["a", "b"]}},
    ],
)
def test_a_condition_that_is_none_is_refused(raw: dict[str, Value]) -> None:
    with pytest.raises(Refused):
        conditions_of(raw, SCOPE)


def test_a_circle_of_conditions_is_named_whole() -> None:
    with pytest.raises(Refused, match="a → b → a"):
        conditions_of({"a": {"Condition": "b"}, "b": {"Condition": "a"}}, SCOPE)


def test_what_is_not_made_may_not_be_referred_to() -> None:
    changed = small()
    changed["Conditions"] = {"Never": {"Fn::Equals": ["a", "b"]}}
    changed["Resources"]["Topic"]["Condition"] = "Never"
    with pytest.raises(Refused, match="its condition is false"):
        deployments.plan(changed)
    del changed["Resources"]["Alarm"]
    assert deployments.plan(changed).order == ("Logs",)


TEXTS = st.sampled_from(
    [
        "",
        "a",
        "Size",
        "Zones",
        "Db",
        "Db.Endpoint.Address",
        "${Size}",
        "${a",
        "${!x}",
        "0",
        "1",
        "é",
    ]
) | st.text(max_size=6)
SCALARS = TEXTS | st.integers(-3, 3) | st.booleans() | st.floats(allow_nan=False)
FUNCTIONS = (
    *("Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Base64"),
    *("Fn::GetAZs", "Fn::If", "Fn::ImportValue", "Condition"),
)


def bigger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    function = st.sampled_from(FUNCTIONS)
    return (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXTS, inner, max_size=2)
        | st.dictionaries(function, inner, min_size=1, max_size=2)
        | st.tuples(function, st.lists(inner, min_size=2, max_size=3)).map(lambda p: {p[0]: p[1]})
    )


EXPRESSIONS = st.recursive(SCALARS, bigger, max_leaves=12)
MANY = settings(max_examples=10_000 if FULL else 400, deadline=None, derandomize=False)


@MANY
@given(EXPRESSIONS)
def test_an_expression_has_a_value_or_is_refused(value: Any) -> None:
    with suppress(Refused):
        evaluate(choose(value, {"a": True, "Size": False}, "here"), SCOPE, "here")


@MANY
@given(EXPRESSIONS)
def test_a_template_is_taken_or_refused_and_nothing_else(value: Any) -> None:
    what = small(Topic={"Type": "AWS::SNS::Topic", "Properties": {"TopicName": value}})
    what["Conditions"] = {"a": value}
    with suppress(Refused):
        deployments.plan(what)


@MANY
@given(st.recursive(SCALARS | st.none(), bigger, max_leaves=8))
def test_any_json_is_taken_or_refused(value: Any) -> None:
    with suppress(Refused):
        load(json.dumps({"Resources": {"A": value}, "Parameters": value, "Outputs": {"B": value}}))
