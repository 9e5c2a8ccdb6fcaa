"""A calculator inside a step: the same board, at the settings of the step's own address."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from archlab.calculators.board import Board, board, shown
from archlab.calculators.formulas import Rate, rates
from archlab.domain.grading import parse_number
from archlab.domain.pack import Formulas, shipped_engines
from archlab.domain.pack.blocks import Calculator, Guess
from archlab.domain.pack.calculate import run
from archlab.domain.pack.play_answers import Answer
from archlab.domain.pack.results import Result
from archlab.domain.pack.settings import defaults
from archlab.journeys.blocks.scene import OWNER, Scene
from archlab.journeys.models import StepEvent
from archlab.web import numbers


@dataclass(frozen=True, slots=True)
class GuessView:
    """The question before the answer; `at` are the settings that it is about, in words."""

    question: str
    unit: str
    at: str
    typed: str
    problem: str
    key: UUID
    url: str


@dataclass(frozen=True, slots=True)
class BlockView:
    """A board with the address of its step. Before the guess there is no board to leak from."""

    board: Board | None
    rates: list[Rate]
    url: str
    owner: str
    guess: GuessView | None = None
    told: str = ""

    @property
    def is_wrong(self) -> bool:
        return self.board is not None and self.board.is_wrong

    @property
    def news(self) -> str:
        """The first result in one line, for screen readers after a swap."""
        return self.board.finding if self.board else ""


def build(scene: Scene, block: Calculator) -> BlockView:
    formulas = Formulas(
        scene.pack.architectures, scene.pack.facts, shipped_engines(), current=scene.at(block)
    )
    url = reverse("journeys:step", args=[scene.enrolment.id, scene.step.id])
    answer = scene.play.answer(block.id)
    if block.guess and answer is None:
        asked = _asked(scene, block, block.guess, formulas)
        return BlockView(None, [], url, block.id, guess=asked)
    mine = scene.dials.get(OWNER) == block.id
    typed = {name: text for name, text in scene.dials.items() if name != OWNER} if mine else {}
    made = board(block, typed, formulas, prefix=block.id)
    told = _told(block, block.guess, answer, formulas) if block.guess and answer else ""
    return BlockView(made, rates(made.answer.rows), url, block.id, told=told)


def _asked(scene: Scene, block: Calculator, guess: Guess, formulas: Formulas) -> GuessView:
    units = {one.id: one.unit for one in block.outputs}
    return GuessView(
        question=guess.question,
        unit=guess.unit or units.get(guess.output, ""),
        at=board(block, {}, formulas, prefix=block.id).at,
        typed=str(scene.typed(block).get("value", "")),
        problem=scene.problem(block),
        key=scene.key(block, StepEvent.Kind.ASKED, 1),
        url=scene.url("answer", block),
    )


def _told(block: Calculator, guess: Guess, answer: Answer, formulas: Formulas) -> str:
    """The guess beside the result at the settings that it was about."""
    found = run(block, defaults(block), formulas).result(guess.output)
    if found is None:
        return ""
    if "value" not in answer:
        return _("Without a guess: it is %(is)s.") % {"is": shown(found)}
    words = {"guess": f"{answer['value']} {guess.unit or found.unit}".strip(), "is": shown(found)}
    if found.value is None:
        return _("You guessed %(guess)s. The answer: %(is)s.") % words
    return _verdict(guess, str(answer["value"]), found, words)


def _verdict(guess: Guess, typed: str, found: Result, words: dict[str, str]) -> str:
    value, right = parse_number(typed), found.value
    if not right or round(value, found.decimals) == round(right, found.decimals):
        return _("You guessed %(guess)s, and it is %(is)s.") % words
    off = (value - right) / abs(right)
    words["off"] = numbers.percent(abs(off))
    words["close"] = _("Close") if guess.admits(value, right) else _("Not close")
    if off > 0:
        return _("%(close)s: you guessed %(guess)s, %(off)s too high. It is %(is)s.") % words
    return _("%(close)s: you guessed %(guess)s, %(off)s too low. It is %(is)s.") % words
