"""Cold starts of a function whose idle copies live on for a while, the newest idle one first."""

from __future__ import annotations

import math

import numpy as np

from archlab.domain.latency.checks import above_0, at_least_0, need

MOST_BUSY = 20
"""Mean copies in use up to which the chain is solved: the cost grows with the fourth power."""


def pool_cold_share(lam: float, service: float, keep_alive: float) -> float:
    """Share of calls that start a copy, bursts included; one time unit, yours.

    Exact for Poisson calls with exponential service, the same for cold and warm ones. A call is
    cold when more are in progress than at any time within the last `keep_alive`: the copy that it
    would take went idle when the number last fell, so the passage back up took too long. With a
    service time near 0 it is exp(-lam x keep-alive), as in `cold_share`.
    """
    at_least_0(lam, "arrival rate")
    above_0(service, "service time")
    at_least_0(keep_alive, "keep-alive")
    busy = lam * service
    need(busy <= MOST_BUSY, f"{busy:.6g} copies in use: at most {MOST_BUSY} here, simulate more")
    if not busy:
        return math.exp(-lam * keep_alive)
    # states beyond weigh less than 1e-14
    levels = math.ceil(busy + 8 * math.sqrt(busy) + 15)
    in_state, cold = math.exp(-busy), 0.0
    for level in range(levels):
        cold += in_state * _still_below(level, lam, 1 / service, keep_alive)
        in_state *= busy / (level + 1)
    return cold


def _still_below(level: int, lam: float, mu: float, after: float) -> float:
    """Probability that calls in progress, now `level`, have not passed it within `after`.

    The chain on 0..level is made symmetric by its own weights, so that its exponential is stable.
    """
    states = np.arange(level + 1)
    leave = lam + states * mu
    step = np.sqrt(lam * mu * states[1:])
    values, vectors = np.linalg.eigh(np.diag(-leave) + np.diag(step, 1) + np.diag(step, -1))
    logs = states * math.log(lam / mu) - np.array([math.lgamma(n + 1) for n in states.tolist()])
    weights = np.exp((logs - logs[-1]) / 2)
    return float((vectors[-1] * np.exp(values * after)) @ (vectors.T @ weights))
