"""The built-in calculators that are formulas: data beside this file, read like a pack's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, TypeVar

from django.http import Http404
from pydantic import Field
from pydantic import model_validator as rule

from archlab.domain.pack import Formulas, PackInvalid, ShippedEngines
from archlab.domain.pack.blocks import Calculator
from archlab.domain.pack.fields import fault
from archlab.domain.pack.schema import validate
from archlab.domain.pack.yamltext import document
from archlab.domain.pricing import Unpriced
from archlab.domain.pricing.rows import PriceRow
from archlab.web.prices import active_book

LIBRARY = Path(__file__).parent / "library"

Sentences = Annotated[
    tuple[Annotated[str, Field(min_length=10, max_length=300)], ...],
    Field(min_length=1, max_length=6),
]


class Formula(Calculator):
    """A calculator with a page of its own: what it is for, and where it stops being true."""

    summary: Annotated[str, Field(min_length=20, max_length=200)]
    why: Annotated[str, Field(min_length=20, max_length=400)]
    limits: Sentences
    sources: Sentences

    @rule(mode="after")
    def _asks_nothing(self) -> Formula:
        if self.guess is not None:
            raise fault("E209", "a guess is kept in a run, and a page of its own has none")
        return self


FormulaT = TypeVar("FormulaT", bound=Formula)


@dataclass(frozen=True, slots=True)
class Rate:
    """A price row that a formula asked for; without `row`, `reason` says what is missing."""

    key: str
    region: str
    row: PriceRow | None
    reason: str = ""


@cache
def library() -> Mapping[str, Formula]:
    """Slug to calculator, in the order of their names. Raises PackInvalid for a broken file."""
    files = sorted(LIBRARY.glob("*.yaml"))
    return MappingProxyType({path.stem: formula_in(path, Formula) for path in files})


def formula_in(path: Path, kind: type[FormulaT]) -> FormulaT:
    """The calculator of one file."""
    read, problems = document(path.name, path.read_text("utf-8"))
    if read is None or problems:
        raise PackInvalid(problems)
    made, problems = validate(kind, read, {"{id}": path.stem, "{line}": 1})
    if made is None:
        raise PackInvalid(problems)
    return made


def formula_of(slug: str) -> Formula:
    if slug not in library():
        raise Http404(f"no calculator is called {slug}")
    return library()[slug]


def ground() -> Formulas:
    """What the formulas of the library stand on: the price book alone."""
    return Formulas({}, {}, ShippedEngines(active_book()))


def rates(asked: tuple[tuple[str, str], ...]) -> list[Rate]:
    """The rows behind an answer, those that the book does not have included."""
    return [_rate(key, region) for key, region in asked]


def _rate(key: str, region: str) -> Rate:
    try:
        return Rate(key, region, active_book().row(key, region))
    except Unpriced as missing:
        return Rate(key, region, None, str(missing))
