"""Somebody else's service, paid by a figure that the pack states."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.pricing import Usage
from archlab.domain.units import Unit


class External(Component):
    title: ClassVar[str] = "External service"
    category: ClassVar[Glyph] = "outside"
    unmodelled: ClassVar[str] = "its provider's failures"

    kind: Literal["external"] = "external"
    monthly_usd: Decimal | None = Field(
        None, ge=0, description="USD per month as stated; 0 if nobody pays it by the month"
    )

    def usage(self, context: Context) -> list[Usage]:
        """One stated month; nothing at all where 0 is written, because no bill has such a line."""
        if self.monthly_usd is None:
            reason = "the monthly figure of this service is not stated"
            return [Usage("unpriced:external.monthly_usd", Decimal(1), reason=reason)]
        if not self.monthly_usd:
            return []
        return [
            Usage(
                "stated:external.monthly_usd",
                Decimal(1),
                stated_usd=self.monthly_usd,
                unit=Unit.MONTH,
                quantity_class="documented",
            )
        ]
