"""Service-time distributions: constant, exponential, lognormal through two percentiles, mixture.

Times are seconds. A lognormal is written the way people measure, by its p50 and p99; its mean is
p50 x exp(sigma^2 / 2) and therefore above the p50.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["const", "exp", "lognorm", "mixture"]
Times = NDArray[np.float64]

NORMAL = NormalDist()
Z99 = NORMAL.inv_cdf(0.99)

_Z = np.linspace(-9.0, 9.0, 18_001)
_PHI = np.array([NORMAL.cdf(z) for z in _Z])


@dataclass(frozen=True)
class Dist:
    """One distribution of a time, in seconds.

    `scale` is the value of a constant, the mean of an exponential, the p50 of a lognormal;
    `sigma` belongs to the lognormal alone; `shift` is added to every draw. Build it with the
    class methods, which check their arguments.
    """

    kind: Kind
    scale: float = 0.0
    sigma: float = 0.0
    shift: float = 0.0
    parts: tuple[tuple[float, Dist], ...] = ()

    @classmethod
    def constant(cls, seconds: float) -> Dist:
        """Always the same time; also the distribution of a hop whose p99 nobody stated."""
        return cls("const", scale=_checked(seconds, "a constant time"))

    @classmethod
    def exponential(cls, mean: float) -> Dist:
        """Exponential with this mean; a mean of 0 is the constant 0."""
        return cls("exp", scale=_checked(mean, "a mean")) if mean else cls.constant(0.0)

    @classmethod
    def lognormal(cls, p50: float, p99: float | None = None) -> Dist:
        """Lognormal through (p50, p99); without a p99, or with the same one, constant."""
        if p99 is None or p99 == p50:
            return cls.constant(p50)
        if not 0 < p50 < p99 < math.inf:
            raise ValueError(f"p50 {p50}, p99 {p99}: write a p50 above 0 and a p99 not below it")
        return cls("lognorm", scale=p50, sigma=math.log(p99 / p50) / Z99)

    @classmethod
    def mixture(cls, *parts: tuple[float, Dist]) -> Dist:
        """A draw from the first with its share, from the second with its share, and so on."""
        shares = [share for share, _ in parts]
        if any(share < 0 for share in shares) or not math.isclose(sum(shares), 1.0, abs_tol=1e-9):
            raise ValueError(f"shares {shares}: write shares from 0 up that add to 1")
        kept = tuple((share, dist) for share, dist in parts if share > 0)
        return kept[0][1] if len(kept) == 1 else cls("mixture", parts=kept)

    def later(self, seconds: float) -> Dist:
        """The same distribution, every draw `seconds` longer."""
        return replace(self, shift=self.shift + _checked(seconds, "a delay"))

    @cached_property
    def mean(self) -> float:
        """Expected time in seconds."""
        return self.shift + self._moments[0]

    @cached_property
    def cv2(self) -> float:
        """Squared coefficient of variation; 0 for a constant, 1 for an exponential."""
        first, second = self._moments
        return (second - first**2) / self.mean**2 if self.mean else 0.0

    @cached_property
    def _moments(self) -> tuple[float, float]:
        """First and second moment without the shift."""
        if self.kind == "mixture":
            first = sum(share * part.mean for share, part in self.parts)
            second = sum(share * part.mean**2 * (1 + part.cv2) for share, part in self.parts)
            return first, second
        if self.kind == "lognorm":
            first = self.scale * math.exp(self.sigma**2 / 2)
            return first, first**2 * math.exp(self.sigma**2)
        return self.scale, self.scale**2 * (2 if self.kind == "exp" else 1)

    @property
    def fixed(self) -> bool:
        """Whether every draw is the same."""
        return self.kind == "const"

    def draw(self, rng: np.random.Generator, count: int) -> Times:
        """`count` times, shape (count,); each comes from a unit variate of its own.

        So the same generator gives the same requests whatever the scale is.
        """
        if self.kind == "mixture":
            return self.shift + self._draw_mixture(rng, count)
        if self.kind == "exp":
            return self.shift + self.scale * rng.standard_exponential(count)
        if self.kind == "lognorm":
            return self.shift + self.scale * np.exp(self.sigma * rng.standard_normal(count))
        return np.full(count, self.shift + self.scale)

    def _draw_mixture(self, rng: np.random.Generator, count: int) -> Times:
        edges = np.cumsum([share for share, _ in self.parts[:-1]])
        chosen = np.searchsorted(edges, rng.random(count), side="right")
        drawn = np.stack([part.draw(rng, count) for _, part in self.parts])
        mixed: Times = drawn[chosen, np.arange(count)]
        return mixed

    def cdf(self, times: Times) -> Times:
        """Share of draws at or below each time; the normal integral is read from a table (1e-7)."""
        rest = times - self.shift
        if self.kind == "const":
            return (rest >= self.scale).astype(np.float64)
        if self.kind == "mixture":
            mixed = np.zeros_like(rest)
            for share, part in self.parts:
                mixed += share * part.cdf(rest)
            return mixed
        if self.kind == "exp":
            arrived: Times = -np.expm1(-np.maximum(rest, 0.0) / self.scale)
            return arrived
        positive = np.maximum(rest, 1e-300)
        deviations = np.log(positive / self.scale) / self.sigma
        normal: Times = np.interp(deviations, _Z, _PHI, left=0.0, right=1.0)
        return normal

    def quantile(self, share: float) -> float:
        """The time that this share of draws does not pass; bisection for a mixture."""
        if not 0 < share < 1:
            raise ValueError(f"share {share}: write a share between 0 and 1")
        if self.kind == "mixture":
            return self.shift + self._mixture_quantile(share)
        if self.kind == "lognorm":
            return self.shift + self.scale * math.exp(self.sigma * NORMAL.inv_cdf(share))
        return self.shift + self.scale * (-math.log1p(-share) if self.kind == "exp" else 1.0)

    def reach(self, share: float) -> float:
        """A time that at least this share of draws does not pass; exact except for a mixture."""
        if self.kind == "mixture":
            return self.shift + max(part.reach(share) for _, part in self.parts)
        return self.quantile(share)

    def _mixture_quantile(self, share: float) -> float:
        unshifted = replace(self, shift=0.0)
        edges = [part.quantile(share) for _, part in self.parts]
        low, high = min(edges), max(edges)
        for _ in range(60):
            middle = (low + high) / 2
            below = float(unshifted.cdf(np.array([middle]))[0]) < share
            low, high = (middle, high) if below else (low, middle)
        return high


def _checked(seconds: float, what: str) -> float:
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{what} of {seconds} s: write a time from 0 up")
    return seconds
