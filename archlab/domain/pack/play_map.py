"""The way ahead of a learner, and the branches that they will not see any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from archlab.domain.pack.blocks import Option
from archlab.domain.pack.model import Pack, Step
from archlab.domain.pack.words import REJOIN

InForce = Mapping[str, Option]


class Progress(StrEnum):
    """Where a step stands on a learner's map."""

    DONE = "done"
    HERE = "here"
    AHEAD = "ahead"
    OPEN = "open"
    """Not on the documented way ahead, but a choice ahead can still lead there."""
    NOT_TAKEN = "not taken"


def ahead(pack: Pack, here: str, returns: tuple[str, ...], in_force: InForce) -> Iterator[str]:
    """The steps after `here` if every choice ahead is the documented one.

    `returns` are the steps that the open detours come back to, the innermost last; `in_force` are
    the options chosen in this step so far.
    """
    seen = {here}
    stack = list(returns)
    step = _documented_exit(pack.steps[here], stack, in_force)
    while step in pack.steps and step not in seen:
        seen.add(step)
        yield step
        step = _documented_exit(pack.steps[step], stack, in_force)


def reachable(pack: Pack, here: str, returns: tuple[str, ...]) -> frozenset[str]:
    """Every step that some choice can lead to from `here`, itself included."""
    found: set[str] = set()
    waiting = [here, *returns]
    while waiting:
        step = waiting.pop()
        if step in found or step not in pack.steps:
            continue
        found.add(step)
        waiting += _exits(pack.steps[step])
    return frozenset(found)


def detour(step: Step, in_force: InForce) -> Option | None:
    """The option of this step that leaves the main line; at most one decision of a step may."""
    options = (in_force.get(decision.id) for decision in step.decisions)
    return next((option for option in options if option is not None and option.goto), None)


def _documented_exit(step: Step, stack: list[str], in_force: InForce) -> str:
    documented = {d.id: d.documented for d in step.decisions if d.documented is not None}
    option = detour(step, {**documented, **in_force})
    if option is not None and option.goto:
        if option.rejoin:
            stack.append(option.rejoin)
        return option.goto
    exit_ = step.exits[-1]
    return stack.pop() if exit_ == REJOIN and stack else exit_


def _exits(step: Step) -> list[str]:
    options = [option for decision in step.decisions for option in decision.options]
    detours = [to for option in options for to in (option.goto, option.rejoin) if to]
    return [*step.exits, *detours]
