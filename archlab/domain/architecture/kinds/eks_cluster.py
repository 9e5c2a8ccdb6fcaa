"""Control planes of EKS, billed by the hour; the nodes are components of their own."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import NotDeployable, Resources, Site
from archlab.domain.pricing import Usage
from archlab.domain.units import Unit


class EksCluster(Component):
    title: ClassVar[str] = "EKS control plane"
    category: ClassVar[Glyph] = "container"
    serves: ClassVar[bool] = False

    kind: Literal["eks_cluster"] = "eks_cluster"
    clusters: int = Field(1, ge=1, le=100, description="control planes")
    usd_hour: Decimal = Field(
        Decimal(0), ge=0, description="USD per cluster-hour as stated; 0: the row of the price book"
    )

    def usage(self, context: Context) -> list[Usage]:
        hours = self.clusters * context.hours
        if not self.usd_hour:
            return [Usage("AmazonEKS:cluster", hours)]
        return [
            Usage(
                "stated:eks_cluster.usd_hour",
                hours,
                stated_usd=self.usd_hour,
                unit=Unit.HOUR,
                quantity_class="documented",
            )
        ]

    def resources(self, site: Site) -> Resources:
        raise NotDeployable(
            "A Kubernetes cluster takes a quarter of an hour, which is beyond the sandbox."
        )

    def detail(self) -> str:
        return "1 cluster" if self.clusters == 1 else f"{self.clusters} clusters"
