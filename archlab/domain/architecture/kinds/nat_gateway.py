"""NAT gateway: outbound internet for private subnets, billed by the hour and by the GB."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import INTERNET, Json, Need, Resource, Resources, Site
from archlab.domain.architecture.failure import FailureMode, zone_impaired
from archlab.domain.pricing import Usage


class NatGateway(Component):
    title: ClassVar[str] = "NAT gateway"
    category: ClassVar[Glyph] = "exit"
    unmodelled: ClassVar[str] = "the gateway's own failure"

    kind: Literal["nat_gateway"] = "nat_gateway"
    zones: int = Field(1, ge=1, le=6, description="availability zones with a gateway of their own")
    processed_gb: Decimal = Field(Decimal(0), ge=0, description="GB per month, both directions")

    def usage(self, context: Context) -> list[Usage]:
        hours = self.zones * context.hours
        return [
            Usage("AmazonVPC:nat-gateway.hour", hours),
            Usage("AmazonVPC:nat-gateway.gb", self.processed_gb),
            Usage("AmazonVPC:public-ipv4.in-use.hour", hours),
        ]

    def failure_modes(self) -> list[FailureMode]:
        return [zone_impaired(spread=self.zones > 1, hits="outgoing calls")]

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"network"})

    def resources(self, site: Site) -> Resources:
        found: dict[str, Resource] = {}
        for zone, subnet in enumerate(site.subnets(self.zones, public=True), 1):
            found[f"Address{zone}"] = Resource(
                "AWS::EC2::EIP", {"Domain": "vpc"}, after=(INTERNET,)
            )
            found[f"Gateway{zone}"] = Resource(
                "AWS::EC2::NatGateway",
                {
                    "AllocationId": site.att(self, f"Address{zone}", "AllocationId"),
                    "SubnetId": subnet,
                    "ConnectivityType": "public",
                },
                after=(INTERNET,),
            )
        return found

    def exits(self, site: Site) -> tuple[Mapping[str, Json], ...]:
        zones = range(1, len(site.subnets(self.zones, public=True)) + 1)
        return tuple({"NatGatewayId": site.ref(self, f"Gateway{zone}")} for zone in zones)

    def detail(self) -> str:
        return "1 zone" if self.zones == 1 else f"{self.zones} zones"
