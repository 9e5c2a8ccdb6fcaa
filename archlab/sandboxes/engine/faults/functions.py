"""Mistakes at functions and their API."""

from __future__ import annotations

import json

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.faults.planting import plants
from archlab.sandboxes.engine.readers.serverless import API, FUNCTION
from archlab.sandboxes.engine.scene import Scene

WIDE = "archlab-wide"
"""The name of the policy that the fault writes."""


def role_of(scene: Scene, made: Made) -> str:
    found = scene.client("lambda").get_function_configuration(FunctionName=made.physical_id)
    return str(found["Role"]).rsplit("/", 1)[-1]


@plants("lambda_role_scoped", FUNCTION, "The function may do everything with every table.")
def widen_role(scene: Scene, made: Made) -> None:
    everything = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [everything]}
    scene.client("iam").put_role_policy(
        RoleName=role_of(scene, made), PolicyName=WIDE, PolicyDocument=json.dumps(document)
    )


@plants("lambda_reserved_concurrency", FUNCTION, "The function may take every copy.")
def drop_reserve(scene: Scene, made: Made) -> None:
    scene.client("lambda").delete_function_concurrency(FunctionName=made.physical_id)


@plants("lambda_invoke_permission", FUNCTION, "The API may not call the function any more.")
def forbid_api(scene: Scene, made: Made) -> None:
    client, name = scene.client("lambda"), made.physical_id
    statements = json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"]
    for statement in statements:
        client.remove_permission(FunctionName=name, StatementId=statement["Sid"])


@plants("api_route_integrated", API, "A route leads to nothing.")
def delete_integration(scene: Scene, made: Made) -> None:
    client, api = scene.client("apigatewayv2"), made.physical_id
    first = client.get_integrations(ApiId=api)["Items"][0]["IntegrationId"]
    client.delete_integration(ApiId=api, IntegrationId=first)
