"""Refusals that the closed forms share: a sentence that says what to write instead."""

from __future__ import annotations

import math


class GrowsWithoutEnd(ValueError):
    """More work arrives than can be done, so there is no steady state.

    `growth` is by how many requests the queue grows in one unit of time.
    """

    def __init__(self, where: str, growth: float) -> None:
        super().__init__(f"{where}: the queue grows without end, by {growth:.6g} per unit of time")
        self.growth = growth


def need(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - an assertion with a sentence
    """ValueError with the sentence where the condition does not hold."""
    if not holds:
        raise ValueError(otherwise)


def rates(lam: float, mu: float) -> None:
    """An arrival rate from 0 up and a service rate above 0, both finite."""
    need(
        0 <= lam < math.inf and 0 < mu < math.inf,
        f"arrival rate {lam}, service rate {mu}: write an arrival rate from 0 up and a service "
        "rate above 0",
    )


def at_least_0(value: float, what: str) -> float:
    """The value, if it is finite and not negative."""
    need(0 <= value < math.inf, f"{what} {value}: write a number from 0 up")
    return value


def above_0(value: float, what: str) -> float:
    """The value, if it is finite and positive."""
    need(0 < value < math.inf, f"{what} {value}: write a number above 0")
    return value


def share(value: float, what: str) -> float:
    """The value, if it lies between 0 and 1, both included."""
    need(0 <= value <= 1, f"{what} {value}: write a share from 0 to 1")
    return value
