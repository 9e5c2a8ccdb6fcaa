"""Percentiles of latency by arrival slot, from a logarithmic histogram on the bits of a float.

32 bins an octave from 1e-4 s to 1e5 s: a value shown is at most 1.6 % off. Histograms of slots and
of replications add up. Requests without an answer rank behind every answer, so the worst minutes
cannot vanish from a chart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archlab.domain.latency.tables import Floats, Ints

Flags = NDArray[np.bool_]

SHIFT = 47
"""What stays of the 52 bits of the fraction: 5, hence 32 bins an octave."""

RESOLUTION = math.sqrt(33 / 32) - 1
"""How far a time may be from the one shown for its bin, as a share of it: 1.6 % at most."""

LEAST_S = 1e-4
BINS = 960


def _code(seconds: float) -> int:
    return int(np.float64(seconds).view(np.int64)) >> SHIFT


BASE = _code(LEAST_S)
_EDGES = np.array([(BASE + bin_) << SHIFT for bin_ in range(BINS + 1)], np.int64).view(np.float64)
MIDDLES: Floats = np.sqrt(_EDGES[:-1] * _EDGES[1:])
"""The time shown for each bin, seconds: its geometric middle."""


@dataclass(frozen=True)
class Quantile:
    """A share of the requests by slot: seconds, shape (slots,).

    Where `censored`, so many had no answer that the value is only a lower bound; where nobody
    came, it is not a number.
    """

    seconds: Floats
    censored: Flags


@dataclass(frozen=True)
class Histogram:
    """Answers by slot and bin, shape (slots, BINS), and all requests by slot, shape (slots,)."""

    answers: Ints
    offered: Ints

    def __add__(self, other: Histogram) -> Histogram:
        """Both together."""
        return Histogram(self.answers + other.answers, self.offered + other.offered)

    def merged(self) -> Histogram:
        """All slots as one."""
        return Histogram(self.answers.sum(axis=0)[None], self.offered.sum()[None])

    def quantile(self, share: float, bound_s: float) -> Quantile:
        """The latency that this share of the requests does not pass; `bound_s` where unanswered."""
        ranks = np.maximum(np.ceil(share * self.offered), 1)
        below = np.cumsum(self.answers, axis=1)
        censored = (below[:, -1] < ranks) & (self.offered > 0)
        bins = (below < ranks[:, None]).sum(axis=1)
        seconds = np.where(censored, bound_s, MIDDLES[np.minimum(bins, BINS - 1)])
        return Quantile(np.where(self.offered > 0, seconds, math.nan), censored)


def histogram(slot: Ints, latency: Floats, answered: Flags, slots: int) -> Histogram:
    """Counts by slot of arrival; `latency` counts only where `answered`. All of shape (requests,).

    A latency below 1e-4 s falls into the first bin, one above 1e5 s into the last.
    """
    kept = np.flatnonzero(answered)
    codes = np.clip((latency[kept].view(np.int64) >> SHIFT) - BASE, 0, BINS - 1)
    codes += slot[kept] * BINS
    answers = np.bincount(codes, minlength=slots * BINS)
    return Histogram(answers.reshape(slots, BINS), np.bincount(slot, minlength=slots))
