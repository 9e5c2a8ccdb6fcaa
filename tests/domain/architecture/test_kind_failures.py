"""How each kind can fail; kinds without a published or assumed rate have no failure mode."""

from __future__ import annotations

import pytest
from architecture_builders import NEEDED, part, task

from archlab.domain.architecture import KINDS, Value

ZONE = ("its zone is impaired", 7200)
LOST = ("the server is lost", 10_800)

FAIL = {
    "vps": [LOST],
    "ec2_instance": [LOST, ZONE],
    "fargate_service": [("the task dies", 45), ZONE],
    "nat_gateway": [ZONE],
    "nat_instance": [LOST, ZONE],
    "ec2_group": [("the server is lost", 300), ZONE],
    "home_worker": [LOST],
    "rds_instance": [("the database is serviced", 600), ("the database fails", 10_800), ZONE],
    "aurora_serverless": [("the database fails", 600), ZONE],
    "elasticache": [("a cache node is lost", 600)],
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_fails_in_these_ways(kind: str) -> None:
    modes = part(kind, **NEEDED.get(kind, {})).failure_modes()
    assert [(mode.event, int(mode.seconds)) for mode in modes] == FAIL.get(kind, [])


def test_the_documented_task_is_back_after_230_seconds() -> None:
    (dies, _) = task().failure_modes()
    assert dies.seconds == 3 * 60 + 5 + 45


def test_spread_over_two_zones_a_failed_zone_costs_two_minutes() -> None:
    (zone,) = task(tasks=2, zones=2).failure_modes()
    assert zone.seconds == 120
    assert part("nat_gateway", zones=2).failure_modes()[0].seconds == 120


def test_a_service_without_tasks_has_nothing_to_fail() -> None:
    assert task(tasks=0).failure_modes() == []


def test_a_lost_way_out_hits_outgoing_calls() -> None:
    hits = {
        mode.hits for kind in ("nat_gateway", "nat_instance") for mode in part(kind).failure_modes()
    }
    assert hits == {"outgoing calls"}


def seconds(kind: str, **values: Value) -> list[int]:
    modes = part(kind, **{**NEEDED.get(kind, {}), **values}).failure_modes()
    return [int(mode.seconds) for mode in modes]


def minutes(kind: str, **values: Value) -> float:
    modes = part(kind, **{**NEEDED.get(kind, {}), **values}).failure_modes()
    return float(sum(mode.minutes for mode in modes if not mode.zone))


def test_a_database_is_away_for_8_3_minutes_a_month_and_with_a_standby_for_half_a_minute() -> None:
    assert minutes("rds_instance") == pytest.approx(8.33, abs=0.01)
    assert minutes("rds_instance", multi_az=True) == pytest.approx(0.54, abs=0.01)
    assert seconds("rds_instance", multi_az=True) == [90, 90, 120]


def test_a_second_instance_of_aurora_takes_over() -> None:
    assert seconds("aurora_serverless", instances=2) == [60, 120]


def test_a_replica_takes_over_a_cache_but_nodes_of_memcached_are_no_replicas() -> None:
    assert minutes("elasticache") == pytest.approx(0.42, abs=0.01)
    assert seconds("elasticache", nodes=2) == [60]
    assert seconds("elasticache", nodes=2, engine="memcached") == [600]


def test_a_group_of_one_is_back_by_itself_in_five_minutes() -> None:
    assert minutes("ec2_group") == pytest.approx(0.21, abs=0.01)


@pytest.mark.parametrize(("repoint_s", "expected"), [(180, 1.5), (3600, 30)])
def test_a_lone_spot_server_is_taken_back_every_second_month(
    repoint_s: int, expected: float
) -> None:
    modes = part(
        "ec2_group", **{**NEEDED["ec2_group"], "purchase": "spot", "repoint_s": repoint_s}
    ).failure_modes()
    (taken,) = (mode for mode in modes if mode.event == "its spot server is taken back")
    assert float(taken.minutes) == expected


def test_a_larger_group_loses_no_more_than_a_zone() -> None:
    assert seconds("ec2_group", desired=2, purchase="spot") == [120]
    assert seconds("ec2_group", desired=2, zones=1) == [7200]
    assert seconds("ec2_group", min=0, desired=0) == []
