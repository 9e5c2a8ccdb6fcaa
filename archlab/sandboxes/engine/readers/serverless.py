"""Facts of functions, of the API before them, and of the edge."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.readers.registering import Subjects, reads
from archlab.sandboxes.engine.scene import Scene, pages, subject, taken, unless_absent

FUNCTION = "AWS::Lambda::Function"
API = "AWS::ApiGatewayV2::Api"


def _settings(scene: Scene, made: Made) -> Mapping[str, Any]:
    client = scene.client("lambda")
    return dict(client.get_function_configuration(FunctionName=made.physical_id))


@reads("functions")
def functions(scene: Scene) -> Subjects:
    all_ = {
        one["FunctionName"]: one
        for one in pages(scene.client("lambda"), "list_functions", "Functions")
    }
    for made in scene.of(FUNCTION):
        yield subject(made, **taken(all_[made.physical_id], processors="Architectures"))


@reads("function_settings")
def function_settings(scene: Scene) -> Subjects:
    for made in scene.of(FUNCTION):
        yield subject(
            made, **taken(_settings(scene, made).get("TracingConfig", {}), tracing="Mode")
        )


@reads("function_reserves")
def function_reserves(scene: Scene) -> Subjects:
    client = scene.client("lambda")
    for made in scene.of(FUNCTION):
        found = client.get_function_concurrency(FunctionName=made.physical_id)
        # a function without a reserve answers without the field
        yield subject(made, reserved=found.get("ReservedConcurrentExecutions"))


@reads("function_policies")
def function_policies(scene: Scene) -> Subjects:
    client = scene.client("lambda")
    for made in scene.of(FUNCTION):
        found = unless_absent(
            ("ResourceNotFoundException",), client.get_policy, FunctionName=made.physical_id
        )
        statements = json.loads(found["Policy"])["Statement"] if found else []
        allowed = [one["Principal"] for one in statements if one["Effect"] == "Allow"]
        yield subject(
            made,
            principals=[
                one.get("Service", "") if isinstance(one, dict) else one for one in allowed
            ],
        )


@reads("function_roles")
def function_roles(scene: Scene) -> Subjects:
    """The policies of the role that are not AWS's own: those nobody here can write."""
    iam = scene.client("iam")
    for made in scene.of(FUNCTION):
        role = _settings(scene, made)["Role"].rsplit("/", 1)[-1]
        own = pages(iam, "list_role_policies", "PolicyNames", RoleName=role)
        policies = [_policy(name, _own(iam, role, name)) for name in own]
        attached = pages(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=role)
        policies += [
            _policy(one["PolicyName"], _attached(iam, one["PolicyArn"]))
            for one in attached
            if ":aws:policy/" not in one["PolicyArn"]
        ]
        yield subject(made, policies=policies)


def _own(iam: Any, role: str, name: str) -> Any:
    return iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]


def _attached(iam: Any, arn: str) -> Any:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = iam.get_policy_version(PolicyArn=arn, VersionId=version)
    return found["PolicyVersion"]["Document"]


def _policy(name: str, document: Any) -> dict[str, Any]:
    if isinstance(document, str):
        document = json.loads(unquote(document))
    return {"name": name, "statements": [*_statements(document["Statement"])]}


def _statements(statements: Any) -> Iterator[dict[str, Any]]:
    for one in statements if isinstance(statements, list) else [statements]:
        yield {
            "effect": one["Effect"],
            "actions": _listed(one.get("Action", ["*"] if "NotAction" in one else [])),
            "resources": _listed(one.get("Resource", ["*"] if "NotResource" in one else [])),
        }


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@reads("apis")
def apis(scene: Scene) -> Subjects:
    all_ = {one["ApiId"]: one for one in pages(scene.client("apigatewayv2"), "get_apis", "Items")}
    for made in scene.of(API):
        yield subject(made, **taken(all_[made.physical_id], protocol="ProtocolType"))


@reads("api_routes")
def api_routes(scene: Scene) -> Subjects:
    client = scene.client("apigatewayv2")
    for made in scene.of(API):
        api = made.physical_id
        routes = pages(client, "get_routes", "Items", ApiId=api)
        found = pages(client, "get_integrations", "Items", ApiId=api)
        yield subject(
            made,
            routes={one["RouteKey"]: one.get("Target", "") for one in routes},
            integrations=[f"integrations/{one['IntegrationId']}" for one in found],
        )


@reads("distributions")
def distributions(scene: Scene) -> Subjects:
    client = scene.client("cloudfront")
    for made in scene.of("AWS::CloudFront::Distribution"):
        config = client.get_distribution_config(Id=made.physical_id)["DistributionConfig"]
        default = config["DefaultCacheBehavior"]
        yield subject(
            made,
            **taken(config, acl="WebACLId"),
            **taken(default, default_protocol="ViewerProtocolPolicy"),
            behaviours=[_behaviour(one) for one in config["CacheBehaviors"].get("Items", [])],
        )


def _behaviour(answer: Mapping[str, Any]) -> dict[str, Any]:
    return taken(
        answer,
        path="PathPattern",
        protocol="ViewerProtocolPolicy",
        cache_policy="CachePolicyId",
    )
