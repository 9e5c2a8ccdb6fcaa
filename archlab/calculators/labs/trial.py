"""A simulated trial as a page shows it: percentiles with bands, curves over time, where time went.

The engine is exact and takes every request through every queue, so a trial has a budget: as many
replications as fit, or none. What does not fit is refused with a sentence that says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from archlab.calculators.labs.kernel import KERNEL
from archlab.calculators.labs.lab import Answer, Reading, Table
from archlab.calculators.tables import Cell
from archlab.domain.latency import Estimate, HopRun, RequestPath, Run, Traffic, simulate
from archlab.domain.latency.hist import RESOLUTION
from archlab.domain.latency.simulate import run_cost_ms, silent
from archlab.web import charts, numbers

Numbers = NDArray[np.float64] | NDArray[np.int64]

BUDGET_MS = 36.0
"""What simulating may cost one answer; words and drawings take ten to fifteen more."""
MOST_REPLICATIONS = 8
FEWEST_FOR_A_BAND = 3
BACKGROUND_MS = 10_000.0
"""What all replications of one run in the background may cost."""
MOST_EXACTLY = 32
SLOTS = 60
SEED = 20261121
PERCENTILES = ("p50", "p95", "p99")
ERRORS = {
    "timeout": "timed out",
    "rejected": "turned away, 503",
    "pool": "no connection in time",
    "throttled": "throttled, 429",
    "fault": "failed at a fault",
}


@dataclass(frozen=True)
class Trial:
    """One path under one traffic, at `most` so many times; times in seconds."""

    path: RequestPath
    traffic: Traffic
    seed: int = SEED
    most: int = MOST_REPLICATIONS
    budget_ms: float = BUDGET_MS

    @property
    def visits(self) -> float:
        """Requests of one replication with all attempts that they may take."""
        return self.traffic.expected * self.path.retry.max_attempts

    @property
    def cost_ms(self) -> float:
        """One replication, if every request takes all of its attempts."""
        return run_cost_ms(self.path, self.traffic)

    @property
    def replications(self) -> int:
        """As many as the budget has room for; 0 when one alone is too much."""
        return min(self.most, int(self.budget_ms / self.cost_ms))

    @property
    def most_replications(self) -> int:
        """As many as the background has room for, at least 1."""
        return max(1, min(MOST_EXACTLY, int(BACKGROUND_MS / self.cost_ms)))

    def run(self) -> Run:
        """At once; raises Preparing while the kernel is being compiled."""
        KERNEL.must_be_ready()
        return self._simulated(max(1, self.replications))

    def run_exactly(self, watch: Callable[[int], None]) -> Run:
        """With all replications; `watch` hears how many are done and may raise to end it."""
        return self._simulated(self.most_replications, watch)

    def _simulated(self, replications: int, watch: Callable[[int], None] = silent) -> Run:
        return simulate(
            self.path,
            self.traffic,
            seed=self.seed,
            replications=replications,
            slots=SLOTS,
            watch=watch,
        )


@dataclass(frozen=True)
class Shown:
    """A run in the words and drawings of a page."""

    run: Run
    traffic: Traffic
    interactive: bool = True
    """Whether the page has the script that enlarges a drawing."""

    @property
    def method(self) -> str:
        words = {"engine": self.run.engine, "seed": self.run.seed, "n": self.run.replications}
        said = ngettext(
            "exact simulation (%(engine)s), seed %(seed)s, %(n)s replication",
            "exact simulation (%(engine)s), seed %(seed)s, %(n)s replications",
            self.run.replications,
        )
        return said % words

    @property
    def answered_share(self) -> Decimal:
        offered = int(self.run.offered.sum())
        return _exact(int(self.run.answered.sum()) / offered) if offered else Decimal(0)

    @property
    def readings(self) -> tuple[Reading, ...]:
        run = self.run
        offered = int(run.offered.sum()) / run.replications
        shares = [
            Reading(name, seconds(getattr(run, name)), _("of all requests, unanswered ones last"))
            for name in PERCENTILES
        ]
        return (
            Reading(_("offered"), numbers.fixed(offered, 0), _("requests in one replication")),
            Reading(_("answered"), numbers.percent(self.answered_share)),
            *shares,
            *self._errors(offered),
        )

    def _errors(self, offered: float) -> Iterator[Reading]:
        for name, counts in self.run.errors.items():
            share = int(counts.sum()) / self.run.replications / offered if offered else 0.0
            if share:
                yield Reading(_(ERRORS[name]), numbers.percent(_exact(share)))
        if self.run.retries:
            each = self.run.retries / self.run.replications
            yield Reading(_("retries"), numbers.fixed(each, 0), _("attempts beyond the first"))

    @property
    def minutes(self) -> list[Decimal]:
        return [_exact(round(float(t) / 60, 3)) for t in self.run.t]

    @property
    def slot_s(self) -> float:
        return self.traffic.horizon_s / len(self.run.t)

    def _per_second(self, counts: Numbers) -> list[Decimal]:
        whole = self.slot_s * self.run.replications
        return [_exact(round(float(count) / whole, 3)) for count in counts]

    def flow_chart(self, id_: str, finding: str) -> SafeString:
        """Offered, answered and failed requests per second."""
        failed = np.sum(list(self.run.errors.values()), axis=0)
        lines = [
            (_("offered"), self.run.offered),
            (_("answered"), self.run.answered),
            (_("failed"), failed),
        ]
        series = [
            charts.Series(name, tuple(zip(self.minutes, self._per_second(counts), strict=True)))
            for name, counts in lines
        ]
        return self._over_time(series, id_, finding, _("requests per second, by minute of arrival"))

    def latency_chart(
        self, id_: str, finding: str, names: Sequence[str] = PERCENTILES
    ) -> SafeString:
        """Percentiles by minute of arrival; where requests went unanswered, a floor and no line."""
        series = [
            charts.Series(
                name,
                tuple(zip(self.minutes, self.seconds(name), strict=True)),
                band=self._band(name),
            )
            for name in names
        ]
        floor = self._floor()
        if any(height is not None for _x, height in floor):
            series.append(charts.Series(_("unanswered: at least"), floor, "assumed"))
        return self._over_time(series, id_, finding, _("seconds"))

    def _over_time(
        self, series: Sequence[charts.Series], id_: str, finding: str, y_label: str
    ) -> SafeString:
        return over_time(series, id_, finding, y_label, interactive=self.interactive)

    def seconds(self, name: str) -> list[Decimal | None]:
        """A percentile by slot in seconds; None where so many went unanswered, or nobody came."""
        found = self.run.series[name]
        return [
            None if math.isnan(value) or censored else _exact(round(float(value), 4))
            for value, censored in zip(found.seconds, found.censored, strict=True)
        ]

    def _band(self, name: str) -> charts.Band | None:
        """How far replications differ; two are too few to draw, one says nothing."""
        if self.run.replications < FEWEST_FOR_A_BAND:
            return None
        bound = _exact(self.run.bound_s)
        spans = [
            None if height is None or math.isnan(half) else _around(height, half, bound)
            for height, half in zip(
                self.seconds(name), self.run.series[name].half_width.tolist(), strict=True
            )
        ]
        meaning = _("95 %% over %(n)s replications") % {"n": self.run.replications}
        return charts.Band(meaning, tuple(zip(self.minutes, spans, strict=True)))

    def _floor(self) -> tuple[tuple[Decimal, Decimal | None], ...]:
        bound = _exact(self.run.bound_s)
        censored = self.run.series["p99"].censored
        heights = [bound if bool(one) else None for one in censored]
        return tuple(zip(self.minutes, heights, strict=True))

    def queue_chart(self, id_: str, finding: str) -> SafeString:
        """Requests that wait in front of each hop with workers."""
        series = [
            charts.Series(
                hop.label or hop.id, tuple(zip(self.minutes, _rounded(hop.queue), strict=True))
            )
            for hop in self.worked
        ]
        return self._over_time(series, id_, finding, _("requests waiting"))

    def busy_chart(self, id_: str, finding: str) -> SafeString:
        """The share of each hop's workers that is taken."""
        series = [
            charts.Series(
                hop.label or hop.id,
                tuple(zip(self.minutes, _rounded(100 * hop.busy), strict=True)),
            )
            for hop in self.worked
        ]
        return self._over_time(series, id_, finding, _("% of workers taken"))

    def tasks_chart(self, id_: str, finding: str) -> SafeString:
        """Tasks over time, of hops that a rule scales."""
        series = [
            charts.Series(
                hop.label or hop.id,
                tuple(zip(self.minutes, _rounded(hop.tasks), strict=True)),
                stepped=True,
            )
            for hop in self.worked
            if hop.tasks.min() != hop.tasks.max()
        ]
        return self._over_time(series, id_, finding, _("tasks")) if series else SafeString("")

    @property
    def worked(self) -> list[HopRun]:
        return [hop for hop in self.run.hops if hop.utilisation is not None]

    @property
    def explain(self) -> Table:
        """Which part added how much to the mean; the rows add up to it."""
        rows = [
            (row.label or row.id, *map(_ms, (row.service_s, row.wait_s, row.extra_s)), busy)
            for row, busy in zip(self.run.explain, self._busy(), strict=True)
        ]
        foot = (_("mean"), "", "", _ms(self.run.mean.value), "")
        head = (_("Part"), _("service, ms"), _("waiting, ms"), _("extra, ms"), _("busy"))
        return Table("explain", _("Where the mean comes from"), head, tuple(rows), foot)

    def _busy(self) -> Iterator[str]:
        for hop in self.run.hops:
            yield "" if hop.utilisation is None else numbers.percent(_exact(hop.utilisation))
        yield ""

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """One row for each slot, as the drawings show it."""
        names = [self.seconds(name) for name in PERCENTILES]
        for slot, minute in enumerate(self.minutes):
            errors = [int(counts[slot]) for counts in self.run.errors.values()]
            waiting = math.fsum(float(hop.queue[slot]) for hop in self.worked)
            tasks = max((float(hop.tasks[slot]) for hop in self.worked), default=0.0)
            yield (
                minute,
                int(self.run.offered[slot]),
                int(self.run.answered[slot]),
                *errors,
                *(found[slot] for found in names),
                _exact(round(waiting, 2)),
                _exact(round(tasks, 2)),
            )

    @property
    def heading(self) -> tuple[str, ...]:
        percentiles = (f"{name}_s" for name in PERCENTILES)
        return ("minute", "offered", "answered", *self.run.errors, *percentiles, "waiting", "tasks")

    @property
    def worst(self) -> Decimal | None:
        """The highest p99 of a slot in seconds; where requests went unanswered, the timeout."""
        found = [float(value) for value in self.run.series["p99"].seconds if not math.isnan(value)]
        return _exact(round(max(found), 3)) if found else None

    def answer(self, finding: str, *, notes: tuple[str, ...] = ()) -> Answer:
        """The whole trial: requests, percentiles, queues, tasks, and the table of the mean."""
        drawings = (
            self.latency_chart("lab-latency", finding),
            self.flow_chart("lab-flow", _("Requests by minute of arrival")),
            self.queue_chart("lab-queue", _("Waiting requests")) if self.worked else SafeString(""),
            self.tasks_chart("lab-tasks", _("Tasks over time")),
        )
        return Answer(
            finding=finding,
            method=self.method,
            exact=self.run.exact,
            readings=self.readings,
            drawings=tuple(drawing for drawing in drawings if drawing),
            tables=(self.explain,),
            notes=(*notes, *self.run.notes),
            heading=self.heading,
            rows=tuple(self.rows()),
            measured={} if self.worst is None else {"worst_p99_s": self.worst},
        )


def over_time(
    series: Sequence[charts.Series],
    id_: str,
    finding: str,
    y_label: str,
    *,
    interactive: bool = True,
) -> SafeString:
    """Lines over the minutes of a run; where a slot has no figure, a gap."""
    return charts.line_chart(
        series,
        id_=id_,
        finding=finding,
        x_label=_("minutes"),
        y_label=y_label,
        interactive=interactive,
        lack=_("no figure"),
    )


def seconds(one: Estimate) -> str:
    """An estimate in ms or s with its band, that of the histogram at least; censored, a bound."""
    if math.isnan(one.value):
        return _("nobody came")
    told = numbers.ms(_exact(round(one.value * 1000, 3)))
    if one.censored:
        return f"\N{GREATER-THAN OR EQUAL TO} {told}"
    if math.isnan(one.half_width):
        return told
    half_s = max(one.half_width, RESOLUTION * one.value)
    if told.endswith(" s"):
        return f"{told} \N{PLUS-MINUS SIGN} {numbers.fixed(_exact(round(half_s, 3)), 1)} s"
    return f"{told} \N{PLUS-MINUS SIGN} {numbers.ms(_exact(round(half_s * 1000, 3)))}"


def _exact(value: float) -> Decimal:
    return numbers.exact(value)


def _around(middle: Decimal, half: float, bound: Decimal) -> charts.Span:
    """A band of seconds inside what an answer can take: from 0 to where everybody gave up."""
    width = _exact(round(half, 4))
    return max(Decimal(0), middle - width), max(middle, min(bound, middle + width))


def _rounded(values: Numbers) -> list[Decimal]:
    return [_exact(round(float(value), 2)) for value in values]


def _ms(value: float) -> str:
    return "" if math.isnan(value) else numbers.fixed(_exact(round(value * 1000, 6)), 2)
