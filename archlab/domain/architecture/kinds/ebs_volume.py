"""A disk of EBS, billed while it exists, attached or forgotten."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Need, Resource, Resources, Site
from archlab.domain.pricing import Usage


class EbsVolume(Component):
    title: ClassVar[str] = "Disk"
    category: ClassVar[Glyph] = "store"
    serves: ClassVar[bool] = False

    kind: Literal["ebs_volume"] = "ebs_volume"
    gib: int = Field(ge=1, le=65_536, description="size in GiB")
    type: Literal["gp3", "gp2"] = Field("gp3", description="type of the disk")
    attached: bool = Field(default=True, description="in use by an instance; paid either way")
    extra_iops: int = Field(
        0, ge=0, le=77_000, description="operations per second beyond the 3,000 of gp3"
    )
    extra_mbps: int = Field(0, ge=0, le=1875, description="MB/s beyond the 125 of gp3")
    snapshot_gb: Decimal = Field(Decimal(0), ge=0, description="GB of snapshots kept")

    @field_validator("extra_iops", "extra_mbps")
    @classmethod
    def _is_gp3(cls, extra: int, info: ValidationInfo) -> int:
        if extra and info.data.get("type") == "gp2":
            raise ValueError("write 0: a gp2 disk is only as fast as it is large")
        return extra

    def usage(self, context: Context) -> list[Usage]:
        used = [Usage(f"AmazonEBS:{self.type}", Decimal(self.gib))]
        if self.type == "gp3":
            used += [
                Usage("AmazonEBS:gp3.iops", Decimal(self.extra_iops)),
                Usage("AmazonEBS:gp3.throughput", Decimal(self.extra_mbps)),
            ]
        return [*used, Usage("AmazonEBS:snapshot", self.snapshot_gb)]

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"network"})

    def resources(self, site: Site) -> Resources:
        """A volume in the first zone; nothing attaches it, because a task brings its own disk."""
        return {
            "": Resource(
                "AWS::EC2::Volume",
                {
                    "AvailabilityZone": {"Fn::Select": [0, {"Fn::GetAZs": ""}]},
                    "Size": self.gib,
                    "VolumeType": self.type,
                    "Encrypted": True,
                    "Iops": 3000 + self.extra_iops if self.extra_iops else None,
                    "Throughput": 125 + self.extra_mbps if self.extra_mbps else None,
                },
                keeps_data=True,
            )
        }

    def detail(self) -> str:
        return f"{self.gib} GiB {self.type}"
