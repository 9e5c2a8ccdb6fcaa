"""X-Ray: traces that are recorded of a sample of the requests, and traces that are read."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, short
from archlab.domain.architecture.deployable import Resources, Site
from archlab.domain.pricing import Usage


class Xray(Component):
    title: ClassVar[str] = "Traces"
    category: ClassVar[Glyph] = "observe"
    serves: ClassVar[bool] = False

    kind: Literal["xray"] = "xray"
    sample_share: Decimal = Field(
        Decimal("0.05"), ge=0, le=1, description="share of requests that are traced"
    )
    scanned: Decimal = Field(Decimal(0), ge=0, description="traces read or searched per month")

    def usage(self, context: Context) -> list[Usage]:
        return [
            Usage("AWSXRay:traces.recorded", context.requests * self.sample_share),
            Usage("AWSXRay:traces.retrieved-or-scanned", self.scanned),
        ]

    def resources(self, site: Site) -> Resources:
        """Tracing is a setting of each function, which looks for this component."""
        return {}

    def detail(self) -> str:
        return f"{short(self.sample_share * 100)} % of requests"
