"""A run of one version, read as a run of another: what a learner takes along and what changes.

Nothing here is written down: old events stay as they are and are only read under new names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from archlab.domain.grading import AnswerRefused
from archlab.domain.pack.blocks import Block, Decision, Spot
from archlab.domain.pack.model import Pack
from archlab.domain.pack.play import Play, replay
from archlab.domain.pack.play_answers import check_answer
from archlab.domain.pack.play_events import NOTHING_CARRIED, Attempt, Carried, Event, Kind
from archlab.domain.pack.play_map import ahead
from archlab.domain.pack.play_run import Run, Scoring, attempted, opened, score_of
from archlab.domain.pack.versions import Comparison, Difference
from archlab.domain.pack.versions import Kind as Change
from archlab.domain.pack.words import END, REJOIN


class Fate(StrEnum):
    """What becomes of a block when a run moves to another version."""

    CARRIED = "carried"
    REGRADED = "regraded"
    REOPENED = "reopened"
    REPLACED = "replaced"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Entry:
    """One block in a plan. `old` is empty for a new block, `new` for one that is gone.

    `before` and `after` are its scores, None where nothing is scored. `instead` is the option that
    stands in the place of the learner's `choice`, both as texts.
    """

    old: str
    new: str
    fate: Fate
    before: Decimal | None = None
    after: Decimal | None = None
    choice: str = ""
    instead: str = ""


@dataclass(frozen=True)
class Plan:
    """What would happen to a run; `step` is where the learner will stand, None at the end.

    `lost_step` is the step where they stand now, if the new version has it no more.
    """

    entries: tuple[Entry, ...]
    step: str | None
    lost_step: str
    play: Play = field(repr=False)


@dataclass(frozen=True)
class _Past:
    """A run as it was. `events` begin with the held ones of an earlier move; `answers` and
    `leaves` hold places in them: of the answers and hints of a block, and of leaving a step, with
    the place of that step on the `path`.
    """

    play: Play
    events: tuple[Event, ...]
    held: int
    path: tuple[str, ...]
    answers: Mapping[str, Sequence[int]]
    leaves: Mapping[int, int]


def plan(
    old: Pack,
    new: Pack,
    comparison: Comparison,
    events: Sequence[Event],
    carried: Carried = NOTHING_CARRIED,
) -> Plan:
    """What moving this run to the new version does to each block that was touched or is new."""
    before = replay(old, events, carried)
    taken_along = carry(old, new, comparison, events, carried)
    after = replay(new, (), taken_along)
    past = _past(old, events, carried)
    touched = [_entry(past, after, comparison, block) for block in past.answers]
    behind = [
        Entry("", block, Fate.NEW, instead=_applied(after, block))
        for block in sorted(
            taken_along.spared & comparison.added_blocks, key=list(new.step_of).index
        )
    ]
    lost = "" if before.step is None or before.step in comparison.step_now else before.step
    return Plan((*touched, *behind), after.step, lost, after)


def carry(
    old: Pack,
    new: Pack,
    comparison: Comparison,
    events: Sequence[Event],
    carried: Carried = NOTHING_CARRIED,
) -> Carried:
    """The run as the new version reads it.

    The learner stands where they stood, else at the nearest earlier step of their own path that
    still exists, else at the start.
    """
    past = _past(old, events, carried)
    kept = dict(pair for block in past.answers for pair in _kept(past, new, comparison, block))
    for length in range(len(past.path), -1, -1):
        made = _Carrier(past, new, comparison, kept, length).carried()
        play = replay(new, (), made)
        if play.step is None or play.stack or REJOIN not in new.steps[play.step].exits:
            break  # else the way back from a detour is gone: stand before it
    return replace(made, floors=_floors(past.play, play, comparison))


def _past(pack: Pack, events: Sequence[Event], carried: Carried) -> _Past:
    run = Run(pack, carried)
    held = [event for waiting in carried.held.values() for event in waiting]
    read = (*held, *carried.events, *events)
    path, leaves = [pack.start.id], {}
    answers: dict[str, list[int]] = {}
    for place, event in enumerate(read):
        if event.kind != Kind.LEFT and pack.block(event.block) is not None:
            answers.setdefault(event.block, []).append(place)
        if place < len(held):
            continue
        here = run.step
        run.happened(event)
        if event.kind == Kind.LEFT and here is not None and event.step == here.id:
            leaves[place] = len(path) - 1
            path.append(run.step.id if run.step else END)
    return _Past(replay(pack, events, carried), read, len(held), tuple(path), answers, leaves)


def _kept(
    past: _Past, new: Pack, comparison: Comparison, block: str
) -> Iterator[tuple[int, Event]]:
    """The answers and hints of a block under its name and step now, as far as they can count."""
    difference = comparison.block_now[block]
    if not difference.new:
        return
    step, places = new.step_of[difference.new].id, past.answers[block]
    if difference.kind is Change.RESCORED:
        places = _that_fit(past, new.block(difference.new), block)
    for place in places:
        yield place, replace(past.events[place], step=step, block=difference.new)


def _that_fit(past: _Past, new: Block | None, block: str) -> Sequence[int]:
    """What the new rules can grade of a rescored block: all of it, or nothing.

    Of a decision only the choice in force must still exist, because no other one has effect.
    """
    old, places = past.play.pack.block(block), past.answers[block]
    answers = [place for place in places if past.events[place].kind != Kind.HINT]
    fitting = [place for place in answers if _fits(old, new, past.events[place])]
    if isinstance(new, Decision) and answers[-1:] == fitting[-1:]:
        return [place for place in places if place in fitting or place not in answers]
    return places if len(fitting) == len(answers) else []


def _floors(before: Play, after: Play, comparison: Comparison) -> dict[str, Decimal]:
    """No score falls: what was earned under other rules stays earned."""
    floors = {}
    for old, difference in comparison.block_now.items():
        earned, now = before.score(old), difference.new
        had_floor = old in before.carried.floors or difference.kind is Change.RESCORED
        if now and earned and (had_floor or after.score(now) < earned):
            floors[now] = earned
    return floors


def _fits(old: Block | None, new: Block | None, event: Event) -> bool:
    """The new block can read the answer, and what it names is still what it was."""
    if new is None or old is None or old.directive != new.directive:
        return False
    try:
        check_answer(new, event.answer)
    except AnswerRefused:
        return False
    if isinstance(old, Spot) and isinstance(new, Spot):
        lines = [line for line in _lines(event) if line <= len(old.listing.lines)]
        return all(old.listing.lines[n - 1] == new.listing.lines[n - 1] for n in lines)
    return True


def _lines(event: Event) -> list[int]:
    lines = event.answer.get("lines", ())
    return [n for n in lines if isinstance(n, int)] if isinstance(lines, list | tuple) else []


class _Carrier:
    """Reads the first `length` steps of a past run under the new version.

    `kept` holds what is read of an event by its place.
    """

    def __init__(
        self,
        past: _Past,
        new: Pack,
        comparison: Comparison,
        kept: Mapping[int, Event],
        length: int,
    ) -> None:
        self.past = past
        self.new = new
        self.comparison = comparison
        self.kept = kept
        names = {**comparison.step_now, END: END}
        path = enumerate(past.path[:length])
        self.way = {place: names[step] for place, step in path if step in names}
        self.passed: list[str] = []
        """Steps of the new version that the learner passes without having seen them."""

    def carried(self) -> Carried:
        """The events, the answers that wait for their step, and what is spared."""
        events = (*self._to_the_first(), *self._events())
        held: dict[str, tuple[Event, ...]] = {}
        for place, event in self.kept.items():
            if self._is_held(place):
                held[event.step] = (*held.get(event.step, ()), event)
        return Carried(events, held, {}, self._spared())

    def _to_the_first(self) -> Iterator[Event]:
        first = next(iter(self.way.values()), self.new.start.id)
        if first != self.new.start.id:
            self.passed.append(self.new.start.id)
            yield from self._from(self.new.start.id, first)

    def _events(self) -> Iterator[Event]:
        for n in range(len(self.past.events)):
            if n in self.kept and not self._is_held(n):
                yield self.kept[n]
            place = self.past.leaves.get(n)
            if place in self.way:
                onward = [step for at, step in self.way.items() if at > place]
                yield from self._from(self.way[place], onward[0]) if onward else ()

    def _is_held(self, place: int) -> bool:
        """It waits for the first visit of its step, which is another one now or not seen yet."""
        moved = self.comparison.block_now[self.past.events[place].block].moved
        is_off = self.kept[place].step not in self.way.values()
        return moved or is_off or place < self.past.held

    def _from(self, step: str, to: str) -> Iterator[Event]:
        """Leave a step for the next one of the learner's path, through new ones between them."""
        for between in self._between(step, to):
            self.passed.append(between)
            yield Event(Kind.LEFT, step, to=between)
            step = between
        yield Event(Kind.LEFT, step, to=to)

    def _between(self, step: str, to: str) -> list[str]:
        """New steps on the documented way between two that the learner has seen; often none."""
        between: list[str] = []
        for one in (*ahead(self.new, step, (), {}), END):
            if one == to:
                return between
            if one not in self.comparison.added_steps:
                break
            between.append(one)
        return []

    def _spared(self) -> frozenset[str]:
        """Questions that were added behind the learner, now or by an earlier move."""
        stands = list(self.way.values())[-1:] or [self.new.start.id]
        behind = {*self.way.values(), *self.passed} - {END, *stands}
        added = {
            block.id
            for step in behind
            for block in self.new.steps[step].blocks
            if block.id in self.comparison.added_blocks and isinstance(block, Scoring)
        }
        now = self.comparison.block_now
        earlier = {now[block].new for block in self.past.play.carried.spared if block in now}
        return frozenset(added | (earlier - {""}))


def _entry(past: _Past, after: Play, comparison: Comparison, block: str) -> Entry:
    difference, new = comparison.block_now[block], after.pack
    is_scored = isinstance(past.play.pack.block(block), Scoring)
    before = past.play.score(block) if is_scored else None
    if not difference.new:
        return Entry(difference.old, "", Fate.GONE, before)
    events = [event for _place, event in _kept(past, new, comparison, block)]
    made = Entry(
        difference.old,
        difference.new,
        _fate(difference, events),
        before,
        _score(new.block(difference.new), events, after),
    )
    return _with_choice(made, past.play, after)


def _fate(difference: Difference, events: Sequence[Event]) -> Fate:
    if not events:
        return Fate.REOPENED
    return Fate.REGRADED if difference.kind is Change.RESCORED else Fate.CARRIED


def _score(block: Block | None, events: Sequence[Event], after: Play) -> Decimal | None:
    """By the new rules and at least the floor, also for answers that wait for their step."""
    if not isinstance(block, Scoring):
        return None
    given: list[Attempt] = []
    hints = 0
    for event in events:
        number = event.answer.get("number")
        if event.kind == Kind.HINT and isinstance(number, int):
            hints = max(hints, opened(block, number))
        elif event.kind == Kind.ANSWERED:
            given += filter(None, [_attempt(block, event, given, hints)])
    return max(score_of(block, given), after.score(block.id))


def _attempt(block: Scoring, event: Event, given: Sequence[Attempt], hints: int) -> Attempt | None:
    try:
        return attempted(block, event, given, hints)
    except AnswerRefused:
        return None


def _with_choice(entry: Entry, before: Play, after: Play) -> Entry:
    """Name the option that stands in the place of the learner's, if one does."""
    was, now = before.taken(entry.old), after.taken(entry.new)
    if was is None or now is None or was.option.id == now.option.id:
        return entry
    return replace(entry, fate=Fate.REPLACED, choice=was.option.text, instead=now.option.text)


def _applied(after: Play, block: str) -> str:
    taken = after.taken(block)
    return taken.option.text if taken else ""
