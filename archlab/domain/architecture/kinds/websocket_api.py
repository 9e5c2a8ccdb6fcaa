"""WebSocket API of API Gateway, billed per message and per minute of connection."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.deployable import NotDeployable, Resources, Site
from archlab.domain.pricing import Usage


class WebsocketApi(Component):
    title: ClassVar[str] = "WebSocket API"
    category: ClassVar[Glyph] = "edge"

    kind: Literal["websocket_api"] = "websocket_api"
    messages: Decimal = Field(
        Decimal(0), ge=0, description="messages per month, in blocks of 32 KB, both directions"
    )
    connection_minutes: Decimal = Field(
        Decimal(0), ge=0, description="minutes per month, summed over all open connections"
    )

    def usage(self, context: Context) -> list[Usage]:
        return [
            Usage("AmazonApiGateway:websocket.message", self.messages),
            Usage("AmazonApiGateway:websocket.connection-minute", self.connection_minutes),
        ]

    def resources(self, site: Site) -> Resources:
        raise NotDeployable("A WebSocket API needs routes that the model does not hold.")
