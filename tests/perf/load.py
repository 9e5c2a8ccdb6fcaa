"""Requests a second of the load simulator, as ratios to SimPy in the same run, best of three."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

if TYPE_CHECKING:
    from archlab.domain.latency.tables import Plan

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "domain" / "latency"))

REQUESTS = 400_000
SLOW_REQUESTS = 20_000
"""For SimPy and for the uncompiled kernel."""

Process = Generator[simpy.Event, Any, Any]


def load() -> dict[str, object]:
    """Ratios of requests for each CPU second, and the milliseconds of the Black Friday hour."""
    from archlab.domain.latency.warm import warm

    warm()
    rates = dict(_rates())
    print(f"{'case':<34}{'requests/s':>12}{'x SimPy':>9}")
    rows: dict[str, dict[str, float]] = {}
    for name, rate in rates.items():
        base = rates[next(start for start in rates if start.split(":")[0] == name.split(":")[0])]
        rows[name] = {"per_s": round(rate), "ratio": round(rate / base, 1)}
        print(f"{name:<34}{rate:>12,.0f}{rate / base:>9.1f}")
    figures = {**_black_friday(), **_starts()}
    for name, value in figures.items():
        print(f"{name:<34}{value:>12,.1f}")
    return {"unit": "requests for each CPU second", "cases": rows, **figures}


def _rates() -> Generator[tuple[str, float], None, None]:
    from oracle import Oracle
    from twin import compiled, ran

    from archlab.domain.latency.path import RequestPath, Retry
    from archlab.domain.latency.prepare import Draw, prepare
    from archlab.domain.latency.scaler import Scaler
    from archlab.domain.latency.station import drawn_waits, waits
    from archlab.domain.latency.streams import Purpose, stream
    from archlab.domain.latency.traffic import Traffic
    from archlab.domain.latency.warm import PATH

    units = stream(1, Purpose.SERVICE).standard_exponential((2, REQUESTS))
    arrivals = np.cumsum(units[0])
    for workers in (1, 8):
        mean, name = 0.8 * workers, f"M/M/{workers}"
        service = mean * units[1]
        simulated = partial(_simpy_station, workers)
        before = partial(waits, arrivals, service, workers)
        inside = partial(drawn_waits, stream(1, Purpose.SERVICE), 1.0, mean, workers, REQUESTS)
        yield f"{name}: SimPy", SLOW_REQUESTS / _seconds(simulated)
        yield f"{name}: drawn before", REQUESTS / _seconds(before, 200)
        yield f"{name}: drawn in the loop", REQUESTS / _seconds(inside, 50)

    scaler = Scaler("backend", 2, 2, 10, 0.5, 0.3, 2.0, 10.0, period_s=2.0, pools=("database",))
    backend, database = PATH.hops
    everything = RequestPath(
        (replace(backend, queue_limit=400), replace(database, acquire_timeout_s=2.0)),
        client_timeout_s=1.0,
        retry=Retry(3),
        scalers=(scaler,),
    )
    plain = replace(PATH, client_timeout_s=float("inf"))

    def plans(path: RequestPath, requests: int) -> Plan:
        spike = Traffic(((0.0, 200.0), (30.0, 300.0), (60.0, 200.0)), requests / 215)
        return prepare(path, spike, Draw(1, 0, 0.0), 360)

    small, large = plans(everything, SLOW_REQUESTS), plans(everything, REQUESTS)
    yield "all features: oracle in SimPy", _rate(small, lambda: Oracle(small).run())
    yield "all features: compiled", _rate(large, lambda: compiled(large), 5)
    yield "all features: uncompiled", _rate(small, lambda: ran(small))
    few, many = plans(plain, SLOW_REQUESTS), plans(plain, REQUESTS)
    yield "path: least SimPy", _rate(few, lambda: _simpy_path(few))
    yield "path: compiled", _rate(many, lambda: compiled(many), 5)
    yield "path: uncompiled", _rate(few, lambda: ran(few))


def _rate(plan: Plan, work: Callable[[], object], times: int = 1) -> float:
    return len(plan.arrivals) / _seconds(work, times)


def _seconds(work: Callable[[], object], times: int = 1) -> float:
    """CPU time of one call, the least of three measurements of `times` calls each."""
    spent = []
    for _measurement in range(3):
        start = time.process_time()
        for _call in range(times):
            work()
        spent.append((time.process_time() - start) / times)
    return min(spent)


def _simpy_station(workers: int) -> None:
    """The smallest M/M/c that SimPy can be given."""
    env = simpy.Environment()
    station = simpy.Resource(env, workers)
    units = np.random.Generator(np.random.PCG64(1)).standard_exponential((2, SLOW_REQUESTS))

    def request(service: float) -> Process:
        with station.request() as turn:
            yield turn
            yield env.timeout(service)

    def source() -> Process:
        for gap, service in zip(units[0].tolist(), units[1].tolist(), strict=True):
            yield env.timeout(gap)
            env.process(request(0.8 * workers * service))

    env.process(source())
    env.run()


def _simpy_path(plan: Plan) -> None:
    """Workers held over a pool, without timeouts, retries and scaling."""
    env = simpy.Environment()
    workers, pool = (simpy.Resource(env, int(count)) for count in plan.workers)

    def request(compute: float, query: float, hit: int) -> Process:
        with workers.request() as worker:
            yield worker
            yield env.timeout(compute)
            if not hit:
                with pool.request() as connection:
                    yield connection
                    yield env.timeout(query)

    def source() -> Process:
        gaps = np.diff(plan.arrivals, prepend=0.0).tolist()
        services, hits = plan.service.tolist(), plan.after[0].tolist()
        for gap, compute, query, hit in zip(gaps, *services, hits, strict=True):
            yield env.timeout(gap)
            env.process(request(compute, query, hit))

    env.process(source())
    env.run()


def _black_friday() -> Mapping[str, float]:
    """From the question to JSON, with scaling, on one core; and the two largest parts of it."""
    from archlab.domain.latency import Scaler, Traffic, simulate
    from archlab.domain.latency.kernel import run as kernel
    from archlab.domain.latency.prepare import Draw, prepare
    from archlab.domain.latency.simulate import lead
    from archlab.domain.latency.tables import fresh
    from archlab.domain.latency.warm import PATH

    path = replace(PATH, scalers=(Scaler("backend", 2, 2, 10, 0.5, 0.3, pools=("database",)),))

    def answer() -> str:
        run = simulate(path, Traffic.black_friday(), seed=1)
        series = {name: each.seconds.round(4).tolist() for name, each in run.series.items()}
        return json.dumps({"t": run.t.tolist(), "offered": run.offered.tolist(), **series})

    draws = partial(prepare, path, Traffic.black_friday(), Draw(1, 0, lead(path)), 360)
    plan = draws()
    return {
        "Black Friday hour, CPU ms": 1000 * _seconds(answer, 5),
        "of it arrivals and draws": 1000 * _seconds(draws, 5),
        "of it the kernel": 1000 * _seconds(lambda: kernel(plan, fresh(plan)), 5),
    }


def _starts() -> Mapping[str, float]:
    """A new process that warms up: with an empty cache of compiled code, and with a full one."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache, "PYTHONPATH": str(HERE.parents[1])}
        command = [sys.executable, "-m", "archlab.domain.latency.warm"]
        spent = []
        for _each in range(2):
            before = os.times()
            subprocess.run(command, env=environment, check=True)  # noqa: S603 - our own module
            after = os.times()
            used = after.children_user + after.children_system
            spent.append(used - before.children_user - before.children_system)
    return {"start without cache, CPU s": spent[0], "start with cache, CPU s": spent[1]}
