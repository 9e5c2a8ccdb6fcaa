"""Latency of a request path: service times, closed forms, steady state, fluid, simulation."""

from __future__ import annotations

from archlab.domain.latency.alarms import Alarm, AlarmQuality, Watched, alarm_quality
from archlab.domain.latency.analyse import HopSteady, Steady, analyse
from archlab.domain.latency.capacity import (
    Restless,
    concurrency,
    postgres_connections,
    ramp_s,
    restless,
    settled,
    turns,
)
from archlab.domain.latency.checks import GrowsWithoutEnd
from archlab.domain.latency.cold_starts import (
    Warmth,
    day_cold_share,
    pool_cold_share,
    rate_for_share,
)
from archlab.domain.latency.compare import Comparison, compare
from archlab.domain.latency.credits import Burstable, burstable, cpu_credits
from archlab.domain.latency.cutover import (
    Cutover,
    CutoverPlan,
    Defect,
    Rollback,
    Shift,
    cut_over,
    error_budget,
)
from archlab.domain.latency.dist import Dist
from archlab.domain.latency.faults import (
    SpotFleet,
    SpotRecovery,
    outage_backlog,
    spot_fleet,
    spot_loss,
)
from archlab.domain.latency.init_times import InitTime, init_time
from archlab.domain.latency.job_queue import JobClass, JobQueue, JobRun, simulate_jobs
from archlab.domain.latency.jobs import dead_letters, priority
from archlab.domain.latency.lambda_pool import Function, FunctionRun, simulate_function
from archlab.domain.latency.networks import Network, closed_network, open_network
from archlab.domain.latency.path import ColdStart, Fault, Hop, RequestPath, Retry, cold_share
from archlab.domain.latency.patience import mmcd
from archlab.domain.latency.percentiles import erlang_quantile
from archlab.domain.latency.queueing import Queue, erlang_b, erlang_c, mg1, mmc, mmck
from archlab.domain.latency.scaler import Scaler
from archlab.domain.latency.sharing import ps_response, shared_stations
from archlab.domain.latency.simulate import Estimate, HopRun, HopSlots, Row, Run, Series, simulate
from archlab.domain.latency.slots import Fluid, Outage, fluid
from archlab.domain.latency.split import Split, split
from archlab.domain.latency.throttling import Throttle, on_credits, throttles
from archlab.domain.latency.traffic import Traffic

__all__ = [
    "Alarm",
    "AlarmQuality",
    "Burstable",
    "ColdStart",
    "Comparison",
    "Cutover",
    "CutoverPlan",
    "Defect",
    "Dist",
    "Estimate",
    "Fault",
    "Fluid",
    "Function",
    "FunctionRun",
    "GrowsWithoutEnd",
    "Hop",
    "HopRun",
    "HopSlots",
    "HopSteady",
    "InitTime",
    "JobClass",
    "JobQueue",
    "JobRun",
    "Network",
    "Outage",
    "Queue",
    "RequestPath",
    "Restless",
    "Retry",
    "Rollback",
    "Row",
    "Run",
    "Scaler",
    "Series",
    "Shift",
    "Split",
    "SpotFleet",
    "SpotRecovery",
    "Steady",
    "Throttle",
    "Traffic",
    "Warmth",
    "Watched",
    "alarm_quality",
    "analyse",
    "burstable",
    "closed_network",
    "cold_share",
    "compare",
    "concurrency",
    "cpu_credits",
    "cut_over",
    "day_cold_share",
    "dead_letters",
    "erlang_b",
    "erlang_c",
    "erlang_quantile",
    "error_budget",
    "fluid",
    "init_time",
    "mg1",
    "mmc",
    "mmcd",
    "mmck",
    "on_credits",
    "open_network",
    "outage_backlog",
    "pool_cold_share",
    "postgres_connections",
    "priority",
    "ps_response",
    "ramp_s",
    "rate_for_share",
    "restless",
    "settled",
    "shared_stations",
    "simulate",
    "simulate_function",
    "simulate_jobs",
    "split",
    "spot_fleet",
    "spot_loss",
    "throttles",
    "turns",
]
