"""The cutover: 48 hours of moving traffic, and who fails on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.calculators.labs.lab import (
    Answer,
    Lab,
    Question,
    Reading,
    Story,
    Table,
    Values,
    choice,
    number,
    slider,
    switch,
)
from archlab.calculators.tables import Cell
from archlab.domain.latency import (
    Cutover,
    CutoverPlan,
    Defect,
    Rollback,
    Shift,
    Traffic,
    cut_over,
    error_budget,
)
from archlab.domain.pack.blocks import Input
from archlab.domain.pack.settings import SettingRefused
from archlab.web import charts, numbers

HOURS = 48
BUDGET_DAYS = 30
STAGES = ((0, "5"), (8, "15"), (16, "30"), (24, "50"), (30, "75"), (36, "100"))
"""Hours and percentages from which each stage starts; the first one is always hour 0."""

WATCHES = {"both": "the mean over both systems", "new": "the new system alone"}


def answer(values: Values) -> Answer:
    return Weighed(_plan(values), _percent(values, "objective")).answer


def _plan(values: Values) -> CutoverPlan:
    rule = Rollback(
        _percent(values, "limit"),
        round(number(values, "window")),
        round(number(values, "back")),
        alone=values["watches"] == "new",
    )
    return CutoverPlan(
        tuple(_shifts(values)),
        tuple(_rates(values)),
        HOURS * 60,
        _percent(values, "old"),
        _percent(values, "new"),
        Defect(_percent(values, "above"), _percent(values, "route")),
        rule if values["rule"] else None,
    )


def _percent(values: Values, name: str) -> Decimal:
    """A setting in percent as an exact share."""
    return numbers.exact(number(values, name)) / 100


def _shifts(values: Values) -> Iterator[Shift]:
    before = 0
    yield Shift(0, _percent(values, "share1"))
    for stage in range(2, len(STAGES) + 1):
        hour = round(number(values, f"hour{stage}"))
        if hour <= before:
            sentence = f"Stage {stage - 1} starts at hour {before}: write a later hour."
            raise SettingRefused(f"hour{stage}", sentence)
        before = hour
        yield Shift(hour * 60, _percent(values, f"share{stage}"))


def _rates(values: Values) -> Iterator[tuple[int, Decimal]]:
    """Requests per minute by hour of the plan, on the cosine of a day."""
    mean, swing = number(values, "daily") * 1000 / 1440, number(values, "swing") / 100
    day = Traffic.day_cycle(mean * (1 - swing), mean * (1 + swing)).segments
    first = round(number(values, "clock"))
    for hour in range(HOURS):
        yield 60 * hour, numbers.exact(round(day[(first + hour) % 24][1], 6))


@dataclass(frozen=True)
class Weighed:
    """A plan beside others under the same traffic. `objective` is a share of answered requests."""

    plan: CutoverPlan
    objective: Decimal

    @cached_property
    def found(self) -> Cutover:
        return cut_over(self.plan)

    @property
    def budget(self) -> Decimal:
        """Requests that may fail in the days of the objective at this traffic."""
        days = Decimal(self.plan.horizon_min) / 1440
        return error_budget(self.objective, self.found.requests / days * BUDGET_DAYS)

    @property
    def answer(self) -> Answer:
        return Answer(
            finding=self._finding,
            method=_("a sum over minutes of rate times error share; expected values, no chance"),
            exact=True,
            readings=tuple(self._readings()),
            drawings=(self._shares(), self._errors()),
            tables=(self._beside,),
            notes=(self._rule_note,),
            heading=("hour_from", "hour_to", "share", "per_min", "new_errors", "errors", "failed"),
            rows=tuple(self._rows()),
            measured={"failed": self.found.failed},
        )

    @property
    def _finding(self) -> str:
        words = {"failed": numbers.fixed(self.found.failed, 0), "used": self._used(self.found)}
        return _("%(failed)s requests fail: %(used)s of what 30 days allow") % words

    def _used(self, one: Cutover) -> str:
        return numbers.percent(one.failed / self.budget)

    def _readings(self) -> Iterator[Reading]:
        stayed = cut_over(self.plan.never()).failed
        allowed = numbers.fixed((1 - self.objective) * BUDGET_DAYS * 1440, 1)
        yield Reading(_("requests"), numbers.fixed(self.found.requests, 0), _("in 48 hours"))
        yield Reading(_("failed"), numbers.fixed(self.found.failed, 0))
        yield Reading(
            _("because of the move"),
            numbers.fixed(self.found.failed - stayed, 0),
            _("without what fails where nothing moves"),
        )
        yield Reading(
            _("error budget"),
            _("%(count)s requests") % {"count": numbers.fixed(self.budget, 0)},
            _("for 30 days at this traffic, or %(minutes)s minutes with no answer")
            % {"minutes": allowed},
        )
        yield Reading(_("budget used"), self._used(self.found))
        yield Reading(
            _("defect in reach"),
            _span(self.found.defect_min),
            _("while the share is above its limit"),
        )

    @property
    def _rule_note(self) -> str:
        rule, fired = self.plan.rule, self.found.fired_min
        if rule is None:
            return _("No rule watches: the plan runs to its end, whatever fails.")
        if fired is not None:
            words = {"at": _clock(fired), "back": _clock(fired + rule.within_min)}
            return _("The rule fires at %(at)s; at %(back)s the old system has all again.") % words
        worst = max(self.plan.watched_at(shift.share) for shift in self.plan.shifts)
        words = {"worst": _share(worst), "limit": _share(rule.above)}
        said = _("The rule never fires: it sees at most %(worst)s errors, its limit is %(limit)s.")
        return said % words

    @property
    def _beside(self) -> Table:
        rows = []
        for name, plan in self._others():
            found = cut_over(plan)
            fired = _("never") if found.fired_min is None else _clock(found.fired_min)
            failed = numbers.fixed(found.failed, 0)
            rows.append((name, failed, self._used(found), fired, _span(found.defect_min)))
        head = (_("Plan"), _("failed"), _("budget used"), _("rule fired"), _("defect in reach"))
        return Table("beside", _("The same 48 hours, moved in other ways"), head, tuple(rows))

    def _others(self) -> Iterator[tuple[str, CutoverPlan]]:
        once = self.plan.at_once()
        yield _("this plan"), self.plan
        if self.plan.rule is not None:
            yield _("this plan without the rule"), replace(self.plan, rule=None)
            yield _("all at once, with this rule"), once
        yield _("all at once, without a rule"), replace(once, rule=None)
        yield _("nothing moves"), self.plan.never()

    def _shares(self) -> SafeString:
        planned = tuple((_hours(one.start_min), one.share * 100) for one in self.plan.shifts)
        ran = tuple((_hours(one.start_min), one.share * 100) for one in self.found.stretches)
        end = _hours(self.plan.horizon_min)
        series = [
            charts.Series(_("as it ran"), (*ran, (end, ran[-1][1])), stepped=True),
            charts.Series(_("planned"), (*planned, (end, planned[-1][1])), "assumed", stepped=True),
        ]
        return _chart(series, "cutover-share", _("Share of the new system"), _("% of requests"))

    def _errors(self) -> SafeString:
        end = _hours(self.plan.horizon_min)
        lines = (
            (_("new system"), [one.new_errors for one in self.found.stretches]),
            (_("both together"), [one.errors for one in self.found.stretches]),
        )
        starts = [_hours(one.start_min) for one in self.found.stretches]
        series = [
            charts.Series(
                name,
                tuple(
                    (hour, 100 * height)
                    for hour, height in zip((*starts, end), (*heights, heights[-1]), strict=True)
                ),
                stepped=True,
            )
            for name, heights in lines
        ]
        if self.plan.rule is not None:
            limit = self.plan.rule.above * 100
            series.append(
                charts.Series(_("limit of the rule"), ((starts[0], limit), (end, limit)), "assumed")
            )
        return _chart(series, "cutover-errors", self._finding, _("% of requests that fail"))

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        for one in self.found.stretches:
            yield (
                _hours(one.start_min),
                _hours(one.end_min),
                one.share,
                one.per_min,
                one.new_errors,
                one.errors,
                round(one.failed, 6),
            )


def _chart(series: list[charts.Series], id_: str, finding: str, y_label: str) -> SafeString:
    return charts.line_chart(
        series, id_=id_, finding=finding, x_label=_("hours"), y_label=y_label, interactive=True
    )


def _hours(minute: int) -> Decimal:
    return round(Decimal(minute) / 60, 2)


def _clock(minute: int) -> str:
    """Minutes of the plan as hours and minutes since it began."""
    return _("hour %(hour)s:%(minute)s") % {"hour": minute // 60, "minute": f"{minute % 60:02d}"}


def _span(minutes: int) -> str:
    return numbers.minutes(minutes) if minutes < 120 else f"{numbers.fixed(_hours(minutes), 1)} h"


def _share(value: Decimal) -> str:
    return f"{numbers.fixed(value * 100, 2)} %"


def _stages() -> Iterator[Input]:
    for stage, (hour, share) in enumerate(STAGES, start=1):
        if hour:
            label = f"Stage {stage} starts at hour"
            yield slider(f"hour{stage}", label, ("1", "47", "1"), str(hour), unit="h")
        label = f"Stage {stage}: share of the new system"
        yield slider(f"share{stage}", label, ("0", "100", "1"), share, unit="%")


TRAFFIC = (
    slider("daily", "Requests per day", ("10", "10000", "10"), "100", unit="thousand"),
    slider("swing", "Noon above the mean", ("0", "100", "5"), "60", unit="%", help_="Night below."),
    slider("clock", "It begins at", ("0", "23", "1"), "8", unit="o'clock"),
)
ERRORS = (
    slider("old", "Errors of the old system", ("0", "5", "0.01"), "0.02", unit="%"),
    slider("new", "Errors of the new system", ("0", "10", "0.01"), "0.02", unit="%"),
    slider("above", "The defect shows above a share of", ("0", "100", "1"), "20", unit="%"),
    slider(
        "route",
        "It then fails, of the new system's requests",
        ("0", "100", "0.5"),
        "5",
        unit="%",
        help_="One route that loses a header: its part of all requests.",
    ),
    slider("objective", "Objective over 30 days", ("95", "99.99", "0.01"), "99.9", unit="%"),
)
RULE = (
    switch("rule", "Go back by rule", on=True),
    choice("watches", "The rule watches", WATCHES),
    slider("limit", "Errors above", ("0.1", "50", "0.1"), "2", unit="%"),
    slider("window", "For", ("1", "240", "1"), "10", unit="min"),
    slider("back", "All is back after", ("0", "240", "1"), "5", unit="min", help_="DNS included."),
)

LAB = Lab(
    slug="cutover",
    title="The cutover",
    summary="48 hours in which a new system takes over, a share at a time, with a defect in it.",
    why=(
        "A small share first limits how many can be hurt. It protects nobody unless somebody "
        "looks at the new system alone, and has agreed beforehand when to go back."
    ),
    controls=(*RULE, *_stages(), *ERRORS, *TRAFFIC),
    answer=answer,
    limits=(
        "Expected values: in a real window, ten minutes of a night, there is much chance.",
        "A failed request is not repeated, and no cache hides it. Both make the errors look other.",
        "Going back is one step that all resolvers honour; what the new system wrote is left out.",
    ),
    sources=(
        (
            "48 hours by weighted origins: S2-051 and S2-069. The network named there has no such "
            "weights: a staging distribution takes up to 15 %; DNS weights or edge code go on."
        ),
        "100,000 requests a day, 1.157 per second: S2-036.",
        "Stages, the defect above 20 %, error shares, objective and rule are ours.",
    ),
    stories=(
        Story("The rule looks at the new system alone", {"watches": "new"}),
        Story("No rule at all", {"rule": "false"}),
        Story(
            "15 % for a day and a half, then everything: the defect is met at full traffic",
            {
                "share2": "15",
                "share3": "15",
                "share4": "15",
                "share5": "15",
                "watches": "new",
            },
        ),
        Story(
            "A limit that the mean never reaches while the new system is small",
            {"limit": "5", "share5": "60", "share6": "80"},
        ),
        Story("The rule is quick, the way back takes two hours", {"watches": "new", "back": "120"}),
    ),
    question=Question("How many requests fail in these 48 hours?", "requests", "failed"),
)
