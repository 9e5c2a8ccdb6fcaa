"""CloudWatch Logs: GB taken in, GB kept and GB that queries read."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import WRITE_LOGS, Grant, Resource, Resources, Site
from archlab.domain.pricing import Usage

RETENTIONS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557),
    *(2922, 3288, 3653),
)
"""Days that CloudWatch Logs offers."""


class LogGroup(Component):
    title: ClassVar[str] = "Logs"
    category: ClassVar[Glyph] = "observe"
    serves: ClassVar[bool] = False

    kind: Literal["log_group"] = "log_group"
    ingest_gb: Decimal = Field(Decimal(0), ge=0, description="GB per month taken in")
    stored_gb: Decimal = Field(Decimal(0), ge=0, description="GB kept, compressed")
    retention_days: int = Field(0, ge=0, le=3653, description="days until deletion; 0: never")

    scanned_gb: Decimal = Field(Decimal(0), ge=0, description="GB per month that queries read")

    def usage(self, context: Context) -> list[Usage]:
        used = [
            Usage("AmazonCloudWatch:logs.ingest.standard", self.ingest_gb),
            Usage("AmazonCloudWatch:logs.storage", self.stored_gb),
        ]
        if self.scanned_gb:
            used.append(Usage("AmazonCloudWatch:logs.insights", self.scanned_gb))
        return used

    def resources(self, site: Site) -> Resources:
        """Kept for thirty days where the model says for ever: a sandbox leaves nothing behind."""
        kept = next((days for days in RETENTIONS if days >= self.retention_days), RETENTIONS[-1])
        days = kept if self.retention_days else 30
        return {"": Resource("AWS::Logs::LogGroup", {"RetentionInDays": days})}

    def grants(self, site: Site) -> tuple[Grant, ...]:
        return (Grant(WRITE_LOGS, (site.att(self, "", "Arn"),)),)

    def detail(self) -> str:
        return f"kept {self.retention_days} days" if self.retention_days else "kept for ever"
