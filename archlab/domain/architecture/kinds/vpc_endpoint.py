"""Endpoints of a VPC: a gateway is free, an interface is billed per service and zone."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import HTTPS, Need, Resource, Resources, Site
from archlab.domain.architecture.kinds.dynamodb_table import DynamodbTable
from archlab.domain.pricing import Usage


class VpcEndpoint(Component):
    title: ClassVar[str] = "VPC endpoint"
    category: ClassVar[Glyph] = "network"

    kind: Literal["vpc_endpoint"] = "vpc_endpoint"
    type: Literal["gateway", "interface"] = Field(
        "gateway", description="gateway reaches S3 and DynamoDB alone"
    )
    zones: int = Field(1, ge=1, le=6, description="availability zones of an interface endpoint")
    processed_gb: Decimal = Field(Decimal(0), ge=0, description="GB per month through interfaces")
    services: int = Field(1, ge=1, le=100, description="services with an endpoint of their own")

    def usage(self, context: Context) -> list[Usage]:
        if self.type == "gateway":
            return []
        hours = self.services * self.zones * context.hours
        return [
            Usage("AmazonVPC:interface-endpoint.hour", hours),
            Usage("AmazonVPC:interface-endpoint.gb", self.processed_gb),
        ]

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"network"})

    def resources(self, site: Site) -> Resources:
        """A gateway endpoint reaches S3, and DynamoDB where there is a table."""
        if self.type == "gateway":
            return {"S3": self._gateway(site, "s3")} | (
                {"DynamoDb": self._gateway(site, "dynamodb")} if site.all(DynamodbTable) else {}
            )
        names = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")[: self.services]
        return {
            **site.firewall(self, ports=(HTTPS,)),
            **{name.title().replace(".", ""): self._interface(site, name) for name in names},
        }

    def _gateway(self, site: Site, service: str) -> Resource:
        return Resource(
            "AWS::EC2::VPCEndpoint",
            {
                "VpcId": site.vpc,
                "ServiceName": f"com.amazonaws.{site.region}.{service}",
                "VpcEndpointType": "Gateway",
                "RouteTableIds": site.private_tables(),
            },
        )

    def _interface(self, site: Site, service: str) -> Resource:
        return Resource(
            "AWS::EC2::VPCEndpoint",
            {
                "VpcId": site.vpc,
                "ServiceName": f"com.amazonaws.{site.region}.{service}",
                "VpcEndpointType": "Interface",
                "PrivateDnsEnabled": True,
                "SubnetIds": site.subnets(self.zones, public=False),
                "SecurityGroupIds": [site.group(self)],
            },
        )

    def detail(self) -> str:
        return self.type if self.services == 1 else f"{self.services} x {self.type}"
