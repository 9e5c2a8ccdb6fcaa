"""What holds for every run of the exact kernel, request by request, whatever the numbers are.

Flow balance, Little's law and the utilisation law are identities of a sample path: a difference is
a fault of the kernel and never bad luck.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from archlab.domain.latency.dist import Dist
from archlab.domain.latency.path import Hop, RequestPath, Retry
from archlab.domain.latency.prepare import Draw, prepare
from archlab.domain.latency.scaler import Scaler
from archlab.domain.latency.simulate import simulate
from archlab.domain.latency.tables import (
    FAULT,
    IN_FLIGHT,
    RETRIES,
    SERVING_S,
    Plan,
    State,
    fresh,
)
from archlab.domain.latency.traffic import Traffic

EDGE = Hop("edge", "Edge", Dist.lognormal(0.005, 0.025))
BACKEND = Hop("backend", "Backend", Dist.exponential(0.05), 16, held_s=0.12)
DATABASE = Hop("database", "Connections", Dist.exponential(0.12), 10)

PATIENT = RequestPath((EDGE, BACKEND, DATABASE))
"""Everybody waits, so every hop serves every request."""

BUSY = RequestPath(
    (EDGE, BACKEND, Hop("database", "Connections", Dist.exponential(0.12), 5, acquire_timeout_s=1)),
    client_timeout_s=2.0,
    retry=Retry(3),
    scalers=(Scaler("backend", 1, 1, 4, 0.5, 0.3, period_s=10.0, pools=("database",)),),
)
"""Timeouts, retries and scaling at once."""

SPIKE = Traffic(((0.0, 40.0), (60.0, 150.0), (120.0, 30.0)), 240.0)


@dataclass(frozen=True)
class Differences:
    """Both sides of each identity, subtracted; the last three as a share of one side."""

    requests: int
    sojourns: float
    services: float
    explained: float


def differences(seed: int) -> Differences:
    """The largest ones of a patient and a busy run."""
    patient, busy = _ran(PATIENT, seed), _ran(BUSY, seed)
    return Differences(
        requests=max(map(_requests, (patient, busy)), key=abs),
        sojourns=max(map(_sojourns, (patient, busy))),
        services=_services(*patient),
        explained=max(_explained(path, seed) for path in (PATIENT, BUSY)),
    )


def _ran(path: RequestPath, seed: int) -> tuple[Plan, State]:
    from archlab.domain.latency.kernel import run  # brings numba: 0.2 s and 65 MB

    plan = prepare(path, SPIKE, Draw(seed, 0, 0.0), 1)
    # noted once more when all is over
    plan = plan._replace(edges=np.append(plan.edges, 10 * SPIKE.horizon_s))
    state = fresh(plan)
    run(plan, state)
    return plan, state


def _requests(ran: tuple[Plan, State]) -> int:
    """Offered minus ended minus in flight; an attempt that is tried again ends no request."""
    plan, state = ran
    ended = int(state.counts[: FAULT + 1].sum() - state.counts[RETRIES])
    return len(plan.arrivals) - ended - int((state.status == IN_FLIGHT).sum())


def _sojourns(ran: tuple[Plan, State]) -> float:
    """Time integral of the requests in the system, beside the sum of their times in it."""
    plan, state = ran
    return _apart(float(state.open_s[0]), math.fsum(state.done - plan.arrivals))


def _services(plan: Plan, state: State) -> float:
    """Time in service of the hops with workers, beside the sum of what was drawn for them."""
    queued = plan.workers >= 0
    spent = float(state.noted_spent[-1, queued, SERVING_S].sum())
    return _apart(spent, math.fsum(plan.service[queued].ravel()))


def _explained(path: RequestPath, seed: int) -> float:
    """The rows of the explanation, beside the mean latency."""
    run = simulate(path, SPIKE, seed=seed, slots=1)
    total = math.fsum(row.service_s + row.wait_s + row.extra_s for row in run.explain)
    return _apart(total, run.mean.value)


def _apart(one: float, other: float) -> float:
    return abs(one - other) / other
