from __future__ import annotations

import math
from statistics import fmean, stdev

import numpy as np
import pytest

from archlab.domain.latency import SpotRecovery, outage_backlog, spot_fleet, spot_loss


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


def test_one_machine_alone_is_down_for_its_share_of_a_cycle() -> None:
    alone = spot_fleet(0.05, SpotRecovery(180, 7200).manual_s, 1)
    life_s = 730 * 3600 / -math.log(0.95)
    assert alone.availability == pytest.approx(life_s / (life_s + 7380))
    assert alone.short_s_per_month == pytest.approx(730 * 3600 * 7380 / (life_s + 7380))
    assert alone.none_s_per_month == alone.short_s_per_month
    assert alone.short_s_per_month == pytest.approx(
        spot_loss(0.05, 7380).down_s_per_month, rel=2e-3
    )


def test_behind_a_balancer_all_must_be_away_at_once() -> None:
    one, three = spot_fleet(0.2, 300, 1), spot_fleet(0.2, 300, 3)
    away = 1 - one.availability
    assert three.none_s_per_month == pytest.approx(730 * 3600 * away**3)
    assert three.mean_up == pytest.approx(3 * one.availability)
    assert spot_fleet(0.2, 300, 3, needed=3).short_s_per_month == pytest.approx(
        730 * 3600 * (1 - one.availability**3)
    )


def test_a_fleet_simulated_for_years_is_short_for_as_long_as_the_formula_says() -> None:
    p_month, away_h, machines, needed, months = 0.9, 20.0, 4, 3, 2000
    found = spot_fleet(p_month, away_h * 3600, machines, needed)
    seen = [_short_h(seed, 730 / -math.log(1 - p_month), away_h, months) for seed in range(30)]
    short_h = found.short_s_per_month / 3600
    z = (fmean(seen) - short_h) / (stdev(seen) / math.sqrt(len(seen)))
    assert abs(z) < 4


def _short_h(seed: int, life_h: float, away_h: float, months: int) -> float:
    """Hours a month with fewer than 3 of 4 machines, from every loss and return of each."""
    rng = np.random.Generator(np.random.PCG64(seed))
    end = 730.0 * months
    changes: list[tuple[float, int]] = []
    for _machine in range(4):
        lost = np.cumsum(rng.exponential(life_h, 2 * months * 4) + away_h) - away_h
        lost = lost[lost < end]
        changes += [(at, -1) for at in lost.tolist()] + [(at + away_h, 1) for at in lost.tolist()]
    short, up, since = 0.0, 4, 0.0
    for at, change in sorted(changes):
        if up < 3:
            short += min(at, end) - min(since, end)
        up, since = up + change, at
    return short / months


def test_a_fleet_that_nobody_interrupts_is_never_short() -> None:
    found = spot_fleet(0.0, 300, 3, needed=3)
    assert (found.per_month, found.mean_up, found.short_s_per_month) == (0, 3, 0)


@pytest.mark.parametrize(("machines", "needed"), [(0, 0), (2, 3), (2, 0)])
def test_a_fleet_needs_no_more_than_it_has(machines: int, needed: int) -> None:
    with pytest.raises(ValueError, match="write 1 <= needed <= machines"):
        spot_fleet(0.1, 60, machines, needed)


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
