"""Flow logs of a VPC: a fee per GB to take them in; where they are kept is paid there."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.pricing import Usage


class FlowLogs(Component):
    title: ClassVar[str] = "Flow logs"
    category: ClassVar[Glyph] = "observe"
    serves: ClassVar[bool] = False

    kind: Literal["flow_logs"] = "flow_logs"
    gb: Decimal = Field(Decimal(0), ge=0, description="GB per month taken in")
    destination: Literal["cloudwatch", "s3"] = Field("cloudwatch", description="where they go")

    def usage(self, context: Context) -> list[Usage]:
        return [Usage(f"AmazonCloudWatch:vended-logs.vpc-flow.{self.destination}", self.gb)]

    def detail(self) -> str:
        return "to a bucket" if self.destination == "s3" else "to a log group"
