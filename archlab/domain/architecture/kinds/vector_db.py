"""A vector database, run as a process with a disk of its own or rented by the month."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, monthly
from archlab.domain.architecture.deployable import Outside, Resources, Site
from archlab.domain.pricing import Usage


class VectorDb(Component):
    title: ClassVar[str] = "Vector database"
    category: ClassVar[Glyph] = "data"
    unmodelled: ClassVar[str] = "failures of the process and of its disk"

    kind: Literal["vector_db"] = "vector_db"
    host: str | None = Field(None, description="id of the component that it runs on")
    monthly_usd: Decimal | None = Field(
        None, ge=0, description="USD per month as stated; 0 if host and disk are priced elsewhere"
    )

    def usage(self, context: Context) -> list[Usage]:
        return monthly(
            "vector_db.monthly_usd",
            self.monthly_usd,
            "the monthly figure of this database is not stated",
        )

    @property
    def runs_on(self) -> str | None:
        return self.host

    def resources(self, site: Site) -> Resources:
        raise Outside("The vector database is a service of another provider.")
