"""Latency of a request path: service-time distributions, closed forms, steady state."""

from __future__ import annotations

from archlab.domain.latency.analyse import HopSteady, Steady, analyse
from archlab.domain.latency.dist import Dist
from archlab.domain.latency.path import ColdStart, Hop, RequestPath, cold_share
from archlab.domain.latency.queueing import Queue, erlang_b, erlang_c, mg1, mmc, mmck

__all__ = [
    "ColdStart",
    "Dist",
    "Hop",
    "HopSteady",
    "Queue",
    "RequestPath",
    "Steady",
    "analyse",
    "cold_share",
    "erlang_b",
    "erlang_c",
    "mg1",
    "mmc",
    "mmck",
]
