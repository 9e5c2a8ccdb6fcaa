"""The three needles of a system, computed once per process and system."""

from __future__ import annotations

from functools import lru_cache

from archlab.domain.architecture import Architecture, Assessment, assess
from archlab.domain.pricing import PriceBook


@lru_cache(maxsize=2048)
def assessed(architecture: Architecture, flow: str | None = None) -> Assessment:
    return assess(architecture, PriceBook.shipped(), flow=flow)
