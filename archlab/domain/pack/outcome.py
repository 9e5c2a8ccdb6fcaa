"""What a simulation measured: every metric of a run by its name, with its band."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from functools import lru_cache

import numpy as np

from archlab.domain.architecture import Architecture, Change, apply
from archlab.domain.latency import Estimate, HopRun, HopSlots, Run
from archlab.domain.latency.hist import RESOLUTION
from archlab.domain.latency.simulate import half_width
from archlab.domain.latency.tables import Floats
from archlab.domain.money import MONEY, plain
from archlab.domain.pack.blocks.simulation import FIRST_SATURATED
from archlab.domain.pack.engines import Engines
from archlab.domain.pack.experiment import Experiment
from archlab.domain.pack.formulas import total
from archlab.domain.pricing import Unpriced

SATURATED = 0.95
"""From this share of workers taken on, a newcomer mostly waits."""
NOTHING = "none"
"""The answer to what is saturated first, when nothing is."""
FEWEST_FOR_A_BAND = 3
"""Two replications give a band so wide that it says nothing."""
RECOVERED = 2.0
"""A p95 below so many times its value before counts as recovered."""
SECONDS_PER_HOUR = 3600

UNITS: Mapping[str, Mapping[str, Decimal]] = {
    "ms": {"ms": Decimal(1), "s": Decimal("0.001")},
    "s": {"s": Decimal(1), "min": 1 / Decimal(60)},
    "ratio": {"ratio": Decimal(1), "%": Decimal(100)},
    "requests": {"requests": Decimal(1), "count": Decimal(1)},
    "tasks": {"tasks": Decimal(1), "count": Decimal(1)},
    "USD": {"USD": Decimal(1)},
}
"""A metric's own unit, the units in which it can be guessed, and the factor to them."""

OF_THE_RUN: Mapping[str, str] = {
    "p50_ms": "ms",
    "p95_ms": "ms",
    "p99_ms": "ms",
    "peak_p95_ms": "ms",
    "error_share": "ratio",
    "timeouts": "requests",
    "rejected": "requests",
    "throttled": "requests",
    "recovery_s": "s",
    "usd_run": "USD",
    FIRST_SATURATED: "",
}
"""Metrics of the whole run and their own units."""
OF_A_COMPONENT: Mapping[str, str] = {
    "max_tasks": "tasks",
    "max_queue": "requests",
    "peak_util": "ratio",
}
"""Metrics that need a component behind a dot, and their own units."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric. `half_width` is that of its 95 % band, NaN where there is none.

    Without a value, or with a bound instead of it, `reason` says why. `word` is the component of
    `first_saturated`.
    """

    value: float | None
    half_width: float = math.nan
    reason: str = ""
    word: str = ""
    is_bound: bool = False


@dataclass(frozen=True)
class Outcome:
    """The metrics of one experiment."""

    figures: Mapping[str, Figure]

    def __getitem__(self, metric: str) -> Figure:
        return self.figures[metric]


def unit_of(metric: str) -> str:
    """A metric's own unit; empty for a component."""
    return OF_THE_RUN.get(metric) or OF_A_COMPONENT.get(metric.partition(".")[0], "")


def metrics_of(made: Experiment) -> list[str]:
    """Every metric that this experiment has."""
    own = [name for name in OF_THE_RUN if name != "recovery_s" or made.upset_s is not None]
    workers = dict.fromkeys(hop.id for hop in made.path.hops if hop.servers is not None)
    scaled = {one.hop for one in made.path.scalers}
    own += [f"{name}.{id_}" for name in ("max_queue", "peak_util") for id_ in workers]
    return own + [f"max_tasks.{id_}" for id_ in workers if id_ in scaled]


@lru_cache(maxsize=128)
def outcome(made: Experiment) -> Outcome:
    """The metrics alone, kept for whoever asks again; what they cost is another question."""
    return measured(made, made.run())


def measured(made: Experiment, run: Run) -> Outcome:
    """Every metric of a run but what it costs."""
    figures = {
        "p50_ms": _percentile(run.p50),
        "p95_ms": _percentile(run.p95),
        "p99_ms": _percentile(run.p99),
        "peak_p95_ms": _worst(run),
        "error_share": _errors(run),
        "timeouts": _count(run, "timeout"),
        "rejected": _count(run, "rejected", "pool"),
        "throttled": _count(run, "throttled"),
        FIRST_SATURATED: _saturated(run),
    }
    if made.upset_s is not None:
        figures["recovery_s"] = _recovery(run, made.traffic.horizon_s, made.upset_s)
    figures.update(_of_components(run, {one.hop for one in made.path.scalers}))
    if run.replications < FEWEST_FOR_A_BAND:
        figures = {name: replace(one, half_width=math.nan) for name, one in figures.items()}
    return Outcome(figures)


def _percentile(one: Estimate) -> Figure:
    if math.isnan(one.value):
        return Figure(None, reason="nobody came")
    half_s = max(one.half_width, RESOLUTION * one.value)
    reason = "so many got no answer that this is the least it can be" if one.censored else ""
    return Figure(1000 * one.value, 1000 * half_s, reason, is_bound=one.censored)


def _worst(run: Run) -> Figure:
    """The highest p95 of a slot."""
    found = run.series["p95"]
    if np.isnan(found.seconds).all():
        return Figure(None, reason="nobody came")
    slot = int(np.nanargmax(found.seconds))
    worst = Estimate(
        float(found.seconds[slot]), float(found.half_width[slot]), bool(found.censored[slot])
    )
    return _percentile(worst)


def _errors(run: Run) -> Figure:
    offered = int(run.offered.sum())
    failed = sum(int(counts.sum()) for counts in run.errors.values())
    return Figure(failed / offered) if offered else Figure(None, reason="nobody came")


def _count(run: Run, *causes: str) -> Figure:
    """In one replication, on average."""
    return Figure(sum(int(run.errors[cause].sum()) for cause in causes) / run.replications)


def _recovery(run: Run, horizon_s: float, upset_s: tuple[float, float]) -> Figure:
    """From the end of the upset to the start of the first slot whose p95 is low again."""
    start, end = upset_s
    p95, slot_s = run.series["p95"], horizon_s / len(run.t)
    calm = p95.seconds[: int(start / slot_s)]
    if not calm.size or np.isnan(calm).all():
        return Figure(None, reason="nothing before it to compare with")
    usual = float(np.nanmedian(calm))
    low = (p95.seconds < RECOVERED * usual) & ~p95.censored
    for slot in range(math.ceil(end / slot_s - 1e-9), len(run.t)):
        if low[slot]:
            return Figure(slot * slot_s - end)
    return Figure(None, reason="not by the end")


def _saturated(run: Run) -> Figure:
    """The first hop whose workers are all but taken in a slot; of several the last on the way."""
    found = NOTHING
    first = math.inf
    for hop in _worked(run):
        full = np.flatnonzero(hop.busy >= SATURATED)
        if full.size and int(full[0]) <= first:
            found, first = hop.id, int(full[0])
    return Figure(None, word=found)


def _of_components(run: Run, scaled: set[str]) -> Iterator[tuple[str, Figure]]:
    for hop in _worked(run):
        yield f"max_queue.{hop.id}", _highest(hop, lambda one: one.queue)
        yield f"peak_util.{hop.id}", _highest(hop, lambda one: np.minimum(one.busy, 1.0))
        if hop.id in scaled:
            yield f"max_tasks.{hop.id}", _highest(hop, lambda one: one.tasks)


def _highest(hop: HopRun, series: Callable[[HopSlots], Floats]) -> Figure:
    """The mean over the replications of each one's highest slot."""
    peaks = [float(series(one).max()) for one in hop.each]
    return Figure(float(np.mean(peaks)), half_width(peaks))


def _worked(run: Run) -> Sequence[HopRun]:
    return [hop for hop in run.hops if hop.utilisation is not None]


def usd_run(made: Experiment, run: Run, engines: Engines) -> Figure:
    """The bill for the length of the traffic, with as many tasks as ran on average."""
    hours = made.traffic.horizon_s / SECONDS_PER_HOUR
    try:
        month = _month_usd(made.system, engines)
        for hop in _scaled(made, run):
            month += _more_usd(made.system, hop.id, float(hop.tasks.mean()), engines)
    except Unpriced as missing:
        return Figure(None, reason=str(missing))
    return Figure(float(month) * hours / made.system.month_hours)


def _more_usd(system: Architecture, id_: str, tasks: float, engines: Engines) -> Decimal:
    """USD a month that so many tasks cost more than those that the bill of the system counts."""
    component = system.components[id_]
    before = _month_usd(system, engines)
    average = Decimal(repr(round(tasks, 6)))
    with localcontext(MONEY):
        if component.averaged_by:
            changed = apply(system, Change(set={f"{id_}.{component.averaged_by}": plain(average)}))
            return _month_usd(changed, engines) - before
        place, copies = f"{id_}.{component.scaled_by}", component.copies
        one_up = apply(system, Change(set={place: str(copies + 1)}))
        return (average - copies) * (_month_usd(one_up, engines) - before)


def _scaled(made: Experiment, run: Run) -> Sequence[HopRun]:
    rules = {one.hop for one in made.path.scalers}
    return [hop for hop in _worked(run) if hop.id in rules]


def _month_usd(system: Architecture, engines: Engines) -> Decimal:
    return total(engines.modelled(system).lines, system.title)
