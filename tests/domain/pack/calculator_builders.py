"""Calculators from the YAML that authors write, and the systems that they turn."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from archlab.domain.architecture import Architecture
from archlab.domain.pack import Formulas, Pack, read, shipped_engines
from archlab.domain.pack.bench import Setting
from archlab.domain.pack.blocks import Calculator, Lever
from archlab.domain.pack.calculate import run
from archlab.domain.pack.results import Answer
from archlab.domain.pack.schema import validate
from archlab.domain.pack.settings import defaults
from archlab.domain.pack.yamltext import document

ROOT = Path(__file__).parents[3]


def calculator(text: str, *levers: Lever) -> Calculator:
    """One calculator; the text is the body of its directive."""
    read_, problems = document("test.yaml", text)
    assert read_ is not None
    assert problems == []
    made, problems = validate(Calculator, read_, {"{id}": "test", "{line}": 1})
    if levers:
        made = Calculator.model_construct(**{**made.__dict__, "levers": levers} if made else {})
    assert made is not None, problems
    return made


def answer(
    made: Calculator,
    systems: Mapping[str, Architecture] | None = None,
    /,
    **values: Setting,
) -> Answer:
    """The answer at these values, everything else at its default."""
    formulas = Formulas(systems or {}, {}, shipped_engines())
    return run(made, {**defaults(made), **values}, formulas)


@cache
def pack_000() -> Pack:
    return read(ROOT / "scenarios" / "lambda-to-fargate")
