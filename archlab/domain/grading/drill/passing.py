"""Minutes of a night as they pass.

A minute goes like this: the clock moves on, every variable drifts within its limits, the events of
the minute happen in written order, then win, lose and the end of the clock are looked at. What
takes minutes is done when they have passed, unless the night ended before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from archlab.domain.expressions import Value
from archlab.domain.grading.drill.conditions import condition, functions, holds
from archlab.domain.grading.drill.night import Ended, Ending, Entry, EntryKind, Night, Reason
from archlab.domain.grading.drill.rules import Action, Effect, Happening, Outcome, Panel

_DEEDS = ""
"""Stands among the changed names for what no name says: things done, a cause named."""
_ENDED: Mapping[Outcome, Ended] = {"win": "won", "lose": "lost"}


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
        self.rules = _rules(self.drill.win, self.drill.lose)
        self.moving = self._moving()
        self.changed = {_DEEDS}
        """Names with another value than when the rules were last looked at."""

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
            if holds(one.when, self.names, self.functions):
                self._affect(one.effects)
                self.note("adjusted", str(number), one.text)
        self._happen()
        self._keep()

    def minutes(self, count: int) -> None:
        """Let minutes pass, as many as the night has left."""
        for _ in range(count):
            if self.ended:
                return
            self.minute += 1
            self._drift()
            self._happen()
            self._keep()
            self._judge()
            if self.minute >= self.drill.clock.minutes:
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

    def _keep(self) -> None:
        self.rows[self.minute] = tuple(self.values.values())

    def _drift(self) -> None:
        self.names["minute"] = Decimal(self.minute)
        self.changed.add("minute")
        for id_, drift, low, high in self.moving:
            value = self.values[id_] + drift
            if low is not None and value < low:
                value = low
            elif high is not None and value > high:
                value = high
            if value != self.values[id_]:
                self._set(id_, value)

    def _set(self, id_: str, value: Decimal) -> None:
        self.values[id_] = self.names[id_] = value
        self.changed.add(id_)

    def _happen(self) -> None:
        """The events of this minute; the first that ends the night is the last."""
        for number, event in self.events.get(self.minute, ()):
            if self.ended or any(id_ in self.order for id_ in event.unless):
                continue
            if event.when and not holds(event.when, self.names, self.functions):
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
            self._set(id_, value)
            if effect.drift is not None:
                self.drifts[id_] = effect.drift
        self.moving = self._moving()

    def _moving(self) -> Sequence[tuple[str, Decimal, Decimal | None, Decimal | None]]:
        return [
            (id_, self.drifts[id_], one.min, one.max)
            for id_, one in self.drill.state.items()
            if self.drifts[id_]
        ]

    def _did(self, id_: str) -> None:
        if id_ not in self.order:
            self.order.append(id_)
        self.changed.add(_DEEDS)

    def _judge(self) -> None:
        """Win, then lose. A rule that did not hold is asked again when its names have changed."""
        for outcome, text, asks in self.rules:
            if self.ended:
                return
            if not asks.isdisjoint(self.changed) and holds(text, self.names, self.functions):
                self._end(outcome, "rule", outcome)
        self.changed.clear()

    def _end(self, outcome: Outcome, reason: Reason, id_: str) -> None:
        if self.ended is None:
            self.ended, self.ending = _ENDED[outcome], Ending(reason, id_)
            self.names["won"] = self.ended == "won"
            self.note("ended", id_, "")


def _by_minute(events: Iterable[Happening]) -> Mapping[int, Sequence[tuple[int, Happening]]]:
    """The events of each minute with their numbers, in written order."""
    by_minute: dict[int, list[tuple[int, Happening]]] = defaultdict(list)
    for number, event in enumerate(events):
        by_minute[event.at_min].append((number, event))
    return by_minute


def _rules(win: str, lose: str) -> tuple[tuple[Outcome, str, frozenset[str]], ...]:
    """Win and lose with the names whose change can make them true."""
    rules: tuple[tuple[Outcome, str], ...] = (("win", win), ("lose", lose))
    read = ((outcome, text, condition(text)) for outcome, text in rules)
    return tuple(
        (outcome, text, frozenset({*found.names, _DEEDS}))
        for outcome, text, found in read
        if found is not None
    )
