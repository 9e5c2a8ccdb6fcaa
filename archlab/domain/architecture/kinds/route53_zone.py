"""Hosted zones of Route 53 and the queries to them."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Resource, Resources, Site
from archlab.domain.pricing import Usage


class Route53Zone(Component):
    title: ClassVar[str] = "Route 53"
    category: ClassVar[Glyph] = "edge"

    kind: Literal["route53_zone"] = "route53_zone"
    zones: int = Field(1, ge=1, le=500, description="hosted zones")
    queries: Decimal = Field(Decimal(0), ge=0, description="queries per month that are billed")

    def usage(self, context: Context) -> list[Usage]:
        return [
            Usage("AmazonRoute53:hosted-zone", Decimal(self.zones)),
            Usage("AmazonRoute53:query.standard", self.queries),
        ]

    def resources(self, site: Site) -> Resources:
        name = {"Fn::Sub": "${ZoneName}."}
        return {
            f"Zone{number}": Resource(
                "AWS::Route53::HostedZone",
                {"Name": name if number == 1 else {"Fn::Sub": f"zone{number}.${{ZoneName}}."}},
            )
            for number in range(1, self.zones + 1)
        }

    def detail(self) -> str:
        return "1 zone" if self.zones == 1 else f"{self.zones} zones"
