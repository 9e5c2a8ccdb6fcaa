from __future__ import annotations

import math

import pytest

from archlab.domain.latency import SpotRecovery, outage_backlog, spot_loss


def test_a_backlog_drains_with_what_is_spare() -> None:
    found = outage_backlog(50, 80, 60)
    assert (found.backlog, found.drain_s, found.affected) == (3000, 100, 8000)
    assert (found.max_wait_s, found.mean_wait_s) == (60, 30)


def test_without_spare_capacity_it_never_drains() -> None:
    full, over = outage_backlog(80, 80, 60), outage_backlog(90, 80, 60)
    assert math.isinf(full.drain_s)
    assert (full.max_wait_s, full.growth_per_s) == (60, 0)
    assert math.isinf(over.max_wait_s)
    assert over.growth_per_s == 10


@pytest.mark.parametrize(("lam", "outage_s"), [(0, 60), (50, 0)])
def test_no_outage_and_no_requests_leave_no_backlog(lam: float, outage_s: float) -> None:
    found = outage_backlog(lam, 80, outage_s)
    assert (found.backlog, found.affected, found.mean_wait_s) == (0, 0, 0)


def test_a_month_of_interruptions_follows_from_the_chance_of_one() -> None:
    found = spot_loss(0.05, 120)
    assert math.exp(-found.per_month) == pytest.approx(0.95)
    assert found.down_s_per_month == pytest.approx(6.155195)
    assert spot_loss(0.05, 120, 744).mean_hours_between > found.mean_hours_between
    assert math.isinf(spot_loss(0.0, 120).mean_hours_between)


def test_a_person_dwarfs_everything_else_and_a_balancer_removes_it() -> None:
    recovery = SpotRecovery(replacement_s=180, human_s=7200, switch_s=60)
    assert (recovery.manual_s, recovery.automated_s, recovery.balanced_s) == (7380, 120, 0)


def test_a_replacement_within_the_notice_costs_nothing() -> None:
    assert SpotRecovery(replacement_s=90, human_s=0).automated_s == 0


@pytest.mark.parametrize("p_month", [-0.1, 1.0, math.nan])
def test_a_chance_is_below_one(p_month: float) -> None:
    with pytest.raises(ValueError, match="write a share from 0 up and below 1"):
        spot_loss(p_month, 120)


def test_impossible_times_are_refused() -> None:
    with pytest.raises(ValueError, match="capacity 0: write a number above 0"):
        outage_backlog(1, 0, 1)
    with pytest.raises(ValueError, match="outage -1"):
        outage_backlog(1, 1, -1)
    with pytest.raises(ValueError, match="time of a person -1"):
        SpotRecovery(1, -1)
