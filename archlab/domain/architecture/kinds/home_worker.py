"""A computer at somebody's home that pulls work; what it costs is its electricity."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, delay, short
from archlab.domain.architecture.deployable import Outside, Resources, Site
from archlab.domain.architecture.failure import FailureMode, host_lost
from archlab.domain.architecture.flow import FlowHop
from archlab.domain.latency import Hop
from archlab.domain.pricing import Usage


class HomeWorker(Component):
    title: ClassVar[str] = "Home worker"
    category: ClassVar[Glyph] = "compute"
    unmodelled: ClassVar[str] = "hours in which it is off, its power and its line"

    kind: Literal["home_worker"] = "home_worker"
    watts: Decimal = Field(ge=0, le=10_000, description="power in use while it works")
    hours_day: Decimal = Field(Decimal(24), ge=0, le=24, description="hours of work per day")
    usd_kwh: Decimal | None = Field(
        None, ge=0, description="USD per kWh as stated; 0 if nobody counts it"
    )
    gpu: bool = Field(default=False, description="has a graphics processor for the work")
    workers: int = Field(1, ge=1, le=1024, description="jobs at once")

    def usage(self, context: Context) -> list[Usage]:
        """Days are those of the month: 30 in a month of 720 hours."""
        kwh = self.watts / 1000 * self.hours_day * context.hours / 24
        if self.usd_kwh is None:
            reason = "the price of electricity is not stated"
            return [Usage("unpriced:home_worker.usd_kwh", kwh, reason=reason)]
        return [
            Usage(
                "stated:home_worker.usd_kwh",
                kwh,
                stated_usd=self.usd_kwh,
                quantity_class=self.stated_class,
            )
        ]

    def hop(self, context: Context, spec: FlowHop) -> Hop:
        return delay(self, spec, servers=self.workers)

    def failure_modes(self) -> list[FailureMode]:
        return [host_lost(hits=self.label)]

    def resources(self, site: Site) -> Resources:
        raise Outside("A computer at home cannot be deployed.")

    def detail(self) -> str:
        return f"{short(self.watts)} W, {short(self.hours_day)} h a day"
