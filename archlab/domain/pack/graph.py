"""The ways through a pack: reachability, detours, the documented path, the systems on each step."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from archlab.domain.pack.blocks import Decision, Option
from archlab.domain.pack.draft import Draft
from archlab.domain.pack.explore import systems_problems
from archlab.domain.pack.model import Step
from archlab.domain.pack.problem import Problem
from archlab.domain.pack.words import END, REJOIN
from archlab.domain.pack.yamltext import Document

DEEPEST = 3

Position = tuple[str, tuple[str, ...]]
"""A step and the steps to which its open detours return."""


def graph_problems(draft: Draft) -> Iterator[Problem]:
    """Circles and returns, then reachability, then the documented path, then systems."""
    for check in (_selves, _returns, _reach, _documented, systems_problems):
        found = list(check(draft))
        yield from found
        if any(one.is_error for one in found):
            return


def _id_of(draft: Draft, step: str, code: str, message: str) -> Problem:
    """A finding about a step, at its id."""
    return draft.front(step).problem(code, message, ("id",))


def detours(step: Step) -> Iterator[tuple[Decision, int, Option, str]]:
    """Options that leave the main line after this step, with their goto."""
    for decision in step.decisions:
        for number, option in enumerate(decision.options):
            if option.goto:
                yield decision, number, option, option.goto


def _selves(draft: Draft) -> Iterator[Problem]:
    for placed in draft.placed:
        if not isinstance(placed.block, Decision):
            continue
        for number, option in enumerate(placed.block.options):
            if option.goto == placed.step.id:
                path = ("options", number, "goto")
                yield placed.document.problem("E408", "this leads back to its own step", path)
    for step in draft.steps.values():
        leaving = dict.fromkeys(decision.id for decision, *_ in detours(step))
        for id_ in list(leaving)[1:]:
            placed = next(one for one in draft.placed if one.block.id == id_)
            said = "only one decision of a step may have options with goto"
            yield placed.directive.problem(step.path, "E409", said)


@dataclass
class _Walk:
    """All positions that can be reached, and how they follow each other."""

    draft: Draft
    after: dict[Position, list[Position]] = field(default_factory=dict)
    ends: set[Position] = field(default_factory=set)
    popped: set[tuple[str, str]] = field(default_factory=set)
    problems: dict[tuple[str, str], Problem] = field(default_factory=dict)

    def walk(self) -> None:
        start: Position = (self.draft.text.scenario.start, ())
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            if here in self.after:
                continue
            self.after[here] = list(self._onward(here))
            waiting.extend(self.after[here])

    def _onward(self, here: Position) -> Iterator[Position]:
        id_, stack = here
        step = self.draft.steps[id_]
        for decision, number, option, goto in detours(step):
            deeper = (*stack, option.rejoin) if option.rejoin else stack
            if len(deeper) > DEEPEST:
                site = _document_of(self.draft, decision.id)
                said = f"detours nest at most {DEEPEST} deep"
                problem = site.problem("E406", said, ("options", number, "rejoin"))
                self.problems.setdefault((decision.id, option.id), problem)
            else:
                yield goto, deeper
        for number, to in enumerate(step.exits):
            if to == END:
                self.ends.add(here)
            elif to != REJOIN:
                yield to, stack
            elif stack:
                yield stack[-1], stack[:-1]
            else:
                self.problems.setdefault((id_, REJOIN), self._nothing_open(step, number))

    def _nothing_open(self, step: Step, number: int) -> Problem:
        path = ("next",) if isinstance(step.next, str) else ("next", number, "to")
        return self.draft.front(step.id).problem(
            "E406", "no detour is open here to return from", path
        )


def _document_of(draft: Draft, block: str) -> Document:
    return next(one.document for one in draft.placed if one.block.id == block)


def _returns(draft: Draft) -> Iterator[Problem]:
    """Returns without a detour, detours that never return, detours that are too deep."""
    walk = _Walk(draft)
    walk.walk()
    yield from walk.problems.values()
    told: set[tuple[str, int]] = set()
    for id_, stack in list(walk.after):
        for decision, number, option, goto in detours(draft.steps[id_]):
            if not option.rejoin or (decision.id, number) in told:
                continue
            inside = (goto, (*stack, option.rejoin))
            if inside in walk.after and not _pops(draft, walk, inside):
                told.add((decision.id, number))
                said = f'the detour over "{goto}" never ends with next: rejoin'
                path = ("options", number, "rejoin")
                yield _document_of(draft, decision.id).problem("E406", said, path)


def _pops(draft: Draft, walk: _Walk, start: Position) -> bool:
    """Some way from here comes back from the detour that is innermost now."""
    depth = len(start[1])
    seen: set[Position] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here in seen or len(here[1]) < depth:
            continue
        seen.add(here)
        if len(here[1]) == depth and REJOIN in draft.steps[here[0]].exits:
            return True
        waiting += walk.after.get(here, [])
    return False


def _reach(draft: Draft) -> Iterator[Problem]:
    """Steps that no way leads to, and steps from which no way leads to the end."""
    walk = _Walk(draft)
    walk.walk()
    reached = {id_ for id_, _ in walk.after}
    for id_ in draft.steps:
        if id_ not in reached:
            yield _id_of(draft, id_, "E402", "no way leads to this step")
    before: dict[Position, list[Position]] = {}
    for here, onward in walk.after.items():
        for there in onward:
            before.setdefault(there, []).append(here)
    finishing: set[Position] = set()
    waiting = list(walk.ends)
    while waiting:
        here = waiting.pop()
        if here not in finishing:
            finishing.add(here)
            waiting += before.get(here, [])
    lost = dict.fromkeys(id_ for id_, stack in walk.after if (id_, stack) not in finishing)
    for id_ in lost:
        yield _id_of(draft, id_, "E403", "from here no way leads to the end")


def documented_path(draft: Draft) -> tuple[tuple[str, ...], str]:
    """The steps of the source's own way, and the step at which it goes round, if it does."""
    path: list[str] = []
    seen: set[Position] = set()
    here = draft.text.scenario.start
    stack: tuple[str, ...] = ()
    while here != END:
        if (here, stack) in seen:
            return tuple(path), here
        seen.add((here, stack))
        path.append(here)
        here, stack = _documented_exit(draft.steps[here], stack)
    return tuple(path), ""


def _documented_exit(step: Step, stack: tuple[str, ...]) -> Position:
    for _, _, option, goto in detours(step):
        if option.documented:
            return goto, (*stack, option.rejoin) if option.rejoin else stack
    to = step.exits[-1]
    return (stack[-1], stack[:-1]) if to == REJOIN and stack else (to, stack)


def _documented(draft: Draft) -> Iterator[Problem]:
    path, again = documented_path(draft)
    if again:
        yield _id_of(draft, again, "E405", "the documented path goes round in a circle here")
        return
    draft.path_documented = tuple(dict.fromkeys(path))
    highest = ""
    for id_ in draft.path_documented:
        number = draft.steps[id_].path[6:8]
        if number < highest:
            said = f"on the documented path this step follows a file number {highest}"
            yield _id_of(draft, id_, "W407", said)
        highest = max(highest, number)
