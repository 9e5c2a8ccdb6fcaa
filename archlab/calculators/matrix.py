"""The five journeys beside each other: where they disagree, and what your own numbers say to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from django.utils.safestring import SafeString
from pydantic import Field

from archlab.calculators.board import Board, board, shown
from archlab.calculators.formulas import Formula, formula_in
from archlab.calculators.systems import systems
from archlab.calculators.tables import Cell
from archlab.catalog.queries import Entry, shelf
from archlab.catalog.text import text_of
from archlab.domain.architecture import Architecture, Change, apply
from archlab.domain.pack import Formulas, ShippedEngines
from archlab.domain.pack.bench import Setting
from archlab.domain.pack.blocks.calculator import Output, position
from archlab.domain.pack.calculate import run
from archlab.domain.pack.fields import Id, Strict, Var
from archlab.domain.pack.formulas import Value
from archlab.web.prices import active_book

FILE = Path(__file__).with_name("matrix.yaml")
SYSTEM = re.compile(r"(?:^|')([a-z0-9-]+/[a-z0-9-]+)")
HEADING = ("question", "journey", "position", "flips_on", "yours")

Text = Annotated[str, Field(min_length=3, max_length=300)]


class Position(Strict):
    """What one source does about a question, in our words, with its facts."""

    scenario: Id
    says: Text
    facts: tuple[str, ...] = ()


class Tension(Strict):
    """A question with opposite answers. `when` picks one of two sentences; none of them wins."""

    id: str
    question: Text
    positions: Annotated[tuple[Position, ...], Field(min_length=2, max_length=5)]
    flips: Text
    shows: tuple[Var, ...] = ()
    when: str = ""
    then: Text
    otherwise: str = ""


class Matrix(Formula):
    """A formula calculator whose answer is read question by question.

    `sets` gives an input to numbers of the journeys' systems, each "scenario/system place".
    """

    outputs: Annotated[tuple[Output, ...], Field(min_length=1, max_length=30)]
    sets: Mapping[str, tuple[str, ...]]
    tensions: Annotated[tuple[Tension, ...], Field(min_length=1, max_length=30)]


@dataclass(frozen=True, slots=True)
class Side:
    """A position with the journey it is from, and chips that lead to its facts."""

    slug: str
    title: str
    says: str
    chips: tuple[SafeString, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A question of the page: the positions, what flips them, and the learner's own numbers."""

    tension: Tension
    sides: tuple[Side, ...]
    figures: tuple[tuple[str, str], ...]
    sentence: str


@dataclass(frozen=True)
class MatrixPage:
    """The matrix at the settings of an address."""

    model: Matrix
    board: Board
    entries: Mapping[str, Entry]

    @cached_property
    def rows(self) -> list[Row]:
        return [self._row(tension) for tension in self.model.tensions]

    def _row(self, tension: Tension) -> Row:
        found = {result.id: result for result in self.board.answer.results}
        figures = tuple((found[id_].label, shown(found[id_])) for id_ in tension.shows)
        sides = tuple(self._side(taken) for taken in tension.positions)
        return Row(tension, sides, figures, self._sentence(tension))

    def _side(self, taken: Position) -> Side:
        entry = self.entries[taken.scenario]
        known = [fact for fact in taken.facts if fact in entry.pack.facts]
        chips = tuple(text_of(entry.pack).source(fact) for fact in known)
        return Side(entry.slug, entry.pack.scenario.title, taken.says, chips)

    def _sentence(self, tension: Tension) -> str:
        """The one that holds here; nothing where a number of it has no price."""
        if not tension.when:
            return tension.then
        worked = {one.name: one.value for one in self.board.answer.worked}
        if any(value is None and name in tension.when for name, value in worked.items()):
            return ""
        names: dict[str, Value] = dict(self.board.values)
        names |= {name: value for name, value in worked.items() if value is not None}
        holds = self.board.formulas.evaluated(tension.when, names)
        return tension.then if holds else tension.otherwise

    def table(self) -> Iterator[tuple[Cell, ...]]:
        for row in self.rows:
            yours = "; ".join([*(f"{label}: {text}" for label, text in row.figures), row.sentence])
            for side in row.sides:
                yield (row.tension.question, side.title, side.says, row.tension.flips, yours)


@cache
def matrix_model() -> Matrix:
    return formula_in(FILE, Matrix)


def missing_journeys() -> list[str]:
    """Slugs of the journeys that the matrix compares and that nobody has published here, or not
    with the systems that it computes with."""
    model = matrix_model()
    compared = {taken.scenario for row in model.tensions for taken in row.positions}
    here = {entry.slug for entry in shelf()}
    texts = (*model.let.values(), *(text for texts in model.sets.values() for text in texts))
    needed = {found[1] for text in texts for found in SYSTEM.finditer(text)}
    lacking = needed - {system.name for system in systems()}
    return sorted((compared - here) | {name.partition("/")[0] for name in lacking})


def matrix_page(query: Mapping[str, str]) -> MatrixPage:
    """The page of an address, where no journey is missing."""
    model = matrix_model()
    made = board(model, query, _ground({}), prefix="m", interactive=True)
    formulas = _ground(made.values)
    made = replace(made, formulas=formulas, answer=run(model, made.values, formulas))
    return MatrixPage(model, made, {entry.slug: entry for entry in shelf()})


def _ground(values: Mapping[str, Setting]) -> Formulas:
    """The systems of all journeys, with the learner's numbers where an input is bound to them."""
    named: dict[str, Architecture] = {one.name: one.architecture for one in systems()}
    for control, places in matrix_model().sets.items():
        for system, place in (one.split(" ") for one in places if control in values):
            named[system] = apply(named[system], Change(set={place: position(values[control])}))
    return Formulas(named, {}, ShippedEngines(active_book()))
