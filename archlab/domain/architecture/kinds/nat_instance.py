"""NAT on a small virtual machine: cheaper than the gateway, and yours to mend."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Json, Need, Resource, Resources, Site
from archlab.domain.architecture.failure import FailureMode, host_lost, zone_impaired
from archlab.domain.architecture.machines import image_of
from archlab.domain.pricing import Usage


class NatInstance(Component):
    title: ClassVar[str] = "NAT instance"
    category: ClassVar[Glyph] = "exit"
    unmodelled: ClassVar[str] = "failures of its process and of its patching"

    kind: Literal["nat_instance"] = "nat_instance"
    type: str = Field("t4g.nano", description="instance type")
    root_gib: int = Field(8, ge=1, le=16384, description="root disk in GiB, gp3")
    processed_gb: Decimal = Field(
        Decimal(0), ge=0, description="GB per month, for information: there is no fee per GB"
    )

    def usage(self, context: Context) -> list[Usage]:
        return [
            Usage(f"AmazonEC2:ondemand.linux.{self.type}", context.hours),
            Usage("AmazonEBS:gp3", Decimal(self.root_gib)),
            Usage("AmazonVPC:public-ipv4.in-use.hour", context.hours),
        ]

    def failure_modes(self) -> list[FailureMode]:
        hits = "outgoing calls"
        return [host_lost(hits=hits), zone_impaired(spread=False, hits=hits)]

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"network"})

    def resources(self, site: Site) -> Resources:
        return {
            **site.firewall(self),
            "": Resource(
                "AWS::EC2::Instance",
                {
                    "ImageId": site.parameter(image_of(self.type)),
                    "InstanceType": self.type,
                    "SubnetId": site.subnets(1, public=True)[0],
                    "SecurityGroupIds": [site.group(self)],
                    "SourceDestCheck": False,
                },
            ),
        }

    def exits(self, site: Site) -> tuple[Mapping[str, Json], ...]:
        return ({"InstanceId": site.ref(self)},)

    def detail(self) -> str:
        return self.type
