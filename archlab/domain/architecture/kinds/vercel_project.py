"""A project on Vercel: the hobby plan is free for what earns nothing, the pro plan is per seat."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Outside, Resources, Site
from archlab.domain.pricing import Usage


class VercelProject(Component):
    title: ClassVar[str] = "Vercel project"
    category: ClassVar[Glyph] = "edge"

    kind: Literal["vercel_project"] = "vercel_project"
    plan: Literal["hobby", "pro"] = Field(
        "hobby", description="hobby is for personal, non-commercial use"
    )
    seats: int = Field(1, ge=1, le=1000, description="members of a pro team")

    def usage(self, context: Context) -> list[Usage]:
        return [Usage(f"Vercel:{self.plan}", Decimal(self.seats if self.plan == "pro" else 1))]

    def resources(self, site: Site) -> Resources:
        raise Outside("Vercel is another provider.")

    def detail(self) -> str:
        return f"{self.plan} plan"
