"""HTTP interfaces in front of functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archlab.sandboxes.engine.contract import (
    Context,
    Created,
    Delete,
    Exists,
    Made,
    handler,
    once,
    present,
)
from archlab.sandboxes.engine.handlers.calls import deleted_by, seen_by
from archlab.sandboxes.engine.strict import Properties

_GONE = "NotFoundException"
_INTEGRATION = (
    "ConnectionId",
    "ConnectionType",
    "IntegrationMethod",
    "IntegrationType",
    "IntegrationUri",
    "PayloadFormatVersion",
    "TimeoutInMillis",
)
_ROUTE = ("AuthorizationType", "RouteKey", "Target")
_STAGE = ("AutoDeploy", "StageName")
_LIMITS = "DefaultRouteSettings{ThrottlingBurstLimit ThrottlingRateLimit}"


def _tags(properties: Properties) -> dict[str, Any]:
    return {"Tags": properties["Tags"]} if "Tags" in properties else {}


def _api(context: Context, properties: Properties) -> Created:
    made = context.client("apigatewayv2").create_api(
        Name=properties["Name"],
        ProtocolType=properties["ProtocolType"],
        **properties.pick("CorsConfiguration", "RouteSelectionExpression"),
        **_tags(properties),
    )
    return Created(made["ApiId"], {"ApiId": made["ApiId"], "ApiEndpoint": made["ApiEndpoint"]})


def _integration(context: Context, properties: Properties) -> Created:
    api = properties.text("ApiId")
    made = context.client("apigatewayv2").create_integration(
        ApiId=api, **properties.pick(*_INTEGRATION)
    )
    id_ = made["IntegrationId"]
    return Created(id_, {"IntegrationId": id_}, {"ApiId": api, "IntegrationId": id_})


def _route(context: Context, properties: Properties) -> Created:
    api = properties.text("ApiId")
    made = context.client("apigatewayv2").create_route(ApiId=api, **properties.pick(*_ROUTE))
    id_ = made["RouteId"]
    return Created(id_, {"RouteId": id_}, {"ApiId": api, "RouteId": id_})


def _stage(context: Context, properties: Properties) -> Created:
    api, name = properties.text("ApiId"), properties.text("StageName")
    more = properties.pick("DefaultRouteSettings", "Description", *_STAGE)
    context.client("apigatewayv2").create_stage(ApiId=api, **more, **_tags(properties))
    return Created(name, handle={"ApiId": api, "StageName": name})


def _delete(operation: str) -> Delete:
    def delete(context: Context, made: Made) -> None:
        call = getattr(context.client("apigatewayv2"), operation)
        once(lambda: call(**made.handle), _GONE)

    return delete


def _exists(operation: str) -> Exists:
    def exists(context: Context, made: Made) -> bool:
        call = getattr(context.client("apigatewayv2"), operation)

        def read() -> Mapping[str, Any]:
            found: Mapping[str, Any] = call(**made.handle)
            return found

        return present(read, _GONE)

    return exists


HANDLERS = (
    handler(
        "AWS::ApiGatewayV2::Api",
        "CorsConfiguration{AllowHeaders[] AllowMethods[] AllowOrigins[] MaxAge} Name ProtocolType"
        " RouteSelectionExpression Tags*",
        _api,
        deleted_by("apigatewayv2", "delete_api", "ApiId", _GONE),
        seen_by("apigatewayv2", "get_api", "ApiId", "ApiId", _GONE, one=True),
        "ApiId ApiEndpoint",
    ),
    handler(
        "AWS::ApiGatewayV2::Integration",
        "ApiId " + " ".join(_INTEGRATION),
        _integration,
        _delete("delete_integration"),
        _exists("get_integration"),
        "IntegrationId",
    ),
    handler(
        "AWS::ApiGatewayV2::Route",
        "ApiId " + " ".join(_ROUTE),
        _route,
        _delete("delete_route"),
        _exists("get_route"),
        "RouteId",
    ),
    handler(
        "AWS::ApiGatewayV2::Stage",
        f"ApiId Description {_LIMITS} Tags* " + " ".join(_STAGE),
        _stage,
        _delete("delete_stage"),
        _exists("get_stage"),
    ),
)
