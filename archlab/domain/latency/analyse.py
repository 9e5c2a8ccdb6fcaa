"""Steady-state latency of a request path: convolve the hops, because percentiles never add.

Every hop becomes a density on one grid of times; the densities are multiplied in Fourier space.
Hops with workers get the waiting time of M/M/c in front; since service is rarely exponential, a
path with workers is marked as approximate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from archlab.domain.latency.dist import Dist, Times
from archlab.domain.latency.path import Hop, RequestPath
from archlab.domain.latency.queueing import erlang_c

POINTS = 8192
TAIL = 1 - 1e-6
"""The grid reaches the sum of the hops' quantiles at this share: what is beyond, wraps round."""

Spectrum = NDArray[np.complex128]


@dataclass(frozen=True)
class HopSteady:
    """One hop in steady state: means in milliseconds, an infinite wait where it is overloaded."""

    id: str
    label: str
    utilisation: float | None
    wait_ms: float
    service_ms: float


@dataclass(frozen=True)
class Steady:
    """A path in steady state, in milliseconds; infinite where work arrives faster than it is done.

    `growth_per_s` is by how many requests the longest queue grows each second, 0 if none does.
    """

    p50_ms: float
    p95_ms: float
    p99_ms: float
    mean_ms: float
    hops: tuple[HopSteady, ...]
    method: str
    exact: bool
    growth_per_s: float = 0.0


class _Grid(NamedTuple):
    step: float

    @property
    def edges(self) -> Times:
        return (np.arange(POINTS, dtype=np.float64) + 0.5) * self.step


class _Stage(NamedTuple):
    """A hop with its waiting time at the rate that reaches it."""

    hop: Hop
    wait: Dist
    utilisation: float | None
    growth_per_s: float


@lru_cache(maxsize=1024)
def analyse(path: RequestPath, rate_per_s: float) -> Steady:
    """Percentiles and mean of the whole path at a steady arrival rate in requests per second.

    Never raises for overload: the answer is then infinite and says how fast the queue grows.
    Hops are taken as independent. The grid resolves about 1/4000 of the longest plausible answer.
    """
    if not 0 <= rate_per_s < math.inf:
        raise ValueError(f"{rate_per_s} requests per second: write a rate from 0 up")
    stages = _stages(path, rate_per_s)
    hops = tuple(map(_steady_hop, stages))
    queued = any(stage.utilisation is not None for stage in stages)
    method = f"convolution of {len(hops)} hops" + (", M/M/c waiting" if queued else "")
    growth = max((stage.growth_per_s for stage in stages), default=0.0)
    if any(math.isinf(hop.wait_ms) for hop in hops):
        worst = math.inf
        return Steady(worst, worst, worst, worst, hops, method, exact=False, growth_per_s=growth)
    p50, p95, p99, mean = (1000 * seconds for seconds in _figures(stages))
    return Steady(p50, p95, p99, mean, hops, method, exact=not queued)


def _stages(path: RequestPath, rate_per_s: float) -> list[_Stage]:
    stages = []
    for hop in path.hops:
        stages.append(_stage(hop, rate_per_s))
        rate_per_s *= 1 - hop.hit_ratio
    return stages


def _stage(hop: Hop, rate_per_s: float) -> _Stage:
    """M/M/c at the hop's holding time; other flows count as load, not as a class of their own."""
    nothing = Dist.constant(0.0)
    if hop.servers is None:
        return _Stage(hop, nothing, None, 0.0)
    held = hop.busy_s
    load = rate_per_s * held + hop.other_load
    if load >= hop.servers:
        utilisation = load / hop.servers if hop.servers else math.inf
        growth = (load - hop.servers) / held if held else 0.0
        return _Stage(hop, nothing, utilisation, growth)
    p_wait = erlang_c(hop.servers, load)
    if not held or p_wait < 1e-9:
        return _Stage(hop, nothing, load / hop.servers, 0.0)
    wait = Dist.exponential(held / (hop.servers - load))
    mixed = Dist.mixture((1 - p_wait, nothing), (p_wait, wait))
    return _Stage(hop, mixed, load / hop.servers, 0.0)


def _steady_hop(stage: _Stage) -> HopSteady:
    overloaded = stage.utilisation is not None and stage.utilisation >= 1
    wait_ms = math.inf if overloaded else 1000 * stage.wait.mean
    hop = stage.hop
    return HopSteady(hop.id, hop.label, stage.utilisation, wait_ms, 1000 * hop.time.mean)


def _figures(stages: list[_Stage]) -> tuple[float, float, float, float]:
    """p50, p95, p99 and mean in seconds."""
    times = [dist for stage in stages for dist in (stage.wait, stage.hop.time)]
    plain = not any(stage.hop.hit_ratio or stage.hop.parallel for stage in stages)
    if plain and all(dist.fixed for dist in times):
        total = math.fsum(dist.mean for dist in times)
        return total, total, total, total
    reach = math.fsum(dist.reach(TAIL) for dist in times)
    grid = _Grid(2.0 ** math.ceil(math.log2(reach / (POINTS - 2)))) if reach else _Grid(1e-6)
    density = np.fft.irfft(_spectrum(stages, grid), POINTS)
    below = np.cumsum(density)
    p50, p95, p99 = (float(np.interp(share, below, grid.edges)) for share in (0.50, 0.95, 0.99))
    mean = float(density @ (grid.edges - grid.step / 2))
    if plain:
        mean = math.fsum(dist.mean for dist in times)
    return p50, p95, p99, mean


def _spectrum(stages: list[_Stage], grid: _Grid) -> Spectrum:
    """From the last hop backwards: a hit ends the request, a miss goes on."""
    groups = [list(group) for _, group in groupby(enumerate(stages), _side_by_side)]
    total = np.ones(POINTS // 2 + 1, dtype=np.complex128)
    for group in reversed(groups):
        members = [stage for _, stage in group]
        hit = members[0].hop.hit_ratio
        total = _together(members, grid) * (hit + (1 - hit) * total)
    return total


def _side_by_side(numbered: tuple[int, _Stage]) -> str:
    number, stage = numbered
    return stage.hop.parallel or f"{number}"


def _together(stages: list[_Stage], grid: _Grid) -> Spectrum:
    """One hop, or the latest of several that run side by side."""
    spectra = [_on_grid(stage.wait, grid) * _on_grid(stage.hop.time, grid) for stage in stages]
    if len(spectra) == 1:
        return spectra[0]
    below = np.prod([np.cumsum(np.fft.irfft(each, POINTS)) for each in spectra], axis=0)
    return np.fft.rfft(np.diff(below, prepend=0.0))


@lru_cache(maxsize=256)
def _on_grid(dist: Dist, grid: _Grid) -> Spectrum:
    """Fourier transform of the density; a constant is split over two points to keep its mean."""
    if dist.fixed:
        whole, rest = divmod(dist.mean / grid.step, 1.0)
        density = np.zeros(POINTS)
        density[int(whole)] += 1 - rest
        density[int(whole) + 1] += rest
    else:
        density = np.diff(dist.cdf(grid.edges), prepend=0.0)
    return np.fft.rfft(density)
