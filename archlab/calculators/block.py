"""A calculator inside a step: the same board, at the settings of the step's own address."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from archlab.calculators.board import Board, board
from archlab.calculators.formulas import Rate, rates
from archlab.domain.pack import Formulas, shipped_engines
from archlab.domain.pack.blocks import Calculator
from archlab.journeys.blocks.scene import OWNER, Scene


@dataclass(frozen=True, slots=True)
class BlockView:
    """A board with the address of its step."""

    board: Board
    rates: list[Rate]
    url: str
    owner: str


def build(scene: Scene, block: Calculator) -> BlockView:
    mine = scene.dials.get(OWNER) == block.id
    typed = {name: text for name, text in scene.dials.items() if name != OWNER} if mine else {}
    formulas = Formulas(
        scene.pack.architectures, scene.pack.facts, shipped_engines(), current=scene.at(block)
    )
    made = board(block, typed, formulas, prefix=block.id)
    url = reverse("journeys:step", args=[scene.enrolment.id, scene.step.id])
    return BlockView(made, rates(made.answer.rows), url, block.id)
