"""The tornado and the band of seed 004, against the published reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random

import pytest

from archlab.domain.money import cents
from archlab.domain.pricing import Assumption, monte_carlo, tornado

H = Decimal(730)
D = Decimal


def assumption(name: str, low: str, likely: str, high: str, *, integer: bool = False) -> Assumption:
    return Assumption(name, D(low), D(likely), D(high), "", "assumed", integer)


ASSUMPTIONS = [
    assumption("ri", "0.60", "0.65", "1.00"),
    assumption("staging", "0", "1", "2"),
    assumption("tasks", "5", "10", "15"),
    assumption("replicas", "1", "2", "3", integer=True),
    assumption("dto", "1500", "3000", "4500"),
    assumption("dbgb", "250", "500", "750"),
    assumption("logs", "200", "400", "600"),
    assumption("s3", "2500", "5000", "7500"),
    assumption("natgb", "1000", "2000", "3000"),
    assumption("lcu", "2.5", "5", "7.5"),
]


def closure(at: Mapping[str, Decimal]) -> Decimal:
    """The sixteen lines of seed 004's closure, as their reference writes them."""
    task = D("0.04048") + 2 * D("0.004445")
    return (
        at["tasks"] * task * H
        + D("0.45") * H * at["ri"]
        + at["dbgb"] * D("0.23")
        + at["replicas"] * (D("0.225") * H * at["ri"] + at["dbgb"] * D("0.115"))
        + D("0.206") * H
        + (D("0.0225") + at["lcu"] * D("0.008")) * H
        + 2 * D("0.045") * H
        + at["natgb"] * D("0.045")
        + 4 * D("0.005") * H
        + at["s3"] * D("0.023")
        + 20
        + 10000 * D("0.0036")
        + (at["logs"] - 5) * D("0.50")
        + at["logs"] * D("0.03")
        + 140 * D("0.30")
        + 30 * D("0.10")
        + 1024 * D("0.005")
        + (at["dto"] - 100) * D("0.09")
        + 2048 * D("0.02")
        + 20
        + at["staging"] * (D("0.065") + 3 * task + D("0.0225") + D("0.045") + D("0.016")) * H
    )


SWAYS = [
    ("ri", "-32.85", "229.95"),
    ("staging", "-216.53", "216.53"),
    ("tasks", "-180.20", "180.20"),
    ("replicas", "-164.26", "164.26"),
    ("dto", "-135.00", "135.00"),
    ("dbgb", "-115.00", "115.00"),
    ("logs", "-106.00", "106.00"),
    ("s3", "-57.50", "57.50"),
    ("natgb", "-45.00", "45.00"),
    ("lcu", "-14.60", "14.60"),
]


def test_the_tornado_of_seed_004_has_the_published_bars_widest_first() -> None:
    found = tornado(closure, ASSUMPTIONS)
    assert cents(found.likely_usd) == D("2352.86")
    assert (cents(found.all_low_usd), cents(found.all_high_usd)) == (D("1322.89"), D("3703.14"))
    assert [
        (sway.assumption.name, str(cents(sway.low_usd)), str(cents(sway.high_usd)))
        for sway in found.sways
    ] == SWAYS


def uniform(seed: int) -> Callable[[], Decimal]:
    source = Random(seed)  # noqa: S311  # draws of a model, no secret
    return lambda: Decimal.from_float(source.random())


def test_ten_thousand_draws_with_seed_4_repeat_the_published_percentiles() -> None:
    found = monte_carlo(closure, ASSUMPTIONS, uniform(4), 10_000)
    ranks = [str(cents(found.percentile(percent))) for percent in (10, 50, 90)]
    assert ranks == ["2189.51", "2417.23", "2649.91"]
    assert cents(found.mean) == D("2418.79")
    assert found.share_from(D(2800)) == D("0.0184")


def test_an_assumption_without_a_range_is_itself_and_still_takes_a_draw() -> None:
    taken = []

    def source() -> Decimal:
        taken.append(1)
        return D("0.3")

    fixed = [assumption("a", "7", "7", "7"), assumption("b", "0", "1", "2")]
    found = monte_carlo(lambda at: at["a"], fixed, source, 5)
    assert found.usd == (D(7),) * 5
    assert len(taken) == 10


def test_whole_assumptions_are_rounded_half_up() -> None:
    tasks = assumption("tasks", "1", "2", "3", integer=True)
    assert {tasks.at(D(step) / 20) for step in range(20)} == {1, 2, 3}
    assert tasks.at(D("0.125")) == 2  # 1.5


def test_a_range_out_of_order_and_no_draws_are_refused() -> None:
    with pytest.raises(ValueError, match="in rising order"):
        assumption("a", "2", "1", "3")
    with pytest.raises(ValueError, match="write 1 or more"):
        monte_carlo(lambda at: D(1), [], lambda: D(0), 0)
