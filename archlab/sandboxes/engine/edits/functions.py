"""Repairs of functions and their API."""

from __future__ import annotations

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.edits.editing import Number, edits
from archlab.sandboxes.engine.faults.functions import WIDE, role_of
from archlab.sandboxes.engine.readers.serverless import API, FUNCTION
from archlab.sandboxes.engine.scene import Scene
from archlab.sandboxes.engine.values import refused


@edits("narrow_role", "Delete the policy that allows everything", FUNCTION, "lambda_role_scoped")
def narrow_role(scene: Scene, made: Made) -> None:
    scene.client("iam").delete_role_policy(RoleName=role_of(scene, made), PolicyName=WIDE)


@edits(
    "reserve_copies",
    "Reserve copies for the function",
    FUNCTION,
    "lambda_reserved_concurrency",
    parameters=[Number("copies", "Copies", 1, 900, 10)],
)
def reserve_copies(scene: Scene, made: Made, copies: int) -> None:
    scene.client("lambda").put_function_concurrency(
        FunctionName=made.physical_id, ReservedConcurrentExecutions=copies
    )


@edits("allow_api", "Let the API call the function", FUNCTION, "lambda_invoke_permission")
def allow_api(scene: Scene, made: Made) -> None:
    client = scene.client("lambda")
    account = made.attributes["Arn"].split(":")[4]
    api = scene.helper(API).physical_id
    source = f"arn:aws:execute-api:{client.meta.region_name}:{account}:{api}/*"
    client.add_permission(
        FunctionName=made.physical_id,
        StatementId="api-again",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=source,
    )


@edits("integrate_route", "Lead the lost route to the function", API, "api_route_integrated")
def integrate_route(scene: Scene, made: Made) -> None:
    client, api = scene.client("apigatewayv2"), made.physical_id
    there = {one["IntegrationId"] for one in client.get_integrations(ApiId=api)["Items"]}
    routes = client.get_routes(ApiId=api)["Items"]
    lost = [one for one in routes if one.get("Target", "").partition("/")[2] not in there]
    if not lost:
        raise refused(made.logical_id, "Every route leads to something.")
    new = client.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=scene.helper(FUNCTION).attributes["Arn"],
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    client.update_route(ApiId=api, RouteId=lost[0]["RouteId"], Target=f"integrations/{new}")
