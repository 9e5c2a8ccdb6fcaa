"""Phase 6 for drills: the model solution wins, doing nothing does not, all can be reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from archlab.domain.grading.drill import MoveRefused, best, idle
from archlab.domain.pack.blocks import Action, Drill, Panel
from archlab.domain.pack.draft import Draft, Placed
from archlab.domain.pack.problem import Problem

Flags = Mapping[str, Decimal | bool | str]


def drill_problems(draft: Draft, placed: Placed, drill: Drill) -> Iterator[Problem]:
    """What playing the drill by the book shows."""
    correct = sum(cause.correct for cause in drill.causes)
    if correct != 1:
        said = f"exactly one cause is correct, not {correct}"
        yield placed.document.at_holder("E603", said, ("causes",))
    default: Flags = {one.id: one.default for one in draft.text.scenario.flags}
    found = list(_played(placed, drill, default, ""))
    if not found:
        carried = _documented(draft, placed, default)
        found = list(_played(placed, drill, carried, " with the flags of the documented path"))
    yield from found
    yield from _unreachable(placed, drill)


def _documented(draft: Draft, placed: Placed, default: Flags) -> Flags:
    """What somebody carries who takes the documented options on the way to the drill."""
    carried = dict(default)
    for id_ in draft.path_documented:
        for decision in draft.steps[id_].decisions:
            if id_ == placed.step.id and decision.line > placed.block.line:
                return carried
            if decision.documented is not None:
                carried.update(decision.documented.flags)
        if id_ == placed.step.id:
            return carried
    return carried


def _played(placed: Placed, drill: Drill, flags: Flags, way: str) -> Iterator[Problem]:
    """The model solution wins without a cap; doing nothing does not win."""
    document = placed.document
    try:
        night = best(drill, flags)
    except MoveRefused as refused:
        said = f"the model solution cannot be played{way}: {refused}"
        yield document.at_holder("E610", said, ("model_solution",))
    else:
        if night.ended != "won":
            said = f"the model solution does not win{way}: it ends at minute {night.minute}"
            yield document.at_holder("E610", said, ("model_solution",))
        elif night.cap is not None:
            number = [cap.at_most for cap in drill.caps].index(night.cap)
            said = f"this limits the model solution as well{way}"
            yield document.at_holder("E610", said, ("caps", number))
    if idle(drill, flags).ended == "won":
        yield document.problem("E611", f"doing nothing wins{way}", ("win",))


def _unreachable(placed: Placed, drill: Drill) -> Iterator[Problem]:
    """Panels and actions that nobody can come to, whatever they do before."""
    ways = _Ways(drill)
    lists: Mapping[str, Sequence[Panel | Action]] = {
        "panels": drill.panels,
        "actions": drill.actions,
    }
    for key, items in lists.items():
        for number, one in enumerate(items):
            said = ways.obstacle(one)
            if said:
                yield placed.document.problem("W632", said, (key, number, "id"))


class _Ways:
    """What has to be done before a panel can be opened or an action done."""

    def __init__(self, drill: Drill) -> None:
        self.minutes = drill.clock.minutes
        self.all: dict[str, Panel | Action] = {one.id: one for one in drill.panels}
        self.all |= {one.id: one for one in drill.actions}

    def obstacle(self, one: Panel | Action) -> str:
        """Why nobody can come to it; nothing when somebody can."""
        before = self._before(one)
        if one.id in before:
            return "this needs itself to be done before"
        ending = next((id_ for id_ in sorted(before) if self._ends(id_)), None)
        if ending:
            return f'this needs "{ending}", which ends the drill'
        for id_ in sorted({one.id, *before}):
            spoilt = sorted(set(self._forbids(id_)) & self._before(self.all[id_]))
            if spoilt:
                return f'"{id_}" needs "{spoilt[0]}" and is forbidden by it'
        minutes = one.minutes + sum(self.all[id_].minutes for id_ in before)
        if minutes >= self.minutes and minutes:
            return f"with what it needs this takes {minutes} minutes; the clock has {self.minutes}"
        return ""

    def _before(self, one: Panel | Action) -> frozenset[str]:
        """Everything that it needs, and everything that this needs in turn."""
        found: set[str] = set()
        waiting = list(one.requires)
        while waiting:
            id_ = waiting.pop()
            if id_ not in found:
                found.add(id_)
                waiting += self.all[id_].requires
        return frozenset(found)

    def _ends(self, id_: str) -> bool:
        one = self.all[id_]
        return isinstance(one, Action) and one.ends is not None

    def _forbids(self, id_: str) -> tuple[str, ...]:
        one = self.all[id_]
        return one.forbids if isinstance(one, Action) else ()
