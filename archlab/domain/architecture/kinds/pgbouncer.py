"""PgBouncer, a pool of database connections on a host that is paid for by itself."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, delay
from archlab.domain.architecture.deployable import Resources, Site
from archlab.domain.architecture.flow import FlowHop
from archlab.domain.latency import Hop


class Pgbouncer(Component):
    title: ClassVar[str] = "PgBouncer"
    category: ClassVar[Glyph] = "data"
    unmodelled: ClassVar[str] = "failures of the process itself"

    kind: Literal["pgbouncer"] = "pgbouncer"
    host: str | None = Field(None, description="id of the component that it runs on")
    pool_size: int = Field(20, ge=1, le=1000, description="connections to the database per copy")
    mode: Literal["session", "transaction", "statement"] = Field(
        "transaction", description="how long a client keeps its connection"
    )

    def hop(self, context: Context, spec: FlowHop) -> Hop:
        """A request waits until one of the pooled connections is free."""
        return delay(self, spec, servers=self.pool_size * context.copies_of(self.host))

    @property
    def runs_on(self) -> str | None:
        return self.host

    def resources(self, site: Site) -> Resources:
        """A container beside its host; the host's task definition has it."""
        return {}

    def detail(self) -> str:
        return f"pool of {self.pool_size}, {self.mode}"
