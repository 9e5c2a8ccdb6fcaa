"""Virtual machines, billed by the hour with their root disks and public addresses."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.failure import FailureMode, host_lost, zone_impaired
from archlab.domain.pricing import Usage
from archlab.domain.units import Unit

RESERVED = {"reserved_1y": "std.1yr.noupfront", "reserved_3y": "std.3yr.noupfront"}


class Ec2Instance(Component):
    title: ClassVar[str] = "EC2 instance"
    category: ClassVar[Glyph] = "compute"
    unmodelled: ClassVar[str] = "failures of its process, spot interruptions"

    kind: Literal["ec2_instance"] = "ec2_instance"
    type: str = Field(description="instance type, such as t4g.small")
    count: int = Field(1, ge=1, le=1000, description="instances that run all month, in one zone")
    purchase: Literal["on_demand", "spot", "reserved_1y", "reserved_3y"] = Field(
        "on_demand", description="how the hours are bought"
    )
    spot_usd_hour: Decimal = Field(
        Decimal(0), ge=0, description="USD per spot hour as stated; 0: the row of the price book"
    )
    root_gib: int = Field(8, ge=1, le=16384, description="root disk in GiB")
    root_type: Literal["gp3", "gp2"] = Field("gp3", description="type of the root disk")
    public_ipv4: bool = Field(default=True, description="a public address on each instance")
    imdsv2: bool = Field(default=True, description="metadata only with a session token")

    def usage(self, context: Context) -> list[Usage]:
        hours = self.count * context.hours
        used = [
            self._compute(hours),
            Usage(f"AmazonEBS:{self.root_type}", Decimal(self.count * self.root_gib)),
        ]
        if self.public_ipv4:
            used.append(Usage("AmazonVPC:public-ipv4.in-use.hour", hours))
        return used

    def _compute(self, hours: Decimal) -> Usage:
        if self.purchase == "spot" and self.spot_usd_hour:
            return Usage(
                "stated:ec2_instance.spot_usd_hour",
                hours,
                stated_usd=self.spot_usd_hour,
                unit=Unit.HOUR,
                quantity_class="documented",
            )
        if self.purchase in RESERVED:
            return Usage(f"AmazonEC2:ri.linux.{self.type}.{RESERVED[self.purchase]}", hours)
        market = "spot" if self.purchase == "spot" else "ondemand"
        return Usage(f"AmazonEC2:{market}.linux.{self.type}", hours)

    def failure_modes(self) -> list[FailureMode]:
        """A single one is lost now and then; with several, the others go on."""
        zone = zone_impaired(spread=False, hits=self.label)
        return [zone] if self.count > 1 else [host_lost(hits=self.label), zone]

    def detail(self) -> str:
        return f"{self.count} x {self.type}" if self.count > 1 else self.type
