"""The metrics of a simulation in words, and its run as few enough points to draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

import numpy as np
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archlab.calculators.labs.trial import Shown
from archlab.domain.architecture import Architecture
from archlab.domain.latency import Run
from archlab.domain.latency.simulate import Series
from archlab.domain.latency.tables import Floats, Ints
from archlab.domain.pack.blocks import Simulation
from archlab.domain.pack.blocks.simulation import FIRST_SATURATED
from archlab.domain.pack.experiment import DRAWN
from archlab.domain.pack.outcome import NOTHING, Figure, unit_of
from archlab.web import numbers

LABELS: Mapping[str, Promise] = {
    "p50_ms": gettext_lazy("Half of all requests within"),
    "p95_ms": gettext_lazy("95 of 100 requests within"),
    "p99_ms": gettext_lazy("99 of 100 requests within"),
    "peak_p95_ms": gettext_lazy("95 of 100 within, in the worst stretch"),
    "error_share": gettext_lazy("Requests without an answer"),
    "timeouts": gettext_lazy("Requests that timed out"),
    "rejected": gettext_lazy("Requests that were turned away"),
    "throttled": gettext_lazy("Requests that were throttled"),
    "recovery_s": gettext_lazy("Back to normal after"),
    "usd_run": gettext_lazy("Cost of this time"),
    FIRST_SATURATED: gettext_lazy("Full first"),
}
OF_A_COMPONENT: Mapping[str, Promise] = {
    "max_tasks": gettext_lazy("Most tasks of %(component)s"),
    "max_queue": gettext_lazy("Most that wait for %(component)s"),
    "peak_util": gettext_lazy("Workers of %(component)s taken, at most"),
}
SHOWN: Mapping[str, tuple[str, ...]] = {
    "p50": ("p50_ms",),
    "p95": ("p95_ms",),
    "p99": ("p99_ms",),
    "errors": ("error_share",),
    "cost": ("usd_run",),
}
"""The metrics that a word of `show` brings into the table; others are drawings alone."""


def label_of(metric: str, system: Architecture) -> str:
    kind, _dot, component = metric.partition(".")
    if metric in LABELS:
        return str(LABELS[metric])
    return str(OF_A_COMPONENT[kind]) % {"component": name_of(component, system)}


def name_of(component: str, system: Architecture) -> str:
    """A component as the drawing calls it."""
    if component == NOTHING:
        return _("nothing")
    found = system.components.get(component)
    return found.label if found else component


def text_of(metric: str, found: Figure, system: Architecture) -> str:
    """A metric with its unit and its band, or why it has no value."""
    if found.word:
        return name_of(found.word, system)
    if found.value is None:
        return _(found.reason)
    told = _WORDS[unit_of(metric)](_decimal(found.value))
    if found.is_bound:
        return f"\N{GREATER-THAN OR EQUAL TO} {told}"
    if math.isnan(found.half_width) or not found.half_width:
        return told
    return f"{told} \N{PLUS-MINUS SIGN} {_WORDS[unit_of(metric)](_decimal(found.half_width))}"


def decimal_of(found: Figure) -> Decimal | None:
    """A metric's value to compare with."""
    return None if found.value is None else _decimal(found.value)


def _decimal(value: float) -> Decimal:
    return numbers.exact(round(value, 6))


def _count(value: Decimal) -> str:
    return numbers.fixed(value, 0 if value >= 10 or value == value.to_integral_value() else 1)


def _seconds(value: Decimal) -> str:
    return f"{numbers.fixed(value, 0)} s"


_WORDS: Mapping[str, Callable[[Decimal], str]] = {
    "ms": numbers.ms,
    "s": _seconds,
    "ratio": numbers.percent,
    "requests": _count,
    "tasks": _count,
    "USD": lambda value: numbers.usd(value) if value >= Decimal("0.01") else f"{value:.4f} USD",
}


def drawings(simulation: Simulation, run: Run, traffic_shown: Shown) -> Iterator[SafeString]:
    """What `show` asks for, each with its table."""
    shown = replace(traffic_shown, run=thinned(run, DRAWN), interactive=False)
    names = [name for name in ("p50", "p95", "p99") if name in simulation.show]
    prefix = simulation.id
    if names:
        yield shown.latency_chart(f"{prefix}-latency", _("How long requests take"), names)
    if "errors" in simulation.show:
        yield shown.flow_chart(f"{prefix}-flow", _("Requests, answered and failed"))
    if "queue" in simulation.show and shown.worked:
        yield shown.queue_chart(f"{prefix}-queue", _("Requests that wait"))
    if "tasks" in simulation.show:
        ruled = {one.component for one in simulation.scalers}
        alone = tuple(hop for hop in shown.run.hops if hop.id in ruled)
        scaled = replace(shown, run=replace(shown.run, hops=alone))
        yield scaled.tasks_chart(f"{prefix}-tasks", _("Tasks over time"))
    if "utilisation" in simulation.show and shown.worked:
        yield shown.busy_chart(f"{prefix}-busy", _("How full the workers are"))


def thinned(run: Run, most: int) -> Run:
    """The same in at most so many slots: counts add up, of everything else the worst stays."""
    each = math.ceil(len(run.t) / most)
    if each == 1:
        return run
    hops = tuple(
        replace(
            hop,
            busy=_worst(hop.busy, each),
            serving=_worst(hop.serving, each),
            queue=_worst(hop.queue, each),
            tasks=_worst(hop.tasks, each),
        )
        for hop in run.hops
    )
    return replace(
        run,
        t=run.t[::each],
        offered=_sum(run.offered, each),
        answered=_sum(run.answered, each),
        errors={name: _sum(counts, each) for name, counts in run.errors.items()},
        in_flight=_sum(run.in_flight, each),
        series={name: _worst_of(one, each) for name, one in run.series.items()},
        hops=hops,
    )


def _sum(counts: Ints, each: int) -> Ints:
    found: Ints = counts.reshape(-1, each).sum(axis=1)
    return found


def _worst(values: Floats, each: int) -> Floats:
    found: Floats = values.reshape(-1, each).max(axis=1)
    return found


def _worst_of(one: Series, each: int) -> Series:
    """The highest percentile of each group, with its own band; where nobody came, none."""
    seconds = one.seconds.reshape(-1, each)
    places = np.where(np.isnan(seconds), -1.0, seconds).argmax(axis=1)
    rows = np.arange(len(places))
    return Series(
        seconds[rows, places],
        one.half_width.reshape(-1, each)[rows, places],
        one.censored.reshape(-1, each)[rows, places],
    )
