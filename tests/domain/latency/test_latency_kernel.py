from __future__ import annotations

import numpy as np
import pytest
from oracle import Oracle
from paths import CASES, on_a_grid, plan_of
from sampling import sampled
from twin import compiled, ran

from archlab.domain.latency import Dist, Hop, RequestPath, Scaler, Traffic
from archlab.domain.latency.prepare import Draw, prepare
from archlab.domain.latency.tables import KEYED_JOBS, Plan, State, fresh

SEEDS = sampled(range(11, 19), 1)


RESULTS = (
    "status",
    "done",
    "counts",
    "wait",
    "open_s",
    "spent",
    "tasks",
    "noted_load",
    "noted_spent",
    "noted_tasks",
)


def ended(state: State) -> dict[str, bytes]:
    """Everything a run has noted, as bytes."""
    return {name: getattr(state, name).tobytes() for name in RESULTS}


def assert_same_as_the_oracle(plan: Plan, state: State) -> None:
    oracle = Oracle(plan).run()
    assert state.counts.tolist() == oracle.counts
    assert state.status.tobytes() == oracle.status.tobytes()
    assert state.done.tobytes() == oracle.done.tobytes()
    assert state.tasks.tolist() == oracle.tasks


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", CASES)
def test_every_response_time_is_that_of_simpy(name: str, seed: int) -> None:
    plan = plan_of(name, seed)
    assert_same_as_the_oracle(plan, compiled(plan))


@pytest.mark.parametrize("name", CASES)
def test_events_at_the_same_instant_come_in_the_order_of_simpy(name: str) -> None:
    plan = on_a_grid(plan_of(name, 21))
    assert_same_as_the_oracle(plan, compiled(plan))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("ties", [False, True])
def test_compiled_and_uncompiled_runs_give_the_same_bytes(name: str, *, ties: bool) -> None:
    plan = plan_of(name, 31)
    plan = on_a_grid(plan) if ties else plan
    assert ended(compiled(plan)) == ended(ran(plan))


def test_with_arrivals_before_service_ends_the_oracle_disagrees() -> None:
    plan = on_a_grid(plan_of("timeouts, retries, bounded queue", 21))
    swapped = ran(plan, SERVICE_END=4, ARRIVAL=0)
    assert swapped.done.tobytes() != Oracle(plan).run().done.tobytes()


def test_more_jobs_than_an_event_can_name_are_refused() -> None:
    plan = plan_of(next(iter(CASES)), 11)
    jobs = np.broadcast_to(0.0, (len(plan.workers), KEYED_JOBS + 1))
    with pytest.raises(ValueError, match="at most 16777216; shorten the horizon"):
        fresh(plan._replace(service=jobs))


def test_a_scale_out_that_has_come_gives_its_place_back() -> None:
    rule = Scaler("web", 1, 1, 6, 0.5, 0.1, out_for_s=1.0, period_s=1.0)
    path = RequestPath((Hop("web", "", Dist.constant(0.1), 1),), scalers=(rule,))
    state = compiled(prepare(path, Traffic.steady(40.0, 60.0), Draw(1, 0, 1.0), 10))
    assert state.tasks[1] > 3
    assert not state.coming[:, 1].any()


def test_every_cause_and_every_action_occurs_in_the_cases() -> None:
    counts = sum(compiled(plan_of(name, 11)).counts for name in CASES)
    assert np.count_nonzero(counts) == 6  # in flight is not an end, nothing is throttled here
    scaled = {name for name in CASES if np.ptp(compiled(plan_of(name, 11)).noted_tasks[:, -1])}
    assert scaled == {name for name, case in CASES.items() if case.path.scalers}
