"""A rented server at a monthly price, bundle included."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, delay, short
from archlab.domain.architecture.deployable import NotDeployable, Resources, Site
from archlab.domain.architecture.failure import FailureMode, host_lost
from archlab.domain.architecture.flow import FlowHop
from archlab.domain.latency import Hop
from archlab.domain.pricing import Usage
from archlab.domain.units import Unit


class Vps(Component):
    title: ClassVar[str] = "Rented server"
    category: ClassVar[Glyph] = "compute"
    unmodelled: ClassVar[str] = "failures of its process and of its data centre"

    kind: Literal["vps"] = "vps"
    monthly_usd: Decimal = Field(ge=0, description="USD per month as stated")
    vcpu: int = Field(1, ge=1, le=128, description="virtual CPUs")
    memory_gib: Decimal = Field(Decimal(1), ge=0, description="memory in GiB")
    disk_gib: Decimal = Field(Decimal(20), ge=0, description="disk in GiB")

    def usage(self, context: Context) -> list[Usage]:
        return [
            Usage(
                "stated:vps.monthly_usd",
                Decimal(1),
                stated_usd=self.monthly_usd,
                unit=Unit.MONTH,
                quantity_class="documented",
            )
        ]

    def hop(self, context: Context, spec: FlowHop) -> Hop:
        """One worker per virtual CPU."""
        return delay(self, spec, servers=self.vcpu)

    def failure_modes(self) -> list[FailureMode]:
        return [host_lost(hits=self.label)]

    def resources(self, site: Site) -> Resources:
        raise NotDeployable(
            "A rented server of another provider has no place in a template of AWS."
        )

    def detail(self) -> str:
        return f"{self.vcpu} vCPU, {short(self.memory_gib)} GiB"
