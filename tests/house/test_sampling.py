"""What is left out of a long loop is chosen by the printed seed, and by nothing else."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import sampling
from sampling import sampled

CONFTEST = Path(__file__).parents[1] / "conftest.py"
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


@pytest.mark.parametrize(("named", "left"), [([], 10), (["tests/house"], 0)])
def test_one_in_three_rare_tests_is_drawn_unless_its_file_is_named(
    pytestconfig: pytest.Config, named: list[str], left: int
) -> None:
    class Item:
        def __init__(self, marker: str) -> None:
            self.marker = marker

        def get_closest_marker(self, name: str) -> str:
            return self.marker if self.marker == name else ""

    gone: list[Item] = []
    hook = SimpleNamespace(pytest_deselected=lambda items: gone.extend(items))
    config = SimpleNamespace(option=SimpleNamespace(file_or_dir=named), hook=hook)
    items = [Item("rare") for _ in range(15)] + [Item("") for _ in range(4)]
    modify = pytestconfig.pluginmanager.get_plugin(str(CONFTEST))
    assert modify is not None
    modify.pytest_collection_modifyitems(config, items)
    assert len(gone) == left
    assert len(items) == 19 - left
