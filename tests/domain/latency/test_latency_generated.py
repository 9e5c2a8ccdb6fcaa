"""Paths that nobody thought of: the kernel, its uncompiled twin and SimPy agree on each."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import on_a_grid
from sampling import FULL
from test_latency_kernel import assert_same_as_the_oracle, ended
from twin import compiled, ran

from archlab.domain.latency import (
    Dist,
    Fault,
    Hop,
    RequestPath,
    Retry,
    Scaler,
    Traffic,
    simulate,
)
from archlab.domain.latency.prepare import Draw, prepare

short = st.sampled_from((0.01, 0.05, 0.1, 0.3))
dists = st.one_of(
    st.builds(Dist.constant, st.sampled_from((0.0, 0.05, 0.125))),
    st.builds(Dist.exponential, short),
    st.builds(lambda p50: Dist.lognormal(p50, 5 * p50), short),
)
hops = st.builds(
    Hop,
    id=st.just(""),
    label=st.just(""),
    service=dists,
    servers=st.sampled_from((None, 1, 2, 4, 8)),
    held_s=st.sampled_from((0.0, 0.1)),
    hit_ratio=st.sampled_from((0.0, 0.3)),
    queue_limit=st.sampled_from((None, 0, 3, 30)),
    acquire_timeout_s=st.sampled_from((math.inf, 0.125, 0.7)),
    error_rate=st.sampled_from((0.0, 0.1)),
)
retries = st.builds(
    Retry,
    max_attempts=st.integers(1, 4),
    base_s=st.sampled_from((0.0, 0.1, 0.5)),
    jitter=st.sampled_from(("none", "full")),
    limit_ratio=st.sampled_from((None, 0.2)),
)
scalers = st.builds(
    Scaler,
    hop=st.just(""),
    tasks=st.just(1),
    minimum=st.just(1),
    maximum=st.integers(1, 4),
    out_above=st.sampled_from((0.5, 0.8)),
    in_below=st.sampled_from((0.2, 0.4)),
    out_for_s=st.sampled_from((0.0, 1.0, 2.0)),
    in_for_s=st.sampled_from((1.0, 3.0)),
    rule=st.sampled_from(("step", "target")),
    metric=st.sampled_from(("busy", "cpu", "backlog")),
    step=st.integers(1, 3),
    cooldown_out_s=st.sampled_from((0.0, 2.0)),
    period_s=st.just(1.0),
    provision=dists,
)
modes = st.sampled_from(("refuse", "hang", "slow"))


@st.composite
def paths(draw: st.DrawFn) -> RequestPath:
    row = tuple(
        replace(hop, id=f"hop-{number}")
        for number, hop in enumerate(draw(st.lists(hops, min_size=1, max_size=4)))
    )
    busy = [hop.id for hop in row if hop.servers is not None]
    scaled = draw(st.sampled_from(["", *busy]))
    rules = (replace(draw(scalers), hop=scaled),) if scaled else ()
    where = draw(st.sampled_from(row)).id
    start = draw(st.sampled_from((1.0, 2.5)))
    fault = draw(
        st.builds(Fault, st.just(where), st.just(start), st.just(1.5), modes, st.just(2.0))
    )
    faults = (fault,) if draw(st.booleans()) else ()
    timeout = draw(st.sampled_from((0.25, 1.0, 3.0)))
    return RequestPath(row, timeout, draw(retries), rules, faults)


@settings(max_examples=200 if FULL else 40)
@given(path=paths(), seed=st.integers(0, 99), ties=st.booleans())
def test_three_ways_to_run_a_path_agree(path: RequestPath, seed: int, *, ties: bool) -> None:
    plan = prepare(path, Traffic.steady(40.0, 5.0), Draw(seed, 0, 1.0), 10)
    plan = on_a_grid(plan) if ties else plan
    state = compiled(plan)
    assert_same_as_the_oracle(plan, state)
    assert ended(state) == ended(ran(plan))


@settings(max_examples=200 if FULL else 40)
@given(path=paths(), seed=st.integers(0, 99))
def test_no_path_gives_a_negative_or_missing_figure(path: RequestPath, seed: int) -> None:
    run = simulate(path, Traffic.steady(40.0, 5.0), seed=seed, replications=2, slots=4)
    ends = run.answered + sum(run.errors.values()) + run.in_flight
    assert run.offered.tolist() == ends.tolist()
    if run.answered.sum():
        total = math.fsum(row.service_s + row.wait_s + row.extra_s for row in run.explain)
        assert math.isclose(total, run.mean.value, rel_tol=1e-9)
        assert all(hop.wait_s >= 0 and hop.service_s >= 0 for hop in run.hops)
    for series in run.series.values():
        assert not np.isnan(series.seconds[run.offered > 0]).any()
    for hop in run.hops:
        assert (hop.queue >= 0).all()
        assert (hop.serving <= hop.busy + 1e-9).all()
