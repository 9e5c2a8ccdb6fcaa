"""Data transfer, which no service shows as its own: to the internet and between zones."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Resources, Site
from archlab.domain.pricing import Usage

SIDES = 2
"""The zone that sends and the zone that receives pay each."""


class DataTransfer(Component):
    title: ClassVar[str] = "Data transfer"
    category: ClassVar[Glyph] = "exit"
    serves: ClassVar[bool] = False
    unmodelled: ClassVar[str] = ""

    kind: Literal["data_transfer"] = "data_transfer"
    internet_out_gb: Decimal | None = Field(
        None, ge=0, description="GB to the internet per month; default: those of the demand"
    )
    cross_az_gb: Decimal = Field(
        Decimal(0), ge=0, description="GB between zones per month, each paid on both sides"
    )

    def usage(self, context: Context) -> list[Usage]:
        out_gb = self.internet_out_gb
        if out_gb is None:
            out_gb = context.demand.out_gb(context.month_hours)
        return [
            Usage("AWSDataTransfer:internet-out", out_gb),
            Usage("AWSDataTransfer:inter-az", SIDES * self.cross_az_gb),
        ]

    def resources(self, site: Site) -> Resources:
        """Bytes are billed and not deployed."""
        return {}
