"""The people or programs that use the system; they pay for themselves."""

from __future__ import annotations

from typing import ClassVar, Literal

from archlab.domain.architecture.component import Component, Glyph
from archlab.domain.architecture.deployable import Resources, Site


class Client(Component):
    title: ClassVar[str] = "Visitor"
    category: ClassVar[Glyph] = "person"
    unmodelled: ClassVar[str] = ""

    kind: Literal["client"] = "client"

    def resources(self, site: Site) -> Resources:
        """Nobody deploys the visitors."""
        return {}
