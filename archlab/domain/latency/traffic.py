"""Offered load over time: rates that hold for a while each, and Poisson arrivals at them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from archlab.domain.latency.dist import Times


@dataclass(frozen=True)
class Traffic:
    """Piecewise constant rates up to a horizon.

    `segments` are (start in seconds, requests per second) with rising starts from 0 on; each rate
    holds until the next start, the last one until `horizon_s`. Build it with the class methods or
    directly; ValueError names what does not fit.
    """

    segments: tuple[tuple[float, float], ...]
    horizon_s: float

    def __post_init__(self) -> None:
        starts = [start for start, _ in self.segments]
        if not starts or starts[0] != 0:
            raise ValueError(f"segments start at {starts[:1]}: the first one must start at 0 s")
        if sorted(set(starts)) != starts or not starts[-1] < self.horizon_s < math.inf:
            raise ValueError(
                f"starts {starts}, horizon {self.horizon_s} s: write rising starts below it"
            )
        for _, rate in self.segments:
            if not 0 <= rate < math.inf:
                raise ValueError(f"{rate} requests per second: write a rate from 0 up")

    @classmethod
    def steady(cls, rate_per_s: float, horizon_s: float) -> Traffic:
        """One rate for the whole time."""
        return cls(((0.0, rate_per_s),), horizon_s)

    @classmethod
    def ramp(cls, low: float, high: float, horizon_s: float, steps: int = 60) -> Traffic:
        """From one rate to the other in equal steps, each the mean of the line that it replaces."""
        width = horizon_s / steps
        rise = (high - low) / steps
        rates = [low + rise * (step + 0.5) for step in range(steps)]
        return cls(tuple((step * width, rate) for step, rate in enumerate(rates)), horizon_s)

    @classmethod
    def black_friday(cls) -> Traffic:
        """60 requests per second, five times as many from minute 10 to 40, one hour in all."""
        return cls(((0.0, 60.0), (600.0, 300.0), (2400.0, 60.0)), 3600.0)

    @classmethod
    def day_cycle(cls, low: float, high: float) -> Traffic:
        """24 hours, one rate an hour, on a cosine: lowest from midnight on, highest at noon."""
        middle, swing = (low + high) / 2, (high - low) / 2
        rates = [middle - swing * math.cos(2 * math.pi * (hour + 0.5) / 24) for hour in range(24)]
        return cls(tuple((3600.0 * hour, rate) for hour, rate in enumerate(rates)), 86_400.0)

    @property
    def expected(self) -> float:
        """Mean number of requests up to the horizon."""
        return self._curve(0.0)[1][-1]

    def arrivals(self, rng: np.random.Generator, lead_s: float = 0.0) -> Times:
        """Times of the requests in order, shape (n,), seconds; from -`lead_s` at the first rate.

        A Poisson process of unit rate, mapped through the inverse of the cumulative rate: exact,
        no sorting, and every traffic under one seed stretches the same process.
        """
        edges, passed = self._curve(lead_s)
        total = passed[-1]
        chunk = max(64, int(total + 6 * math.sqrt(total)))
        units = np.cumsum(rng.standard_exponential(chunk))
        while units[-1] < total:
            more = np.cumsum(rng.standard_exponential(chunk)) + units[-1]
            units = np.concatenate((units, more))
        inside = units[: int(np.searchsorted(units, total))]
        times: Times = np.interp(inside, passed, edges)
        return times

    def _curve(self, lead_s: float) -> tuple[Sequence[float], Sequence[float]]:
        """Corners of the cumulative rate: seconds, and requests expected by then."""
        starts = [-lead_s, *(start for start, _ in self.segments[1:]), self.horizon_s]
        passed = [0.0]
        for number, (_, rate) in enumerate(self.segments):
            passed.append(passed[-1] + rate * (starts[number + 1] - starts[number]))
        return starts, passed
