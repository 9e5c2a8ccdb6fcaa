"""A night: a drill as it stands after some moves, with everything that a page asks about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from archlab.domain.expressions import CONTEXT, Value
from archlab.domain.grading.drill.conditions import Functions, asking, functions
from archlab.domain.grading.drill.moves import Move
from archlab.domain.grading.drill.rules import Action, Drill, Panel, Part
from archlab.domain.grading.marking import SCORES

DAY = 1_440
Ended = Literal["won", "lost"]
Reason = Literal["rule", "action", "event", "clock"]
EntryKind = Literal[
    "adjusted", "opened", "acted", "happened", "stopped", "named", "ended", "prevented"
]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log. `id` is what was opened, done, named or chosen; the number of an event or
    adjustment from 0; and for the end what ended it.
    """

    minute: int
    kind: EntryKind
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a night is over: a `rule` ("win" or "lose"), an `action` (its id), an `event` (its
    number from 0), or the `clock`.
    """

    reason: Reason
    id: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A panel or action as it stands: whether it can be opened or done now, else why not."""

    id: str
    available: bool
    reason: str
    done: bool


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A row of the score; `earned` is `points` where its condition holds, else 0."""

    label: str
    part: Part
    points: int
    earned: int


@dataclass(frozen=True)
class Night:
    """A drill after some moves. `values` holds every variable, the `hidden` ones too.

    `order` are the panels opened and actions done, in the order in which each was first finished.
    """

    drill: Drill = field(repr=False)
    flags: Mapping[str, Value]
    minute: int
    values: Mapping[str, Decimal]
    drifts: Mapping[str, Decimal]
    moves: tuple[Move, ...] = ()
    order: tuple[str, ...] = ()
    log: tuple[Entry, ...] = ()
    ended: Ended | None = None
    ending: Ending | None = None
    cause: str = ""
    prevention: tuple[str, ...] = ()
    stretches: tuple[Mapping[int, tuple[Decimal, ...]], ...] = field(default=(), repr=False)
    """What each move has added to the history: minute to values, in the order of `values`."""

    @property
    def finished(self) -> bool:
        """The night is over; the cause can still be named and a prevention chosen."""
        return self.ended is not None

    @property
    def clock(self) -> str:
        """The time of the story, such as 02:14, or 00:05 the next day."""
        return self.clock_at(self.minute)

    def clock_at(self, minute: int) -> str:
        """The time of the story at a minute of the night."""
        hours, minutes = self.drill.clock.start.split(":")
        day, time = divmod(int(hours) * 60 + int(minutes) + minute, DAY)
        shown = f"{time // 60:02}:{time % 60:02}"
        if day == 1:
            return f"{shown} the next day"
        return f"{shown} on day {day + 1}" if day else shown

    @property
    def minutes_left(self) -> int:
        """Minutes until the clock ends the night; 0 when it is over."""
        return 0 if self.finished else self.drill.clock.minutes - self.minute

    @property
    def hidden(self) -> frozenset[str]:
        """The variables that a learner does not see before the end."""
        return frozenset(id_ for id_, one in self.drill.state.items() if one.hidden)

    @cached_property
    def history(self) -> Mapping[str, tuple[Decimal, ...]]:
        """Variable id to its values at the end of each minute, from minute 0 to the present one."""
        rows: dict[int, tuple[Decimal, ...]] = {}
        for stretch in self.stretches:
            rows.update(stretch)
        columns = zip(*rows.values(), strict=True)
        return MappingProxyType(dict(zip(self.values, columns, strict=True)))

    @property
    def opened(self) -> tuple[str, ...]:
        """The panels opened, in their order."""
        panels = {panel.id for panel in self.drill.panels}
        return tuple(id_ for id_ in self.order if id_ in panels)

    @property
    def done(self) -> tuple[str, ...]:
        """The actions done, in the order in which each was first done."""
        actions = {action.id for action in self.drill.actions}
        return tuple(id_ for id_ in self.order if id_ in actions)

    @property
    def panels(self) -> tuple[Standing, ...]:
        """Every panel as it stands now, in the order of the drill."""
        return tuple(self.standing(panel, once=True) for panel in self.drill.panels)

    @property
    def actions(self) -> tuple[Standing, ...]:
        """Every action as it stands now, in the order of the drill."""
        return tuple(
            self.standing(action, once=action.once, forbids=action.forbids)
            for action in self.drill.actions
        )

    def standing(
        self, one: Panel | Action, *, once: bool, forbids: tuple[str, ...] = ()
    ) -> Standing:
        """How a panel or action stands now."""
        done = one.id in self.order
        reason = ""
        missing = [id_ for id_ in one.requires if id_ not in self.order]
        spoilt = [id_ for id_ in forbids if id_ in self.order]
        if self.finished:
            reason = "This is over: nothing can be opened or done any more."
        elif done and once:
            reason = "You have this already; it happens once."
        elif spoilt:
            reason = f"Not possible any more after {self._words(spoilt)}."
        elif missing:
            reason = f"First: {self._words(missing)}."
        return Standing(one.id, not reason, reason, done)

    def _words(self, ids: list[str]) -> str:
        words = {panel.id: panel.title for panel in self.drill.panels}
        words |= {action.id: action.text for action in self.drill.actions}
        return ", ".join(f'"{words.get(id_, id_)}"' for id_ in ids)

    @property
    def carried(self) -> Mapping[str, Value]:
        """The flags at the start with those of the preventions chosen."""
        return {**self.flags, **dict(self._prevented())}

    def _prevented(self) -> Iterator[tuple[str, Value]]:
        for one in self.drill.prevention:
            if one.id in self.prevention:
                yield from one.flags.items()

    @cached_property
    def score_rows(self) -> tuple[ScoreRow, ...]:
        """What the night would earn as it stands, row by row."""
        return tuple(
            ScoreRow(row.label, row.part, row.points, row.points * self.holds(row.when))
            for row in self.drill.scoring
        )

    @cached_property
    def cap(self) -> int | None:
        """The lowest limit of the result that is in force."""
        return min((one.at_most for one in self.drill.caps if self.holds(one.when)), default=None)

    @cached_property
    def result(self) -> Decimal:
        """0 to 100: the share of the positive points that was earned, at most the cap."""
        points = sum(row.points for row in self.score_rows if row.points > 0)
        earned = min(max(sum(row.earned for row in self.score_rows), 0), points)
        share = SCORES.divide(Decimal(100 * earned), Decimal(points or 1))
        return share if self.cap is None else min(share, Decimal(self.cap))

    @property
    def score(self) -> Decimal:
        """0 to 1."""
        return SCORES.divide(self.result, Decimal(100))

    def holds(self, text: str) -> bool:
        """Whether a condition of the drill is true as the night stands."""
        names: dict[str, Value] = {
            **self.values,
            "minute": Decimal(self.minute),
            "won": self.ended == "won",
        }
        with localcontext(CONTEXT):
            return asking(text, names, self._functions)()

    @cached_property
    def _functions(self) -> Functions:
        return functions((*self.order, *self.prevention), self.cause, self.carried)
