"""The page of drills says what the format has, every key and function, and its example plays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archlab.domain.grading.drill import FUNCTIONS, NAMES, best, idle
from archlab.domain.pack.blocks import (
    Action,
    Adjustment,
    Cap,
    Clock,
    Drill,
    DrillCause,
    DrillEvent,
    Effect,
    Panel,
    Prevention,
    Rated,
    Variable,
)
from archlab.domain.pack.blocks.block import Block
from archlab.domain.pack.blocks.drill import MOST_ASKING
from archlab.domain.pack.drill_names import drill_name_problems
from archlab.domain.pack.fields import Strict
from archlab.domain.pack.model import StateFlag
from archlab.domain.pack.schema import validate
from archlab.domain.pack.yamltext import document

PAGE = (Path(__file__).resolve().parents[2] / "docs/authoring/drills.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FLAGS = {"alarms": StateFlag(id="alarms", text="Alarms reach somebody")}
MODELS: dict[str, type[Strict]] = {
    "a drill": Drill,
    "a clock": Clock,
    "a variable": Variable,
    "an effect": Effect,
    "a panel": Panel,
    "an action": Action,
    "an event": DrillEvent,
    "an adjustment": Adjustment,
    "a cause": DrillCause,
    "a prevention": Prevention,
    "a row of the score": Rated,
    "a cap": Cap,
}


def rows(heading: str) -> list[str]:
    """The first cells of the table under a heading, without its head."""
    under = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line.split(" | ")[0] for line in under.splitlines() if line.startswith("| `")]


def words(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@pytest.fixture(scope="module")
def example() -> Drill:
    body, problems = document("example.yaml", EXAMPLES[0])
    assert body is not None
    made, refused = validate(Drill, body, {"{id}": "example", "{line}": 1})
    assert made is not None, (problems, refused)
    assert list(drill_name_problems(body, made, FLAGS)) == []
    return made


def test_the_example_of_the_page_is_won_by_its_model_solution_and_not_by_waiting(
    example: Drill,
) -> None:
    assert len(EXAMPLES) == 1
    for alarms in (True, False):
        night = best(example, {"alarms": alarms})
        assert (night.ended, night.minute, night.cap) == ("won", 5, None)
        assert night.result == 100
        assert idle(example, {"alarms": alarms}).ended == "lost"


@pytest.mark.parametrize("what", list(MODELS))
def test_every_key_of_a_drill_has_its_row_and_no_other_has(what: str) -> None:
    model = MODELS[what]
    fields = {str(one.validation_alias or name) for name, one in model.model_fields.items()}
    shared = {str(one.validation_alias or name) for name, one in Block.model_fields.items()}
    wanted = fields - shared if model is Drill else fields
    assert sorted(key for cell in rows(f"Keys of {what}") for key in words(cell)) == sorted(wanted)


def test_every_function_and_name_of_a_condition_is_told() -> None:
    calls = {call.partition("(")[0] for cell in rows("Conditions") for call in words(cell)}
    assert calls == set(FUNCTIONS)
    told = PAGE.partition("## Conditions\n")[2].partition("\n|")[0]
    assert set(words(told)) == set(NAMES)


def test_the_limit_of_long_nights_is_the_one_of_the_checker() -> None:
    assert f"at most {MOST_ASKING:,}" in PAGE
