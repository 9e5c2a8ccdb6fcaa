"""Control planes of EKS, billed by the hour; the nodes are components of their own."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.pricing import Usage


class EksCluster(Component):
    title: ClassVar[str] = "EKS control plane"
    category: ClassVar[Glyph] = "container"
    serves: ClassVar[bool] = False

    kind: Literal["eks_cluster"] = "eks_cluster"
    clusters: int = Field(1, ge=1, le=100, description="control planes")

    def usage(self, context: Context) -> list[Usage]:
        return [Usage("AmazonEKS:cluster", self.clusters * context.hours)]

    def detail(self) -> str:
        return "1 cluster" if self.clusters == 1 else f"{self.clusters} clusters"
