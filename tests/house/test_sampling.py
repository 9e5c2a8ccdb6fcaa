"""What is left out of a long loop is chosen by the printed seed, and by nothing else."""

from __future__ import annotations

import pytest
import sampling
from sampling import sampled

ITEMS = [f"item {number}" for number in range(50)]


@pytest.fixture(autouse=True)
def daily_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "FULL", False)


def test_a_sample_has_its_size_its_order_and_no_item_twice() -> None:
    picked = sampled(ITEMS, 7)
    assert len(picked) == 7
    assert picked == [item for item in ITEMS if item in picked]


def test_a_seed_repeats_its_sample_and_another_one_has_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    samples = []
    for seed in (4, 4, 5):
        monkeypatch.setattr(sampling, "SEED", seed)
        samples.append(sampled(ITEMS, 7))
    assert samples[0] == samples[1] != samples[2]


def test_a_short_loop_and_the_long_form_are_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sampled(ITEMS, 50) == ITEMS
    monkeypatch.setattr(sampling, "FULL", True)
    assert sampled(ITEMS, 7) == ITEMS
