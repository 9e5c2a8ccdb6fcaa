"""The scaling rule: how fast it answers, when it never rests, and what it saves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from archlab.calculators.labs import workbench
from archlab.calculators.labs.experiment import Experiment
from archlab.calculators.labs.lab import (
    Answer,
    Lab,
    Question,
    Reading,
    Story,
    Values,
    number,
    slider,
)
from archlab.calculators.labs.rules import (
    METRICS,
    NAMES,
    PERCENT,
    RULE,
    Foreseen,
    Rule,
    path_of,
    rules_of,
)
from archlab.calculators.labs.trial import Shown, Trial, over_time
from archlab.calculators.tables import Cell
from archlab.domain.latency import HopRun, settled, turns
from archlab.domain.latency.scaler import Metric
from archlab.web import charts, numbers

Floats = NDArray[np.float64]

TAKEN = 90
"""Per cent of workers busy, from which on a newcomer mostly waits."""
FLAPS = 3
"""Turns beyond those of the traffic that are more than one order too many and its way back."""
LARGEST_FLEET = 1000
BUDGET_MS = 30.0
"""Less than other labs have: the rule, its charts and counts cost a third of the time."""


def trial(values: Values) -> Trial:
    path = path_of(values, rules_of(values))
    return Trial(path, workbench.traffic(values), budget_ms=BUDGET_MS)


def tell(values: Values, trial: Trial, shown: Shown) -> Answer:
    return Tuned(values, trial, rules_of(values), shown).answer


@dataclass(frozen=True)
class Tuned:
    """A run under a rule, beside the fleet that needs none."""

    values: Values
    trial: Trial
    rules: tuple[Rule, ...]
    shown: Shown

    @cached_property
    def hop(self) -> HopRun:
        return next(hop for hop in self.shown.run.hops if hop.id == workbench.BACKEND)

    @property
    def rates(self) -> list[float]:
        return [rate for _start, rate in self.trial.traffic.segments]

    @property
    def workers(self) -> float:
        return number(self.values, "workers")

    @cached_property
    def measures(self) -> list[dict[Metric, Floats]]:
        """Every metric by slot, in the unit of the page, for each replication."""
        run = self.shown.run
        per_min = run.offered / (self.shown.slot_s / 60 * run.replications)
        cores = number(self.values, "vcpus") / self.workers
        return [
            {
                "busy": 100 * one.busy,
                "cpu": 100 * one.serving / cores,
                "requests": per_min / one.tasks,
                "backlog": one.queue / one.tasks,
                "depth": one.queue,
            }
            for one in self.hop.each
        ]

    def _minutes(self, metric: Metric, above: float) -> Decimal:
        """For how long a metric is above, mean over the replications."""
        slots = [int((one[metric] > above).sum()) for one in self.measures]
        mean = sum(slots) / len(slots)
        return numbers.exact(round(mean * self.shown.slot_s / 60, 2))

    @property
    def over_min(self) -> Decimal:
        """Minutes in which the rule asks for more, or the one of two that asks for longer."""
        return max(self._minutes(rule.metric, rule.out_above) for rule in self.rules)

    @property
    def taken_min(self) -> Decimal:
        return self._minutes("busy", TAKEN)

    @cached_property
    def turned(self) -> Decimal:
        """Turns of direction of the tasks, mean over the replications."""
        each = [turns(one.tasks.tolist()) for one in self.hop.each]
        return numbers.exact(round(sum(each) / len(each), 1))

    @property
    def expected_turns(self) -> int:
        """As often as the traffic itself turns."""
        return turns(self.rates)

    @property
    def task_hours(self) -> Decimal:
        seconds = float(self.hop.tasks.sum()) * self.shown.slot_s
        return numbers.exact(round(seconds / 3600, 2))

    @cached_property
    def fleet(self) -> int:
        """Fewest tasks that hold the peak with workers no busier than the threshold in %."""
        backend = self.trial.path.hops[0]
        share = number(self.values, "out_above") / 100
        peak = max(self.rates)
        return settled(peak, backend.busy_s, round(self.workers), share, 1, LARGEST_FLEET).tasks

    @property
    def answer(self) -> Answer:
        shown = self.shown
        worst = {} if shown.worst is None else {"worst_p99_s": shown.worst}
        return Answer(
            finding=self._finding,
            method=shown.method,
            exact=shown.run.exact,
            readings=(*self._readings(), *shown.readings),
            drawings=(
                self._tasks_chart(),
                self._metric_chart(),
                shown.latency_chart("scale-latency", _("What it meant for those who waited")),
            ),
            tables=(shown.explain,),
            notes=(*self._foreseen.notes, *shown.run.notes),
            heading=(*shown.heading, *NAMES),
            rows=tuple(self._rows()),
            measured={"over_min": self.over_min, "turns": self.turned, **worst},
        )

    @property
    def _foreseen(self) -> Foreseen:
        return Foreseen(self.values, self.trial.path, self.rules)

    @property
    def _finding(self) -> str:
        words = {
            "over": numbers.minutes(self.over_min),
            "taken": numbers.minutes(self.taken_min),
            "turns": numbers.fixed(self.turned, 1),
            "traffic": self.expected_turns,
        }
        if self.hop.tasks.min() == self.hop.tasks.max() and self.taken_min >= 1:
            return _("No task is ever added, while all workers are taken for %(taken)s") % words
        if not self.over_min:
            return _("The metric never passes its threshold")
        if self.turned >= self.expected_turns + FLAPS:
            return (
                _("It flaps: the tasks turn round %(turns)s times, the traffic %(traffic)s") % words
            )
        return _("For %(over)s the metric is above its threshold") % words

    def _readings(self) -> Iterator[Reading]:
        hours = self.trial.traffic.horizon_s / 3600
        yield Reading(
            _("above the threshold"),
            numbers.minutes(self.over_min),
            _("where the rule asks for more"),
        )
        yield Reading(
            _("workers taken"),
            numbers.minutes(self.taken_min),
            _("more than %(share)s %% of all") % {"share": TAKEN},
        )
        yield Reading(
            _("turns"),
            numbers.fixed(self.turned, 1),
            _("of direction in one replication, mean; the traffic: %(n)s")
            % {"n": self.expected_turns},
        )
        low, high = self.hop.tasks.min(), max(one.tasks.max() for one in self.hop.each)
        yield Reading(_("tasks"), f"{low:g} \N{EN DASH} {high:g}", _("least and most"))
        yield Reading(_("task-hours"), numbers.fixed(self.task_hours, 2), _("of the rule"))
        words = {"tasks": self.fleet, "share": f"{number(self.values, 'out_above'):g}"}
        yield Reading(
            _("a constant fleet"),
            numbers.fixed(self.fleet * hours, 2),
            _("of %(tasks)s tasks, in task-hours: workers %(share)s %% busy at the peak") % words,
        )

    def _tasks_chart(self) -> SafeString:
        tasks = self.hop.each[0].tasks
        lines = [
            (_("one replication"), tasks),
            (_("constant fleet"), np.full(len(tasks), float(self.fleet))),
        ]
        return self._chart(lines, "scale-tasks", self._finding, _("tasks"), stepped=True)

    def _metric_chart(self) -> SafeString:
        """Of the same replication as the tasks."""
        seen = self.measures[0]
        if len(self.rules) > 1:
            lines = [
                (_(METRICS[rule.metric]), 100 * seen[rule.metric] / rule.out_above)
                for rule in self.rules
            ]
            return self._chart(
                lines, "scale-metric", _("The larger demand wins"), _("% of the target")
            )
        (rule,) = self.rules
        shown = PERCENT if rule.metric in PERCENT else (rule.metric,)
        lines = [(_(METRICS[name]), seen[name]) for name in shown]
        level = np.ones(len(self.hop.tasks))
        lines.append((_("add above"), rule.out_above * level))
        lines.append((_("remove below"), rule.in_below * level))
        label = "%" if rule.metric in PERCENT else _(METRICS[rule.metric])
        return self._chart(lines, "scale-metric", _("What the rule sees"), label)

    def _chart(
        self,
        lines: list[tuple[str, Floats]],
        id_: str,
        finding: str,
        y_label: str,
        *,
        stepped: bool = False,
    ) -> SafeString:
        series = [
            charts.Series(
                name,
                tuple(zip(self.shown.minutes, _rounded(heights), strict=True)),
                stepped=stepped,
            )
            for name, heights in lines
        ]
        return over_time(series, id_, finding, y_label)

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        columns = [_rounded(self.measures[0][name]) for name in NAMES]
        for slot, row in enumerate(self.shown.rows()):
            yield (*row, *(column[slot] for column in columns))


def _rounded(values: Floats) -> list[Decimal]:
    return [numbers.exact(round(float(value), 2)) for value in values]


TASK = (
    *workbench.starting(
        workbench.SYSTEM[1:], workers="8", cpu="10", query="430", hits="0", pool="8"
    ),
    slider("vcpus", "vCPUs per task", ("0.25", "16", "0.25"), "1"),
    *workbench.CLIENT[:1],
)
"""The workbench's task, with little work of its own; how many of it run, the rule says."""

LAB = Lab(
    slug="scaling-rule",
    title="The scaling rule",
    summary="Thresholds, windows, pauses and a start-up time, and what they make of the traffic.",
    why=(
        "A rule sees a metric a minute late and adds tasks that serve later still. What it looks "
        "at decides whether it fires at all, and the gap between its thresholds whether it rests."
    ),
    controls=workbench.controls(RULE, workbench.starting(workbench.TRAFFIC, rate="10"), TASK),
    answer=Experiment(trial, tell),
    limits=(
        "Metrics are taken each 60 s. Times above and turns are counted by slot of the run.",
        "Balancing is ideal, tasks start alike, and one that is removed finishes what it does.",
        "The database serves every connection at full speed, however many there are.",
        "A target moves at once to the tasks that it needs; a managed one gives them up slowly.",
        "What is said before the run leaves out waiting for workers and connections.",
    ),
    sources=(
        "50 % for 60 s, 30 % for 300 s, backend 1 to 10, frontend 1 to 6: S3-123 to S3-126.",
        "Chatbot 70 % and 40 %, 1 to 4 tasks, above 1,000 messages: S3-127, S3-128, S3-131.",
        "React fast, release slowly: S3-129. Low CPU and high latency is waiting: S3-204.",
        "CPU 60 % and 1,000 requests per target, here per minute: S4-010, S4-011.",
        "Start-up time, sizes and all windows of the targets are ours.",
    ),
    stories=(
        Story(
            "Quiet traffic, and the rule of the source never rests",
            {"shape": "steady", "factor": "1", "minutes": "60"},
        ),
        Story("A CPU rule sleeps while all workers wait for the database", {"metric": "cpu"}),
        Story(
            "CPU 60 % and 1,000 requests a minute, 2 to 6 tasks",
            {
                "rule": "two",
                "rate": "20",
                "query": "200",
                "tasks": "2",
                "most": "6",
                "out_above": "60",
                "in_below": "54",
                "out_count": "1000",
                "in_count": "900",
                "in_for": "900",
            },
        ),
        Story(
            "The chatbot's rule: above 1,000 requests waiting in all, 1 to 4 tasks",
            {"metric": "depth", "most": "4", "factor": "2", "in_count": "10", "minutes": "60"},
        ),
        Story(
            "The same from 50 waiting per task on",
            {
                "metric": "backlog",
                "most": "4",
                "factor": "2",
                "out_count": "50",
                "in_count": "10",
                "minutes": "60",
            },
        ),
    ),
    question=Question(
        "For how many minutes is the metric above the threshold at which tasks are added?",
        "min",
        "over_min",
    ),
)
