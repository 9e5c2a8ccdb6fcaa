"""What happens in a run, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from archlab.domain.architecture import Architecture
from archlab.domain.grading import Marking
from archlab.domain.pack.blocks import Decision, Option
from archlab.domain.pack.play_answers import Answer
from archlab.domain.pack.play_system import System


class Kind(StrEnum):
    """What can happen in a run."""

    ANSWERED = "answered"
    HINT = "hint"
    LEFT = "left"
    CLOSED = "closed"
    ASKED = "asked"
    PASSED = "passed"
    """A lab: what the run's receipt says stands in the answer."""


@dataclass(frozen=True)
class Event:
    """One thing that a learner did; `block` is empty for leaving a step.

    `attempt` counts the answers of a block from 1; the same number with the same answer is the
    same event once more. `to` is where a run carried over from an earlier version went on; empty
    for wherever the pack leads.
    """

    kind: str
    step: str
    block: str = ""
    answer: Answer = field(default_factory=dict)
    attempt: int = 0
    to: str = ""


@dataclass(frozen=True)
class Carried:
    """What a run brings along from an earlier version of its pack.

    `events` are the old ones as the new version reads them. `held` are answers to blocks that
    stand in another step now, by that step: they count from its first visit. A block never scores
    below its floor; one that is spared was added behind the learner and never counts.
    """

    events: tuple[Event, ...] = ()
    held: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    floors: Mapping[str, Decimal] = field(default_factory=dict)
    spared: frozenset[str] = frozenset()


NOTHING_CARRIED = Carried()


@dataclass(frozen=True)
class Attempt:
    """One answer that counted, with the hints that were open at that time."""

    number: int
    answer: Answer
    marking: Marking
    hints: int
    score: Decimal


@dataclass(frozen=True)
class Frame:
    """An open detour: the step it comes back to and the choice that led into it.

    `system` is what the learner had on leaving for the detour.
    """

    rejoin: str
    decision: Decision
    option: Option
    system: System


@dataclass(frozen=True)
class Note:
    """Something that the learner should be told, in a sentence."""

    step: str
    block: str
    sentence: str


@dataclass(frozen=True)
class Taken:
    """A decision with its consequence.

    `asked` is what the learner chose last, None if they left without choosing. `option` is what
    is in force: the same, unless it did not fit or a detour came back to the documented way.
    `before` and `after` stand around the moment of the decision; `recipe` is `before` as the
    choices that made it.
    """

    step: str
    decision: Decision
    option: Option
    asked: Option | None
    before: Architecture
    after: Architecture
    recipe: System
    reason: str = ""
    confidence: int | None = None

    @property
    def decided(self) -> Option:
        """What the learner stands for: a detour that came back leaves their choice as it was."""
        came_back = self.asked is not None and self.asked.carry == "documented"
        return self.asked if self.asked is not None and came_back else self.option
