"""A process on a host that is a component of its own: the host is what is paid for."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, delay
from archlab.domain.architecture.deployable import Resources, Site
from archlab.domain.architecture.flow import FlowHop
from archlab.domain.latency import Hop


class Process(Component):
    title: ClassVar[str] = "Process"
    category: ClassVar[Glyph] = "compute"
    unmodelled: ClassVar[str] = "failures of the process itself"

    kind: Literal["process"] = "process"
    host: str | None = Field(None, description="id of the component that it runs on")
    cpu_ms: Decimal = Field(Decimal(0), ge=0, description="CPU time of one request in ms")
    workers: int = Field(1, ge=1, le=1024, description="requests that one copy serves at once")

    def hop(self, context: Context, spec: FlowHop) -> Hop:
        """One copy on each of its hosts, their workers behind one queue."""
        return delay(self, spec, servers=self.workers * context.copies_of(self.host))

    @property
    def runs_on(self) -> str | None:
        return self.host

    def resources(self, site: Site) -> Resources:
        """It comes with the image or the machine that it runs on."""
        return {}

    def detail(self) -> str:
        return "1 worker" if self.workers == 1 else f"{self.workers} workers"
