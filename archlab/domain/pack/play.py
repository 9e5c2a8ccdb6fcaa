"""A learner's run, computed from its events: where they are, what they built, how they did.

Pure and repeatable: the same pack and the same events give the same `Play`. Events that do not fit
(a stale tab, a step that was left, an answer of an older version) change nothing and never fail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from archlab.domain.architecture import Architecture
from archlab.domain.grading import AnswerRefused, weighted
from archlab.domain.pack.blocks import Block, Decision, Option, Quiz
from archlab.domain.pack.model import Pack
from archlab.domain.pack.play_answers import Answer, check_answer, mark, position, solves
from archlab.domain.pack.play_drills import drill_answer, night_of
from archlab.domain.pack.play_events import (
    NOTHING_CARRIED,
    Attempt,
    Carried,
    Event,
    Frame,
    Kind,
    Note,
    Taken,
)
from archlab.domain.pack.play_map import Progress, ahead, reachable
from archlab.domain.pack.play_run import (
    Run,
    Scoring,
    architecture_of,
    closed,
    flags_of,
    floored,
    used_up,
)
from archlab.domain.pack.play_system import System

__all__ = [
    "AnswerRefused",
    "Attempt",
    "Carried",
    "Event",
    "Frame",
    "Kind",
    "Note",
    "Play",
    "Progress",
    "Taken",
    "check_answer",
    "drill_answer",
    "mark",
    "night_of",
    "position",
    "replay",
    "solves",
]


@dataclass(frozen=True)
class Play:
    """A run as it stands. `step` is None when it is finished; `stack` holds the open detours."""

    pack: Pack
    step: str | None
    visited: tuple[str, ...]
    stack: tuple[Frame, ...]
    notes: tuple[Note, ...]
    _system: System
    _entries: Mapping[str, System]
    _taken: Mapping[str, Taken]
    _attempts: Mapping[str, tuple[Attempt, ...]]
    _hints: Mapping[str, int]
    _answers: Mapping[str, Answer]
    carried: Carried = NOTHING_CARRIED

    @property
    def finished(self) -> bool:
        """The last step was left."""
        return self.step is None

    @property
    def architecture(self) -> Architecture:
        """What the learner has built so far, the choices of this step included."""
        return architecture_of(self.pack, self._system)

    def architecture_at(self, step: str) -> Architecture:
        """What the learner had on entering a step that they visited."""
        return architecture_of(self.pack, self._entries[step])

    @property
    def decisions(self) -> tuple[Taken, ...]:
        """The decisions taken, in the order of the path."""
        return tuple(self._taken.values())

    def taken(self, decision: str) -> Taken | None:
        """A decision with its consequence, once it was taken."""
        return self._taken.get(decision)

    def choice(self, decision: str) -> Option | None:
        """The option in force."""
        taken = self._taken.get(decision)
        return taken.option if taken else None

    def attempts(self, block: str) -> tuple[Attempt, ...]:
        """The answers that counted."""
        return self._attempts.get(block, ())

    def answer(self, block: str) -> Answer | None:
        """The last answer: of a decision, a quiz, a drill, a bill bench or a guess; of a lab the
        receipt with which it was passed.
        """
        return self._answers.get(block)

    def hints(self, block: str) -> int:
        """How many hints are open."""
        return self._hints.get(block, 0)

    def score(self, block: str) -> Decimal:
        """0 to 1; 0 before the first attempt, unless an earlier version gave points for it."""
        return floored(self.pack.block(block), self.attempts(block), self.carried.floors)

    def may_answer(self, block: str) -> bool:
        """There is an attempt left: a decision until its step is left, a quiz until it is right.

        A drill is played again at any time.
        """
        found = self.pack.block(block)
        step = self.pack.step_of.get(block)
        if step is None or step.id not in self.visited:
            return False
        if isinstance(found, Decision):
            return step.id == self.step and not used_up(found, self.attempts(block))
        return not isinstance(found, Quiz) or not closed(found, self.attempts(block))

    def revealed(self, block: str) -> bool:
        """The right answer and every explanation may be shown."""
        found = self.pack.block(block)
        if not isinstance(found, Scoring) or not self.attempts(block):
            return False
        if found.retry.reveal == "last":
            return not self.may_answer(block)
        return found.retry.reveal == "each"

    def done(self, step: str) -> bool:
        """Every decision, quiz and drill of the step that is not optional was answered."""
        return not self.undone(step)

    def undone(self, step: str) -> tuple[Block, ...]:
        """What is still to be answered before the step is done."""
        return tuple(
            block
            for block in self.pack.steps[step].blocks
            if self.counts(block) and not self.attempts(block.id)
        )

    def counts(self, block: Block) -> bool:
        """It is scored, and a step is not done without it."""
        is_asked = isinstance(block, Scoring) and not block.optional
        return is_asked and block.id not in self.carried.spared

    @cached_property
    def total(self) -> Decimal | None:
        """0 to 1 over the path so far; None while nothing on it is scored."""
        return self.total_of(*self.visited)

    def total_of(self, *steps: str) -> Decimal | None:
        """0 to 1 over these steps; None where nothing is scored."""
        blocks = (block for step in steps for block in self.pack.steps[step].blocks)
        return weighted((b.points, self.score(b.id)) for b in blocks if self.counts(b))

    @property
    def passed(self) -> bool:
        """The run is finished with the share of points that the scenario asks for."""
        total = self.total
        return self.finished and total is not None and total >= self.pack.scenario.pass_score

    @property
    def flags(self) -> Mapping[str, Decimal | bool | str]:
        """The state that choices, and the preventions of the last night of each drill, carry on."""
        return flags_of(self.pack, self._taken, self._answers, self.visited)

    @cached_property
    def ahead(self) -> tuple[str, ...]:
        """The steps still to come on the documented way, without those seen already."""
        if self.step is None:
            return ()
        here = self.pack.steps[self.step]
        chosen = {d.id: self._taken[d.id].option for d in here.decisions if d.id in self._taken}
        way = ahead(self.pack, self.step, self._returns, chosen)
        return tuple(step for step in way if step not in self.visited)

    @cached_property
    def progress(self) -> Mapping[str, Progress]:
        """Every step of the pack with its place on the learner's map."""
        return {step: self._progress(step) for step in self.pack.steps}

    @property
    def _returns(self) -> tuple[str, ...]:
        return tuple(frame.rejoin for frame in self.stack)

    @cached_property
    def _reachable(self) -> frozenset[str]:
        return reachable(self.pack, self.step, self._returns) if self.step else frozenset()

    def _progress(self, step: str) -> Progress:
        if step == self.step:
            return Progress.HERE
        if step in self.visited:
            return Progress.DONE
        if step in self.ahead:
            return Progress.AHEAD
        return Progress.OPEN if step in self._reachable else Progress.NOT_TAKEN


def replay(pack: Pack, events: Sequence[Event], carried: Carried = NOTHING_CARRIED) -> Play:
    """The run that these events make, in their order, after what an earlier version left."""
    run = Run(pack, carried)
    for event in (*carried.events, *events):
        run.happened(event)
    return Play(
        pack=pack,
        step=run.step.id if run.step else None,
        visited=tuple(run.visited),
        stack=tuple(run.stack),
        notes=tuple(run.notes.values()),
        _system=run.system,
        _entries=run.visited,
        _taken=run.taken,
        _attempts={block: tuple(given) for block, given in run.attempts.items()},
        _hints=run.hints,
        _answers=run.answers,
        carried=carried,
    )
