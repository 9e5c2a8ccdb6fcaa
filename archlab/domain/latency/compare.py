"""Two paths under the same random numbers: every request meets the same luck on both sides."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from archlab.domain.latency.path import RequestPath
from archlab.domain.latency.prepare import Draw
from archlab.domain.latency.simulate import (
    SHARES,
    Estimate,
    Replication,
    Run,
    check,
    half_width,
    lead,
    replication,
    summed,
)
from archlab.domain.latency.tables import ANSWERED, Floats
from archlab.domain.latency.traffic import Traffic


@dataclass(frozen=True)
class Comparison:
    """Both runs and b minus a, paired by replication, with 95 % bands; times in seconds.

    `answered` is the difference of the answered share. A percentile that falls among the
    unanswered counts as that side's timeout, and the difference is then marked as censored.
    """

    a: Run
    b: Run
    answered: Estimate
    mean: Estimate
    p50: Estimate
    p95: Estimate
    p99: Estimate


def compare(
    a: RequestPath,
    b: RequestPath,
    traffic: Traffic,
    *,
    seed: int,
    replications: int = 8,
    slots: int = 360,
) -> Comparison:
    """Simulate both under one seed. A path compared with itself differs by exactly 0."""
    lead_s = max(lead(a), lead(b))
    sides = {}
    for name, path in (("a", a), ("b", b)):
        stages = check(path, traffic, seed, replications, slots)
        draws = (Draw(seed, number, lead_s) for number in range(replications))
        parts = [replication(path, traffic, draw, slots) for draw in draws]
        run = summed(path, stages, traffic, seed, parts)
        sides[name] = (run, [_figures(part) for part in parts])
    (run_a, figures_a), (run_b, figures_b) = sides["a"], sides["b"]
    return Comparison(
        a=run_a,
        b=run_b,
        **{
            name: _paired(
                _Side([each[name] for each in figures_a], run_a.bound_s),
                _Side([each[name] for each in figures_b], run_b.bound_s),
            )
            for name in ("answered", "mean", *SHARES)
        },
    )


def _figures(part: Replication) -> Mapping[str, float]:
    """Of one replication, exactly and not from the histogram: small differences must show."""
    total = len(part.latency)
    if not total:
        return dict.fromkeys(("answered", "mean", *SHARES), math.nan)
    places = [math.ceil(share * total) - 1 for share in SHARES.values()]
    ranked = np.partition(part.latency, places)
    quantiles = {name: float(ranked[at]) for name, at in zip(SHARES, places, strict=True)}
    answered = float(part.by_status[ANSWERED].sum() / total)
    return {"answered": answered, "mean": part.mean, **quantiles}


class _Side(NamedTuple):
    values: list[float]
    bound_s: float

    @property
    def bounded(self) -> Floats:
        return np.where(np.isposinf(self.values), self.bound_s, self.values)


def _paired(a: _Side, b: _Side) -> Estimate:
    differences = [float(each) for each in b.bounded - a.bounded]
    censored = math.inf in a.values or math.inf in b.values
    return Estimate(math.fsum(differences) / len(differences), half_width(differences), censored)
