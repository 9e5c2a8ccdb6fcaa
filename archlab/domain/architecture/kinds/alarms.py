"""CloudWatch alarms and the custom metrics they watch."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.pricing import Usage


class Alarms(Component):
    title: ClassVar[str] = "Alarms"
    category: ClassVar[Glyph] = "observe"
    serves: ClassVar[bool] = False

    kind: Literal["alarms"] = "alarms"
    count: int = Field(0, ge=0, le=5000, description="standard alarms")
    metrics: int = Field(0, ge=0, le=100_000, description="custom metrics")
    subscribed: bool = Field(default=True, description="somebody receives the alarms")

    def usage(self, context: Context) -> list[Usage]:
        return [
            Usage("AmazonCloudWatch:alarm.standard", Decimal(self.count)),
            Usage("AmazonCloudWatch:metric", Decimal(self.metrics)),
        ]

    def detail(self) -> str:
        return "1 alarm" if self.count == 1 else f"{self.count} alarms"
