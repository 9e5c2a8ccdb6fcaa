"""Simulations that are set to what the sources tell: a path and its traffic for each story.

Where a source is silent, the figure is chosen so that its story comes out, and the docstring says
so. Lines are those of the sources, as the packs cite them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from archlab.domain.latency.dist import Dist
from archlab.domain.latency.path import Fault, Hop, RequestPath, Retry
from archlab.domain.latency.scaler import Scaler
from archlab.domain.latency.traffic import Traffic

CLIENT_TIMEOUT_S = 30.0
FARGATE_START = Dist.lognormal(30.0, 90.0)
"""From the decision to a task that serves; published by practitioners, the p99 is assumed."""


class Preset(NamedTuple):
    """What `simulate` takes: `simulate(*preset, seed=1)`."""

    path: RequestPath
    traffic: Traffic


def black_friday_arc() -> Preset:
    """Five times the traffic on one task: 200 ms, then 15 s, then timeouts (seed-003:38).

    Workers, times, hit ratio and rates are chosen. 20 requests a second, 100 from 300 s to 1200 s:
    the median passes 10 s in the second half minute of the spike, and from about 100 s on nobody
    is answered.
    """
    path = RequestPath(
        (_backend(0.08, 16, database_s=0.2), _database(0.2, 16)), client_timeout_s=CLIENT_TIMEOUT_S
    )
    return Preset(path, Traffic(((0.0, 20.0), (300.0, 100.0), (1200.0, 20.0)), 1800.0))


def black_friday_station(base_utilisation: float) -> Preset:
    """The same spike at one worker of 200 ms, which is this busy before it (seed-003:38).

    Nothing but a queue: an answer takes 15 s after about 15 / (5 x base - 1) seconds of the spike,
    and never where that is not positive. The base is not in the source.
    """
    rate = base_utilisation / 0.2
    path = RequestPath((Hop("station", "Station", Dist.exponential(0.2), 1),))
    return Preset(path, Traffic(((0.0, rate), (120.0, 5 * rate)), 300.0))


def black_friday_hour(*, scaled: bool = False, retries: int = 0) -> Preset:
    """Half an hour of five times the traffic; the scaling table of seed-003:266-268, or none.

    60 requests a second, 300 from minute 10 to 40; two tasks of 16 workers and 10 connections.
    With the table there are five tasks three minutes into the spike and nobody goes without an
    answer. Without it nobody gets one, and with retries after 10 s not even after the spike.
    """
    rule = Scaler("backend", 2, 2, 10, 0.5, 0.3, pools=("database",))
    path = RequestPath(
        (_backend(0.05, 32, database_s=0.12), _database(0.12, 20)),
        client_timeout_s=10.0 if retries else CLIENT_TIMEOUT_S,
        retry=Retry(retries + 1),
        scalers=(rule,) if scaled else (),
    )
    return Preset(path, Traffic.black_friday())


def idle() -> Preset:
    """100,000 requests a day at two event loops: 0.5 % busy, idle and not slow (seed-002:43-92)."""
    return Preset(_two_loops(), Traffic.steady(100_000 / 86_400, 86_400.0))


def waterfall_knee(rate_per_s: float) -> Preset:
    """How far the same two loops go: 20,000 requests from an empty system (seed-002:43-59).

    Handler and serialising take 9 ms of a loop, the rest of the 38 ms is delay. 222 requests a
    second are all that they can do.
    """
    segments = ((0.0, 0.0), (1.0, rate_per_s))
    return Preset(_two_loops(), Traffic(segments, 1.0 + 20_000 / rate_per_s))


def front_page(tasks: int) -> Preset:
    """A link on a front page: 50 requests a second for 20 minutes, on small tasks (seed-000:97).

    20 ms of CPU are 80 ms on a quarter of a vCPU, one request after the other: one task has four
    times the work that it can do, four have all that they can do, six are two thirds busy. The
    size of a task is documented, the load is ours.
    """
    path = RequestPath(
        (Hop("api", "Handler", Dist.exponential(0.08), tasks),), client_timeout_s=CLIENT_TIMEOUT_S
    )
    return Preset(path, Traffic(((0.0, 1.0), (60.0, 50.0), (1260.0, 1.0)), 1500.0))


def two_policies(cpu_s: float) -> Preset:
    """CPU at 60 % and 1,000 requests per target together, 2 to 6 tasks (seed-004:28).

    The second metric is a sum per minute: 16.7 a second for each task. 20 requests a second, 90
    from minute 10 to 50. With 10 ms of CPU the requests ask for six tasks and the CPU for three;
    the larger wish wins on the way out, and only when both agree do tasks go. Half a vCPU a task
    is documented, the times are assumed.
    """
    requests = Scaler(
        "api",
        tasks=2,
        minimum=2,
        maximum=6,
        out_above=1000.0,
        in_below=800.0,
        out_for_s=180.0,
        in_for_s=900.0,
        rule="target",
        metric="requests",
        cooldown_out_s=300.0,
        cooldown_in_s=300.0,
        provision=FARGATE_START,
    )
    cpu = replace(requests, metric="cpu", vcpus=0.5, out_above=0.6, in_below=0.48)
    hops = (
        Hop("api", "Handler", Dist.exponential(cpu_s), 32, held_s=0.02),
        Hop("database", "Query", Dist.exponential(0.02)),
    )
    path = RequestPath(hops, client_timeout_s=CLIENT_TIMEOUT_S, scalers=(requests, cpu))
    return Preset(path, Traffic(((0.0, 20.0), (600.0, 90.0), (3000.0, 20.0)), 6000.0))


def pool_of_200(query_s: float, rate_per_s: float) -> Preset:
    """200 connections (seed-004:37): waiting starts when rate x query time passes 200.

    With 5 ms a query that is at 40,000 queries a second, with 200 ms at 1,000.
    """
    path = RequestPath((Hop("database", "Connections", Dist.exponential(query_s), 200),))
    return Preset(path, Traffic.steady(rate_per_s, 120.0))


def scaling_50_30(minimum: int) -> Preset:
    """Out above 50 % CPU for 60 s, in below 30 % for 300 s, a start of 45 s (seed-003:266-268).

    5.5 requests a second of 50 ms make one task of half a vCPU 55 % busy: a second one makes it
    27.5 %, so that it goes again. Tasks come and go without end; from a minimum of two on they
    stay. The load is ours.
    """
    rule = Scaler(
        "backend",
        tasks=minimum,
        minimum=minimum,
        maximum=10,
        out_above=0.5,
        in_below=0.3,
        metric="cpu",
        vcpus=0.5,
        provision=Dist.constant(45.0),
    )
    hop = Hop("backend", "Backend", Dist.exponential(0.05), 16 * minimum)
    return Preset(RequestPath((hop,), scalers=(rule,)), Traffic.steady(5.5, 7200.0))


def failover() -> Preset:
    """A database with a standby goes away for a minute (seed-003:189,201).

    50 requests a second at one that can do 80: 3,000 pile up, 100 s go by until they are served,
    8,000 requests feel it, 30 s on average. Rates are ours, the minute is documented.
    """
    hop = Hop("database", "Database", Dist.constant(0.1), 8)
    away = Fault("database", 120.0, 60.0, "hang")
    return Preset(RequestPath((hop,), faults=(away,)), Traffic.steady(50.0, 480.0))


def _backend(cpu_s: float, workers: int, *, database_s: float) -> Hop:
    """Answers 40 % from its cache and keeps the worker while it waits for the database."""
    return Hop(
        "backend",
        "Backend",
        Dist.exponential(cpu_s),
        workers,
        held_s=0.6 * database_s,
        hit_ratio=0.4,
    )


def _database(query_s: float, connections: int) -> Hop:
    return Hop("database", "Connections", Dist.exponential(query_s), connections)


def _two_loops() -> RequestPath:
    loops = Hop("app", "Two event loops", Dist.exponential(0.009), 2)
    return RequestPath((loops, Hop("rest", "The other hops", Dist.constant(0.029))))
