"""What an outage and a lost spot instance cost, by arithmetic. Times in seconds unless named."""

from __future__ import annotations

import math
from dataclasses import dataclass

from archlab.domain.latency.checks import above_0, at_least_0, need


@dataclass(frozen=True)
class Backlog:
    """A fluid outage: what piled up, how it drains, whom it touched; infinite if it never ends.

    `growth_per_s` is by how many requests the queue still grows each second after the outage.
    """

    backlog: float
    drain_s: float
    affected: float
    max_wait_s: float
    mean_wait_s: float
    growth_per_s: float


@dataclass(frozen=True)
class SpotLoss:
    """Interruptions of one spot instance, and the downtime that they bring in a month."""

    per_month: float
    mean_hours_between: float
    down_s_per_month: float


@dataclass(frozen=True)
class SpotFleet:
    """Spot instances over a month: the share of time that each serves, and how many do at once.

    `short_s_per_month` is the time with fewer than are needed, `none_s_per_month` with none at all.
    """

    per_month: float
    availability: float
    mean_up: float
    short_s_per_month: float
    none_s_per_month: float


@dataclass(frozen=True)
class SpotRecovery:
    """Times that recovery is made of, in seconds; the notice is the vendor's warning."""

    replacement_s: float
    human_s: float
    switch_s: float = 0.0
    notice_s: float = 120.0

    def __post_init__(self) -> None:
        at_least_0(self.replacement_s, "replacement time")
        at_least_0(self.human_s, "time of a person")
        at_least_0(self.switch_s, "time to switch")
        at_least_0(self.notice_s, "notice")

    @property
    def manual_s(self) -> float:
        """A new machine starts after the old one went, then a person points the origin at it."""
        return self.replacement_s + self.human_s

    @property
    def automated_s(self) -> float:
        """The notice starts the new machine, and a program points the origin at it."""
        return max(0.0, self.replacement_s + self.switch_s - self.notice_s)

    @property
    def balanced_s(self) -> float:
        """Several machines behind a balancer: the notice drains one, the others answer."""
        return 0.0


def outage_backlog(lam: float, capacity: float, outage_s: float) -> Backlog:
    """Requests arrive at `lam` per second, wait out the outage, then `capacity` per second leave.

    Fluid: no randomness. Whoever arrives t after the start waits outage - t (1 - lam / capacity).
    """
    at_least_0(lam, "arrival rate")
    above_0(capacity, "capacity")
    at_least_0(outage_s, "outage")
    backlog, rho = lam * outage_s, lam / capacity
    if not backlog:
        return Backlog(0.0, 0.0, 0.0, 0.0, 0.0, max(0.0, lam - capacity))
    if rho >= 1:
        wait = outage_s if rho == 1 else math.inf
        return Backlog(backlog, math.inf, math.inf, wait, wait, lam - capacity)
    drain_s = backlog / (capacity - lam)
    return Backlog(backlog, drain_s, lam * (outage_s + drain_s), outage_s, outage_s / 2, 0.0)


def spot_loss(p_month: float, down_s: float, month_hours: float = 730) -> SpotLoss:
    """Exponential lifetime: a chance `p_month` to be interrupted in a month, `down_s` each time."""
    need(0 <= p_month < 1, f"share {p_month}: write a share from 0 up and below 1")
    at_least_0(down_s, "downtime")
    above_0(month_hours, "hours of a month")
    per_month = -math.log1p(-p_month)
    between = month_hours / per_month if per_month else math.inf
    return SpotLoss(per_month, between, per_month * down_s)


def spot_fleet(
    p_month: float, away_s: float, machines: int, needed: int = 1, month_hours: float = 730
) -> SpotFleet:
    """Several instances that are lost independently of each other, each away for `away_s` then.

    Alone, `away_s` is the whole recovery (`SpotRecovery.manual_s`, `automated_s`); behind a
    balancer, which drains at the notice, it is the time of a replacement. Exact for exponential
    lifetimes and any spread of the times away; instances of one kind in one zone go together more
    often than this says.
    """
    one = spot_loss(p_month, away_s, month_hours)
    need(
        1 <= needed <= machines,
        f"{needed} needed of {machines} machines: write 1 <= needed <= machines",
    )
    away_h = away_s / 3600
    up = one.mean_hours_between / (one.mean_hours_between + away_h) if one.per_month else 1.0
    chances = [
        math.comb(machines, number) * up**number * (1 - up) ** (machines - number)
        for number in range(needed)
    ]
    month_s = month_hours * 3600
    return SpotFleet(
        per_month=one.per_month * machines * up,
        availability=up,
        mean_up=machines * up,
        short_s_per_month=month_s * math.fsum(chances),
        none_s_per_month=month_s * chances[0],
    )
