"""HTTP API of API Gateway, billed per request in blocks of 512 KB."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.pricing import Usage
from archlab.domain.units import blocks

BLOCK_KIB = Decimal(512)


class HttpApi(Component):
    title: ClassVar[str] = "HTTP API"
    category: ClassVar[Glyph] = "edge"

    kind: Literal["http_api"] = "http_api"
    extra_requests: Decimal = Field(
        Decimal(0), ge=0, description="requests per month beyond those of the demand"
    )

    def usage(self, context: Context) -> list[Usage]:
        """The larger of request and response decides how many blocks a request fills."""
        size = max(context.demand.request_kib, context.demand.response_kib)
        requests = context.requests * blocks(size, BLOCK_KIB) + self.extra_requests
        return [Usage("AmazonApiGateway:http-api", requests)]
