"""`manage.py simulate`, as a shell sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from shell import Shell

from archlab.catalog.folders import packs_in
from archlab.catalog.simulated import path_of, simulated
from archlab.domain.latency import Traffic

EC2 = "ec2-to-lambda/ec2"
VPS = "vps-to-aws/vps"


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


def found(shell: Shell, *words: str) -> dict[str, Any]:
    ran = shell("simulate", *words, "--json")
    assert (ran.code, ran.err) == (0, "")
    shown: dict[str, Any] = json.loads(ran.out, parse_constant=pytest.fail)
    return shown


def test_json_has_the_public_keys_and_the_counts_add_up(shell: Shell) -> None:
    run = found(shell, EC2, "--rate", "20", "--horizon", "60", "--seed", "7", "--replications", "4")
    assert list(run) == [
        "offered", "answered", "errors", "p50_ms", "p95_ms", "p99_ms", "interval", "hops",
        "engine", "exact", "seed", "replications",
    ]  # fmt: skip
    assert list(run["errors"]) == ["timeout", "rejected", "pool", "throttled", "fault"]
    assert list(run["hops"][0]) == ["id", "utilisation", "wait_ms", "service_ms"]
    assert (run["seed"], run["replications"], run["exact"]) == (7, 4, True)
    assert run["offered"] == run["answered"] + sum(run["errors"].values())
    # 4 x 60 s x 20 a second; four standard deviations of a Poisson count
    assert abs(run["offered"] - 4800) < 4 * 4800**0.5
    for name in ("p50_ms", "p95_ms", "p99_ms"):
        low, high = run["interval"][name]
        assert low < run[name] < high
    assert run["interval"]["says"].startswith("95 % bands over 4 replications")


def test_a_seed_says_the_same_twice_and_another_one_something_else(shell: Shell) -> None:
    words = (EC2, "--rate", "50", "--horizon", "30", "--replications", "2", "--seed")
    assert found(shell, *words, "1") == found(shell, *words, "1")
    assert found(shell, *words, "1")["offered"] != found(shell, *words, "2")["offered"]


def test_an_idle_system_takes_what_its_hops_take(shell: Shell) -> None:
    """Seed 002: 38 ms of medians, whose percentiles do not add; two processes are 0.6 % busy."""
    run = found(shell, EC2, "--rate", "1.157", "--horizon", "3600")
    assert 38 < run["p50_ms"] < 44
    assert run["p99_ms"] < 25 + 12 + 8 + 20 + 60 + 8
    app = next(hop for hop in run["hops"] if hop["id"] == "app")
    assert app["utilisation"] == pytest.approx(1.157 * app["service_ms"] / 2000, rel=0.05)
    assert app["wait_ms"] < 0.2


def test_a_component_that_is_passed_twice_is_one_place(shell: Shell) -> None:
    run = found(shell, EC2, "--rate", "20", "--horizon", "60", "--replications", "2")
    assert [hop["id"] for hop in run["hops"]] == ["cdn", "lb", "box", "app", "db"]
    # handler and serialising: lognormal means of 5/20 and 4/8 ms
    assert run["hops"][3]["service_ms"] == pytest.approx(5.971 + 4.181, rel=0.05)


def test_beyond_capacity_it_says_how_the_queue_grows_and_no_percentile(shell: Shell) -> None:
    run = found(shell, EC2, "--rate", "240", "--horizon", "30", "--replications", "2")
    assert (run["p50_ms"], run["p95_ms"], run["p99_ms"]) == (None, None, None)
    assert run["interval"]["p99_ms"] is None
    assert run["interval"]["says"] == (
        "From 0 s on, 240 requests a second are more than it can do: handler. Its queue grows by "
        "43 requests a second. So there is no steady state; percentiles would only tell how long "
        "the run was."
    )
    assert [hop["id"] for hop in run["hops"] if hop["wait_ms"] is None] == ["box", "app"]


def test_who_gives_up_leaves_a_lower_bound(shell: Shell) -> None:
    run = found(shell, VPS, "--rate", "40", "--horizon", "60", "--timeout", "2", "--retries", "1")
    assert run["errors"]["timeout"] > run["answered"]
    assert run["p50_ms"] is None
    assert run["interval"]["p50_ms"] == [2000, None]
    assert (
        "had no answer within 2 s, which is the least that p50, p95, p99 can be."
        in (run["interval"]["says"])
    )


def test_a_spike_is_told_apart_from_the_calm_before_it(shell: Shell) -> None:
    spike = (VPS, "--traffic", "0:2,60:20,90:2", "--horizon", "150", "--replications", "2")
    run = found(shell, *spike)
    assert run["p50_ms"] > 200
    said = run["interval"]["says"]
    assert "From 60 s on, 20 requests a second are more than it can do: queries." in said
    assert "no steady state" not in said
    assert abs(run["offered"] - 2 * (90 * 2 + 30 * 20)) < 4 * 1560**0.5


def test_the_last_rate_holds_for_ten_minutes_by_default(shell: Shell) -> None:
    run = found(shell, VPS, "--traffic", "0:0,100:1", "--replications", "1")
    assert abs(run["offered"] - 600) < 4 * 600**0.5


def test_one_replication_has_no_band(shell: Shell) -> None:
    run = found(shell, EC2, "--rate", "20", "--horizon", "30", "--replications", "1")
    assert run["p50_ms"] > 0
    assert run["interval"]["p50_ms"] is None
    assert run["interval"]["says"] == "One replication has no error band."


def test_nobody_came_is_a_sentence(shell: Shell) -> None:
    run = found(shell, EC2, "--rate", "0.000001", "--horizon", "1", "--replications", "1")
    assert (run["offered"], run["p50_ms"]) == (0, None)
    assert run["interval"]["says"].startswith("Nobody came")


def test_every_request_flow_of_every_pack_can_be_simulated() -> None:
    calm = Traffic.steady(0.5, 60.0)
    systems = [s for pack in packs_in(settings.PACK_DIR) for s in pack.architectures.values()]
    flows = [(s, flow) for s in systems for flow in s.flows.values() if flow.trigger == "request"]
    assert len(flows) > 20
    for system, flow in flows:
        path = path_of(system, flow, calm, timeout_s=30.0, retries=1)
        run = simulated(path, calm, seed=4, replications=1)
        assert run.offered == run.answered > 0, (system.id, flow.id)


def test_words_say_what_json_says(shell: Shell) -> None:
    words = (EC2, "--rate", "50", "--horizon", "30", "--seed", "3", "--replications", "2")
    run, out = found(shell, *words), shell("simulate", *words).out
    assert f"{run['offered']:>10}" in out
    assert f"p99 {run['p99_ms']:>31.1f}" in out
    assert out.splitlines()[-1] == run["interval"]["says"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([EC2], "one of the arguments --rate --traffic is required"),
        ([EC2, "--rate", "1", "--traffic", "0:1"], "not allowed with argument"),
        ([EC2, "--rate", "0"], "0: write a number above 0"),
        ([EC2, "--rate", "-3"], "-3: write a number above 0"),
        ([EC2, "--rate", "fast"], "fast: write a number above 0"),
        ([EC2, "--rate", "inf"], "inf: write a number above 0"),
        ([EC2, "--rate", "nan"], "nan: write a number above 0"),
        ([EC2, "--traffic", "0"], "0: write S:RATE,S:RATE"),
        ([EC2, "--traffic", "0:-1"], "0:-1: write S:RATE,S:RATE"),
        ([EC2, "--traffic", "0:0"], "0:0: nobody comes"),
        ([EC2, "--traffic", "5:1"], "the first one must start at 0 s"),
        ([EC2, "--traffic", "0:1,0:2"], "write rising starts below it"),
        ([EC2, "--traffic", "0:1,60:2", "--horizon", "50"], "write rising starts below it"),
        ([EC2, "--rate", "1", "--horizon", "0"], "0: write a number above 0"),
        ([EC2, "--rate", "1", "--seed", "-1"], "-1: write a whole number from 0"),
        ([EC2, "--rate", "1", "--seed", "x"], "x: write a whole number from 0"),
        ([EC2, "--rate", "1", "--replications", "0"], "0: write a whole number from 1 to 1000"),
        ([EC2, "--rate", "1", "--retries", "10"], "10: write a whole number from 0 to 9"),
        ([EC2, "--rate", "1", "--retries", "2"], "--retries needs --timeout"),
        ([EC2, "--rate", "1", "--timeout", "0"], "0: write a number above 0"),
        ([EC2, "--rate", "1", "--flow", "page"], "has no flow page; there are api"),
        ([EC2, "--rate", "9000000"], "shorten the horizon, lower the rate"),
        ([EC2, "--rate", "1e308", "--horizon", "1e308"], "shorten the horizon, lower the rate"),
        ([EC2, "--rate", "4000000", "--horizon", "1", "--replications", "1"], "shorten the"),
        (["ec2-to-lambda/ec3", "--rate", "1"], "Did you mean ec2?"),
        (["ec2", "--rate", "1"], "write SCENARIO/ARCHITECTURE"),
    ],
)  # fmt: skip
def test_a_bad_argument_is_a_sentence_and_exit_2(
    shell: Shell, words: list[str], sentence: str
) -> None:
    ran = shell("simulate", *words)
    assert ran.code == 2
    assert sentence in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""
