"""Minutes of a night as they pass.

A minute goes like this: the clock moves on, every variable drifts within its limits, the events of
the minute happen in written order, then win, lose and the end of the clock are looked at. What
takes minutes is done when they have passed, unless the night ended before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from itertools import accumulate, repeat
from types import MappingProxyType

from archlab.domain.expressions import Value
from archlab.domain.grading.drill.conditions import asking, condition, functions
from archlab.domain.grading.drill.night import Ended, Ending, Entry, EntryKind, Night, Reason
from archlab.domain.grading.drill.rules import Action, Effect, Happening, Outcome, Panel, Variable

_NONE = Decimal(0)
_ENDED: Mapping[Outcome, Ended] = {"win": "won", "lose": "lost"}


@dataclass(frozen=True, slots=True)
class _Rule:
    """Win or lose, with the names that it asks for."""

    outcome: Outcome
    asks: frozenset[str]
    holds: Callable[[], bool]


class Passing:
    """A night while it moves on. Once it has ended nothing changes any more."""

    def __init__(self, night: Night) -> None:
        self.before, self.drill = night, night.drill
        self.minute = night.minute
        self.ended: Ended | None = night.ended
        self.ending = night.ending
        self.values, self.drifts = dict(night.values), dict(night.drifts)
        self.order, self.log = list(night.order), list(night.log)
        self.rows: dict[int, tuple[Decimal, ...]] = {}
        self.names: dict[str, Value] = {**night.values, "minute": Decimal(night.minute)}
        self.names["won"] = False
        self.functions = functions(self.order, night.cause, night.flags)
        self.events = _by_minute(self.drill.events)
        self.rules = (self._rule("win", self.drill.win), self._rule("lose", self.drill.lose))
        self._stir()

    def night(self) -> Night:
        """The night as it stands now."""
        return replace(
            self.before,
            minute=self.minute,
            values=MappingProxyType(self.values),
            drifts=MappingProxyType(self.drifts),
            order=tuple(self.order),
            log=tuple(self.log),
            ended=self.ended,
            ending=self.ending,
            stretches=(*self.before.stretches, self.rows),
        )

    def adjust(self) -> None:
        """Minute 0: what earlier choices change, then the events that stand there."""
        for number, one in enumerate(self.drill.adjust):
            if self._holds(one.when):
                self._affect(one.effects)
                self.note("adjusted", str(number), one.text)
        self._happen()
        self._keep()

    def minutes(self, count: int) -> None:
        """Let minutes pass, as many as the night has left."""
        end = self.drill.clock.minutes
        last = min(self.minute + count, end)
        while self.minute < last and not self.ended:
            quiet = self._quiet(last)
            if quiet > 1 and self.asked is self.restless:
                self._pass_quietly(quiet)
            else:
                self._pass_one()
            if self.minute >= end:
                self._end(self.drill.clock.timeout, "clock", "")

    def open(self, panel: Panel) -> None:
        """The panel has been read."""
        if not self.ended:
            self._did(panel.id)
            self.note("opened", panel.id, panel.title)
            self._judge()

    def act(self, action: Action) -> None:
        """The action is done: its effects, then its end, then the rules."""
        if self.ended:
            return
        self._did(action.id)
        self.note("acted", action.id, action.text)
        self._affect(action.effects)
        self._keep()
        if action.ends:
            self._end(action.ends, "action", action.id)
        self._judge()

    def note(self, kind: EntryKind, id_: str, text: str) -> None:
        """A line of the log at the present minute."""
        self.log.append(Entry(self.minute, kind, id_, text))

    def _holds(self, text: str) -> bool:
        return asking(text, self.names, self.functions)()

    def _rule(self, outcome: Outcome, text: str) -> _Rule:
        found = condition(text)
        asks = found.names if found is not None else frozenset[str]()
        return _Rule(outcome, asks, asking(text, self.names, self.functions))

    def _pass_one(self) -> None:
        self.minute += 1
        self._drift()
        self._happen()
        self._keep()
        self._judge()

    def _quiet(self, last: int) -> int:
        """How many minutes from now on have no event, and no variable that comes to its limit."""
        event = next((minute for minute in self.events if minute > self.minute), last + 1)
        ways = [
            (limit - self.values[id_]) / drift
            for id_, drift, low, high in self.moving
            if (limit := high if drift > 0 else low) is not None
        ]
        reached = min((int(way.to_integral_value(ROUND_CEILING)) for way in ways), default=last)
        return min(event - 1 - self.minute, reached - 1, last - self.minute)

    def _pass_quietly(self, count: int) -> None:
        """The same as that many single minutes, for minutes in which there is only drift.

        Most of a long night is that, and all its values stand on straight lines.
        """
        drifts = {id_: drift for id_, drift, _low, _high in self.moving}
        columns = {
            id_: list(accumulate(repeat(drifts.get(id_, _NONE), count), initial=value))[1:]
            for id_, value in self.values.items()
        }
        asks = frozenset[str]().union(*(rule.asks for rule in self.restless))
        watched = [(id_, column) for id_, column in columns.items() if id_ in asks]
        first, held = self.minute + 1, None
        for index in range(count if self.restless else 0):
            self.names["minute"] = Decimal(first + index)
            for id_, column in watched:
                self.names[id_] = column[index]
            held = next((rule.outcome for rule in self.restless if rule.holds()), None)
            if held is not None:
                count = index + 1
                break
        rows = zip(*columns.values(), strict=True)
        self.rows.update(zip(range(first, first + count), rows, strict=False))
        self.minute += count
        self.values = dict(zip(columns, self.rows[self.minute], strict=True))
        self.names |= {**self.values, "minute": Decimal(self.minute)}
        if held is not None:
            self._end(held, "rule", held)

    def _keep(self) -> None:
        self.rows[self.minute] = tuple(self.values.values())

    def _drift(self) -> None:
        values, names = self.values, self.names
        names["minute"] = Decimal(self.minute)
        is_stopped = False
        for id_, drift, low, high in self.moving:
            value = values[id_] + drift
            if low is not None and value <= low:
                value, is_stopped = low, True
            elif high is not None and value >= high:
                value, is_stopped = high, True
            values[id_] = names[id_] = value
        if is_stopped:
            self._stir()

    def _happen(self) -> None:
        """The events of this minute; the first that ends the night is the last."""
        for number, event in self.events.get(self.minute, ()):
            if self.ended or any(id_ in self.order for id_ in event.unless):
                continue
            if event.when and not self._holds(event.when):
                continue
            self.note("happened", str(number), event.text)
            self._affect(event.effects)
            if event.ends:
                self._end(event.ends, "event", str(number))

    def _affect(self, effects: Mapping[str, Effect]) -> None:
        for id_, effect in effects.items():
            variable = self.drill.state[id_]
            value = (self.values[id_] if effect.set is None else effect.set) + effect.add
            if variable.min is not None:
                value = max(value, variable.min)
            if variable.max is not None:
                value = min(value, variable.max)
            self.values[id_] = self.names[id_] = value
            if effect.drift is not None:
                self.drifts[id_] = effect.drift
        self._stir()

    def _did(self, id_: str) -> None:
        if id_ not in self.order:
            self.order.append(id_)
        self._stir()

    def _stir(self) -> None:
        """Something other than drift has changed, so both rules are asked at the next look.

        After that only those are that ask for the minute or for a variable that moves by itself:
        most of a long night is minutes in which nothing can become true.
        """
        self.moving = [
            (id_, self.drifts[id_], one.min, one.max)
            for id_, one in self.drill.state.items()
            if _moves(self.values[id_], self.drifts[id_], one)
        ]
        restless = {"minute", *(id_ for id_, *_ in self.moving)}
        self.restless = [rule for rule in self.rules if not rule.asks.isdisjoint(restless)]
        self.asked: Sequence[_Rule] = self.rules

    def _judge(self) -> None:
        """Win, then lose."""
        for rule in self.asked:
            if not self.ended and rule.holds():
                self._end(rule.outcome, "rule", rule.outcome)
        self.asked = self.restless

    def _end(self, outcome: Outcome, reason: Reason, id_: str) -> None:
        if self.ended is None:
            self.ended, self.ending = _ENDED[outcome], Ending(reason, id_)
            self.names["won"] = self.ended == "won"
            self.note("ended", id_, "")


def _moves(value: Decimal, drift: Decimal, variable: Variable) -> bool:
    """It drifts and has not come to the limit that it drifts to."""
    return bool(drift) and value != (variable.max if drift > 0 else variable.min)


def _by_minute(events: Iterable[Happening]) -> Mapping[int, Sequence[tuple[int, Happening]]]:
    """The events of each minute with their numbers, in written order."""
    by_minute: dict[int, list[tuple[int, Happening]]] = defaultdict(list)
    for number, event in enumerate(events):
        by_minute[event.at_min].append((number, event))
    return dict(sorted(by_minute.items()))
