"""Cold starts of a function whose idle copies live on for a while, the newest idle one first."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from archlab.domain.latency.checks import above_0, at_least_0, need, share
from archlab.domain.latency.path import cold_share

MOST_BUSY = 20
"""Mean copies in use up to which the chain is solved: the cost grows with the fourth power."""
LIGHTEST = 1e-15
"""Weight of a state beyond which there is nothing to add."""
DAY_S = 86_400.0
MOMENTS = 24
"""Times of half a day at which its rate is taken; more of them change no share by 1 in 1000."""


@dataclass(frozen=True, slots=True)
class Warmth:
    """What is done against cold starts, beside waiting for calls; one time unit, yours.

    A ping every `ping_every` (0: none) keeps one copy; it is taken to meet no call. `kept` copies
    never go, as provisioned ones.
    """

    ping_every: float = 0.0
    kept: int = 0


NOTHING = Warmth()


def pool_cold_share(
    lam: float, service: float, keep_alive: float, warmth: Warmth = NOTHING
) -> float:
    """Share of calls that start a copy, bursts included; one time unit, yours.

    Exact for Poisson calls with exponential service, the same for cold and warm ones. A call is
    cold when more are in progress than at any time within the last `keep_alive`: the copy that it
    would take went idle when the number last fell, so the passage back up took too long. With a
    service time near 0 it is exp(-lam x keep-alive), as in `cold_share`.
    """
    at_least_0(lam, "arrival rate")
    above_0(service, "service time")
    at_least_0(keep_alive, "keep-alive")
    at_least_0(warmth.ping_every, "ping interval")
    busy = lam * service
    need(busy <= MOST_BUSY, f"{busy:.6g} copies in use: at most {MOST_BUSY} here, simulate more")
    in_state, cold, level = math.exp(-busy), 0.0, 0
    while level <= busy or in_state > LIGHTEST:
        if level >= warmth.kept:
            cold += in_state * _cold_at(level, lam, service, keep_alive, warmth.ping_every)
        level += 1
        in_state *= busy / level
    return cold


def day_cold_share(
    lam: float, service: float, keep_alive: float, swing: float, warmth: Warmth = NOTHING
) -> float:
    """The same share over a day in which the rate goes from lam (1 - swing) to lam (1 + swing).

    Times are seconds. The rate is a cosine of 24 hours, and each moment has the share of a steady
    pool at the mean rate of the `keep_alive` before it: exact without a swing, and for calls that
    never meet, as only their number within the keep-alive counts; else an approximation.
    """
    share(swing, "swing")
    above_0(keep_alive, "keep-alive")
    late = math.pi * keep_alive / DAY_S
    cold = 0.0
    for moment in range(MOMENTS):
        # by symmetry half a day is enough; the window's mean lags by half the keep-alive
        cosine = math.cos(math.pi * (moment + 0.5) / MOMENTS)
        before = lam * (1 - swing * math.sin(late) / late * cosine)
        weight = 1 - swing * math.cos(late) * cosine
        cold += weight * pool_cold_share(before, service, keep_alive, warmth)
    return cold / MOMENTS


def rate_for_share(cold: float, keep_alive: float) -> float:
    """The rate below which more than this share of lone calls is cold: `cold_share` turned round.

    At a keep-alive of 600 s one call in a hundred is cold at 663 calls a day.
    """
    share(cold, "cold share")
    above_0(cold, "cold share")
    return -math.log(cold) / above_0(keep_alive, "keep-alive")


def _cold_at(level: int, lam: float, service: float, after: float, ping_every: float) -> float:
    """Share of the calls that find `level` others in progress and start a copy."""
    if not level:
        return cold_share(lam, after, ping_every)
    return _still_below(level, lam, 1 / service, after)


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
