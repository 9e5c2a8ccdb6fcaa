"""CloudFront: GB out and requests, or a flat plan instead of both."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.pricing import Usage


class Cloudfront(Component):
    title: ClassVar[str] = "CloudFront"
    category: ClassVar[Glyph] = "edge"

    kind: Literal["cloudfront"] = "cloudfront"
    out_gb: Decimal = Field(Decimal(0), ge=0, description="GB per month to visitors")
    requests: Decimal = Field(Decimal(0), ge=0, description="HTTPS requests per month")
    plan: Literal["pay_as_you_go", "free", "pro", "business"] = Field(
        "pay_as_you_go", description="a flat plan throttles instead of charging more"
    )

    def usage(self, context: Context) -> list[Usage]:
        if self.plan != "pay_as_you_go":
            return [Usage(f"CloudFrontPlans:flat-rate.{self.plan}", Decimal(1))]
        return [
            Usage("AmazonCloudFront:data-out.us-eu", self.out_gb),
            Usage("AmazonCloudFront:https-request.us", self.requests),
        ]

    def detail(self) -> str:
        return "" if self.plan == "pay_as_you_go" else f"{self.plan} plan"
