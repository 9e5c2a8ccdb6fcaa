"""Latency of a request path: service-time distributions, closed forms, steady state, simulation."""

from __future__ import annotations

from archlab.domain.latency.analyse import HopSteady, Steady, analyse
from archlab.domain.latency.compare import Comparison, compare
from archlab.domain.latency.dist import Dist
from archlab.domain.latency.lambda_pool import Function, FunctionRun, simulate_function
from archlab.domain.latency.path import ColdStart, Fault, Hop, RequestPath, Retry, cold_share
from archlab.domain.latency.queueing import Queue, erlang_b, erlang_c, mg1, mmc, mmck
from archlab.domain.latency.scaler import Scaler
from archlab.domain.latency.simulate import Estimate, HopRun, Row, Run, Series, simulate
from archlab.domain.latency.traffic import Traffic

__all__ = [
    "ColdStart",
    "Comparison",
    "Dist",
    "Estimate",
    "Fault",
    "Function",
    "FunctionRun",
    "Hop",
    "HopRun",
    "HopSteady",
    "Queue",
    "RequestPath",
    "Retry",
    "Row",
    "Run",
    "Scaler",
    "Series",
    "Steady",
    "Traffic",
    "analyse",
    "cold_share",
    "compare",
    "erlang_b",
    "erlang_c",
    "mg1",
    "mmc",
    "mmck",
    "simulate",
    "simulate_function",
]
