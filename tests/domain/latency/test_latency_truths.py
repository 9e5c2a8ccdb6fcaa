"""Published figures of queueing theory, checked by formulas that other people wrote down."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from archlab.domain.latency.truths import (
    BadTruths,
    Case,
    Truth,
    check,
    check_truths,
    holds,
    read_truths,
    shipped_truths,
)

CASES = read_truths(shipped_truths())
SAMPLED = {"T22"}


def case(model: str, expected: dict[str, Any], **parameters: object) -> Case:
    return Case(id="own", model=model, parameters=parameters, expected=expected, tolerance={})


def got(model: str, figure: str, **parameters: object) -> Any:
    answer = check(case(model, {figure: 0.5}, **parameters)).got
    assert answer is not None
    return answer[figure]


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.id)
def test_our_own_functions_give_the_published_figure(one: Case) -> None:
    found = check(one)
    assert (found.verdict, found.ok) == ("holds", True), found.why
    assert found.tolerance is not None
    assert found.why == f"within {found.tolerance:.3g}"


def test_the_order_of_the_file_is_kept_and_no_case_is_lost() -> None:
    assert [truth.id for truth in check_truths(CASES)] == [one.id for one in CASES]
    assert len(CASES) == 25


@pytest.mark.parametrize(
    "one", [one for one in CASES if one.id not in SAMPLED], ids=lambda one: one.id
)
def test_a_figure_that_is_off_by_more_than_its_tolerance_is_found(one: Case) -> None:
    for name in one.expected:
        found = check(one.model_copy(update={"expected": one.expected | {name: moved(one, name)}}))
        assert found.verdict == "differs"
        assert found.why.startswith(f"{name} is off by")
        assert not holds([found])


@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_a_simulated_figure_that_is_off_by_more_than_its_error_bars_is_found(factor: float) -> None:
    one = next(one for one in CASES if one.id == "T22")
    wrong = {"p_cold": 0.0013384 * factor}
    found = check(one.model_copy(update={"expected": wrong}))
    assert (found.verdict, found.ok) == ("differs", False)
    assert found.tolerance is not None
    assert found.tolerance < 0.06


def test_an_error_bar_is_as_wide_as_the_case_lets_it_be() -> None:
    one = next(one for one in CASES if one.id == "T22")
    strict = {"simulation": {"max_abs_z": 0.01}}
    found = check(one.model_copy(update={"tolerance": strict}))
    assert (found.verdict, found.ok) == ("differs", False)


def moved(one: Case, name: str) -> object:
    """The figure, the last of a list, half a percent and a bit up."""

    def up(figure: Any) -> Any:
        return figure * 1.006 + (0 if figure else 1e-6)

    figure: Any = one.expected[name]
    return [*figure[:-1], up(figure[-1])] if isinstance(figure, list) else up(figure)


@pytest.mark.parametrize(
    ("model", "expected", "parameters", "figure"),
    [
        # Erlang's own table: 5 erlangs on 10 circuits
        ("erlang_b", "blocking", {"servers": 10, "offered_erlangs": 5}, [0.0183845]),
        # half a load, one server: w = 1 / (mu - lam)
        ("mmc", "w", {"offered_erlangs": 0.5, "servers": 1, "mean_service": 2}, 4.0),
        ("open_network", "system_response",
         {"lam": 1, "visits": [1, 1], "service": [0.5, 0.2]}, 1.25),
        ("mm1_ps", "mean_response", {"lam": 1, "mu": 3}, [0.5]),
        ("cpu_credits", "hours_to_empty",
         {"instance": "t3.medium", "utilisation_per_vcpu": 0.8}, 8),
        ("percentiles_do_not_add", "sum_of_p99",
         {"hops": 3, "each": "exponential mean 2", "quantile": 0.99}, 6 * math.log(100)),
        ("mg1_lognormal", "service_cv2",
         {"lam": 0.1, "service_p50": 5, "service_p99": 25}, 0.61386),
    ],
)  # fmt: skip
def test_models_answer_other_parameters_than_those_of_the_cases(
    model: str, expected: str, parameters: dict[str, object], figure: object
) -> None:
    assert got(model, expected, **parameters) == pytest.approx(figure, rel=1e-5)


@pytest.mark.parametrize(
    ("model", "parameters", "sentence"),
    [
        ("mmx", {}, "the model mmx is not known, did you mean mmc?"),
        ("zebra", {}, "the model zebra is not known"),
        ("mmc", {"mu": 1, "c": 2}, "the parameter offered_erlangs is missing"),
        ("mmc", {"lam": "fast", "mu": 1, "c": 2}, "lam fast: write a number"),
        ("mmc", {"lam": True, "mu": 1, "c": 2}, "lam True: write a number"),
        ("mmc", {"lam": 1, "mu": 1, "c": 2.5}, "c 2.5: write a whole number"),
        ("mmc", {"lam": 1, "mu": 1, "c": 10**400}, "the parameters are too large to compute with"),
        ("mm1_ps", {"lam": 1, "mu": 0}, "mu 0.0: write a number above 0"),
        ("mm1_ps", {"cases": [1]}, "cases: write a list of parameters"),
        ("open_network", {"lam": 1, "visits": 3}, "visits 3: write a list"),
        ("open_two_class_ps", {"lam": [1], "service_by_class_and_station": [1]},
         "service_by_class_and_station: write a list of lists"),
        ("cpu_credits", {"instance": 3}, "instance 3: write a word"),
        ("cpu_credits", {"instance": "t3.medum"},
         "t3.medum: no burstable instance; there are t3.medium, t3a.medium, t4g.medium"),
        ("cpu_credits", {"instance": "t3.nano", "mode": "fast"},
         "mode fast: write standard or unlimited"),
        ("percentiles_do_not_add", {"hops": 2, "quantile": 0.9, "each": "normal"},
         "each normal: write exponential mean and a number"),
        ("percentiles_do_not_add", {"hops": 2, "quantile": 0.9, "each": "exponential mean 1.1.1"},
         "each exponential mean 1.1.1: write exponential mean and a number"),
        ("mmc", {"lam": 5, "mu": 1, "c": 4},
         "5.0 erlangs on 4 servers: the queue grows without end, by 1 per unit of time"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_said_and_is_not_ok(
    model: str, parameters: dict[str, object], sentence: str
) -> None:
    found = check(case(model, {"wq": 1.0}, **parameters))
    assert (found.verdict, found.ok, found.why) == ("not answered", False, sentence)
    assert found.got is None


@pytest.mark.parametrize(
    ("model", "parameters", "sentence"),
    [
        ("mm1_priority_nonpreemptive", {"lam": [0.1], "mu": [1], "order": "class 1 first"},
         "order class 1 first: only class 0 first"),
        ("open_two_class_ps", {"discipline": "fcfs"}, "discipline fcfs: only processor sharing"),
        ("outage_backlog_fluid", {"behaviour": "requests time out"},
         "behaviour requests time out: only requests wait, none time out"),
        ("lambda_warm_pool", {"routing": "random"}, "routing random: only newest idle first"),
        ("lambda_warm_pool", {"routing": "newest idle first", "service": "gamma"},
         "service gamma: only exponential or constant"),
        ("identities", {"applies_to": "nothing"},
         "applies_to nothing: only every run of the exact engine"),
    ],
)  # fmt: skip
def test_another_way_of_doing_it_is_not_answered_with_ours(
    model: str, parameters: dict[str, object], sentence: str
) -> None:
    found = check(case(model, {"wq": 1.0}, **parameters))
    assert (found.ok, found.why) == (False, sentence)


def test_a_warm_pool_has_a_closed_form_when_cold_calls_are_as_long_as_warm_ones() -> None:
    calls = {"lam": 0.9, "warm_service_mean": 1.991, "keep_alive_s": 600}
    # 20 runs of 5,000,000 calls, newest idle first: .00133126 +- .0000036
    same = got("lambda_warm_pool", "p_cold", **calls, cold_service_mean=1.991)
    assert same == pytest.approx(0.00133126, abs=4 * 3.6e-6)
    # constant calls are simulated; their share lies near
    for share, ok in ((0.0013, True), (0.0016, False)):
        constant = case("lambda_warm_pool", {"p_cold": share}, **calls, cold_service_mean=1.991,
                        service="constant")  # fmt: skip
        assert check(constant).ok is ok


def test_a_figure_that_a_model_does_not_give_is_named_with_those_that_it_gives() -> None:
    found = check(case("retries_until_dead_letter", {"load": 1}, p_fail=0.1, max_receive_count=3))
    assert found.why == "retries_until_dead_letter gives p_dead, mean_attempts, not load"


def test_a_case_that_expects_nothing_is_not_ok() -> None:
    found = check(case("mmc", {}, lam=1, mu=2, c=1))
    assert (found.ok, found.why) == (False, "the case expects no figure")


def test_overload_can_be_the_expected_answer() -> None:
    assert check(case("mmc", {"growth": 1.0}, lam=5, mu=1, c=4)).ok


def test_figures_of_another_shape_differ_by_more_than_a_number_says() -> None:
    for wrong in (0.5, [0.5], ["a", "b"], None):
        found = check(case("erlang_b", {"blocking": wrong}, **CASES[0].parameters))
        assert (found.verdict, found.relative_error) == ("differs", None)


def test_an_expected_0_is_met_by_nothing_but_0() -> None:
    calm, busy = ({"lam": lam, "mu": 1, "c": 1} for lam in (0.3, 0.8))
    assert check(case("mmc", {"wait_p50": 0}, **calm)).ok
    assert not check(case("mmc", {"wait_p50": 0}, **busy)).ok


def test_an_endless_time_is_null_in_json() -> None:
    given: dict[str, object] = {"instance": "t3.medium", "utilisation_per_vcpu": 0.1}
    found = check(case("cpu_credits", {"hours_to_empty": None}, **given))
    assert found.ok
    assert found.got == {"hours_to_empty": math.inf}
    shown = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert shown["got"] == {"hours_to_empty": None}


def test_json_says_everything_about_a_case() -> None:
    found = check(CASES[0]).as_json()
    assert list(found) == [
        "id", "model", "got", "expected", "relative_error", "tolerance", "verdict", "ok", "why",
    ]  # fmt: skip
    assert isinstance(check(CASES[0]), Truth)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "line 1: this is not JSON"),
        ("3", "the file: "),
        ("{}", "cases: Field required"),
        ('[{"id": "a"}]', "cases.0.model: Field required"),
        ('[{"id": 1, "model": "mmc", "parameters": {}, "expected": {}, "tolerance": {}}]',
         "cases.0.id: Input should be a valid string"),
    ],
)  # fmt: skip
def test_a_file_without_cases_is_refused_with_the_place(text: str, sentence: str) -> None:
    with pytest.raises(BadTruths, match=sentence):
        read_truths(text)


def test_a_plain_list_of_cases_is_read_too() -> None:
    whole = json.loads(shipped_truths())
    assert read_truths(json.dumps(whole["cases"])) == CASES
