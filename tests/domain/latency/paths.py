"""Paths and traffic on which the kernel is compared with others, one for each group of features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from archlab.domain.latency.dist import Dist
from archlab.domain.latency.path import Fault, Hop, RequestPath, Retry
from archlab.domain.latency.prepare import Draw, prepare
from archlab.domain.latency.scaler import Scaler
from archlab.domain.latency.tables import Plan
from archlab.domain.latency.traffic import Traffic


@dataclass(frozen=True)
class Case:
    path: RequestPath
    traffic: Traffic


def backend(servers: int = 16, **more: Any) -> Hop:
    return replace(
        Hop("backend", "", Dist.exponential(0.05), servers, held_s=0.072, hit_ratio=0.4), **more
    )


def database(servers: int = 10, **more: Any) -> Hop:
    return replace(Hop("database", "", Dist.exponential(0.12), servers), **more)


EDGE = Hop("edge", "", Dist.lognormal(0.005, 0.025))
SPIKE = Traffic(((0.0, 60.0), (4.0, 220.0), (12.0, 50.0)), 20.0)
CALM = Traffic.steady(90.0, 16.0)
STEP = Scaler("backend", 1, 1, 6, 0.5, 0.3, 2.0, 4.0, period_s=2.0, pools=("database",))
HOPS = (EDGE, backend(), database())

CASES: Mapping[str, Case] = {
    "plain": Case(RequestPath(HOPS), CALM),
    "client timeouts": Case(RequestPath(HOPS, 1.0), SPIKE),
    "timeouts, retries, bounded queue": Case(
        RequestPath((EDGE, backend(queue_limit=80), database()), 0.8, Retry(4)), SPIKE
    ),
    "limited retries without jitter": Case(
        RequestPath(HOPS, 0.7, Retry(3, jitter="none", limit_ratio=0.1, burst=5.0)), SPIKE
    ),
    "pool timeouts": Case(
        RequestPath((backend(), database(3, acquire_timeout_s=0.2)), 5.0, Retry(2)), SPIKE
    ),
    "two patient stages": Case(
        RequestPath(
            (backend(12, acquire_timeout_s=0.3), database(4, acquire_timeout_s=0.3)), 0.6, Retry(3)
        ),
        SPIKE,
    ),
    "step scaling": Case(RequestPath(HOPS, 4.0, scalers=(STEP,)), SPIKE),
    "scaling with retries and pool timeouts": Case(
        RequestPath(
            (backend(), database(5, acquire_timeout_s=0.4)), 1.0, Retry(3), scalers=(STEP,)
        ),
        SPIKE,
    ),
    "target tracking with provisioning and cooldowns": Case(
        RequestPath(
            HOPS,
            3.0,
            scalers=(
                replace(
                    STEP,
                    rule="target",
                    in_below=0.45,
                    provision=Dist.lognormal(1.5, 5.0),
                    cooldown_out_s=4.0,
                    cooldown_in_s=6.0,
                ),
            ),
        ),
        SPIKE,
    ),
    "two rules for one hop": Case(
        RequestPath(
            HOPS,
            3.0,
            scalers=(
                replace(STEP, metric="cpu", vcpus=16.0, out_above=0.4, in_below=0.2),
                replace(STEP, metric="requests", rule="target", out_above=3000.0, in_below=2500.0),
            ),
        ),
        SPIKE,
    ),
    "depth of the whole queue": Case(
        RequestPath(HOPS, 9.0, scalers=(replace(STEP, metric="depth", out_above=60, in_below=1),)),
        SPIKE,
    ),
    "backlog for each task": Case(
        RequestPath(
            HOPS, 9.0, scalers=(replace(STEP, metric="backlog", out_above=20, in_below=1),)
        ),
        SPIKE,
    ),
    "refusing database": Case(
        RequestPath(HOPS, 3.0, Retry(3), faults=(Fault("database", 6.0, 4.0, "refuse"),)), CALM
    ),
    "hanging database": Case(
        RequestPath(HOPS, 3.0, Retry(2), faults=(Fault("database", 6.0, 4.0, "hang"),)), CALM
    ),
    "slow backend, then a broken edge": Case(
        RequestPath(
            HOPS,
            2.0,
            Retry(2),
            faults=(
                Fault("backend", 2.0, 6.0, "slow", 3.0),
                Fault("edge", 10.0, 1.0, "refuse"),
                Fault("edge", 13.0, 1.0, "hang"),
            ),
        ),
        CALM,
    ),
    "errors and everything": Case(
        RequestPath(
            (
                EDGE,
                backend(queue_limit=200, error_rate=0.02),
                database(5, acquire_timeout_s=0.4, error_rate=0.05),
            ),
            1.0,
            Retry(4, limit_ratio=0.5),
            (replace(STEP, provision=Dist.exponential(1.0)),),
            (Fault("database", 8.0, 2.0, "hang"), Fault("backend", 14.0, 2.0, "refuse")),
        ),
        SPIKE,
    ),
}


def plan_of(name: str, seed: int) -> Plan:
    case = CASES[name]
    return prepare(case.path, case.traffic, Draw(seed, 0, 3.0), 40)


def on_a_grid(plan: Plan, step: float = 0.125) -> Plan:
    """All times on multiples of `step`, so that many events fall on the same instant."""

    def rounded(times: np.ndarray, least: float = 0.0) -> np.ndarray:
        return np.maximum(np.round(times / step) * step, least)

    finite = np.isfinite(plan.patience)
    return plan._replace(
        arrivals=np.round(plan.arrivals / step) * step,
        service=rounded(plan.service),
        pause=rounded(plan.pause),
        timeout=float(rounded(np.array(plan.timeout), step)),
        patience=np.where(finite, rounded(np.where(finite, plan.patience, 0.0), step), np.inf),
    )
