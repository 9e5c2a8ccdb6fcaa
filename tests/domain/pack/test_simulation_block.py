"""Simulations: what the format takes, what the linter says, and metrics against known truths."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pack_builders import TEXTS, encoded, found, lint_texts

from archlab.domain.architecture import KINDS, Architecture, Component, Flow, FlowHop
from archlab.domain.grading import AnswerRefused
from archlab.domain.latency.simulate import STUDENT_975
from archlab.domain.pack import Simulation, load, shipped_engines
from archlab.domain.pack.experiment import MOST_MS, Experiment, experiment
from archlab.domain.pack.outcome import FEWEST_FOR_A_BAND, Outcome, measured, metrics_of, usd_run
from archlab.domain.pack.play_answers import check_answer
from archlab.domain.pack.schema import validate
from archlab.domain.pack.settings import SettingRefused, defaults
from archlab.domain.pack.yamltext import document

TWO = "steps/02-second.md"
BLOCK = """\

```{simulation} rush
architecture: start
flow: page
traffic:
  - {for_s: 60, rps: 10}
  - {for_s: 60, rps: 10, to_rps: 100, label: The rise}
client: {timeout_ms: 2000, attempts: 2}
scalers:
  - {component: api, rule: step, metric: util_busy, out_above: 50, in_below: 30, min: 1, max: 4}
faults:
  - {start_s: 30, for_s: 20, component: api, mode: slow, factor: 3}
levers:
  - {id: warm, label: Kept warm, min: 1, max: 4, step: 1, default: 1, bind: scaler.api.min}
  - {id: tries, label: Attempts, min: 1, max: 3, step: 1, default: 2, bind: client.attempts}
  - {id: memory, label: Memory, min: 1024, max: 2048, step: 1024, default: 1024,
     bind: api.memory_mib}
predict:
  - {id: worst, question: How high does it go?, metric: peak_p95_ms, unit: ms,
     after: As high as that.}
  - {id: full, question: What is full first?, metric: first_saturated, choices: [api, none],
     after: Sixteen at once are many.}
expect:
  - {metric: error_share, between: [0, 0.5]}
  - {with: {warm: 4}, metric: peak_util.api, between: [0, 1]}
goal: [{metric: p95_ms, at_most: 300}]
replications: 2
```
"""
MINI = {**TEXTS, TWO: TEXTS[TWO] + BLOCK}

BREAKS = [
    ("E202", "predict:\n  - {id: worst", "guess:\n  - {id: worst", "guess:\n  - {id: w"),
    ("E204", "flow: page\ntraffic", "flow: page\nmode: closed\ntraffic", "closed"),
    ("E204", "rule: step", "rule: steps", "steps, metric"),
    ("E204", "unit: ms,", "unit: USD,", "USD,"),
    ("E205", "for_s: 60, rps: 10}", "for_s: 0, rps: 10}", "0, rps: 10}"),
    ("E205", "start_s: 30, for_s: 20", "start_s: 110, for_s: 20", "\n  - {start_s"),
    ("E205", "min: 1, max: 4}\nfaults", "min: 5, max: 4}\nfaults", "4}\nfaults"),
    ("E205", "{with: {warm: 4}", "{with: {warm: 5}", "5}, metric"),
    ("E206", "between: [0, 0.5]", "between: [0]", "[0]"),
    ("E208", "at_most: 300", "at_most: 300, at_least: 1", "{metric: p95_ms, at"),
    ("E209", "metric: util_busy, out", "out", "{component: api, rule"),
    ("E209", "mode: slow, factor: 3", "mode: slow", "{start_s"),
    ("E209", ", choices: [api, none]", "", "{id: full"),
    ("E411", "architecture: start\nflow: page\ntraffic", "architecture: strat\nflow: page\ntraffic",
     "strat"),
    ("E412", "{component: api, rule", "{component: apo, rule", "apo, rule"),
    ("E412", "component: api, mode", "component: visitor, mode", "visitor, mode"),
    ("E412", "{component: api, rule", "{component: lb, rule", "lb, rule"),
    ("E412", "choices: [api, none]", "choices: [apo, none, api]", "apo, none"),
    ("E413", "flow: page\ntraffic", "flow: pagr\ntraffic", "pagr"),
    ("E424", "metric: peak_p95_ms", "metric: peak_p96_ms", "peak_p96_ms"),
    ("E424", "metric: p95_ms, at", "metric: max_tasks.lb, at", "max_tasks.lb"),
    ("E424", "{with: {warm: 4}", "{with: {worm: 4}", "worm"),
    ("E425", "bind: scaler.api.min", "bind: scaler.api.mini", "scaler.api.mini"),
    ("E425", "bind: scaler.api.min", "bind: scaler.lb.min", "scaler.lb.min"),
    ("E425", "bind: client.attempts", "bind: client.attempt", "client.attempt"),
    ("E425", "bind: api.memory_mib", "bind: demand.requests_per_day",
     "demand.requests_per_day}\npredict"),
    ("E524", "between: [0, 0.5]", "between: [0.6, 0.7]", "[0.6"),
    ("E603", "choices: [api, none]", "choices: [lb, api]", "choices: [lb"),
]  # fmt: skip


def test_a_pack_with_a_simulation_has_no_finding() -> None:
    assert lint_texts(MINI) == []


@pytest.mark.parametrize(("code", "old", "new", "at"), BREAKS)
def test_a_mistake_in_a_simulation_has_its_code(code: str, old: str, new: str, at: str) -> None:
    text = MINI[TWO]
    assert text.count(old) == 1
    broken = text.replace(old, new)
    line = broken[: broken.index(at) + at.startswith("\n")].count("\n") + 1
    problems = lint_texts({**MINI, TWO: broken})
    assert code in {one.code for one in problems}
    assert {one.path for one in problems} == {TWO}
    if code not in ("E205", "E209", "E524", "E206", "E202", "E603", "E208"):
        assert line in [one[2] for one in found(problems)]


def simulation(text: str) -> Simulation:
    read, problems = document("test.yaml", text)
    assert read is not None
    made, refused = validate(Simulation, read, {"{id}": "test", "{line}": 1})
    assert [*problems, *refused] == []
    assert made is not None
    return made


def system(hop_ms: str, **params: Any) -> Architecture:
    """One task, or several, that take a constant time for each request."""
    given = {"kind": "fargate_service", "id": "api", "cpu": 256, "memory_mib": 512, **params}
    task: Component = KINDS["fargate_service"].model_validate(given)
    return Architecture(
        id="one",
        title="One",
        region="us-east-1",
        components={"api": task},
        flows={"page": Flow("page", "One call", (FlowHop("api", Decimal(hop_ms)),))},
    )


def made(text: str, one: Architecture, **values: Any) -> Experiment:
    block = simulation(text)
    return experiment(block, {**defaults(block), **values}, {"one": one})


def told(text: str, one: Architecture, **values: Any) -> Outcome:
    ready = made(text, one, **values)
    return measured(ready, ready.run())


def body(traffic: str, more: str = "") -> str:
    return f"""\
architecture: one
flow: page
traffic: [{traffic}]
predict: [{{id: a, question: How slow?, metric: p95_ms, after: As slow as that.}}]
{more}"""


def test_a_queue_with_constant_service_waits_as_pollaczek_and_khinchine_say() -> None:
    """T20a: M/D/1 at 0.8 waits two service times; here 10 ms each, so 30 ms in all."""
    ready = made(body("{for_s: 120, rps: 80}", "replications: 30"), system("10", workers=1))
    run = replace(ready, asked=30).run()
    error = run.mean.half_width / STUDENT_975[min(run.replications - 1, 31)]
    assert run.replications >= 10
    assert abs(run.mean.value - 0.030) < 4 * error
    assert run.hops[0].utilisation == pytest.approx(0.8, abs=0.02)


OUTAGE = body(
    "{for_s: 300, rps: 50}",
    """\
faults: [{start_s: 60, for_s: 60, component: api, mode: hang}]
client: {timeout_ms: 600000}
seed: 5
""",
)


def test_a_backlog_is_gone_when_arithmetic_says_so() -> None:
    """X05: 50/s meet 80/s after 60 s of nothing, so 3,000 wait and are gone in 100 s."""
    outcome = told(OUTAGE, system("200", workers=16))
    recovery = outcome["recovery_s"].value
    assert recovery is not None
    assert abs(recovery - 100) <= 10, "to within a slot"
    queue = outcome["max_queue.api"].value
    assert queue == pytest.approx(3000, rel=0.05)
    assert outcome["first_saturated"].word == "api"


def test_what_never_recovers_has_no_number() -> None:
    outcome = told(OUTAGE, system("200", workers=9))
    assert (outcome["recovery_s"].value, outcome["recovery_s"].reason) == (None, "not by the end")


def test_without_a_peak_or_a_fault_there_is_nothing_to_recover_from() -> None:
    ready = made(body("{for_s: 60, rps: 5}, {for_s: 60, rps: 5}"), system("10"))
    assert ready.upset_s is None
    assert "recovery_s" not in metrics_of(ready)


def test_the_same_seed_gives_the_same_figures_and_another_one_does_not() -> None:
    text = body("{for_s: 60, rps: 50}")
    figures = [told(text + f"seed: {seed}", system("15", workers=1)) for seed in (1, 1, 2)]
    assert figures[0] == figures[1]
    assert figures[0]["p95_ms"] != figures[2]["p95_ms"]


def test_a_ramp_is_cut_into_pieces_of_ten_seconds_at_their_middle_rate() -> None:
    ready = made(body("{for_s: 25, rps: 0, to_rps: 50}"), system("1"))
    assert ready.traffic.segments == ((0.0, 10.0), (10.0, 30.0), (20.0, 45.0))
    assert ready.traffic.expected == pytest.approx(25 * 25)


SCALED = body(
    "{for_s: 120, rps: 20}, {for_s: 300, rps: 100}",
    """\
scalers:
  - {component: api, rule: target, metric: requests_per_target, target: 1000, min: 2,
     max: 6, provision_s: 0}
levers:
  - {id: least, label: Fewest, min: 1, max: 8, step: 1, default: 2, bind: scaler.api.min}
""",
)


def test_a_target_of_requests_brings_as_many_tasks_as_arithmetic() -> None:
    """100 a second are 6,000 a minute: six tasks at 1,000 each, from the two that must run."""
    ready = made(SCALED, system("10"))
    outcome = measured(ready, ready.run())
    assert outcome["max_tasks.api"].value == 6
    assert ready.path.scalers[0].tasks == 2, "the fewest run from the start"


def test_what_a_run_costs_follows_the_tasks_that_ran() -> None:
    engines = shipped_engines()
    few, many = (
        usd_run(ready, ready.run(), engines).value
        for ready in (made(SCALED, system("10")), made(SCALED, system("10"), least=Decimal(6)))
    )
    assert few is not None
    assert many is not None
    task_hour = 0.25 * 0.04048 + 0.5 * 0.004445
    assert many == pytest.approx(6 * task_hour * 420 / 3600, rel=1e-6)
    assert 2 * task_hour * 420 / 3600 < few < many


def test_a_lever_that_no_rule_can_take_is_refused_with_its_name() -> None:
    with pytest.raises(SettingRefused) as refused:
        made(SCALED, system("10"), least=Decimal(8))
    assert refused.value.control == "least"


def test_too_many_requests_for_one_answer_are_refused_before_anything_runs() -> None:
    text = body(
        "{for_s: 3600, rps: 100}",
        "levers: [{id: x, label: Times, min: 1, max: 9, step: 1, default: 1, "
        "bind: traffic.factor}]",
    )
    assert made(text, system("1")).cost_ms < MOST_MS
    with pytest.raises(SettingRefused, match="3,240,000 requests") as refused:
        made(text, system("1"), x=Decimal(9))
    assert refused.value.control == "x"


def test_an_expensive_run_has_fewer_replications_and_no_band() -> None:
    ready = made(body("{for_s: 3600, rps: 50}", "replications: 8"), system("1"))
    assert 1 <= ready.replications < FEWEST_FOR_A_BAND
    figure = measured(ready, ready.run())["p95_ms"]
    assert figure.value is not None
    assert figure.half_width != figure.half_width  # NaN


def test_the_middle_of_a_quiet_run_is_not_cut_into_slots_of_one_request() -> None:
    ready = made(body("{for_s: 21600, rps: 0.01}", "slot_s: 10"), system("1"))
    assert ready.slots == 24


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"guesses": {"worst": "12"}}, "Choose an answer"),
        ({"guesses": {"full": "api"}}, "How high does it go"),
        ({"guesses": {"worst": "12 ms", "full": "api"}}, "How high does it go"),
        ({"guesses": {"worst": "12", "full": "lb"}}, "not part of this question"),
        ({"guesses": {"worst": "1", "full": "api", "other": "1"}}, "not part of this question"),
        ({"guesses": "12"}, "not complete"),
        ({}, "How high does it go"),
    ],
)
def test_predictions_are_taken_whole_or_not_at_all(answer: dict[str, Any], said: str) -> None:
    block = load(encoded(MINI)).block("rush")
    assert isinstance(block, Simulation)
    with pytest.raises(AnswerRefused, match=said):
        check_answer(block, answer)
    check_answer(block, {"guesses": {"worst": "12", "full": "none"}})
    check_answer(block, {"skipped": True})
