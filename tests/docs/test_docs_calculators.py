"""The page of calculators says what the format has: every engine, key and function, no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from archlab.calculators.formulas import Formula
from archlab.domain.expressions import PURE
from archlab.domain.pack import Formulas, shipped_engines
from archlab.domain.pack.blocks import Calculator, Expect, Guess, Input
from archlab.domain.pack.blocks.block import Block
from archlab.domain.pack.blocks.calculator import (
    NEEDS,
    ChartText,
    Engine,
    Lever,
    Output,
    Try,
    position,
)
from archlab.domain.pack.calculate import output_ids, run
from archlab.domain.pack.fields import Strict
from archlab.domain.pack.schema import validate
from archlab.domain.pack.settings import read
from archlab.domain.pack.yamltext import document

PAGE = (Path(__file__).resolve().parents[2] / "docs/authoring/calculators.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PAGE_KEYS = """\
summary: What a small task costs in a month.
why: Most of the price is the processor.
limits: [Requests are left out.]
sources: [The price book has the rows.]
"""
MODELS: dict[str, type[Strict]] = {
    "a calculator": Calculator,
    "an input": Input,
    "an output": Output,
    "a lever": Lever,
    "a golden value": Expect,
    "a chart": ChartText,
    "a guess": Guess,
    "a setting to try": Try,
}


def table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head."""
    under = PAGE.partition(f"{heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in under.splitlines() if line.startswith("|")]
    return rows[2:]


def words(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def keys(model: type[Strict]) -> set[str]:
    """What an author writes; names in braces are filled in by the reader."""
    names = {str(one.validation_alias or name) for name, one in model.model_fields.items()}
    return {name for name in names if not name.startswith("{")}


def calculator(text: str) -> Calculator:
    read_, problems = document("example.yaml", text)
    assert read_ is not None
    made, refused = validate(Calculator, read_, {"{id}": "example", "{line}": 1})
    assert [*problems, *refused] == []
    assert made is not None
    return made


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_of_the_page_gives_its_golden_values(text: str) -> None:
    made = calculator(text)
    for golden in made.expect:
        settings = read(made, {name: position(value) for name, value in golden.with_.items()})
        assert settings.problems == {}
        found = run(made, settings.values, Formulas({}, {}, shipped_engines()))
        result = found.result(golden.output)
        assert result is not None
        assert result.value is not None
        assert golden.admits(result.value)


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize("what", list(MODELS))
def test_every_key_is_named_once_and_no_other(what: str) -> None:
    named = [key for row in table(f"## Keys of {what}") for key in words(row[0])]
    wanted = keys(MODELS[what]) - (keys(Block) if MODELS[what] is Calculator else set())
    assert sorted(named) == sorted(wanted)


def test_the_keys_of_every_block_are_named() -> None:
    said = re.search(r"^Any block may have the keys (.*)", PAGE, re.MULTILINE)
    assert said is not None
    assert words(said[1]) == keys(Block)


def test_every_engine_has_its_row_with_its_needs_and_its_results() -> None:
    rows = {word: row for row in table("# Calculators in a pack") for word in words(row[0])}
    assert list(rows) == list(get_args(Engine))
    for engine in get_args(Engine):
        _name, needs, results = rows[engine]
        assert words(needs) - {"help"} == set(NEEDS[engine]), engine
        made = Calculator.model_construct(id="one", line=1, engine=engine, expect=())
        assert {word for word in words(results) if "." not in word} == set(output_ids(made, None))


def test_every_function_has_a_row_and_no_other() -> None:
    calls = {call.partition("(")[0] for row in table("## Functions") for call in words(row[0])}
    assert calls == {*Formulas({}, {}, shipped_engines()).functions, *PURE}


def test_a_page_of_one_question_has_no_guess() -> None:
    text = EXAMPLES[1] + PAGE_KEYS
    read_, _problems = document("page.yaml", text)
    assert read_ is not None
    _made, refused = validate(Formula, read_, {"{id}": "page", "{line}": 1})
    assert [one.message for one in refused] == [
        "a guess is kept in a run, and a page of its own has none"
    ]
