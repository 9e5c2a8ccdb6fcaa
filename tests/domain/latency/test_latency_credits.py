from __future__ import annotations

import json
import math
from importlib import resources

import pytest

from archlab.domain.latency import Burstable, burstable, cpu_credits

MEDIUM = burstable("t3.medium")


@pytest.mark.parametrize(("utilisation", "hours"), [(0.6, 12.0), (0.8, 8.0), (1.0, 6.0)])
def test_a_full_balance_lasts_what_earnings_do_not_cover(utilisation: float, hours: float) -> None:
    assert cpu_credits(MEDIUM, utilisation, 576).hours_to_empty == pytest.approx(hours)


def test_at_the_baseline_the_balance_stands_still() -> None:
    found = cpu_credits(MEDIUM, MEDIUM.baseline, 100)
    assert found.net_per_h == pytest.approx(0.0)
    assert math.isinf(found.hours_to_full)
    assert math.isinf(found.hours_to_empty)


def test_below_the_baseline_it_fills() -> None:
    assert cpu_credits(MEDIUM, 0.0, 0).hours_to_full == pytest.approx(24.0)


def test_standard_falls_to_the_baseline_and_unlimited_pays_instead() -> None:
    standard, unlimited = (
        cpu_credits(MEDIUM, 0.6, 576, mode) for mode in ("standard", "unlimited")
    )
    assert (standard.utilisation_when_empty, standard.surplus_per_h) == (0.2, 0.0)
    assert (unlimited.utilisation_when_empty, unlimited.surplus_per_h) == (0.6, 48.0)


def test_every_row_of_the_table_holds_a_day_of_earnings_at_its_stated_baseline() -> None:
    text = (resources.files("archlab.domain.latency") / "defaults.json").read_text("utf-8")
    rows = json.loads(text)["cpu_credits"]["types"]
    assert len(rows) == 21
    for row in rows:
        machine = burstable(row["instance"])
        assert machine.max_balance == 24 * machine.earn_per_h
        assert machine.baseline == pytest.approx(row["baseline_per_vcpu"])


def test_an_unknown_instance_names_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"t3\.medum: no burstable instance; there are t3\.medium"):
        burstable("t3.medum")


@pytest.mark.parametrize(
    ("utilisation", "balance", "sentence"),
    [
        (1.1, 0, "utilisation 1.1"),
        (0.5, -1, "balance -1"),
        (0.5, 577, "balance 577: at most 576"),
    ],
)
def test_impossible_states_are_refused(utilisation: float, balance: float, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        cpu_credits(MEDIUM, utilisation, balance)


def test_impossible_machines_are_refused() -> None:
    with pytest.raises(ValueError, match="0 vCPU: write at least 1"):
        Burstable(0, 24, 576)
    with pytest.raises(ValueError, match="credits earned per hour 0"):
        Burstable(2, 0, 576)
