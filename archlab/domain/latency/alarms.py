"""How good an alarm on a share of failed requests is: whom it wakes for nothing, what it misses.

A period breaches when at least `threshold` of its requests fail; so many breaching periods in a row
page somebody, once until a period is calm again. Longer periods average the noise away and are
known later; more of them in a row do the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archlab.domain.latency.checks import need
from archlab.domain.latency.streams import Purpose, stream

SECONDS_PER_WEEK = 604_800
QUIET_PERIODS = 200_000
"""Periods without an incident that are drawn: 20 weeks of minutes."""
INCIDENTS = 400
LONGEST_S = 7_200
"""An incident that nobody noticed for two hours is told by a customer."""


@dataclass(frozen=True)
class Watched:
    """What is watched. Every figure is an assumption, to be shown as one."""

    per_second: float = 2.0
    usual_share: float = 0.01
    """Requests that fail on a good day, each by itself."""
    incident_share: float = 0.08
    """Requests that fail during an incident."""
    incident_s: float = 1200.0
    """Mean length of an incident, exponential."""


@dataclass(frozen=True)
class Alarm:
    """A rule; `threshold` is a share of a period's requests. ValueError names what is wrong."""

    threshold: float
    datapoints: int
    period_s: int

    def __post_init__(self) -> None:
        need(0 < self.threshold <= 1, f"a threshold of {self.threshold}: write a share up to 1")
        need(1 <= self.datapoints <= 60, f"{self.datapoints} datapoints: write 1 to 60")
        need(10 <= self.period_s <= 3600, f"a period of {self.period_s} s: write 10 to 3600")


@dataclass(frozen=True)
class AlarmQuality:
    """What a rule is worth. `minutes_to_page` is the mean of the incidents that were noticed, NaN
    when none was; `quiet_breach` the chance that a quiet period breaches, exact.
    """

    false_pages_week: float
    missed_share: float
    minutes_to_page: float
    quiet_breach: float
    expected_false_week: float
    """The false pages by arithmetic: a calm period, then as many breaching ones as are wanted."""


def alarm_quality(alarm: Alarm, *, seed: int, watched: Watched | None = None) -> AlarmQuality:
    """The same for the same seed. Requests of a period fail independently: a binomial draw."""
    of = watched or Watched()
    requests = max(1, round(of.per_second * alarm.period_s))
    needed = math.ceil(alarm.threshold * requests - 1e-9)
    rng = stream(seed, Purpose.ALARMS)
    quiet = rng.binomial(requests, of.usual_share, QUIET_PERIODS) >= needed
    weeks = QUIET_PERIODS * alarm.period_s / SECONDS_PER_WEEK
    breach = _at_least(requests, of.usual_share, needed)
    missed, minutes = _incidents(alarm, of, requests, needed, rng)
    return AlarmQuality(
        false_pages_week=_pages(quiet, alarm.datapoints) / weeks,
        missed_share=missed,
        minutes_to_page=minutes,
        quiet_breach=breach,
        expected_false_week=(1 - breach)
        * breach**alarm.datapoints
        * SECONDS_PER_WEEK
        / alarm.period_s,
    )


def _pages(breaches: NDArray[np.bool_], datapoints: int) -> int:
    """Runs of at least so many breaching periods."""
    edges = np.flatnonzero(np.diff(breaches.astype(np.int8), prepend=0, append=0))
    lengths = edges[1::2] - edges[::2]
    return int((lengths >= datapoints).sum())


def _at_least(requests: int, share: float, needed: int) -> float:
    """P(at least `needed` of the requests fail), exact."""
    return math.fsum(
        math.exp(
            math.lgamma(requests + 1)
            - math.lgamma(failed + 1)
            - math.lgamma(requests - failed + 1)
            + failed * math.log(share)
            + (requests - failed) * math.log1p(-share)
        )
        for failed in range(needed, requests + 1)
    )


def _incidents(
    alarm: Alarm, of: Watched, requests: int, needed: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Share of incidents that ended unnoticed, and mean minutes until the others paged.

    An incident begins anywhere in a period; the periods at its ends fail for a part of their time.
    """
    starts = rng.random(INCIDENTS) * alarm.period_s
    lengths = np.minimum(rng.standard_exponential(INCIDENTS) * of.incident_s, LONGEST_S)
    ends = starts + lengths
    periods = math.ceil((alarm.period_s + LONGEST_S) / alarm.period_s)
    edges = np.arange(periods + 1) * float(alarm.period_s)
    inside = np.minimum(ends[:, None], edges[1:]) - np.maximum(starts[:, None], edges[:-1])
    touched = np.clip(inside / alarm.period_s, 0.0, 1.0)
    shares = of.usual_share + touched * (of.incident_share - of.usual_share)
    breaches = rng.binomial(requests, shares) >= needed
    in_a_row = np.lib.stride_tricks.sliding_window_view(
        np.pad(breaches, ((0, 0), (alarm.datapoints - 1, 0))), alarm.datapoints, axis=1
    ).all(axis=2)
    in_time = in_a_row & (edges[1:] <= ends[:, None])
    noticed = in_time.any(axis=1)
    paged = edges[1:][in_time.argmax(axis=1)] - starts
    minutes = float(paged[noticed].mean()) / 60 if noticed.any() else math.nan
    return float(1 - noticed.mean()), minutes
