"""Aurora Serverless v2: capacity units by the hour, storage and requests to it."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from archlab.domain.architecture.component import Component, Context, Glyph, short
from archlab.domain.architecture.deployable import NotDeployable, Resources, Site
from archlab.domain.architecture.failure import FailureMode, database_lost, zone_impaired
from archlab.domain.pricing import Usage

STEP = Decimal("0.5")
"""Capacity is set in steps of half a unit."""


class AuroraServerless(Component):
    title: ClassVar[str] = "Aurora Serverless"
    category: ClassVar[Glyph] = "data"
    unmodelled: ClassVar[str] = "time to scale up or to resume from a pause"

    kind: Literal["aurora_serverless"] = "aurora_serverless"
    min_acu: Decimal = Field(
        ge=0, le=256, description="fewest capacity units, by halves; 0: it may pause"
    )
    max_acu: Decimal = Field(ge=STEP, le=256, description="most capacity units, by halves")
    avg_acu: Decimal = Field(
        ge=0, le=256, description="capacity units of an instance in use, on average"
    )
    instances: int = Field(1, ge=1, le=16, description="writer and readers, one zone each")
    storage_gb: Decimal = Field(Decimal(10), ge=0, description="GB stored, paid once for all")
    io_requests: Decimal = Field(Decimal(0), ge=0, description="reads and writes of storage")

    @field_validator("min_acu", "max_acu")
    @classmethod
    def _is_a_step(cls, units: Decimal) -> Decimal:
        if units % STEP:
            raise ValueError(f"write steps of 0.5 such as 0.5 or 2, not {short(units)}")
        return units

    @field_validator("max_acu")
    @classmethod
    def _not_below_min(cls, most: Decimal, info: ValidationInfo) -> Decimal:
        least = info.data.get("min_acu")
        if least is not None and most < least:
            raise ValueError(f"write at least {short(least)}, the min_acu, not {short(most)}")
        return most

    @field_validator("avg_acu")
    @classmethod
    def _between(cls, average: Decimal, info: ValidationInfo) -> Decimal:
        least, most = info.data.get("min_acu"), info.data.get("max_acu")
        if least is not None and most is not None and not least <= average <= most:
            span = f"{short(least)} to {short(most)}"
            raise ValueError(f"write {span}, between min_acu and max_acu, not {short(average)}")
        return average

    def usage(self, context: Context) -> list[Usage]:
        units = self.avg_acu * self.instances * context.hours
        return [
            Usage("AmazonRDS:aurora-serverless-v2.acu", units),
            Usage("AmazonRDS:aurora.storage", self.storage_gb),
            Usage("AmazonRDS:aurora.io", self.io_requests),
        ]

    def failure_modes(self) -> list[FailureMode]:
        """A reader takes over within a minute; a lone writer is set up again."""
        spread = self.instances > 1
        return [
            database_lost(length_s=Decimal(60 if spread else 600), hits=self.label),
            zone_impaired(spread=spread, hits=self.label),
        ]

    def resources(self, site: Site) -> Resources:
        raise NotDeployable(
            "Aurora Serverless is compared by price alone; the sandbox deploys RDS instances."
        )

    def detail(self) -> str:
        return f"{self.instances} x {short(self.avg_acu)} ACU"
