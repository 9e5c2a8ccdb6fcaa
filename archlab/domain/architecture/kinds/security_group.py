"""A security group: who may come in and where the members may go."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Glyph
from archlab.domain.architecture.deployable import Resources, Site


class SecurityGroup(Component):
    title: ClassVar[str] = "Security group"
    category: ClassVar[Glyph] = "guard"
    serves: ClassVar[bool] = False
    unmodelled: ClassVar[str] = ""

    kind: Literal["security_group"] = "security_group"
    ingress: Literal["none", "app_only", "internet_443", "internet_all"] = Field(
        "app_only", description="who may open a connection to the members"
    )
    egress: Literal["restricted", "all"] = Field(
        "restricted", description="where the members may connect to"
    )

    def resources(self, site: Site) -> Resources:
        """Its rules stand in the groups of the components beside it."""
        return {}

    def detail(self) -> str:
        return f"in: {self.ingress}, out: {self.egress}".replace("_", " ")
