"""A topic of SNS: messages published, and deliveries to HTTP endpoints."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import Grant, Resource, Resources, Site
from archlab.domain.pricing import Usage


class SnsTopic(Component):
    title: ClassVar[str] = "Topic"
    category: ClassVar[Glyph] = "queue"

    kind: Literal["sns_topic"] = "sns_topic"
    publishes: Decimal = Field(Decimal(0), ge=0, description="messages published per month")
    http_deliveries: Decimal = Field(
        Decimal(0), ge=0, description="deliveries to HTTP endpoints per month"
    )

    def usage(self, context: Context) -> list[Usage]:
        return [
            Usage("AmazonSNS:publish", self.publishes),
            Usage("AmazonSNS:http-delivery", self.http_deliveries),
        ]

    def resources(self, site: Site) -> Resources:
        return {"": Resource("AWS::SNS::Topic")}

    def grants(self, site: Site) -> tuple[Grant, ...]:
        return (Grant(("sns:Publish",), (site.ref(self),)),)
