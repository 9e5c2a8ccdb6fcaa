"""Every lab, by the last part of its address."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from archlab.calculators.labs import cold_starts, cutover, failover, pool, scaling, surge
from archlab.calculators.labs.lab import Lab

LABS: Mapping[str, Lab] = MappingProxyType(
    {
        one.slug: one
        for one in (
            surge.LAB,
            pool.LAB,
            failover.LAB,
            scaling.LAB,
            cutover.LAB,
            cold_starts.LAB,
        )
    }
)
