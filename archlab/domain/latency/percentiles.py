"""Percentiles of sums, which are not sums of percentiles."""

from __future__ import annotations

import math

from archlab.domain.latency.checks import above_0, need


def erlang_quantile(hops: int, mean_each: float, share: float) -> float:
    """The time that this share of sums of `hops` exponential times does not pass.

    In the unit of `mean_each`; bisection to the last digit of 1 - exp(-x) sum of x^i / i!.
    """
    need(hops >= 1, f"{hops} hops: write at least 1")
    above_0(mean_each, "mean")
    need(0 < share < 1, f"share {share}: write a share between 0 and 1")
    low, high = 0.0, 1.0
    while _beyond(hops, high) > 1 - share:
        low, high = high, 2 * high
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _beyond(hops, middle) > 1 - share else (low, middle)
    return mean_each * high


def _beyond(hops: int, time: float) -> float:
    return math.fsum(
        math.exp(number * math.log(time) - time - math.lgamma(number + 1)) for number in range(hops)
    )
