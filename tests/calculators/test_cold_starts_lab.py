"""Cold starts: figures of the sources and of the closed forms, and what a percentile sees."""

from __future__ import annotations

import pytest
from drawings import rows, spec_of

from archlab.calculators.labs.cold_starts import LAB
from archlab.calculators.labs.lab import Answer
from archlab.domain.latency import Dist, day_cold_share, pool_cold_share
from archlab.domain.pack.blocks import Input
from archlab.domain.pack.settings import read


def answered(**typed: str) -> Answer:
    settings = read(LAB, typed)
    assert not settings.problems
    return LAB.answer(settings.values)


def cold_of(**typed: str) -> float:
    measured = answered(**typed).measured
    assert measured is not None
    return float(measured["cold_calls"]) / 100_000


def told(answer: Answer, label: str) -> str:
    return next(one.text for one in answer.readings if one.label == label)


def table(answer: Answer, id_: str) -> tuple[tuple[str, ...], ...]:
    return next(one.rows for one in answer.tables if one.id == id_)


@pytest.mark.parametrize(
    ("typed", "percent", "within"),
    [
        ({"calls": "144"}, 37, 0.5),
        ({"calls": "663"}, 1, 0.02),
        ({"functions": "200"}, 3.1, 0.05),
        ({}, 0.0081, 0.0005),
        ({"keep": "300"}, 0.025, 0.001),
    ],
)
def test_the_shares_of_the_sources_come_out(
    typed: dict[str, str], percent: float, within: float
) -> None:
    assert 100 * cold_of(shape="even", **typed) == pytest.approx(percent, abs=within)


def test_the_share_is_that_of_the_closed_forms() -> None:
    lam = 100_000 / 86_400
    assert cold_of(shape="even") == pytest.approx(pool_cold_share(lam, 0.011, 600), rel=1e-4)
    assert cold_of() == pytest.approx(day_cold_share(lam, 0.011, 600, 9 / 11), rel=1e-4)


def test_cold_starts_are_invisible_at_p99_and_show_at_p99_99() -> None:
    answer = answered()
    assert answer.finding.endswith("is cold: p99.9 does not see it, p99.99 does")
    added = {name: float(row[-1]) for name, *row in table(answer, "percentiles")}
    assert added["p99"] < 1
    assert added["p99.99"] > 150


def test_the_drawing_steps_up_where_one_call_in_n_is_a_cold_one() -> None:
    cold, warm = spec_of(str(answered().drawings[0]))["data"][:2]
    edge = 1 / cold_of()
    before, after = (
        max(y for x, y in zip(cold["x"], cold["y"], strict=True) if x < 0.8 * edge),
        min(y for x, y in zip(cold["x"], cold["y"], strict=True) if x > 1.3 * edge),
    )
    assert before < 200 < 284 < after
    assert max(warm["y"]) < 130


def test_all_warm_is_the_exponential_of_the_setting() -> None:
    answer = answered(warm="50")
    row = next(row for row in table(answer, "percentiles") if row[0] == "p99.9")
    assert float(row[3]) == pytest.approx(1000 * Dist.exponential(0.05).quantile(0.999), abs=0.06)


def test_the_parts_of_the_mean_add_up() -> None:
    explain = next(one for one in answered(functions="200").tables if one.id == "explain")
    parts = [float(row[-1]) for row in explain.rows]
    assert sum(parts) == pytest.approx(float(explain.foot[-1]), abs=0.011)


def test_a_start_says_what_is_published_and_what_is_assumed() -> None:
    """285 ms of one source is a Node bundle below 1 MB; 0.5 to 2 s of another one of 8 to 45 MB."""
    own = table(answered(runtime="nodejs20.x", memory="256"), "init")
    other = table(answered(), "init")
    assert own[-1][1:] == ("290.00", "published")
    assert other[-1][-1] == "assumed: in proportion"
    assert float(other[-1][1]) == pytest.approx(285, abs=2)
    assert [row[-1][:9] for row in other[:2]] == ["published", "published"]
    assert told(answered(package="16384"), "a start takes") == "689 ms"


@pytest.mark.parametrize("control", [one for one in LAB.controls if one.kind == "choice"])
def test_every_choice_has_a_published_start(control: Input) -> None:
    for one in control.choices:
        assert answered(**{control.id: str(one.value)}).readings


def test_the_mark_of_here_lies_on_the_curve_at_an_even_rate() -> None:
    html = str(answered(functions="200", shape="even").drawings[1])
    assert rows(html, 1) == [
        ["here: 500", "500", "3,110.96"],
        ["663: one in a hundred", "663.14", ""],
    ]


def test_a_ping_is_drawn_beside_nothing_done() -> None:
    html = str(answered(calls="144", shape="even", ping="5").drawings[1])
    pinged, alone = spec_of(html)["data"][:2]
    assert pinged["y"][0] < 100 < 90_000 < alone["y"][0]
    assert told(answered(ping="5"), "pings a month") == "8,760"


def test_a_ping_slower_than_the_keep_alive_leaves_its_gap_cold() -> None:
    """Twenty minutes between pings, ten of them covered: half of the lone calls."""
    alone = cold_of(calls="144", shape="even")
    assert cold_of(calls="144", shape="even", ping="20") == pytest.approx(alone / 2, rel=0.01)


def test_enough_provisioned_copies_end_the_cold_starts() -> None:
    assert cold_of(calls="1000", warm="1", kept="5") == 0
    assert answered(calls="1000", warm="1", kept="5").finding == "No call is cold"
