"""A support plan of AWS; optional, and the same in every variant of a system."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Resources, Site
from archlab.domain.pricing import Usage

DEVELOPER_SHARE = Decimal("0.03")
DEVELOPER_MINIMUM_USD = Decimal(29)
"""Developer support is the greater of its minimum and this share of the month's AWS charges.

Second-hand: the price row `AWSSupport:developer.minimum` and its note. The minimum stands here only
to tell which of the two is greater; the amount is the row's.
"""


class SupportPlan(Component):
    title: ClassVar[str] = "Support plan"
    category: ClassVar[Glyph] = "outside"
    serves: ClassVar[bool] = False
    unmodelled: ClassVar[str] = ""

    kind: Literal["support_plan"] = "support_plan"
    plan: Literal["none", "developer", "business"] = Field("none", description="plan of the month")
    aws_usd: Decimal = Field(
        Decimal(0), ge=0, description="AWS charges of the month, of which a plan may take a share"
    )

    def usage(self, context: Context) -> list[Usage]:
        if self.plan == "none":
            return []
        if self.plan == "business":
            reason = "the price book has no rate for business support"
            return [Usage("unpriced:support_plan.business", Decimal(1), reason=reason)]
        if self.aws_usd * DEVELOPER_SHARE <= DEVELOPER_MINIMUM_USD:
            return [Usage("AWSSupport:developer.minimum", Decimal(1))]
        return [Usage("stated:support_plan.share", self.aws_usd, stated_usd=DEVELOPER_SHARE)]

    def resources(self, site: Site) -> Resources:
        """A contract is billed and not deployed."""
        return {}

    def detail(self) -> str:
        return "" if self.plan == "none" else self.plan
