"""The simulations of the journeys, as means of thirty seeds: what the content plan expects."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from statistics import fmean

import pytest

from archlab.domain.pack import Pack, Simulation, read
from archlab.domain.pack.experiment import Experiment, experiment
from archlab.domain.pack.outcome import Outcome, measured
from archlab.domain.pack.settings import defaults

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
SEEDS = range(1001, 1031)


@cache
def pack(slug: str) -> Pack:
    return read(SCENARIOS / slug)


def at(slug: str, block: str, **levers: str) -> Experiment:
    found = pack(slug).block(block)
    assert isinstance(found, Simulation)
    values = {**defaults(found), **{name: Decimal(text) for name, text in levers.items()}}
    return experiment(found, values, pack(slug).architectures)


def mean(made: Experiment, metric: str) -> float:
    """Of one run for each seed; one that never recovers counts as the whole time."""
    values = [_outcome(made, seed)[metric].value for seed in SEEDS]
    return fmean(made.traffic.horizon_s if value is None else value for value in values)


def _outcome(made: Experiment, seed: int) -> Outcome:
    one = replace(made, seed=seed, asked=1)
    return measured(one, one.run())


@pytest.mark.parametrize(("calls", "share"), [("1", 85), ("6", 37), ("12", 14), ("60", 0)])
def test_quiet_functions_are_asleep(calls: str, share: int) -> None:
    """A start adds 285 ms, so the mean tells how many calls met one; at 60 an hour none does."""

    def mean_s(calls: str) -> float:
        made = at("lambda-to-fargate", "sim-cold-idle", calls=calls)
        return fmean(replace(made, seed=seed, asked=1).run().mean.value for seed in SEEDS)

    cold = (mean_s(calls) - mean_s("60")) / 0.285
    assert 100 * cold == pytest.approx(share, abs=3)


def test_one_small_task_does_not_survive_a_front_page() -> None:
    made = at("lambda-to-fargate", "sim-front-page")
    assert mean(made, "error_share") > 0.97
    four = at("lambda-to-fargate", "sim-front-page", tasks="4")
    assert mean(four, "peak_util.api") == pytest.approx(1.0, abs=0.01)
    six = at("lambda-to-fargate", "sim-front-page", tasks="6")
    assert mean(six, "error_share") == 0
    assert mean(six, "p95_ms") < 200


def test_the_larger_demand_of_two_policies_wins() -> None:
    assert mean(at("eight-services", "sim-two-policies"), "max_tasks.api") == 6
    assert mean(at("eight-services", "sim-two-policies"), "peak_util.api") < 0.03


def test_two_idle_machines_answer_as_fast_as_the_way_allows() -> None:
    made = at("ec2-to-lambda", "sim-idle-util")
    assert mean(made, "p50_ms") == pytest.approx(41.5, rel=0.05)
    assert mean(made, "p99_ms") == pytest.approx(87, rel=0.1)
    busy = [replace(made, seed=seed, asked=1).run() for seed in SEEDS[:5]]
    shares = [hop.utilisation for run in busy for hop in run.hops if hop.id == "app"]
    assert fmean(share for share in shares if share) == pytest.approx(0.0057, rel=0.1)


def test_retries_lengthen_a_failover_and_a_budget_for_them_does_not() -> None:
    often = mean(at("vps-to-aws", "sim-failover"), "recovery_s")
    once = mean(at("vps-to-aws", "sim-failover", attempts="1"), "recovery_s")
    budget = mean(at("vps-to-aws", "sim-failover", budget="0.1"), "recovery_s")
    assert once == pytest.approx(40, abs=10)
    assert budget <= 60
    assert often > 2 * budget


def test_phones_that_come_back_together_keep_six_tasks_busy_for_nothing() -> None:
    """10,000 phones in five seconds: at once nobody is served in time, over a minute all are."""
    crowd = at("eight-services", "sim-reconnect")
    assert mean(crowd, "error_share") > 0.45
    assert mean(crowd, "recovery_s") > 60
    spread = at("eight-services", "sim-reconnect", pause="61000")
    assert mean(spread, "error_share") == 0
    assert mean(spread, "recovery_s") < 40
