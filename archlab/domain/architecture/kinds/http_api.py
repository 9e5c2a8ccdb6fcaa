"""HTTP API of API Gateway, billed per request in blocks of 512 KB."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Json, NotDeployable, Resource, Resources, Site
from archlab.domain.architecture.kinds.lambda_function import LambdaFunction
from archlab.domain.pricing import Usage
from archlab.domain.units import blocks

BLOCK_KIB = Decimal(512)


class HttpApi(Component):
    title: ClassVar[str] = "HTTP API"
    category: ClassVar[Glyph] = "edge"

    kind: Literal["http_api"] = "http_api"
    extra_requests: Decimal = Field(
        Decimal(0), ge=0, description="requests per month beyond those of the demand"
    )

    protocol: Literal["HTTP", "WEBSOCKET"] = Field(
        "HTTP", description="WEBSOCKET is a mistake that a lab may plant; it is billed elsewhere"
    )

    def usage(self, context: Context) -> list[Usage]:
        """The larger of request and response decides how many blocks a request fills."""
        size = max(context.demand.request_kib, context.demand.response_kib)
        requests = context.requests * blocks(size, BLOCK_KIB) + self.extra_requests
        return [Usage("AmazonApiGateway:http-api", requests)]

    def host(self, site: Site) -> Json:
        """The name under which it answers."""
        name = f"${{{site.id(self)}}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}"
        return {"Fn::Sub": name}

    def resources(self, site: Site) -> Resources:
        functions = site.called(self, LambdaFunction)
        if not functions:
            raise NotDeployable("The API needs something behind it: link it to a function.")
        found: dict[str, Resource] = {
            "": Resource(
                "AWS::ApiGatewayV2::Api",
                {
                    "Name": {"Fn::Sub": f"${{AWS::StackName}}-{self.id}"},
                    "ProtocolType": self.protocol,
                    "RouteSelectionExpression": "$request.body.action"
                    if self.protocol == "WEBSOCKET"
                    else None,
                },
            ),
            "Stage": Resource(
                "AWS::ApiGatewayV2::Stage",
                {"ApiId": site.ref(self), "StageName": "$default", "AutoDeploy": True},
            ),
        }
        for number, function in enumerate(functions):
            found |= self._route(
                site, function, "$default" if not number else f"ANY /{function.id}"
            )
        return found

    def _route(self, site: Site, function: LambdaFunction, key: str) -> Resources:
        name, api = site.id(function), site.ref(self)
        arn = f"${{AWS::Region}}:${{AWS::AccountId}}:${{{site.id(self)}}}/*"
        return {
            f"To{name}": Resource(
                "AWS::ApiGatewayV2::Integration",
                {
                    "ApiId": api,
                    "IntegrationType": "AWS_PROXY",
                    "IntegrationUri": site.att(function, "", "Arn"),
                    "PayloadFormatVersion": "2.0",
                },
            ),
            f"Route{name}": Resource(
                "AWS::ApiGatewayV2::Route",
                {
                    "ApiId": api,
                    "RouteKey": key,
                    "Target": {"Fn::Sub": f"integrations/${{{site.id(self, f'To{name}')}}}"},
                },
            ),
            f"May{name}": Resource(
                "AWS::Lambda::Permission",
                {
                    "Action": "lambda:InvokeFunction",
                    "FunctionName": site.ref(function),
                    "Principal": "apigateway.amazonaws.com",
                    "SourceArn": {"Fn::Sub": f"arn:${{AWS::Partition}}:execute-api:{arn}"},
                },
            ),
        }
