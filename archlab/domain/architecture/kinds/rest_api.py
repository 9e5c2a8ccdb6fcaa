"""REST API of API Gateway, billed per request, and its cache by the hour."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from archlab.domain.architecture.component import Component, Context, Glyph, short
from archlab.domain.architecture.deployable import NotDeployable, Resources, Site
from archlab.domain.pricing import Usage

CACHES = ("0", "0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237")
"""Cache sizes in GB that API Gateway offers; 0 is none."""


class RestApi(Component):
    title: ClassVar[str] = "REST API"
    category: ClassVar[Glyph] = "edge"

    kind: Literal["rest_api"] = "rest_api"
    cache_gb: Decimal = Field(
        Decimal(0), ge=0, le=237, description="GB of cache: 0, or a size on offer from 0.5 to 237"
    )

    @field_validator("cache_gb")
    @classmethod
    def _is_offered(cls, cache_gb: Decimal) -> Decimal:
        if cache_gb not in map(Decimal, CACHES):
            raise ValueError(f"write one of {', '.join(CACHES)}, not {short(cache_gb)}")
        return cache_gb

    def usage(self, context: Context) -> list[Usage]:
        used = [Usage("AmazonApiGateway:rest-api", context.requests)]
        if self.cache_gb:
            size = short(self.cache_gb).replace(".", "-")
            used.append(Usage(f"AmazonApiGateway:rest-cache.{size}gb", context.hours))
        return used

    def resources(self, site: Site) -> Resources:
        raise NotDeployable(
            "The sandbox deploys HTTP APIs; a REST API is compared by price and latency alone."
        )

    def detail(self) -> str:
        return f"{short(self.cache_gb)} GB cache" if self.cache_gb else ""
