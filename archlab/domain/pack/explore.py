"""Every system that a learner can have on each step: all options, all detours, all checkpoints."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from archlab.domain.architecture import Architecture, ChangeRefused, apply
from archlab.domain.pack.blocks import Decision, Option
from archlab.domain.pack.changes import broken_hops
from archlab.domain.pack.draft import Draft
from archlab.domain.pack.model import Step
from archlab.domain.pack.problem import Problem
from archlab.domain.pack.words import END, REJOIN

MOST_STATES = 512


@dataclass(frozen=True)
class _Frame:
    """An open detour. `shadow` is the system as if the documented option had been taken."""

    rejoin: str
    shadow: Architecture | None


@dataclass(frozen=True)
class _State:
    """What a learner carries on entering a step."""

    step: str
    frames: tuple[_Frame, ...]
    system: Architecture


@dataclass(frozen=True)
class _Way:
    """What a learner carries inside a step; `leave` is where a detour goes and returns to."""

    system: Architecture
    frames: tuple[_Frame, ...]
    leave: tuple[str, str | None] | None = None
    shadow: Architecture | None = None


def systems_problems(draft: Draft) -> Iterator[Problem]:
    """Changes that do not apply on some path, and too many states; fills `draft.at_step`."""
    if draft.steps[draft.text.scenario.start].architecture is None:
        return
    exploration = _Exploration(draft)
    stopped = exploration.explore()
    yield from exploration.problems.values()
    if stopped:
        said = f"more than {MOST_STATES} different states up to here: add a checkpoint"
        yield draft.front(stopped).problem("E431", said, ("id",))
    draft.at_step = {step: frozenset(systems) for step, systems in exploration.at_step.items()}


class _Exploration:
    """A walk over all states, breadth first, so that the shortest path is named."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.at_step: dict[str, set[Architecture]] = {}
        self.came_from: dict[_State, _State | None] = {}
        self.applied: dict[tuple[Architecture, str, str], Architecture | None] = {}
        self.problems: dict[tuple[str, str, str], Problem] = {}
        self.here: _State

    def explore(self) -> str:
        """The step at which there were too many states, or nothing."""
        start = self.draft.steps[self.draft.text.scenario.start]
        waiting = deque([_State(start.id, (), self.draft.named[str(start.architecture)])])
        self.came_from[waiting[0]] = None
        while waiting:
            self.here = waiting.popleft()
            self.at_step.setdefault(self.here.step, set()).add(self.here.system)
            for there in self._onward(self.here):
                if there not in self.came_from:
                    self.came_from[there] = self.here
                    waiting.append(there)
            if len(self.came_from) > MOST_STATES:
                return self.here.step
        return ""

    def _onward(self, here: _State) -> Iterator[_State]:
        step = self.draft.steps[here.step]
        ways = {_Way(here.system, here.frames): None}
        for decision in step.decisions:
            before = list(ways)
            ways = dict.fromkeys(before) if decision.optional else {}
            for way in before:
                ways.update(dict.fromkeys(self._taken(way, decision)))
        for way in ways:
            yield from self._out(way, step)

    def _taken(self, way: _Way, decision: Decision) -> Iterator[_Way]:
        for option in decision.options:
            system = self._apply(way.system, decision, option)
            frames = tuple(self._frames(way.frames, decision, option))
            if system is None or len(frames) < len(way.frames):
                continue
            if option.goto:
                leave = (option.goto, option.rejoin)
                yield _Way(system, frames, leave, self._shadow(way, decision, option))
            else:
                shadow = way.shadow and self._apply(way.shadow, decision, option)
                yield _Way(system, frames, way.leave, shadow)

    def _shadow(self, way: _Way, decision: Decision, option: Option) -> Architecture | None:
        if option.carry != "documented" or decision.documented is None:
            return None
        return self._apply(way.system, decision, decision.documented)

    def _frames(
        self, frames: Iterable[_Frame], decision: Decision, option: Option
    ) -> Iterator[_Frame]:
        """The open detours after a choice inside them; one less when it does not apply there."""
        for frame in frames:
            if frame.shadow is None:
                yield frame
                continue
            shadow = self._apply(frame.shadow, decision, option)
            if shadow is not None:
                yield replace(frame, shadow=shadow)

    def _out(self, way: _Way, step: Step) -> Iterator[_State]:
        if way.leave is not None:
            goto, rejoin = way.leave
            frames = (*way.frames, _Frame(rejoin, way.shadow)) if rejoin else way.frames
            yield self._entered(goto, frames, way.system)
            return
        for to in step.exits:
            if to == REJOIN and way.frames:
                frame = way.frames[-1]
                yield self._entered(frame.rejoin, way.frames[:-1], frame.shadow or way.system)
            elif to not in (REJOIN, END):
                yield self._entered(to, way.frames, way.system)

    def _entered(self, id_: str, frames: tuple[_Frame, ...], system: Architecture) -> _State:
        """A checkpoint replaces the system, also the one that would be taken up again."""
        checkpoint = self.draft.steps[id_].architecture
        if checkpoint is None:
            return _State(id_, frames, system)
        cleared = tuple(_Frame(frame.rejoin, None) for frame in frames)
        return _State(id_, cleared, self.draft.named[checkpoint])

    def _apply(
        self, system: Architecture, decision: Decision, option: Option
    ) -> Architecture | None:
        if option.change is None:
            return system
        key = (system, decision.id, option.id)
        if key not in self.applied:
            self.applied[key] = self._applied(system, decision, option)
        return self.applied[key]

    def _applied(
        self, system: Architecture, decision: Decision, option: Option
    ) -> Architecture | None:
        assert option.change is not None  # noqa: S101 (asked by _apply)
        number = decision.options.index(option)
        site = self.draft.sites[decision.id, number]
        try:
            after = apply(system, option.change, named=self.draft.named)
        except ChangeRefused as refusal:
            problem = site.refused(refusal, f"on the path {self._path()}: ")
            self.problems.setdefault((decision.id, option.id, refusal.key), problem)
            return None
        neighbours = {(link.from_, link.to) for link in after.links}
        for id_, flow in option.change.flows.items():
            for hop, said in broken_hops(flow.hops, neighbours):
                problem = site.problem("E423", said, "flows", id_, "hops", hop, "at")
                self.problems.setdefault((decision.id, option.id, f"{id_}.{hop}"), problem)
        return after

    def _path(self) -> str:
        """The steps that led here."""
        steps: list[str] = []
        at: _State | None = self.here
        while at is not None:
            steps.append(at.step)
            at = self.came_from[at]
        return " > ".join(reversed(steps))
