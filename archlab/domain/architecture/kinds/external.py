"""Somebody else's service, paid by a figure that the pack states."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, monthly
from archlab.domain.architecture.deployable import Outside, Resources, Site
from archlab.domain.pricing import Usage


class External(Component):
    title: ClassVar[str] = "External service"
    category: ClassVar[Glyph] = "outside"
    unmodelled: ClassVar[str] = "its provider's failures"

    kind: Literal["external"] = "external"
    monthly_usd: Decimal | None = Field(
        None, ge=0, description="USD per month as stated; 0 if nobody pays it by the month"
    )

    def usage(self, context: Context) -> list[Usage]:
        return monthly(
            "external.monthly_usd",
            self.monthly_usd,
            "the monthly figure of this service is not stated",
        )

    def resources(self, site: Site) -> Resources:
        raise Outside("It belongs to somebody else; a template cannot make it.")
