"""How a learner stands: each objective of the scenario, and the time that the run took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from archlab.domain.grading import weighted
from archlab.domain.pack.blocks import Block, Lab
from archlab.domain.pack.model import Objective, Pack
from archlab.domain.pack.play import Play

ENOUGH = Decimal("0.8")
"""The share of its points from which on an objective counts as mastered."""

LONGEST_PAUSE = timedelta(minutes=5)
"""What a pause between two acts counts at most: nobody knows whether the learner was reading."""


class Grasp(StrEnum):
    """How far a learner is with an objective."""

    AHEAD = "ahead"
    """Nothing on the way so far asked for it."""
    UNDER_WAY = "under way"
    """Something was answered, and more of it stands ahead."""
    MASTERED = "mastered"
    AGAIN = "again"
    """Everything was answered, with less than `ENOUGH` of the points."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An objective on a learner's own way: `answered` of `count` scored blocks that work on it.

    `labs` are those that were passed: each counts its points in full, and one that was not passed
    counts nowhere, because nobody needs a sandbox to learn. `score` is 0 to 1 over what was
    answered and passed; None before the first of it.
    """

    objective: Objective
    answered: int
    count: int
    labs: int
    score: Decimal | None
    grasp: Grasp


def standings(play: Play) -> tuple[Standing, ...]:
    """The objectives that the learner's way works on, in the scenario's order."""
    blocks = tuple(_scored(play.pack, (*play.visited, *play.ahead)))
    labs = tuple(passed_labs(play, *play.visited))
    found = (_standing(play, one, blocks, labs) for one in play.pack.scenario.objectives)
    return tuple(standing for standing in found if standing.count or standing.labs)


def passed_labs(play: Play, *steps: str) -> Iterator[Lab]:
    """The labs of these steps that the learner has passed."""
    for step in steps:
        for block in play.pack.steps[step].blocks:
            if isinstance(block, Lab) and play.answer(block.id) is not None:
                yield block


def _scored(pack: Pack, steps: Iterable[str]) -> Iterator[Block]:
    for step in steps:
        yield from (b for b in pack.steps[step].blocks if b.points and not b.optional)


def _standing(
    play: Play, objective: Objective, blocks: Sequence[Block], passed: Sequence[Lab]
) -> Standing:
    working = [block for block in blocks if objective.id in block.objectives]
    answered = [block for block in working if play.attempts(block.id)]
    labs = [lab for lab in passed if objective.id in lab.objectives]
    earned = [(block.points, play.score(block.id)) for block in answered]
    score = weighted([*earned, *((lab.weight, Decimal(1)) for lab in labs)])
    grasp = _grasp(len(answered), len(working), score)
    return Standing(objective, len(answered), len(working), len(labs), score, grasp)


def _grasp(answered: int, count: int, score: Decimal | None) -> Grasp:
    if score is None:
        return Grasp.AHEAD
    if answered < count:
        return Grasp.UNDER_WAY
    return Grasp.MASTERED if score >= ENOUGH else Grasp.AGAIN


def time_spent(started: datetime, acts: Iterable[datetime]) -> timedelta:
    """The time between the acts of a run, in their order; a pause counts five minutes at most.

    So it is a lower bound: who reads for an hour and answers once has spent five minutes.
    """
    spent, last = timedelta(), started
    for at in acts:
        spent += min(max(at - last, timedelta()), LONGEST_PAUSE)
        last = at
    return spent
