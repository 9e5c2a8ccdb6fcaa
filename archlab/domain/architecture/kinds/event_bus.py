"""An event bus of EventBridge, billed per custom event in blocks of 64 KB."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Grant, Resource, Resources, Site
from archlab.domain.pricing import Usage


class EventBus(Component):
    title: ClassVar[str] = "Event bus"
    category: ClassVar[Glyph] = "queue"

    kind: Literal["event_bus"] = "event_bus"
    events: Decimal = Field(
        Decimal(0), ge=0, description="custom events per month, each block of 64 KB is one"
    )

    def usage(self, context: Context) -> list[Usage]:
        return [Usage("AmazonEventBridge:custom-event", self.events)]

    def resources(self, site: Site) -> Resources:
        return {
            "": Resource(
                "AWS::Events::EventBus", {"Name": {"Fn::Sub": f"${{AWS::StackName}}-{self.id}"}}
            )
        }

    def grants(self, site: Site) -> tuple[Grant, ...]:
        return (Grant(("events:PutEvents",), (site.att(self, "", "Arn"),)),)
