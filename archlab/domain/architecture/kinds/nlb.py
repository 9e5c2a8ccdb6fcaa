"""Network load balancer: hours and capacity units, and addresses if it faces the internet."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import NotDeployable, Resources, Site
from archlab.domain.pricing import Usage


class Nlb(Component):
    title: ClassVar[str] = "Network balancer"
    category: ClassVar[Glyph] = "network"

    kind: Literal["nlb"] = "nlb"
    nlcu: Decimal = Field(Decimal(0), ge=0, description="capacity units in use, on average")
    zones: int = Field(2, ge=1, le=6, description="availability zones")
    public_ipv4: bool = Field(default=False, description="faces the internet: one address per zone")

    def usage(self, context: Context) -> list[Usage]:
        used = [
            Usage("AWSELB:nlb.hour", context.hours),
            Usage("AWSELB:nlb.nlcu", self.nlcu * context.hours),
        ]
        if self.public_ipv4:
            used.append(Usage("AmazonVPC:public-ipv4.in-use.hour", self.zones * context.hours))
        return used

    def resources(self, site: Site) -> Resources:
        raise NotDeployable(
            "The sandbox deploys application load balancers; network ones have a price alone."
        )

    def detail(self) -> str:
        return "1 zone" if self.zones == 1 else f"{self.zones} zones"
