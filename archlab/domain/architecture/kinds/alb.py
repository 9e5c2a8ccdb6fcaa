"""Application load balancer: hours, capacity units and one public address per zone."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.pricing import Usage


class Alb(Component):
    title: ClassVar[str] = "Load balancer"
    category: ClassVar[Glyph] = "network"

    kind: Literal["alb"] = "alb"
    lcu: Decimal = Field(Decimal(0), ge=0, description="capacity units in use, on average")
    zones: int = Field(2, ge=2, le=6, description="availability zones; at least two")
    public_ipv4: bool = Field(default=True, description="faces the internet: one address per zone")
    idle_s: int = Field(60, ge=1, le=4000, description="seconds until an idle connection is cut")
    https: bool = Field(default=True, description="listens with a certificate")
    sticky: bool = Field(default=False, description="a visitor stays with one target")

    def usage(self, context: Context) -> list[Usage]:
        used = [
            Usage("AWSELB:alb.hour", context.hours),
            Usage("AWSELB:alb.lcu", self.lcu * context.hours),
        ]
        if self.public_ipv4:
            used.append(Usage("AmazonVPC:public-ipv4.in-use.hour", self.zones * context.hours))
        return used

    def detail(self) -> str:
        return f"{self.zones} zones"
