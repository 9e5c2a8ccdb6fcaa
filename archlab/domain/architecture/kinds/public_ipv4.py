"""Public IPv4 addresses that belong to no other component of the system."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Resource, Resources, Site
from archlab.domain.pricing import Usage


class PublicIpv4(Component):
    title: ClassVar[str] = "Public address"
    category: ClassVar[Glyph] = "network"

    kind: Literal["public_ipv4"] = "public_ipv4"
    count: int = Field(1, ge=0, le=1000, description="addresses in use all month")

    def usage(self, context: Context) -> list[Usage]:
        return [Usage("AmazonVPC:public-ipv4.in-use.hour", self.count * context.hours)]

    def resources(self, site: Site) -> Resources:
        address = Resource("AWS::EC2::EIP", {"Domain": "vpc"})
        return {f"Address{number}": address for number in range(1, self.count + 1)}

    def detail(self) -> str:
        return "1 address" if self.count == 1 else f"{self.count} addresses"
