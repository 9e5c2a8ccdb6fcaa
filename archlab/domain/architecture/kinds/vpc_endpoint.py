"""Endpoints of a VPC: a gateway is free, an interface is billed per service and zone."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
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

    def detail(self) -> str:
        return self.type if self.services == 1 else f"{self.services} x {self.type}"
