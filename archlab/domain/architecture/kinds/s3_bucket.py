"""A bucket: GB-months of one storage class, writes, reads and moves into it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, short
from archlab.domain.architecture.deployable import Grant, Json, Resource, Resources, Site, private
from archlab.domain.pricing import Usage

ARCHIVE_DAYS = 30
MIB = 1024 * 1024
ARCHIVES = {"glacier_flexible": "GLACIER", "glacier_deep": "DEEP_ARCHIVE"}


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

    archive_days: int = Field(
        0, ge=0, le=3650, description="days until an object moves to the archive; 0: never"
    )
    upload_max_mib: int = Field(
        0, ge=0, le=5120, description="largest upload by a signed form in MiB; 0: no such form"
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

    def resources(self, site: Site) -> Resources:
        bucket: dict[str, Json | None] = {**private()}
        if self.versioning:
            bucket["VersioningConfiguration"] = {"Status": "Enabled"}
        if self.storage in ARCHIVES or self.archive_days:
            bucket["LifecycleConfiguration"] = {"Rules": [self._archive()]}
        found = {"": Resource("AWS::S3::Bucket", bucket, keeps_data=True)}
        return found | {"Upload": self._form()} if self.upload_max_mib else found

    def _archive(self) -> Json:
        archive = ARCHIVES.get(self.storage, "GLACIER")
        days = self.archive_days or ARCHIVE_DAYS
        moved: Json = {"StorageClass": archive, "TransitionInDays": days}
        return {"Id": "archive", "Status": "Enabled", "Transitions": [moved]}

    def _form(self) -> Resource:
        """What the application signs for a browser: the conditions of an upload."""
        conditions = [
            ["starts-with", "$key", "uploads/"],
            ["content-length-range", 1, self.upload_max_mib * MIB],
        ]
        return Resource(
            "AWS::SSM::Parameter",
            {
                "Name": {"Fn::Sub": f"/${{AWS::StackName}}/{self.id}/upload"},
                "Type": "String",
                "Value": json.dumps(conditions),
            },
        )

    def objects(self, site: Site) -> Json:
        """What is in it, as a policy names it."""
        return {"Fn::Sub": f"${{{site.id(self)}.Arn}}/*"}

    def grants(self, site: Site) -> tuple[Grant, ...]:
        return (Grant(("s3:GetObject", "s3:PutObject"), (self.objects(site),)),)

    def detail(self) -> str:
        return f"{short(self.gb)} GB" if self.gb else ""
