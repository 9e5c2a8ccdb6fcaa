"""How each kind can fail; kinds without a published or assumed rate have no failure mode."""

from __future__ import annotations

import pytest
from architecture_builders import NEEDED, part, task

from archlab.domain.architecture import KINDS

ZONE = ("its zone is impaired", 7200)
LOST = ("the server is lost", 10_800)

FAIL = {
    "vps": [LOST],
    "ec2_instance": [LOST, ZONE],
    "fargate_service": [("the task dies", 45), ZONE],
    "nat_gateway": [ZONE],
    "nat_instance": [LOST, ZONE],
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
