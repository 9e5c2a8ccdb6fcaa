"""Queues of jobs: priorities, repeated deliveries, dead letters. One time unit, yours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from archlab.domain.latency.checks import above_0, at_least_0, need, share


@dataclass(frozen=True)
class PriorityClass:
    """One class in steady state; a starved one waits for ever and grows by `growth` per unit."""

    lam: float
    throughput: float
    wq: float
    w: float
    growth: float


@dataclass(frozen=True)
class DeadLetters:
    """Share of messages given up, and how often one is tried on average, which is the load."""

    p_dead: float
    mean_attempts: float


def priority(
    lam: Sequence[float], service: Sequence[float], cv2: Sequence[float] | None = None
) -> tuple[PriorityClass, ...]:
    """M/G/1, non-preemptive, the first class first. Cobham (1954); exponential unless `cv2` says.

    Works in overload: upper classes keep their steady state, the class that saturates the server
    gets what is left, those below it get nothing.
    """
    shapes = cv2 if cv2 is not None else [1.0] * len(lam)
    _classes(lam, service, shapes)
    served: list[float] = []
    left = 1.0
    for rate, each in zip(lam, service, strict=True):
        served.append(min(rate, left / each))
        left = max(0.0, left - rate * each)
    rest = math.fsum(
        rate * each**2 * (1 + shape) / 2
        for rate, each, shape in zip(served, service, shapes, strict=True)
    )
    classes, free = [], 1.0
    for rate, done, each in zip(lam, served, service, strict=True):
        free_after = free - rate * each
        wait = rest / (free * free_after) if free_after > 0 else math.inf
        classes.append(PriorityClass(rate, done, wait, wait + each, rate - done))
        free = free_after
    return tuple(classes)


def dead_letters(p_fail: float, max_receive_count: int) -> DeadLetters:
    """A message is tried `max_receive_count` times, each failing with `p_fail`, then set aside."""
    share(p_fail, "share of failures")
    need(max_receive_count >= 1, f"{max_receive_count} receives: write at least 1")
    attempts = math.fsum(p_fail**number for number in range(max_receive_count))
    return DeadLetters(p_fail**max_receive_count, attempts)


def _classes(lam: Sequence[float], service: Sequence[float], cv2: Sequence[float]) -> None:
    need(len(lam) > 0, "no classes: write at least one")
    need(
        len(lam) == len(service) == len(cv2),
        f"{len(lam)} rates, {len(service)} service times, {len(cv2)} shapes: write one of each "
        "per class",
    )
    for rate, each, shape in zip(lam, service, cv2, strict=True):
        at_least_0(rate, "arrival rate")
        above_0(each, "service time")
        at_least_0(shape, "cv2")
