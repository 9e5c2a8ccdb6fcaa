"""A bucket: GB-months of one storage class, writes, reads and moves into it."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, short
from archlab.domain.pricing import Usage


class S3Bucket(Component):
    title: ClassVar[str] = "S3 bucket"
    category: ClassVar[Glyph] = "store"

    kind: Literal["s3_bucket"] = "s3_bucket"
    gb: Decimal = Field(Decimal(0), ge=0, description="GB stored, on average over the month")
    puts: Decimal = Field(Decimal(0), ge=0, description="writes and listings per month")
    gets: Decimal = Field(Decimal(0), ge=0, description="reads per month")
    storage: Literal[
        "standard", "standard_ia", "glacier_instant", "glacier_flexible", "glacier_deep"
    ] = Field("standard", description="storage class")
    versioning: bool = Field(default=False, description="keeps overwritten objects")
    public: bool = Field(default=False, description="readable by anyone")

    transitions: Decimal = Field(
        Decimal(0), ge=0, description="objects that a lifecycle rule moves here per month"
    )

    def usage(self, context: Context) -> list[Usage]:
        storage = self.storage.replace("_", "-")
        used = [
            Usage(f"AmazonS3:{storage}", self.gb),
            Usage("AmazonS3:request.put", self.puts),
            Usage("AmazonS3:request.get", self.gets),
        ]
        if self.transitions:
            used.append(Usage(f"AmazonS3:lifecycle-transition.{storage}", self.transitions))
        return used

    def detail(self) -> str:
        return f"{short(self.gb)} GB" if self.gb else ""
