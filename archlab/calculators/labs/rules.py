"""A scaling rule as a page sets it, and what can be said about it before any traffic runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from archlab.calculators.labs import workbench
from archlab.calculators.labs.lab import Values, choice, number, slider
from archlab.domain.latency import Dist, RequestPath, Restless, Scaler, restless
from archlab.domain.latency.scaler import Metric
from archlab.domain.pack.settings import SettingRefused
from archlab.web import numbers

RULES = {
    "step": "one task at a time",
    "target": "the tasks for a target",
    "two": "two targets at once",
}
METRICS = {
    "busy": "busy workers, %",
    "cpu": "CPU, %",
    "requests": "requests per min and task",
    "backlog": "requests waiting per task",
    "depth": "requests waiting in all",
}
PERCENT: tuple[Metric, ...] = ("busy", "cpu")
NAMES: tuple[Metric, ...] = (*PERCENT, "requests", "backlog", "depth")

RULE = (
    choice("rule", "A rule asks for", RULES),
    choice("metric", "It looks at", METRICS, help_="Two targets are CPU and requests per minute."),
    slider("tasks", "Tasks at the start and at least", ("1", "20", "1"), "1"),
    slider("most", "Tasks at most", ("1", "40", "1"), "10"),
    slider("out_above", "Add above, busy or CPU", ("20", "95", "1"), "50", unit="%"),
    slider("in_below", "Remove below, busy or CPU", ("0", "90", "1"), "30", unit="%"),
    slider("out_count", "Add above, requests", ("10", "2000", "10"), "1000"),
    slider("in_count", "Remove below, requests", ("0", "2000", "10"), "600"),
    slider("out_for", "High for", ("60", "600", "60"), "60", unit="s"),
    slider("in_for", "Low for", ("60", "1800", "60"), "300", unit="s"),
    slider("rest_out", "Pause after adding", ("0", "600", "30"), "0", unit="s"),
    slider("rest_in", "Pause after removing", ("0", "600", "30"), "0", unit="s"),
    slider("provision", "A new task serves after", ("0", "300", "5"), "45", unit="s"),
)


@dataclass(frozen=True)
class Rule:
    """One metric with its thresholds in the unit of the page: per cent, or a count."""

    metric: Metric
    out_above: float
    in_below: float

    @property
    def scale(self) -> float:
        """What the engine's metric is multiplied with on the page."""
        return 100.0 if self.metric in PERCENT else 1.0


def rules_of(values: Values) -> tuple[Rule, ...]:
    """One rule, or the two targets; thresholds the wrong way round are refused."""
    percent = _thresholds(values, "out_above", "in_below")
    count = _thresholds(values, "out_count", "in_count")
    if values["rule"] == "two":
        return Rule("cpu", *percent), Rule("requests", *count)
    metric = next(name for name in NAMES if name == values["metric"])
    if metric == "depth" and values["rule"] == "target":
        sentence = _("More tasks do not divide a whole queue: choose requests waiting per task.")
        raise SettingRefused("metric", sentence)
    return (Rule(metric, *(percent if metric in PERCENT else count)),)


def _thresholds(values: Values, out: str, in_: str) -> tuple[float, float]:
    high, low = number(values, out), number(values, in_)
    if low > high:
        words = {"high": f"{high:g}"}
        raise SettingRefused(in_, _("Write at most the %(high)s at which tasks are added.") % words)
    return high, low


def path_of(values: Values, rules: tuple[Rule, ...]) -> RequestPath:
    """The workbench's path with the tasks and pauses of these rules."""
    least, most = round(number(values, "tasks")), round(number(values, "most"))
    if most < least:
        words = {"least": least}
        sentence = _("Write at least the %(least)s tasks that run from the start.") % words
        raise SettingRefused("most", sentence)
    scalers = tuple(
        Scaler(
            workbench.BACKEND,
            least,
            least,
            most,
            rule.out_above / rule.scale,
            rule.in_below / rule.scale,
            number(values, "out_for"),
            number(values, "in_for"),
            rule="step" if values["rule"] == "step" else "target",
            metric=rule.metric,
            cooldown_out_s=number(values, "rest_out"),
            cooldown_in_s=number(values, "rest_in"),
            provision=Dist.constant(number(values, "provision")),
            vcpus=number(values, "vcpus"),
            pools=(workbench.DATABASE,),
        )
        for rule in rules
    )
    return replace(workbench.path(values), scalers=scalers)


@dataclass(frozen=True)
class Foreseen:
    """Rules on a path of the workbench, in closed form."""

    values: Values
    path: RequestPath
    rules: tuple[Rule, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        return (*self._sleep(), *self._rest(), *self._haste(), *self._physics())

    @property
    def workers(self) -> float:
        return number(self.values, "workers")

    @property
    def most_cpu(self) -> float:
        """Mean CPU of a task in % while all its workers are taken."""
        backend = self.path.hops[0]
        cores = self.workers * backend.time.mean / backend.busy_s
        return 100 * cores / number(self.values, "vcpus")

    def _sleeps(self, rule: Rule) -> bool:
        return rule.metric == "cpu" and self.most_cpu < rule.out_above

    def _sleep(self) -> Iterator[str]:
        for rule in self.rules:
            if self._sleeps(rule):
                words = {"most": numbers.fixed(self.most_cpu, 1), "out": f"{rule.out_above:g}"}
                yield (
                    _(
                        "A task with all workers taken uses %(most)s %% of its CPU on average, "
                        "less than the %(out)s %% of the rule: workers wait, and the rule sleeps."
                    )
                    % words
                )

    def _rest(self) -> Iterator[str]:
        """Whether the rule rests under a load that does not change."""
        rule = self.rules[0]
        if self.values["rule"] != "step":
            yield _(
                "A target asks for the tasks that bring the metric to it, so under a load that "
                "does not change it stays there, but for the chance of a single minute."
            )
        elif rule.metric in ("backlog", "depth"):
            yield _(
                "An empty queue does not tell how much room there is: below the lower threshold "
                "the rule takes tasks away until requests wait again."
            )
        elif not self._sleeps(rule):
            yield from self._told_bands(rule)

    def _told_bands(self, rule: Rule) -> Iterator[str]:
        bands = self._bands(rule)
        yield from (self._told(rule, band) for band in bands[:2])
        if not bands:
            yield _(
                "Under a load that does not change this rule rests: one task more never brings the "
                "metric below the lower threshold."
            )

    def _bands(self, rule: Rule) -> tuple[Restless, ...]:
        least, most = (round(number(self.values, name)) for name in ("tasks", "most"))
        return restless(rule.out_above, rule.in_below, least, most)

    def _told(self, rule: Rule, band: Restless) -> str:
        words = {
            "one": band.tasks,
            "more": band.tasks + 1,
            "out": f"{rule.out_above:g}",
            "then": numbers.fixed(band.low / (band.tasks + 1), 1),
            "low": f"{rule.in_below:g}",
            "from": numbers.fixed(self._rate(rule, band.low), 1),
            "to": numbers.fixed(self._rate(rule, band.high), 1),
        }
        return (
            _(
                "It never rests between %(one)s and %(more)s tasks: %(out)s on %(one)s become "
                "%(then)s on %(more)s, which is below %(low)s. That holds from %(from)s to %(to)s "
                "requests per second."
            )
            % words
        )

    def _rate(self, rule: Rule, load: float) -> float:
        """Requests per second that make this load, in tasks x metric."""
        if rule.metric == "requests":
            return load / 60
        backend = self.path.hops[0]
        if rule.metric == "cpu":
            return load / 100 * number(self.values, "vcpus") / backend.time.mean
        return load / 100 * self.workers / backend.busy_s

    def _haste(self) -> Iterator[str]:
        """Whether steps are ordered faster than they show in the metric."""
        if self.values["rule"] != "step" or self._sleeps(self.rules[0]):
            return
        again = max(number(self.values, "out_for"), number(self.values, "rest_out"))
        seen = number(self.values, "provision") + self.path.scalers[0].period_s
        if again < seen:
            words = {"again": f"{again:g}", "seen": f"{seen:g}"}
            yield (
                _(
                    "It may add again after %(again)s s, but a new task shows in a whole minute of "
                    "the metric only after %(seen)s s: it can order too many."
                )
                % words
            )

    def _physics(self) -> Iterator[str]:
        backend = self.path.hops[0]
        vcpus = number(self.values, "vcpus")
        if self.workers * backend.time.mean > vcpus * backend.busy_s:
            yield _(
                "All workers together would need more than the vCPUs of a task: their own work "
                "would take longer than is reckoned here."
            )
