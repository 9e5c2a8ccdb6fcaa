"""Traffic that moves from an old system to a new one in steps: who fails on the way, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from archlab.domain.latency.checks import need

ONE = Decimal(1)


@dataclass(frozen=True)
class Shift:
    """From this minute on the new system has this share of all requests, 0 to 1."""

    start_min: int
    share: Decimal


@dataclass(frozen=True)
class Defect:
    """Above this share of traffic so many more of the new system's requests fail; 0 to 1 each."""

    above: Decimal
    errors: Decimal


@dataclass(frozen=True)
class Rollback:
    """When the error share is above `above` for `for_min`, all is back `within_min` later.

    It watches the new system `alone`, or the mean over both systems.
    """

    above: Decimal
    for_min: int
    within_min: int
    alone: bool = True


@dataclass(frozen=True)
class CutoverPlan:
    """Shifts under traffic; `rates` are (first minute, requests per minute), held until the next.

    Errors are shares of the requests of that system. ValueError says what does not fit together.
    """

    shifts: tuple[Shift, ...]
    rates: tuple[tuple[int, Decimal], ...]
    horizon_min: int
    old_errors: Decimal
    new_errors: Decimal
    defect: Defect | None = None
    rule: Rollback | None = None

    def __post_init__(self) -> None:
        for name, starts in (
            ("shifts", [shift.start_min for shift in self.shifts]),
            ("rates", [start for start, _rate in self.rates]),
        ):
            need(
                starts[:1] == [0] and starts == sorted(set(starts)),
                f"{name} start at {starts}: write 0 first, then rising minutes",
            )
            need(starts[-1] < self.horizon_min, f"{name} start at {starts}: end before the horizon")
        for share in self._shares():
            need(0 <= share <= 1, f"{share}: write a share from 0 to 1")
        rates = [rate for _start, rate in self.rates]
        need(min(rates) >= 0, f"{min(rates)} requests per minute: write a rate from 0 up")
        if self.rule is not None:
            need(
                self.rule.for_min >= 1 and self.rule.within_min >= 0,
                f"{self.rule}: write a window from 1 minute up and a way back from 0",
            )

    def _shares(self) -> Iterator[Decimal]:
        yield from (shift.share for shift in self.shifts)
        yield from (self.old_errors, self.new_errors)
        if self.defect is not None:
            yield from (self.defect.above, self.defect.errors)
        if self.rule is not None:
            yield self.rule.above

    def at_once(self) -> CutoverPlan:
        """The same traffic, defect and rule, with everything moved in the first minute."""
        return replace(self, shifts=(Shift(0, ONE),))

    def never(self) -> CutoverPlan:
        """Everything stays where it was."""
        return replace(self, shifts=(Shift(0, Decimal(0)),))

    def errors_at(self, share: Decimal) -> Decimal:
        """Share of the new system's requests that fail while it has `share` of all."""
        if self.defect is None or share <= self.defect.above:
            return self.new_errors
        return min(ONE, self.new_errors + self.defect.errors)

    def mean_errors_at(self, share: Decimal) -> Decimal:
        """The same over both systems, as their common balancer counts it."""
        return share * self.errors_at(share) + (1 - share) * self.old_errors

    def watched_at(self, share: Decimal) -> Decimal:
        """What the rule looks at; a system without requests has no errors."""
        if self.rule is None or not self.rule.alone:
            return self.mean_errors_at(share)
        return self.errors_at(share) if share else Decimal(0)


@dataclass(frozen=True)
class Stretch:
    """Minutes in which nothing changes; `new_errors` and `errors` are shares, the latter of all."""

    start_min: int
    end_min: int
    share: Decimal
    per_min: Decimal
    new_errors: Decimal
    errors: Decimal

    @property
    def requests(self) -> Decimal:
        return self.per_min * (self.end_min - self.start_min)

    @property
    def failed(self) -> Decimal:
        return self.requests * self.errors


@dataclass(frozen=True)
class Cutover:
    """A plan as it went; counts are expected requests. `fired_min` is None where no rule fired."""

    stretches: tuple[Stretch, ...]
    fired_min: int | None
    defect_min: int
    """Minutes in which the defect could be met."""

    @property
    def requests(self) -> Decimal:
        return sum((one.requests for one in self.stretches), Decimal(0))

    @property
    def failed(self) -> Decimal:
        return sum((one.failed for one in self.stretches), Decimal(0))


def cut_over(plan: CutoverPlan) -> Cutover:
    """Sum of minutes x rate x error share over the stretches in which all three are constant.

    A rule that fires stops the plan: the share stays, and after the way back it is 0 for good.
    """
    fired = fired_min(plan)
    shifts = plan.shifts if fired is None else _stopped(plan, fired)
    shares = [(shift.start_min, shift.share) for shift in shifts]
    starts = sorted({minute for minute, _ in (*shares, *plan.rates) if minute < plan.horizon_min})
    stretches = tuple(
        _stretch(plan, start, end, _held(shares, start))
        for start, end in pairwise((*starts, plan.horizon_min))
    )
    above = plan.defect.above if plan.defect is not None else ONE
    hurt = sum(one.end_min - one.start_min for one in stretches if one.share > above)
    return Cutover(stretches, fired, hurt)


def fired_min(plan: CutoverPlan) -> int | None:
    """The first minute at whose end the rule's condition has held for its whole window."""
    if plan.rule is None:
        return None
    since: int | None = None
    ends = [*(shift.start_min for shift in plan.shifts[1:]), plan.horizon_min]
    for shift, end in zip(plan.shifts, ends, strict=True):
        if plan.watched_at(shift.share) <= plan.rule.above:
            since = None
            continue
        since = shift.start_min if since is None else since
        if since + plan.rule.for_min <= end:
            return since + plan.rule.for_min
    return None


def error_budget(objective: Decimal, requests: Decimal) -> Decimal:
    """Requests that may fail: 99.9 % of 3,000,000 leave 3,000. `objective` is a share below 1."""
    need(0 < objective < 1, f"objective {objective}: write a share between 0 and 1")
    return (1 - objective) * requests


def _stopped(plan: CutoverPlan, fired: int) -> tuple[Shift, ...]:
    kept = tuple(shift for shift in plan.shifts if shift.start_min < fired)
    back = fired + (plan.rule.within_min if plan.rule is not None else 0)
    return (*kept, Shift(back, Decimal(0)))


def _held(held: list[tuple[int, Decimal]], minute: int) -> Decimal:
    """The value of a staircase at this minute."""
    return [value for start, value in held if start <= minute][-1]


def _stretch(plan: CutoverPlan, start: int, end: int, share: Decimal) -> Stretch:
    per_min = _held(list(plan.rates), start)
    new = plan.errors_at(share) if share else Decimal(0)
    return Stretch(start, end, share, per_min, new, plan.mean_errors_at(share))
