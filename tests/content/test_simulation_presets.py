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


@pytest.mark.parametrize(
    ("times", "kept", "share"), [("1", "600", 3.1), ("1.326", "600", 1), ("2.652", "300", 1)]
)
def test_a_quiet_route_is_cold_as_often_as_the_gaps_between_its_calls_say(
    times: str, kept: str, share: float
) -> None:
    """500, 663 and 1,326 calls a day; a start adds 285 ms, so the mean tells how many met one."""

    def mean_ms(**levers: str) -> float:
        made = at("ec2-to-lambda", "sim-cold-routes", calls=times, **levers)
        return fmean(replace(made, seed=seed, asked=1).run().mean.value * 1000 for seed in SEEDS)

    cold = (mean_ms(kept=kept) - mean_ms(kept=kept, warm="1")) / 285
    assert 100 * cold == pytest.approx(share, abs=0.4)


def test_the_bars_of_a_call_say_nothing_once_the_handlers_are_full() -> None:
    calm = at("ec2-to-lambda", "sim-waterfall-knee", times="0.1")
    full = at("ec2-to-lambda", "sim-waterfall-knee")
    wider = at("ec2-to-lambda", "sim-waterfall-knee", machines="4")
    assert mean(calm, "p50_ms") == pytest.approx(41.5, rel=0.05)
    assert mean(full, "p99_ms") > 2 * mean(calm, "p99_ms")
    assert mean(wider, "p99_ms") == pytest.approx(mean(calm, "p99_ms"), rel=0.15)


def test_retries_lengthen_a_failover_and_a_budget_for_them_does_not() -> None:
    often = mean(at("vps-to-aws", "sim-failover"), "recovery_s")
    once = mean(at("vps-to-aws", "sim-failover", attempts="1"), "recovery_s")
    budget = mean(at("vps-to-aws", "sim-failover", budget="0.1"), "recovery_s")
    assert once == pytest.approx(40, abs=10)
    assert budget <= 60
    assert often > 2 * budget


def test_a_deployment_on_one_machine_turns_away_whoever_comes_in_the_gap() -> None:
    """90 of 600 seconds without a holder of the port."""
    assert mean(at("spot-mvp", "sim-deploy-one-box"), "error_share") == pytest.approx(
        0.15, abs=0.005
    )


@pytest.mark.parametrize("attempts", ["1", "8"])
def test_no_patience_bridges_two_hours_without_a_gateway(attempts: str) -> None:
    """Two of three hours; the pauses of eight attempts add up to a minute and a half at most."""
    made = at("lambda-to-fargate", "sim-nat-zone", attempts=attempts)
    assert mean(made, "error_share") == pytest.approx(2 / 3, abs=0.02)


def test_five_times_the_traffic_breaks_a_machine_that_was_busy_for_three_tenths() -> None:
    """Above a fifth of full work the queue grows without end; below it nothing happens."""
    busy, calm = (
        mean(at("vps-to-aws", "sim-black-friday", base=base), "error_share")
        for base in ("1", "0.6")
    )
    assert busy > 0.4
    assert calm < 0.01


def test_a_pool_waits_from_the_rate_times_the_length_of_a_query_on() -> None:
    """Sixty a second times a fifth of a second are twelve places."""
    assert mean(at("vps-to-aws", "sim-pool"), "error_share") > 0.5
    assert mean(at("vps-to-aws", "sim-pool", places="13"), "error_share") == 0
    assert mean(at("vps-to-aws", "sim-pool", places="16"), "p95_ms") < 300


def test_a_rule_swings_where_its_two_lines_are_nearer_than_one_task() -> None:
    """54 % of one task are 27 % of two, so the second one comes and goes at an even load."""

    def seen(**levers: str) -> set[int]:
        made = at("vps-to-aws", "sim-scale-5030", **levers)
        (hop,) = (hop for hop in replace(made, asked=1).run().hops if hop.id == "backend")
        late = hop.tasks[len(hop.tasks) // 2 :]
        return {round(float(tasks)) for tasks in late}

    assert seen() == {1, 2}
    assert seen(floor="2") == {2}
    assert seen(times="2") == {3}


def test_a_backlog_for_each_task_keeps_its_promise_and_a_thousand_does_not() -> None:
    assert mean(at("vps-to-aws", "sim-backlog"), "error_share") > 0.5
    fifty = at("vps-to-aws", "sim-backlog", allowed="50")
    assert mean(fifty, "error_share") == 0
    assert mean(fifty, "p95_ms") < 120_000


def test_a_cache_moves_the_middle_and_leaves_the_slow_end_of_the_questions() -> None:
    none, most = at("vps-to-aws", "sim-ask-ai"), at("vps-to-aws", "sim-ask-ai", kept="0.6")
    assert mean(none, "p50_ms") == pytest.approx(1342, rel=0.03)
    assert mean(most, "p50_ms") == pytest.approx(142, rel=0.05)
    assert mean(most, "p95_ms") == pytest.approx(1342, rel=0.03)


def test_phones_that_come_back_together_keep_six_tasks_busy_for_nothing() -> None:
    """10,000 phones in five seconds: at once nobody is served in time, over a minute all are."""
    crowd = at("eight-services", "sim-reconnect")
    assert mean(crowd, "error_share") > 0.45
    assert mean(crowd, "recovery_s") > 60
    spread = at("eight-services", "sim-reconnect", pause="61000")
    assert mean(spread, "error_share") == 0
    assert mean(spread, "recovery_s") < 40
