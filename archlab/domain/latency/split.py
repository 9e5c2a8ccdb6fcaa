"""Weighted traffic between two paths, as in a cutover: who waits where while the share moves.

The paths share nothing. A request has the same luck on both, so it is the same request whichever
way it goes, and a greater share moves more of them and brings none back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from archlab.domain.latency.checks import need, share
from archlab.domain.latency.hist import Flags, Quantile
from archlab.domain.latency.path import RequestPath
from archlab.domain.latency.prepare import Draw, prepare
from archlab.domain.latency.simulate import SHARES, Run, check, lead, played, summed
from archlab.domain.latency.streams import Purpose, stream
from archlab.domain.latency.tables import Floats, Plan
from archlab.domain.latency.traffic import Traffic

Shares = Sequence[tuple[float, float]]
"""(start in seconds, share of b), rising starts from 0 on; each holds until the next."""


@dataclass(frozen=True)
class Split:
    """Each side's run under its part of the requests, and all requests together.

    `share` is the part that went to b by slot, NaN where nobody came. `series` holds p50, p95 and
    p99 of all by slot; a censored one is at least the shorter of the two bounds.
    """

    a: Run
    b: Run
    share: Floats
    series: Mapping[str, Quantile]


def split(
    a: RequestPath,
    b: RequestPath,
    traffic: Traffic,
    shares: Shares,
    *,
    seed: int,
    replications: int = 1,
    slots: int = 360,
) -> Split:
    """Send each request to b with the share of its moment of arrival, otherwise to a.

    Both sides run in at the first share before t = 0. ValueError says what does not fit.
    """
    _check(shares)
    lead_s = max(lead(a), lead(b))
    stages = [check(path, traffic, seed, replications, slots) for path in (a, b)]
    runs = []
    for side, path in enumerate((a, b)):
        parts = []
        for number in range(replications):
            plan = prepare(path, traffic, Draw(seed, number, lead_s), slots)
            to_b = _to_b(plan.arrivals, shares, seed, number)
            parts.append(played(_part(plan, to_b if side else ~to_b), slots))
        runs.append(summed(path, stages[side], traffic, seed, parts))
    one, other = runs
    offered = one.offered + other.offered
    whole, bound_s = one.histogram + other.histogram, min(one.bound_s, other.bound_s)
    return Split(
        a=one,
        b=other,
        share=np.where(offered > 0, other.offered / np.maximum(offered, 1), np.nan),
        series={name: whole.quantile(each, bound_s) for name, each in SHARES.items()},
    )


def _check(shares: Shares) -> None:
    starts = [start for start, _ in shares]
    need(
        starts[:1] == [0] and starts == sorted(set(starts)),
        f"shares start at {starts}: write 0 first, then rising seconds",
    )
    for _, each in shares:
        share(each, "share of traffic")


def _to_b(arrivals: Floats, shares: Shares, seed: int, replication: int) -> Flags:
    units = stream(seed, Purpose.SPLIT, replication=replication).random(len(arrivals))
    starts, parts = np.array(shares, np.float64).T
    held = np.maximum(np.searchsorted(starts, arrivals, side="right") - 1, 0)
    chosen: Flags = units < parts[held]
    return chosen


def _part(plan: Plan, kept: Flags) -> Plan:
    """The plan for these requests alone; each keeps its draws."""
    jobs = np.tile(kept, plan.attempts)
    return plan._replace(
        arrivals=plan.arrivals[kept],
        pause=plan.pause[np.tile(kept, plan.attempts - 1)],
        service=plan.service[:, jobs],
        after=plan.after[:, jobs],
    )
