"""The path that most labs put under load: workers that hold a connection while they wait."""

from __future__ import annotations

import math
from decimal import Decimal

from archlab.calculators.labs.lab import Values, choice, number, slider, switch
from archlab.domain.latency import Dist, Hop, RequestPath, Retry, Scaler, Traffic
from archlab.domain.pack.blocks import Input
from archlab.domain.pack.settings import SettingRefused

BACKEND, DATABASE = "backend", "database"

SHAPES = {
    "spike": "a spike in the middle",
    "steady": "steady",
    "ramp": "a slow rise to the peak",
    "day": "a day in 24 steps, squeezed into the time",
}

TRAFFIC = (
    choice("shape", "Shape of the traffic", SHAPES),
    slider("rate", "Requests per second", ("1", "400", "1"), "20", unit="per s"),
    slider("factor", "Times as many at the peak", ("1", "10", "0.5"), "5"),
    slider("minutes", "Length", ("5", "60", "5"), "30", unit="min"),
)
"""Controls of what arrives; the spike stands from a sixth to two thirds of the time."""

SYSTEM = (
    slider("tasks", "Tasks", ("1", "20", "1"), "1"),
    slider("workers", "Workers per task", ("1", "64", "1"), "16"),
    slider("cpu", "Own work", ("1", "500", "1"), "80", unit="ms", help_="Mean of an exponential."),
    slider("query", "Query", ("1", "500", "1"), "200", unit="ms", help_="Mean of an exponential."),
    slider("hits", "Answered by the cache", ("0", "99", "1"), "40", unit="%"),
    slider("pool", "Connections per task", ("1", "64", "1"), "16"),
)
"""Controls of the two hops: a worker stays taken while its query waits and runs."""

CLIENT = (
    slider("timeout", "Clients give up after", ("1", "60", "1"), "30", unit="s"),
    slider("retries", "Retries", ("0", "5", "1"), "0", help_="After a pause with full jitter."),
)

SCALING = (
    switch("scaling", "Add tasks under load"),
    slider("most", "At most", ("1", "40", "1"), "10", unit="tasks"),
    slider("out_above", "Add one above", ("20", "95", "1"), "50", unit="% busy"),
    slider("in_below", "Remove one below", ("5", "90", "1"), "30", unit="% busy"),
    slider("out_for", "High for", ("60", "600", "60"), "60", unit="s"),
    slider("in_for", "Low for", ("60", "1800", "60"), "300", unit="s"),
    slider("provision", "A new task serves after", ("0", "300", "5"), "45", unit="s"),
)
"""Controls of the rule of steps; load is the share of workers that are taken."""


def controls(*groups: tuple[Input, ...]) -> tuple[Input, ...]:
    return tuple(one for group in groups for one in group)


def starting(group: tuple[Input, ...], **defaults: str) -> tuple[Input, ...]:
    """The same numbers to set, some of them from another default."""
    return tuple(
        one.model_copy(update={"default": Decimal(defaults[one.id])}) if one.id in defaults else one
        for one in group
    )


def traffic(values: Values) -> Traffic:
    rate, peak = number(values, "rate"), number(values, "rate") * number(values, "factor")
    horizon = 60 * number(values, "minutes")
    shape = values["shape"]
    if shape == "steady":
        return Traffic.steady(peak, horizon)
    if shape == "ramp":
        return Traffic.ramp(rate, peak, horizon)
    if shape == "day":
        whole = Traffic.day_cycle(rate, peak)
        squeeze = horizon / whole.horizon_s
        steps = tuple((start * squeeze, each) for start, each in whole.segments)
        return Traffic(steps, horizon)
    return Traffic(((0.0, rate), (horizon / 6, peak), (horizon * 2 / 3, rate)), horizon)


def path(values: Values) -> RequestPath:
    """Backend and database; only misses of the cache need a connection."""
    tasks = round(number(values, "tasks"))
    misses = 1 - number(values, "hits") / 100
    query_s = number(values, "query") / 1000
    backend = Hop(
        BACKEND,
        "Backend",
        Dist.exponential(number(values, "cpu") / 1000),
        tasks * round(number(values, "workers")),
        held_s=misses * query_s,
        hit_ratio=1 - misses,
    )
    pool = tasks * round(number(values, "pool"))
    database = Hop(DATABASE, "Database", Dist.exponential(query_s), pool)
    retries = round(number(values, "retries")) if "retries" in values else 0
    timeout = number(values, "timeout") if "timeout" in values else math.inf
    return RequestPath(
        (backend, database),
        client_timeout_s=timeout,
        retry=Retry(max_attempts=1 + retries),
        scalers=scalers(values, tasks),
    )


def scalers(values: Values, tasks: int) -> tuple[Scaler, ...]:
    """The rule of steps, with the tasks' connections; none while it is switched off."""
    if not values.get("scaling"):
        return ()
    most, low, high = (number(values, name) for name in ("most", "in_below", "out_above"))
    if most < tasks:
        raise SettingRefused("most", f"Write at least the {tasks} tasks that run from the start.")
    if low > high:
        raise SettingRefused("in_below", f"Write at most the {high:g} % at which one is added.")
    return (
        Scaler(
            BACKEND,
            tasks,
            tasks,
            round(most),
            high / 100,
            low / 100,
            number(values, "out_for"),
            number(values, "in_for"),
            provision=Dist.constant(number(values, "provision")),
            pools=(DATABASE,),
        ),
    )


def capacity(values: Values) -> float:
    """Requests per second at which workers or connections are all taken; the smaller of both."""
    tasks = number(values, "tasks")
    misses = 1 - number(values, "hits") / 100
    query_s = number(values, "query") / 1000
    held = number(values, "cpu") / 1000 + misses * query_s
    by_workers = tasks * number(values, "workers") / held
    by_pool = tasks * number(values, "pool") / (misses * query_s)
    return min(by_workers, by_pool)
