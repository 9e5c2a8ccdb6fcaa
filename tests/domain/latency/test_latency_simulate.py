from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from paths import CALM, CASES, HOPS, SPIKE, backend, database, plan_of
from sampling import FULL
from twin import compiled

from archlab.domain.latency import (
    ColdStart,
    Dist,
    Fault,
    Hop,
    RequestPath,
    Retry,
    Run,
    Scaler,
    Traffic,
    compare,
    mmc,
    simulate,
)
from archlab.domain.latency.prepare import Draw, prepare
from archlab.domain.latency.tables import ANSWERED, IN_FLIGHT, WORKING_S, Floats

ROOT = Path(__file__).parents[3]
TRUTHS = json.loads((ROOT / "archlab/domain/latency/truths.json").read_text())["cases"]


@pytest.mark.parametrize("name", CASES)
def test_offered_is_answered_and_failed_and_in_flight_in_every_slot(name: str) -> None:
    case = CASES[name]
    run = simulate(case.path, case.traffic, seed=41, replications=2, slots=20)
    ends = run.answered + sum(run.errors.values()) + run.in_flight
    assert run.offered.tolist() == ends.tolist()
    assert run.offered.sum() == run.histogram.offered.sum()


@pytest.mark.parametrize("name", CASES)
def test_the_rows_of_the_explanation_add_up_to_the_mean(name: str) -> None:
    case = CASES[name]
    run = simulate(case.path, case.traffic, seed=42, replications=2, slots=20)
    total = math.fsum(row.service_s + row.wait_s + row.extra_s for row in run.explain)
    assert total == pytest.approx(run.mean.value, rel=1e-9)
    assert run.retry_s == pytest.approx(0.0, abs=1e-12) or case.path.retry.max_attempts > 1


@pytest.mark.parametrize("name", CASES)
def test_time_in_the_system_is_the_sum_of_all_sojourns(name: str) -> None:
    plan = plan_of(name, 43)
    state = compiled(plan)
    assert not (state.status == IN_FLIGHT).any()
    sojourns = math.fsum(state.done - plan.arrivals)
    assert float(state.open_s[0]) == pytest.approx(sojourns, rel=1e-9)


def test_busy_time_is_the_sum_of_the_services() -> None:
    path = RequestPath((Hop("station", "", Dist.exponential(0.05), 8),))
    plan = prepare(path, Traffic.steady(120.0, 60.0), Draw(44, 0, 0.0), 1)
    plan = plan._replace(edges=np.array([0.0, 3600.0]))
    state = compiled(plan)
    busy = float(state.noted_spent[1, 0, WORKING_S])
    assert busy == pytest.approx(math.fsum(plan.service[0]), rel=1e-9)


def digest(run: Run) -> str:
    arrays = (run.offered, run.answered, run.histogram.answers, run.series["p99"].seconds)
    return sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()


def everything(_number: int = 0) -> str:
    case = CASES["errors and everything"]
    return digest(simulate(case.path, case.traffic, seed=45, slots=20))


def test_threads_and_processes_agree_on_a_seed() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(everything, range(4)))
    script = "from test_latency_simulate import everything; print(everything())"
    folders = os.pathsep.join(map(str, (ROOT, ROOT / "tests", Path(__file__).parent)))
    other = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": folders},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found == {other.stdout.strip()}


@pytest.mark.parametrize("name", CASES)
def test_a_path_compared_with_itself_differs_by_nothing(name: str) -> None:
    case = CASES[name]
    same = compare(case.path, case.path, case.traffic, seed=46, replications=2, slots=20)
    for figure in (same.answered, same.mean, same.p50, same.p95, same.p99):
        assert (figure.value, figure.half_width) == (0.0, 0.0)


def test_another_hop_leaves_all_other_draws_unchanged() -> None:
    more = RequestPath((HOPS[0], Hop("proxy", "", Dist.exponential(0.01)), *HOPS[1:]))
    before = prepare(RequestPath(HOPS), CALM, Draw(47, 0, 0.0), 1)
    after = prepare(more, CALM, Draw(47, 0, 0.0), 1)
    assert before.arrivals.tobytes() == after.arrivals.tobytes()
    assert before.service.tobytes() == after.service[[0, 2, 3]].tobytes()
    assert before.after.tobytes() == after.after[[0, 2, 3]].tobytes()


def test_a_place_that_is_passed_again_has_luck_of_its_own_there() -> None:
    delay = Hop("function", "", Dist.exponential(0.01))
    twice = prepare(RequestPath((delay, delay)), CALM, Draw(47, 0, 0.0), 1)
    once = prepare(RequestPath((delay,)), CALM, Draw(47, 0, 0.0), 1)
    assert twice.service[0].tobytes() == once.service[0].tobytes()
    assert abs(np.corrcoef(*twice.service)[0][1]) < 0.1


def test_a_worker_that_serves_again_is_free_in_between() -> None:
    """2 workers x 9 ms at 200 a second are 90 % busy, whatever the query between takes."""
    app = Hop("app", "", Dist.exponential(0.005), 2, back_s=0.004)
    again = Hop("app", "", Dist.exponential(0.004))
    path = RequestPath((app, Hop("query", "", Dist.constant(0.018)), again))
    run = simulate(path, Traffic.steady(200.0, 300.0), seed=51, slots=10)
    assert run.hops[0].utilisation == pytest.approx(0.9, abs=0.01)
    assert run.answered.sum() == run.offered.sum()


def test_a_visit_that_never_comes_takes_no_worker() -> None:
    app = Hop("app", "", Dist.constant(0.005), 2, back_s=0.004, hit_ratio=0.5)
    path = RequestPath((app, Hop("app", "", Dist.constant(0.004))))
    plan = prepare(path, CALM, Draw(52, 0, 0.0), 1)
    assert np.unique(plan.service[0]).tolist() == [0.005, 0.005 + 0.004]
    assert np.array_equal(plan.service[0] == 0.005, plan.after[0] > 0)


def test_a_better_cache_answers_a_superset_of_the_requests() -> None:
    def hits(ratio: float) -> set[int]:
        plan = prepare(RequestPath((backend(hit_ratio=ratio),)), CALM, Draw(48, 0, 0.0), 1)
        return set(np.flatnonzero(plan.after[0]).tolist())

    assert hits(0.4) < hits(0.5)


def test_pairing_narrows_the_band_of_a_difference() -> None:
    better = RequestPath((HOPS[0], backend(hit_ratio=0.45), database()))
    pair = compare(RequestPath(HOPS), better, CALM, seed=49, replications=8, slots=10)
    alone = math.hypot(pair.a.mean.half_width, pair.b.mean.half_width)
    assert pair.mean.value + pair.mean.half_width < 0
    assert pair.mean.half_width < alone / 1.4


def test_all_times_doubled_double_every_latency_to_the_bit() -> None:
    plan = plan_of("client timeouts", 50)
    twice = plan._replace(
        arrivals=2 * plan.arrivals,
        service=2 * plan.service,
        timeout=2 * plan.timeout,
        edges=2 * plan.edges,
    )
    assert compiled(twice).done.tobytes() == (2 * compiled(plan).done).tobytes()


def test_one_more_worker_never_lengthens_a_wait_at_a_single_station() -> None:
    def waits(workers: int) -> Floats:
        path = RequestPath((Hop("station", "", Dist.lognormal(0.05, 0.3), workers),))
        wait: Floats = compiled(prepare(path, Traffic.steady(60.0, 60.0), Draw(51, 0, 0.0), 1)).wait
        first: Floats = wait[0]
        return first

    assert (waits(6) <= waits(5) + 1e-12).all()
    assert waits(6).sum() < waits(5).sum()


@pytest.mark.parametrize("id_", ["T07", "T04", "T20a", "X02"])
def test_the_mean_of_thirty_seeds_is_the_published_one(id_: str) -> None:
    """Seeds 0 to 29, fixed before the first run; |z| < 4 as the cases ask."""
    case = next(case for case in TRUTHS if case["id"] == id_)
    given, expected = case["parameters"], case["expected"]
    lam, servers = given["lam"], given.get("c") or given.get("servers") or 1
    service = given.get("service_const") or given.get("mean_service") or 1 / given["mu"]
    dist = Dist.constant if "service_const" in given else Dist.exponential
    patience = given.get("timeout", math.inf)
    path = RequestPath((Hop("station", "", dist(service), servers, acquire_timeout_s=patience),))
    traffic = Traffic.steady(lam, (120_000 if FULL else 20_000) / lam)
    runs = [simulate(path, traffic, seed=seed, slots=1) for seed in range(30)]
    if "p_timeout" in expected:
        lost = [run.errors["pool"].sum() / run.offered.sum() for run in runs]
        assert abs(z(lost, expected["p_timeout"])) < 4
        assert abs(z([run.hops[0].wait_s for run in runs], expected["wq_served"])) < 4
    else:
        assert abs(z([run.hops[0].wait_s for run in runs], expected["wq"])) < 4


def z(values: list[float], expected: float) -> float:
    return float((np.mean(values) - expected) / (np.std(values, ddof=1) / math.sqrt(len(values))))


def test_utilisation_is_rate_times_service_over_workers() -> None:
    run = simulate(
        RequestPath((Hop("station", "", Dist.exponential(0.05), 8),)),
        Traffic.steady(120.0, 400.0),
        seed=52,
        slots=40,
    )
    queue = mmc(120.0, 20.0, 8)
    assert run.hops[0].utilisation == pytest.approx(queue.rho, rel=0.03)
    assert run.hops[0].busy.mean() == pytest.approx(run.hops[0].utilisation, rel=1e-9)


def test_busy_workers_may_use_little_of_the_processor() -> None:
    run = simulate(RequestPath((backend(16), database(4))), CALM, seed=53, slots=4)
    assert run.hops[0].busy.mean() > 0.9
    assert run.hops[0].serving.mean() < 0.4


def test_a_hang_without_timeouts_leaves_the_backlog_of_the_fluid_model() -> None:
    """Case X05: 50 a second, room for 80, 60 s without service; the mean extra is 30 s."""
    station = Hop("station", "", Dist.constant(0.0125), 1)
    path = RequestPath((station,), faults=(Fault("station", 300.0, 60.0, "hang"),))
    run = simulate(path, Traffic.steady(50.0, 700.0), seed=54, slots=700)
    assert run.hops[0].queue[359] == pytest.approx(3000, rel=0.06)
    delayed = int(np.flatnonzero(run.series["p50"].seconds > 1.0)[-1]) - 300
    assert delayed == pytest.approx(160, rel=0.1)
    assert run.series["p50"].seconds[300:460].mean() == pytest.approx(30, rel=0.06)


def test_unanswered_requests_are_drawn_at_the_timeout_and_marked() -> None:
    path = RequestPath((Hop("station", "", Dist.constant(1.0), 1),), client_timeout_s=5.0)
    run = simulate(path, Traffic.steady(3.0, 100.0), seed=55, slots=10)
    assert run.p50.censored
    assert run.p50.value == 5.0
    assert run.series["p50"].censored[-1]
    assert run.series["p50"].seconds[-1] == 5.0


def test_cold_starts_show_in_the_service_time() -> None:
    cold = Hop("function", "", Dist.constant(0.01), cold=ColdStart(0.25, 0.4))
    run = simulate(RequestPath((cold,)), Traffic.steady(50.0, 200.0), seed=56, slots=2)
    assert run.hops[0].service_s == pytest.approx(0.11, rel=0.05)
    assert run.p99.value == pytest.approx(0.41, rel=0.016)


def test_hops_side_by_side_end_with_the_longest() -> None:
    hops = tuple(Hop(n, n, Dist.constant(t), parallel="p") for n, t in (("a", 0.1), ("b", 0.3)))
    run = simulate(RequestPath(hops), Traffic.steady(5.0, 20.0), seed=57, slots=1)
    assert run.mean.value == pytest.approx(0.3, rel=1e-9)


def test_workers_of_other_flows_are_taken_off_and_named() -> None:
    run = simulate(RequestPath((backend(16, other_load=3.6),)), CALM, seed=58, slots=1)
    assert not run.exact
    (note,) = run.notes
    assert note.startswith("backend: 12 of its 16 workers serve this flow")


def test_a_flow_that_keeps_all_workers_says_what_is_left_out() -> None:
    run = simulate(RequestPath((backend(16, other_load=0.00119429),)), CALM, seed=58, slots=1)
    (note,) = run.notes
    assert note == (
        "backend: all of its workers serve this flow, "
        "and the 0.0012 erlangs of other flows are left out"
    )


def test_bands_shrink_with_the_square_root_of_the_replications() -> None:
    few, many = (
        simulate(RequestPath(HOPS), CALM, seed=59, replications=count, slots=4) for count in (4, 32)
    )
    assert many.mean.half_width < few.mean.half_width
    assert math.isnan(simulate(RequestPath(HOPS), CALM, seed=59, slots=4).mean.half_width)


def test_each_replication_is_kept_beside_the_means() -> None:
    path = CASES["step scaling"].path
    one, three = (
        simulate(path, SPIKE, seed=60, replications=count, slots=10).hops[1] for count in (1, 3)
    )
    assert len(three.each) == 3
    for name in ("busy", "serving", "queue", "tasks"):
        assert getattr(three.each[0], name).tolist() == getattr(one, name).tolist()
    for name in ("queue", "tasks"):
        mean = np.mean([getattr(part, name) for part in three.each], axis=0)
        assert getattr(three, name).tolist() == pytest.approx(mean.tolist())
    assert set(one.tasks.tolist()) <= {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}


SCALED = Scaler("backend", 2, 1, 4, 0.5, 0.3)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (RequestPath(()), "the path has no hops"),
        (RequestPath((backend(0),)), "backend: write at least 1 worker"),
        (RequestPath((backend(parallel="p"), database(parallel="p"))), "only delays can run side"),
        (RequestPath(HOPS, 0.0), "a client timeout of 0.0 s: write a time above 0"),
        (RequestPath((backend(error_rate=1.5),)), "a share of 1.5"),
        (RequestPath((backend(15),), scalers=(SCALED,)), "15 workers do not divide among 2 tasks"),
        (
            RequestPath((database(),), scalers=(SCALED,)),
            "a rule for backend: the path has database",
        ),
        (RequestPath(HOPS, scalers=(replace(SCALED, hop="edge"),)), "edge is a pure delay"),
        (
            RequestPath(HOPS, scalers=(SCALED, replace(SCALED, period_s=30.0))),
            "scaling rules with different periods",
        ),
        (
            RequestPath(HOPS, scalers=(SCALED, replace(SCALED, maximum=8))),
            "backend: its rules state different tasks",
        ),
        (RequestPath(HOPS, faults=(Fault("cache", 1, 1, "hang"),)), "the path has edge, backend"),
        (RequestPath(HOPS, faults=(Fault("edge", 1, 0, "hang"),)), "write a duration"),
        (
            RequestPath(HOPS, faults=(Fault("edge", 1, 5, "hang"), Fault("edge", 3, 5, "slow"))),
            "one fault starts at 3 s while another lasts",
        ),
    ],
)
def test_what_cannot_be_simulated_is_refused_with_a_sentence(
    path: RequestPath, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        simulate(path, SPIKE, seed=1)


def test_too_much_traffic_and_odd_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 16000000 can be simulated"):
        simulate(RequestPath(HOPS), Traffic.steady(10_000.0, 3600.0), seed=1)
    for seed, replications, slots in ((-1, 1, 360), (1, 0, 360), (1, 1, 0)):
        with pytest.raises(ValueError, match="write a seed from 0 up"):
            simulate(RequestPath(HOPS), CALM, seed=seed, replications=replications, slots=slots)
    with pytest.raises(ValueError, match="write 1 to 10 attempts"):
        Retry(0)
    with pytest.raises(ValueError, match="write 1 <= minimum"):
        replace(SCALED, minimum=3)
    with pytest.raises(ValueError, match="aim at a backlog"):
        Scaler("a", 1, 1, 2, 50, 10, rule="target", metric="depth")
    with pytest.raises(ValueError, match="write 0 <= in <= out"):
        replace(SCALED, in_below=0.9)


def test_the_system_checks_do_not_load_the_compiler() -> None:
    script = (
        "import sys, django; django.setup();"
        "from django.core.management import call_command; call_command('check');"
        "import archlab.domain.latency; print('numba' in sys.modules)"
    )
    checked = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "archlab.settings", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert checked.stdout.splitlines()[-1] == "False"


def test_nobody_at_all_is_no_error() -> None:
    run = simulate(RequestPath(HOPS), Traffic.steady(0.0, 10.0), seed=1, slots=2)
    assert run.offered.tolist() == [0, 0]
    assert math.isnan(run.mean.value)
    assert ANSWERED not in run.histogram.answers
