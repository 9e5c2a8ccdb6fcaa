"""CPU credits of burstable instances: one credit is one vCPU at full speed for one minute."""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Literal, get_args

from archlab.domain.latency.checks import above_0, at_least_0, need, share
from archlab.domain.latency.published import published

Mode = Literal["standard", "unlimited"]
MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(frozen=True)
class Burstable:
    """An instance type: credits earned per hour whatever the load, and the most it can hold."""

    vcpu: int
    earn_per_h: float
    max_balance: float

    def __post_init__(self) -> None:
        need(self.vcpu >= 1, f"{self.vcpu} vCPU: write at least 1")
        above_0(self.earn_per_h, "credits earned per hour")
        above_0(self.max_balance, "largest balance")

    @property
    def baseline(self) -> float:
        """Utilisation of every vCPU that the earnings pay for, a share."""
        return self.earn_per_h / (60 * self.vcpu)


@dataclass(frozen=True)
class Credits:
    """What a steady utilisation does to the balance. Hours are infinite where it never happens.

    Once empty, standard mode holds the instance at `utilisation_when_empty`; unlimited mode buys
    `surplus_per_h` credits instead and does not slow down.
    """

    spend_per_h: float
    net_per_h: float
    hours_to_empty: float
    hours_to_full: float
    baseline: float
    utilisation_when_empty: float
    surplus_per_h: float


def burstable(instance: str) -> Burstable:
    """The row of AWS's credit table, such as "t3.medium"; an unknown one names the nearest."""
    table = _table()
    if instance not in table:
        near = get_close_matches(instance, table, n=3)
        raise ValueError(f"{instance}: no burstable instance; there are {', '.join(near or table)}")
    return table[instance]


def cpu_credits(
    machine: Burstable, utilisation: float, balance: float, mode: Mode = "standard"
) -> Credits:
    """Earnings and spending at this utilisation of every vCPU (a share), from this balance.

    AWS, burstable performance instances, key concepts.
    """
    share(utilisation, "utilisation")
    at_least_0(balance, "balance")
    need(balance <= machine.max_balance, f"balance {balance}: at most {machine.max_balance}")
    need(mode in MODES, f"mode {mode}: write {' or '.join(MODES)}")
    spend = 60 * machine.vcpu * utilisation
    net = machine.earn_per_h - spend
    shortfall = max(0.0, -net)
    standard = mode == "standard"
    return Credits(
        spend_per_h=spend,
        net_per_h=net,
        hours_to_empty=balance / shortfall if shortfall else math.inf,
        hours_to_full=(machine.max_balance - balance) / net if net > 0 else math.inf,
        baseline=machine.baseline,
        utilisation_when_empty=min(utilisation, machine.baseline) if standard else utilisation,
        surplus_per_h=0.0 if standard else shortfall,
    )


@cache
def _table() -> dict[str, Burstable]:
    return {
        row["instance"]: Burstable(row["vcpu"], row["earn_per_h"], row["max_balance"])
        for row in published()["cpu_credits"]["types"]
    }
