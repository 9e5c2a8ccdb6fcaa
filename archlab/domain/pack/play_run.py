"""One pass over the events of a run: the path with its detours, the choices, the attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from archlab.domain.architecture import Architecture
from archlab.domain.grading import AnswerRefused, Keep, attempt_score, kept
from archlab.domain.pack.blocks import (
    BillView,
    Block,
    Calculator,
    ClaimView,
    Decision,
    Drill,
    Lab,
    Option,
    Quiz,
    Simulation,
)
from archlab.domain.pack.model import Pack, Step
from archlab.domain.pack.play_answers import Answer, check_answer, mark
from archlab.domain.pack.play_branches import Asked, branch
from archlab.domain.pack.play_drills import prevented
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
from archlab.domain.pack.play_map import detour
from archlab.domain.pack.play_system import Choice, System, built, first_fitting
from archlab.domain.pack.words import END, REJOIN

Scoring = Decision | Quiz | Drill
"""What is answered for a score."""


class Run:
    """A run while its events are read."""

    def __init__(self, pack: Pack, carried: Carried = NOTHING_CARRIED) -> None:
        self.pack = pack
        self.held = dict(carried.held)
        self.floors = carried.floors
        self.step: Step | None = None
        self.visited: dict[str, System] = {}
        self.stack: list[Frame] = []
        self.notes: dict[tuple[str, str], Note] = {}
        self.taken: dict[str, Taken] = {}
        self.attempts: dict[str, list[Attempt]] = {}
        self.hints: dict[str, int] = {}
        self.answers: dict[str, Answer] = {}
        self.chosen: dict[str, Answer] = {}
        self.system = System(pack.start.architecture or next(iter(pack.architectures)))
        self._enter(pack.start)

    def happened(self, event: Event) -> None:
        if event.kind == Kind.LEFT:
            if self.step is not None and event.step == self.step.id:
                self._leave(self.step, event.to)
            return
        step = self.pack.steps.get(event.step)
        block = step.block(event.block) if step and step.id in self.visited else None
        if block is not None and event.kind in _REACTIONS:
            try:
                _REACTIONS[event.kind](self, block, event)
            except AnswerRefused:
                sentence = "An answer does not fit this question any more and is left out."
                self._note(event.step, event.block, sentence)

    def answered(self, block: Block, event: Event) -> None:
        if isinstance(block, Decision):
            if self.step is None or self.step.id != event.step:
                return
            self._attempt(block, event)
            self._settle(self.step)
        elif isinstance(block, Quiz | Drill):
            self._attempt(block, event)

    def hinted(self, block: Block, event: Event) -> None:
        """Hints open one by one; the number of the last one is how many are open."""
        number = event.answer.get("number")
        if isinstance(block, Scoring) and isinstance(number, int):
            self.hints[block.id] = max(self.hints.get(block.id, 0), opened(block, number))

    def noted(self, block: Block, event: Event) -> None:
        """A closed bench or a guess: kept, not scored; the last one stands."""
        if isinstance(block, BillView | Calculator | ClaimView | Simulation):
            check_answer(block, event.answer)
            self.answers[block.id] = event.answer

    def passed(self, block: Block, event: Event) -> None:
        """A lab, once for all: its receipt."""
        if isinstance(block, Lab):
            check_answer(block, event.answer)
            self.answers.setdefault(block.id, event.answer)

    def _attempt(self, block: Scoring, event: Event) -> None:
        given = self.attempts.get(block.id, [])
        attempt = attempted(block, event, given, self.hints.get(block.id, 0))
        if attempt is None:
            return
        self.attempts.setdefault(block.id, []).append(attempt)
        self.answers[block.id] = event.answer
        if isinstance(block, Decision):
            self.chosen[block.id] = event.answer

    def _enter(self, step: Step) -> None:
        self.step = step
        if step.architecture:
            self.system = System(step.architecture)
        self.visited[step.id] = self.system
        self.chosen = {
            decision.id: self.answers[decision.id]
            for decision in step.decisions
            if decision.id in self.answers and not self.system.holds(decision.id)
        }
        if self.chosen:  # a step seen before, whose checkpoint took its choices back
            self._settle(step)
        for event in self.held.pop(step.id, ()):
            self.happened(event)

    def score(self, block: str) -> Decimal:
        """What an answer counts, and at least what it counted in an earlier version."""
        return floored(self.pack.block(block), self.attempts.get(block, ()), self.floors)

    def _settle(self, step: Step) -> None:
        """Apply the choices of this step anew, in the order of its blocks."""
        self.system = self.visited[step.id]
        for decision in step.decisions:
            if decision.id in self.chosen:
                answer = self.chosen[decision.id]
                self._apply(step, decision, decision.option(str(answer["option"])), answer)

    def _apply(self, step: Step, decision: Decision, asked: Option | None, answer: Answer) -> None:
        """Apply an option, or what the source did where that one does not fit."""
        self.notes.pop((step.id, decision.id), None)
        before = self._before(decision)
        fallback = decision.documented or decision.best
        fitting = first_fitting(self.pack, before, decision, asked, fallback)
        option = asked or fallback
        if fitting is not None:
            self.system, option = fitting
        self._tell(step, decision, asked, option if fitting else None)
        confidence = answer.get("confidence")
        self.taken.pop(decision.id, None)
        self.taken[decision.id] = Taken(
            step=step.id,
            decision=decision,
            option=option,
            asked=asked,
            before=architecture_of(self.pack, before),
            after=architecture_of(self.pack, self.system),
            recipe=before,
            reason=str(answer.get("reason", "")).strip(),
            confidence=confidence if isinstance(confidence, int) else None,
        )

    def _before(self, decision: Decision) -> System:
        """Without this decision's effect of an earlier visit, if the rest stands without it."""
        before = self.system.without(decision.id)
        return self.system if built(self.pack, before) is None else before

    def _tell(
        self, step: Step, decision: Decision, asked: Option | None, applied: Option | None
    ) -> None:
        if applied is None:
            sentence = "This choice does not fit the system as it is, so nothing was changed."
        elif asked is None:
            sentence = f'You left this open, so "{applied.text}" was applied.'
        elif applied.id != asked.id:
            sentence = (
                f'"{asked.text}" does not fit the system as it is, '
                f'so "{applied.text}" was applied instead.'
            )
        else:
            return
        self._note(step.id, decision.id, sentence)

    def _note(self, step: str, block: str, sentence: str) -> None:
        self.notes[step, block] = Note(step, block, sentence)

    def _leave(self, step: Step, to: str = "") -> None:
        for decision in step.decisions:
            if decision.id not in self.chosen and not self.system.holds(decision.id):
                self._apply(step, decision, None, {})
        self.taken = _in_block_order(step, self.taken)
        option = detour(step, {block: taken.option for block, taken in self.taken.items()})
        if option is not None and self._leads_into(option, to):
            self._push(step, option)
            self._go(to or str(option.goto))
        elif to:
            self._go(REJOIN if self.stack and self.stack[-1].rejoin == to else to)
        else:
            self._go(self._next(step))

    def _leads_into(self, option: Option, to: str) -> bool:
        """The way goes on inside of this option's detour."""
        if to in ("", option.goto):
            return option.goto is not None
        return to not in (option.rejoin, END) and to not in self.pack.path_documented

    def _push(self, step: Step, option: Option) -> None:
        decision = next(d for d in step.decisions if self.taken[d.id].option is option)
        if option.rejoin:
            self.stack.append(Frame(option.rejoin, decision, option, self.system))

    def _go(self, target: str) -> None:
        if target == REJOIN and self.stack:
            frame = self.stack.pop()
            if frame.option.carry == "documented":
                self._come_back(frame)
            target = frame.rejoin
        if target in self.pack.steps:
            self._enter(self.pack.steps[target])
        elif target in (END, REJOIN):
            self.step = None

    def _come_back(self, frame: Frame) -> None:
        """Put the documented option in the place of the one that led into the detour.

        What was decided inside the detour stays as far as it fits.
        """
        decision, documented = frame.decision, frame.decision.documented
        if documented is None:
            return
        system = frame.system.swapped(Choice(decision.id, documented.id))
        if built(self.pack, system) is None:
            sentence = f'"{documented.text}" does not fit any more, so your own choice stays.'
            self._note(self.taken[decision.id].step, decision.id, sentence)
            return
        for choice in self.system.choices:
            if all(choice.decision != earlier.decision for earlier in system.choices):
                further = system.plus(choice)
                system = system if built(self.pack, further) is None else further
        self.system = system
        self.taken[decision.id] = replace(self.taken[decision.id], option=documented)

    def _next(self, step: Step) -> str:
        if isinstance(step.next, str):
            return step.next
        asked = Asked(
            choice=lambda decision: self.taken[decision].option if decision in self.taken else None,
            score=self.score,
            visited=self.visited,
            flags=flags_of(self.pack, self.taken, self.answers, self.visited),
            pass_score=self.pack.scenario.pass_score,
            architecture=architecture_of(self.pack, self.system),
        )
        return branch(step.next, asked)


_REACTIONS: Mapping[str, Callable[[Run, Block, Event], None]] = {
    Kind.ANSWERED: Run.answered,
    Kind.HINT: Run.hinted,
    Kind.CLOSED: Run.noted,
    Kind.ASKED: Run.noted,
    Kind.PASSED: Run.passed,
}


def attempted(block: Scoring, event: Event, given: Sequence[Attempt], hints: int) -> Attempt | None:
    """The next attempt after those given; None if it is one of them or none counts any more.

    `hints` is how many are open. Raises AnswerRefused.
    """
    if _again(event, given) or closed(block, given):
        return None
    marking, retry, number = mark(block, event.answer), block.retry, len(given) + 1
    score = attempt_score(marking.raw, number, hints, retry.penalty, retry.hint_penalty)
    return Attempt(number, event.answer, marking, hints, score)


def opened(block: Scoring, number: int) -> int:
    """How many hints are open once the one of this number is; a drill has none."""
    return 0 if isinstance(block, Drill) else min(number, len(block.hints))


def _again(event: Event, given: Sequence[Attempt]) -> bool:
    """The same attempt with the same answer, sent twice."""
    number = event.attempt
    return 0 < number <= len(given) and given[number - 1].answer == event.answer


def used_up(block: Scoring, given: Sequence[Attempt]) -> bool:
    """Every attempt that the block gives was made."""
    return block.retry.attempts is not None and len(given) >= block.retry.attempts


def closed(block: Scoring, given: Sequence[Attempt]) -> bool:
    """No further attempt counts: the attempts are used up, or a question was answered right."""
    right = isinstance(block, Quiz) and any(attempt.marking.right for attempt in given)
    return right or used_up(block, given)


def score_of(block: Block | None, given: Sequence[Attempt]) -> Decimal:
    """The score that counts; 0 before the first attempt and where nothing is scored."""
    if not isinstance(block, Scoring):
        return Decimal(0)
    return kept([attempt.score for attempt in given], Keep(block.retry.keep))


def floored(
    block: Block | None, given: Sequence[Attempt], floors: Mapping[str, Decimal]
) -> Decimal:
    """The score that counts, and at least the floor of a block that an earlier version scored."""
    if not isinstance(block, Scoring):
        return Decimal(0)
    return max(score_of(block, given), floors.get(block.id, Decimal(0)))


def _in_block_order(step: Step, taken: Mapping[str, Taken]) -> dict[str, Taken]:
    here = {d.id: taken[d.id] for d in step.decisions}
    return {id_: one for id_, one in taken.items() if id_ not in here} | here


def architecture_of(pack: Pack, system: System) -> Architecture:
    """The architecture of a recipe that a run has made, so every change of it fits."""
    found = built(pack, system)
    if found is None:
        raise ValueError(f"The choices {system.choices} do not fit {system.base}.")
    return found


def flags_of(
    pack: Pack, taken: Mapping[str, Taken], answers: Mapping[str, Answer], visited: Iterable[str]
) -> dict[str, Decimal | bool | str]:
    """The state that the options in force, and the preventions of drills, carry forward.

    What comes later on the path wins: a drill after the decisions of its step.
    """
    place = {step: number for number, step in enumerate(visited)}
    drills = [
        (number, prevented(block, answers[block.id]))
        for step, number in place.items()
        for block in pack.steps[step].blocks
        if isinstance(block, Drill) and block.id in answers
    ]
    carried = {flag.id: flag.default for flag in pack.scenario.flags}
    for one in taken.values():
        while drills and drills[0][0] < place[one.step]:
            carried.update(drills.pop(0)[1])
        carried.update(one.option.flags)
    for _number, flags in drills:
        carried.update(flags)
    return carried
