"""Two systems under the same requests: what differs, paired, so that both have the same luck."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archlab.calculators.labs.kernel import KERNEL
from archlab.calculators.labs.lab import Answer, Reading, Table
from archlab.calculators.labs.trial import (
    BUDGET_MS,
    MOST_REPLICATIONS,
    SLOTS,
    Shown,
    Trial,
    over_time,
    seconds,
)
from archlab.domain.latency import Comparison, Estimate, Run, compare
from archlab.web import charts, numbers

FIGURES = ("mean", "p50", "p95", "p99")


@dataclass(frozen=True)
class Versus:
    """Two named trials of one traffic."""

    names: tuple[str, str]
    first: Trial
    second: Trial

    @property
    def visits(self) -> float:
        return self.first.visits + self.second.visits

    @property
    def replications(self) -> int:
        """As many pairs as two answers have room for; 0 when one is too much."""
        pair_ms = self.first.cost_ms + self.second.cost_ms
        return min(MOST_REPLICATIONS, int(2 * BUDGET_MS / pair_ms))

    def answer(self, *, notes: tuple[str, ...] = ()) -> Answer:
        """Raises Preparing while the kernel is being compiled."""
        KERNEL.must_be_ready()
        found = compare(
            self.first.path,
            self.second.path,
            self.first.traffic,
            seed=self.first.seed,
            replications=self.replications,
            slots=SLOTS,
        )
        finding = self._finding(found)
        shown = (Shown(found.a, self.first.traffic), Shown(found.b, self.first.traffic))
        return Answer(
            finding=finding,
            method=_("%(one)s, the same requests on both sides") % {"one": shown[0].method},
            exact=found.a.exact and found.b.exact,
            readings=self._readings(found),
            drawings=(self._chart(shown, finding),),
            tables=(self._table(found),),
            notes=(*notes, *found.a.notes, *found.b.notes),
            heading=("minute", "first_p50_s", "first_p99_s", "second_p50_s", "second_p99_s"),
            rows=tuple(zip(shown[0].minutes, *(shown[side].seconds(name) for side in (0, 1)
                                               for name in ("p50", "p99")), strict=True)),
            measured={"worst_p99_s": shown[1].worst} if shown[1].worst is not None else {},
        )  # fmt: skip

    def _finding(self, found: Comparison) -> str:
        gap = found.p99
        words = {"system": self.names[1], "ms": numbers.ms(abs(_ms(gap.value)))}
        if math.isnan(gap.value) or (gap.half_width >= abs(gap.value) and not gap.censored):
            return _("No difference at p99 that these runs could tell from chance")
        if gap.value > 0:
            return _("%(system)s answers the slowest in a hundred %(ms)s later") % words
        return _("%(system)s answers the slowest in a hundred %(ms)s sooner") % words

    def _readings(self, found: Comparison) -> tuple[Reading, ...]:
        each = int(found.a.offered.sum()) / found.a.replications
        answered = [
            Reading(name, numbers.percent(_share(run)), _("answered"))
            for name, run in zip(self.names, (found.a, found.b), strict=True)
        ]
        why = _("requests in one replication")
        return (Reading(_("offered"), numbers.fixed(each, 0), why), *answered)

    def _table(self, found: Comparison) -> Table:
        rows = tuple(
            (
                name,
                seconds(getattr(found.a, name)),
                seconds(getattr(found.b, name)),
                difference(getattr(found, name)),
            )
            for name in FIGURES
        )
        head = (_("Figure"), *self.names, _("Difference"))
        return Table("versus", _("Both under the same requests, 95 % bands"), head, rows)

    def _chart(self, shown: tuple[Shown, Shown], finding: str) -> SafeString:
        series = [
            charts.Series(
                f"{figure}, {name}", tuple(zip(one.minutes, one.seconds(figure), strict=True))
            )
            for name, one in zip(self.names, shown, strict=True)
            for figure in ("p50", "p99")
        ]
        return over_time(series, "lab-versus", finding, _("seconds"))


def difference(one: Estimate) -> str:
    """Second minus first with its band; from a side that times out it is only a bound."""
    if math.isnan(one.value):
        return ""
    sign = numbers.MINUS if one.value < 0 else "+"
    told = f"{sign}{numbers.ms(abs(_ms(one.value)))}"
    if one.censored:
        return _("%(gap)s with the timeout for the unanswered") % {"gap": told}
    if math.isnan(one.half_width):
        return told
    return f"{told} \N{PLUS-MINUS SIGN} {numbers.ms(_ms(one.half_width))}"


def _ms(value: float) -> Decimal:
    return numbers.exact(round(value * 1000, 3))


def _share(run: Run) -> Decimal:
    offered = int(run.offered.sum())
    return numbers.exact(int(run.answered.sum()) / offered) if offered else Decimal(0)
