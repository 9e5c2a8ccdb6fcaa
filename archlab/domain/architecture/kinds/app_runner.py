"""App Runner: memory for every hour of an instance, vCPUs for the time in which it works."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from archlab.domain.architecture.component import Component, Context, Glyph, delay, short
from archlab.domain.architecture.deployable import NotDeployable, Resources, Site
from archlab.domain.architecture.flow import FlowHop
from archlab.domain.latency import Hop
from archlab.domain.pricing import Usage

SIZES: dict[str, tuple[str, ...]] = {
    "0.25": ("0.5", "1"),
    "0.5": ("1",),
    "1": ("2", "3", "4"),
    "2": ("4", "6"),
    "4": ("8", "10", "12"),
}
"""vCPUs -> memory in GB that may go with them (instance configurations of App Runner)."""


class AppRunner(Component):
    title: ClassVar[str] = "App Runner"
    category: ClassVar[Glyph] = "container"

    kind: Literal["app_runner"] = "app_runner"
    vcpu: Decimal = Field(
        Decimal(1), ge=0, le=4, description="vCPUs per instance: 0.25, 0.5, 1, 2 or 4"
    )
    memory_gb: Decimal = Field(
        Decimal(2),
        ge=0,
        le=12,
        validate_default=True,
        description="memory per instance in GB; the sizes depend on vcpu",
    )
    instances: int = Field(1, ge=1, le=1000, description="instances, on average")
    active_share: Decimal = Field(
        Decimal(1), ge=0, le=1, description="share of the time in which an instance works"
    )
    workers: int = Field(100, ge=1, le=200, description="requests that one instance serves at once")

    @field_validator("vcpu")
    @classmethod
    def _is_offered(cls, vcpu: Decimal) -> Decimal:
        if short(vcpu) not in SIZES:
            raise ValueError(f"write {_either(*SIZES)}, not {short(vcpu)}")
        return vcpu

    @field_validator("memory_gb")
    @classmethod
    def _fits_vcpu(cls, memory_gb: Decimal, info: ValidationInfo) -> Decimal:
        vcpu = info.data.get("vcpu")
        if vcpu is not None and short(memory_gb) not in SIZES[short(vcpu)]:
            sizes = _either(*SIZES[short(vcpu)])
            raise ValueError(f"{short(vcpu)} vCPU go with {sizes} GB, not {short(memory_gb)}")
        return memory_gb

    def usage(self, context: Context) -> list[Usage]:
        hours = self.instances * context.hours
        return [
            Usage("AWSAppRunner:vcpu", hours * self.active_share * self.vcpu),
            Usage("AWSAppRunner:gb", hours * self.memory_gb),
        ]

    def hop(self, context: Context, spec: FlowHop) -> Hop:
        """All workers of all instances behind one queue: ideal balancing."""
        return delay(self, spec, servers=self.instances * self.workers)

    def resources(self, site: Site) -> Resources:
        raise NotDeployable("App Runner takes no new accounts since April 2026.")

    def detail(self) -> str:
        return f"{short(self.vcpu)} vCPU, {short(self.memory_gb)} GB"


def _either(*sizes: str) -> str:
    *others, last = sizes
    return f"{', '.join(others)} or {last}" if others else last
