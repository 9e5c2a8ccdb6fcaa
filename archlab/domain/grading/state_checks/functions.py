"""Checks of functions and of the API before them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archlab.domain.grading.state_checks.check import (
    Check,
    Declared,
    Finding,
    Setting,
    Subject,
    equals,
    said,
)

KINDS = ("lambda_function",)
FUNCTION = "AWS::Lambda::Function"


def _arm(subject: Subject) -> Finding:
    processors = subject["processors"]
    return Finding("" if processors == ["arm64"] else "not_arm", said("processors", processors))


def _wide(policies: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What is allowed by a star: every action, every action of a service, every resource."""
    for policy in policies:
        for statement in policy["statements"]:
            if statement["effect"] == "Allow":
                yield from (one for one in statement["actions"] if "*" in one)
                yield from ("every resource" for one in statement["resources"] if one == "*")


def _scoped(subject: Subject) -> Finding:
    policies = subject["policies"]
    wide = sorted(set(_wide(policies)))
    if wide:
        return Finding("wide", f"allowed: {', '.join(wide)}")
    return Finding("" if policies else "no_policy", f"{len(policies)} policies without a star")


def _reserved(subject: Subject) -> Finding:
    reserved = subject["reserved"]
    return Finding("" if reserved else "not_reserved", said("reserved", reserved))


def _invocable(subject: Subject) -> Finding:
    principals = subject["principals"]
    right = "apigateway.amazonaws.com" in principals
    return Finding("" if right else "not_allowed", said("principals", principals))


def _routes(subject: Subject) -> Finding:
    routes, integrations = subject["routes"], subject["integrations"]
    lost = [key for key, target in routes.items() if target not in integrations]
    if not routes:
        return Finding("no_route", "no route")
    if lost:
        return Finding("lost", f"lead nowhere: {', '.join(lost)}")
    return Finding("", said("routes", list(routes)))


CHECKS = (
    Check(
        id="lambda_arm64",
        title="The function runs on Graviton",
        expected="the only architecture is arm64",
        lesson="A function in a scripting language runs there unchanged, for a fifth less.",
        origin="seed",
        seeds=("002",),
        kinds=KINDS,
        reader="functions",
        reads=("lambda:ListFunctions",),
        look=_arm,
        reasons={"not_arm": "The function runs on another processor."},
        declared=Declared(FUNCTION, ("Architectures",), "processors"),
        compiled=Setting("lambda_function", "arch", "x86_64"),
    ),
    Check(
        id="lambda_tracing",
        title="The function records traces",
        expected="tracing is Active",
        lesson="A trace shows which of many small parts a slow request waited for.",
        origin="seed",
        seeds=("002",),
        kinds=("lambda_function", "xray"),
        reader="function_settings",
        reads=("lambda:GetFunctionConfiguration",),
        look=equals("tracing", "Active", reason="not_traced"),
        reasons={"not_traced": "The function records no traces of its own."},
        declared=Declared(FUNCTION, ("TracingConfig", "Mode"), "tracing"),
        compiled=Setting("lambda_function", "traced", value=False),
    ),
    Check(
        id="lambda_role_scoped",
        title="The function may do what it needs and nothing else",
        expected="no action and no resource with a star alone",
        lesson="The day a dependency turns bad, the role is all that stands in its way.",
        origin="seed",
        seeds=("002",),
        kinds=KINDS,
        reader="function_roles",
        reads=(
            "lambda:GetFunctionConfiguration",
            "iam:ListRolePolicies",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
        ),
        look=_scoped,
        reasons={
            "wide": "The role allows something by a star.",
            "no_policy": "The role allows nothing of its own.",
        },
    ),
    Check(
        id="lambda_reserved_concurrency",
        title="The function cannot take all copies of the account",
        expected="reserved concurrency is set",
        lesson="One function in a loop starves all others and fills the bill; a reserve ends both.",
        origin="adapted",
        seeds=("002",),
        kinds=KINDS,
        reader="function_reserves",
        reads=("lambda:GetFunctionConcurrency",),
        look=_reserved,
        reasons={"not_reserved": "The function may use every copy that the account has."},
        declared=Declared(FUNCTION, ("ReservedConcurrentExecutions",), "reserved"),
    ),
    Check(
        id="lambda_invoke_permission",
        title="The API may call the function",
        expected="a statement that lets API Gateway in",
        lesson="A route without the permission answers 500, and the function has no log of it.",
        origin="added",
        seeds=(),
        kinds=("http_api", "lambda_function"),
        reader="function_policies",
        reads=("lambda:GetPolicy",),
        absent=("ResourceNotFoundException",),
        look=_invocable,
        reasons={"not_allowed": "API Gateway may not call the function."},
    ),
    Check(
        id="http_api_not_rest",
        title="The API is an HTTP API",
        expected="the protocol is HTTP",
        lesson="The simple kind of API does what this system needs for a third of the price.",
        origin="seed",
        seeds=("002",),
        kinds=("http_api",),
        reader="apis",
        reads=("apigateway:GetApis",),
        look=equals("protocol", "HTTP", reason="other_protocol"),
        reasons={"other_protocol": "The API has another protocol."},
        declared=Declared("AWS::ApiGatewayV2::Api", ("ProtocolType",), "protocol"),
        compiled=Setting("http_api", "protocol", "WEBSOCKET"),
    ),
    Check(
        id="api_route_integrated",
        title="Every route leads to something",
        expected="the target of every route exists",
        lesson="Route, integration and permission are three things; an API needs all of them.",
        origin="seed",
        seeds=("002",),
        kinds=("http_api",),
        reader="api_routes",
        reads=("apigateway:GetRoutes", "apigateway:GetIntegrations"),
        look=_routes,
        reasons={
            "no_route": "The API has no route.",
            "lost": "A route leads to an integration that does not exist.",
        },
    ),
)
