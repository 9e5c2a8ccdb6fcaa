"""How each kind serves a request."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from architecture_builders import NEEDED, SIX_AN_HOUR, context, part, system, task

from archlab.domain.architecture import KINDS, Component, Demand, FlowHop, Value
from archlab.domain.latency import Dist, Hop

NOT_ON_THE_WAY = {
    *("security_group", "ecr_repository", "log_group", "alarms", "eks_cluster"),
    *("xray", "flow_logs", "ebs_volume", "data_transfer", "support_plan"),
}


def hop(component: Component, demand: Demand = SIX_AN_HOUR, **spec: object) -> Hop:
    times = {"p50_ms": Decimal(5), "p99_ms": Decimal(20), **spec}
    found = component.hop(context(demand=demand), FlowHop(component.id, **times))  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize("kind", sorted(set(KINDS) - NOT_ON_THE_WAY))
def test_a_kind_on_the_way_takes_the_time_of_the_flow(kind: str) -> None:
    found = hop(part(kind, "it", **NEEDED.get(kind, {})))
    assert found.id == "it"
    assert found.service == Dist.lognormal(0.005, 0.020)


@pytest.mark.parametrize("kind", sorted(NOT_ON_THE_WAY))
def test_a_kind_beside_the_way_serves_no_request(kind: str) -> None:
    assert part(kind, **NEEDED.get(kind, {})).hop(context(), FlowHop(kind, Decimal(5))) is None


def test_a_hop_is_called_as_the_flow_says_or_as_the_component() -> None:
    assert hop(part("alb", label="Front"), label="edge to balancer").label == "edge to balancer"
    assert hop(part("alb", label="Front")).label == "Front"


def test_without_a_p99_the_time_is_constant() -> None:
    assert hop(part("alb"), p99_ms=None).service == Dist.constant(0.005)


def test_hits_and_neighbours_of_the_flow_are_kept() -> None:
    found = hop(part("cloudfront"), hit_ratio=Decimal("0.9"), parallel="both")
    assert (found.hit_ratio, found.parallel) == (0.9, "both")


def test_all_workers_of_all_tasks_serve_one_queue() -> None:
    assert hop(task(tasks=3, workers=8)).servers == 24
    assert hop(task()).servers == 16
    assert hop(part("vps", vcpu=2, monthly_usd=12)).servers == 2
    assert hop(part("alb")).servers is None


def cold_share(demand: Demand = SIX_AN_HOUR, **parameters: Value) -> float:
    function = part("lambda_function", memory_mib=128, avg_ms=20, init_ms=285, **parameters)
    cold = hop(function, demand).cold
    assert cold is not None
    assert cold.seconds == pytest.approx(0.285)
    return cold.share


def test_six_calls_an_hour_find_37_percent_cold() -> None:
    assert cold_share() == pytest.approx(math.exp(-1))
    assert cold_share(keep_alive_s=300) == pytest.approx(math.exp(-0.5))


def test_one_percent_is_cold_at_663_calls_a_day() -> None:
    assert cold_share(Demand(requests_per_day=Decimal(663))) == pytest.approx(0.01, rel=0.01)


def test_a_function_that_takes_half_of_the_requests_is_colder() -> None:
    assert cold_share(calls_per_request="0.5") == pytest.approx(math.exp(-0.5))


def test_a_kept_copy_is_never_cold() -> None:
    assert cold_share(provisioned=1) == 0
    assert cold_share(ping_minutes=5) == 0


def test_a_ping_that_comes_too_late_helps_only_in_part() -> None:
    assert cold_share(ping_minutes=20) == pytest.approx(math.exp(-1) / 2)


@pytest.mark.parametrize(
    ("kind", "values", "servers"),
    [
        ("ec2_group", {"desired": 3, "workers": 8}, 24),
        ("process", {"workers": 4}, 4),
        ("process", {"workers": 4, "host": "nobody"}, 4),
        ("pgbouncer", {"pool_size": 30}, 30),
        ("app_runner", {"instances": 2, "workers": 50}, 100),
        ("rds_instance", {"max_connections": 80}, 80),
        ("home_worker", {"workers": 2}, 2),
        ("elasticache", {}, None),
    ],
)
def test_as_many_requests_are_served_at_once(
    kind: str, values: dict[str, Value], servers: int | None
) -> None:
    assert hop(part(kind, **{**NEEDED.get(kind, {}), **values})).servers == servers


@pytest.mark.parametrize("kind", ["process", "pgbouncer"])
@pytest.mark.parametrize(
    "host",
    [
        part("ec2_group", "host", type="t4g.small", max=3, desired=3),
        part("ec2_instance", "host", type="t4g.small", count=3),
        task(tasks=3).model_copy(update={"id": "host"}),
    ],
    ids=lambda host: host.kind,
)
def test_a_process_runs_once_on_each_of_its_hosts(kind: str, host: Component) -> None:
    process = part(kind, host="host")
    alone, spread = (
        process.hop(system(*others, process).context, FlowHop(kind, Decimal(5)))
        for others in ((), (host,))
    )
    assert alone is not None
    assert spread is not None
    assert spread.servers == 3 * (alone.servers or 0)


def test_a_cache_answers_its_hit_ratio_unless_the_flow_knows_better() -> None:
    cache = part("elasticache", hit_ratio="0.8", **{"class": "cache.t4g.micro"})
    assert hop(cache).hit_ratio == 0.8
    assert hop(cache, hit_ratio=Decimal("0.5")).hit_ratio == 0.5
    assert hop(cache, hit_ratio=Decimal(0)).hit_ratio == 0
