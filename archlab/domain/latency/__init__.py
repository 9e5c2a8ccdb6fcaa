"""Latency of a request path: service times, closed forms, steady state, the fluid over time."""

from __future__ import annotations

from archlab.domain.latency.analyse import HopSteady, Steady, analyse
from archlab.domain.latency.capacity import concurrency, ramp_s, settled
from archlab.domain.latency.checks import GrowsWithoutEnd
from archlab.domain.latency.cold_starts import pool_cold_share
from archlab.domain.latency.credits import Burstable, burstable, cpu_credits
from archlab.domain.latency.dist import Dist
from archlab.domain.latency.faults import SpotRecovery, outage_backlog, spot_loss
from archlab.domain.latency.jobs import dead_letters, priority
from archlab.domain.latency.networks import Network, closed_network, open_network
from archlab.domain.latency.path import ColdStart, Hop, RequestPath, cold_share
from archlab.domain.latency.patience import mmcd
from archlab.domain.latency.percentiles import erlang_quantile
from archlab.domain.latency.queueing import Queue, erlang_b, erlang_c, mg1, mmc, mmck
from archlab.domain.latency.sharing import ps_response, shared_stations
from archlab.domain.latency.slots import Fluid, Outage, fluid

__all__ = [
    "Burstable",
    "ColdStart",
    "Dist",
    "Fluid",
    "GrowsWithoutEnd",
    "Hop",
    "HopSteady",
    "Network",
    "Outage",
    "Queue",
    "RequestPath",
    "SpotRecovery",
    "Steady",
    "analyse",
    "burstable",
    "closed_network",
    "cold_share",
    "concurrency",
    "cpu_credits",
    "dead_letters",
    "erlang_b",
    "erlang_c",
    "erlang_quantile",
    "fluid",
    "mg1",
    "mmc",
    "mmcd",
    "mmck",
    "open_network",
    "outage_backlog",
    "pool_cold_share",
    "priority",
    "ps_response",
    "ramp_s",
    "settled",
    "shared_stations",
    "spot_loss",
]
