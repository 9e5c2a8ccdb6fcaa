"""RDS Proxy, a managed pool of connections, billed by the vCPU of the database behind it."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import NotDeployable, Resources, Site
from archlab.domain.pricing import Usage


class RdsProxy(Component):
    title: ClassVar[str] = "RDS Proxy"
    category: ClassVar[Glyph] = "data"

    kind: Literal["rds_proxy"] = "rds_proxy"
    vcpu: int = Field(2, ge=2, le=192, description="vCPUs of the database; at least two are paid")

    def usage(self, context: Context) -> list[Usage]:
        return [Usage("AmazonRDS:rds-proxy.vcpu", self.vcpu * context.hours)]

    def resources(self, site: Site) -> Resources:
        raise NotDeployable(
            "A proxy attaches to a running database, and the sandbox has the control plane alone."
        )

    def detail(self) -> str:
        return f"{self.vcpu} vCPU"
