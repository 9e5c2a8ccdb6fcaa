"""A serverless TiDB cluster: storage and request units beyond a free allowance."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Outside, Resources, Site
from archlab.domain.pricing import Usage


class TidbServerless(Component):
    title: ClassVar[str] = "TiDB Serverless"
    category: ClassVar[Glyph] = "data"

    kind: Literal["tidb_serverless"] = "tidb_serverless"
    row_gib: Decimal = Field(Decimal(0), ge=0, description="GiB of rows stored")
    million_ru: Decimal = Field(Decimal(0), ge=0, description="million request units per month")
    free_row_gib: Decimal = Field(
        Decimal(5), ge=0, description="GiB of rows that are free; 0 from the sixth cluster on"
    )
    free_million_ru: Decimal = Field(
        Decimal(50), ge=0, description="million request units that are free per month"
    )

    def usage(self, context: Context) -> list[Usage]:
        rows = max(Decimal(0), self.row_gib - self.free_row_gib)
        units = max(Decimal(0), self.million_ru - self.free_million_ru)
        return [
            Usage("TiDBCloud:starter.free", Decimal(1)),
            Usage("TiDBCloud:starter.row-storage", rows),
            Usage("TiDBCloud:starter.ru", units),
        ]

    def resources(self, site: Site) -> Resources:
        raise Outside("TiDB is a service of another provider.")
