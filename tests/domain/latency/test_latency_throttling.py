from __future__ import annotations

import math
from dataclasses import replace

import pytest

from archlab.domain.latency import (
    Dist,
    Hop,
    RequestPath,
    Scaler,
    Traffic,
    burstable,
    on_credits,
    simulate,
    throttles,
)

MEDIUM = burstable("t3.medium")  # 2 vCPU, baseline 20 %, 24 credits an hour, at most 576
DAY_S = 86_400.0
CPU = Hop("web", "Web", Dist.constant(0.01), 2)


def load(*pieces: tuple[float, float], horizon_s: float) -> Traffic:
    """Pieces of (start in seconds, share of both vCPUs), for requests of one CPU second each."""
    return Traffic(tuple((start, 2 * share) for start, share in pieces), horizon_s)


@pytest.mark.parametrize(("share", "hours"), [(0.6, 12), (0.8, 8), (1.0, 6)])
def test_a_full_balance_lasts_as_long_as_the_closed_form_says(share: float, hours: float) -> None:
    found = throttles(MEDIUM, 576, load((0, share), horizon_s=DAY_S), 1.0)
    assert found[0].start_s == pytest.approx(hours * 3600)
    assert found[0].speed == pytest.approx(1 - 0.8 / 30)


def test_the_speed_falls_to_the_baseline_in_a_quarter_of_an_hour() -> None:
    found = throttles(MEDIUM, 0, load((0, 1.0), horizon_s=3600), 1.0)
    assert [window.end_s for window in found[:15]] == [60.0 * minute for minute in range(1, 16)]
    assert found[15].speed == pytest.approx(0.2)
    assert len(found) == 16


@pytest.mark.parametrize("share", [0.0, 0.1, 0.2])
def test_up_to_the_baseline_nothing_slows_even_without_credits(share: float) -> None:
    assert throttles(MEDIUM, 0, load((0, share), horizon_s=DAY_S), 1.0) == ()


def test_the_slow_time_ends_when_all_the_work_that_came_is_done() -> None:
    found = throttles(MEDIUM, 0, load((0, 1.0), (3600, 0.1), horizon_s=DAY_S), 1.0)
    end = found[-1].end_s
    done = math.fsum((window.end_s - window.start_s) * window.speed for window in found)
    assert done == pytest.approx(3600 + 0.1 * (end - 3600), rel=1e-12)


def test_what_a_quiet_hour_earns_a_burst_spends() -> None:
    quiet = load((0, 0.1), (3600, 1.0), horizon_s=DAY_S)
    earned, spent_per_s = 24 - 12, 2 * 0.8 / 60
    found = throttles(MEDIUM, 0, quiet, 1.0)
    assert found[0].start_s == pytest.approx(3600 + earned / spent_per_s)


def test_the_balance_stops_at_its_largest() -> None:
    idle = load((0, 0.0), (10 * DAY_S, 1.0), horizon_s=11 * DAY_S)
    assert throttles(MEDIUM, 576, idle, 1.0)[0].start_s == pytest.approx(10 * DAY_S + 6 * 3600)


def test_work_left_at_the_horizon_stays_slow_until_it_is_done() -> None:
    found = throttles(MEDIUM, 0, load((0, 1.0), horizon_s=1800), 1.0)
    done = math.fsum((window.end_s - window.start_s) * window.speed for window in found)
    assert done == pytest.approx(1800)


def test_a_simulation_waits_as_the_backlog_says() -> None:
    traffic = Traffic.steady(100.0, 2400.0)  # half of both vCPUs
    path = on_credits(RequestPath((CPU,)), "web", MEDIUM, traffic, 4.0)
    windows = throttles(MEDIUM, 4.0, traffic, 0.01)
    speed = [window.speed for window in windows if window.speed < 0.5]
    late = next(window.start_s for window in windows if window.speed < 0.5)
    piled = math.fsum(60 * (0.5 - each) for each in speed[:-1])
    base_s = late + 60 * len(speed[:-1])
    run = simulate(path, traffic, seed=1, slots=240)
    arrived = base_s + 300  # deep in the slow time
    waits = (piled + 0.3 * 300) / 0.2
    slot = int(arrived / 10)
    assert run.series["p50"].seconds[slot] == pytest.approx(waits, rel=0.04)
    assert run.series["p50"].seconds[10] == pytest.approx(0.01, rel=0.02)


def test_only_what_comes_as_far_as_the_machine_costs_credits() -> None:
    traffic = Traffic.steady(100.0, 3600.0)
    cache = Hop("cache", "Cache", Dist.constant(0.001), hit_ratio=0.7)
    behind = on_credits(RequestPath((cache, CPU)), "web", MEDIUM, traffic, 4.0)
    assert behind.faults == ()  # 15 % of both vCPUs
    shared = RequestPath((cache, replace(CPU, other_load=1.0)))
    assert on_credits(shared, "web", MEDIUM, traffic, 4.0).faults != ()


def test_unlimited_mode_never_slows() -> None:
    path, traffic = RequestPath((CPU,)), Traffic.steady(150.0, 3600.0)
    assert on_credits(path, "web", MEDIUM, traffic, 0.0, "unlimited") is path


def test_what_credits_cannot_say_is_refused_in_a_sentence() -> None:
    traffic = Traffic.steady(1.0, 60.0)
    path = RequestPath((CPU,), scalers=(Scaler("web", 1, 1, 2, 0.5, 0.2),))
    with pytest.raises(ValueError, match="credits of its own"):
        on_credits(path, "web", MEDIUM, traffic, 0.0)
    with pytest.raises(ValueError, match="credits for db: the path has web"):
        on_credits(RequestPath((CPU,)), "db", MEDIUM, traffic, 0.0)
    with pytest.raises(ValueError, match="at most 576"):
        throttles(MEDIUM, 600, traffic, 1.0)
