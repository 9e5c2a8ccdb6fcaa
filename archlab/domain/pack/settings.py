"""Settings of a calculator: what a learner typed, read against the limits of each input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Protocol

from archlab.domain.grading import AnswerRefused, parse_number
from archlab.domain.money import plain
from archlab.domain.pack.bench import Setting
from archlab.domain.pack.blocks.calculator import (
    Input,
    LeverText,
    nearest,
    on_grid,
    position,
)


class Controlled(Protocol):
    """Anything with inputs to set and measures to take."""

    @property
    def controls(self) -> tuple[Input, ...]: ...

    @property
    def levers(self) -> tuple[LeverText, ...]: ...


class SettingRefused(ValueError):
    """A value that the model cannot take; `control` is the input or lever that it came from."""

    def __init__(self, control: str, sentence: str) -> None:
        super().__init__(sentence)
        self.control = control


@dataclass(frozen=True, slots=True)
class Settings:
    """A value for every control, and a sentence for each that could not be read."""

    values: Mapping[str, Setting]
    problems: Mapping[str, str]


def defaults(calculator: Controlled) -> dict[str, Setting]:
    """Where every control stands before anybody has touched it."""
    return {one.id: one.default for one in calculator.controls}


def read(calculator: Controlled, typed: Mapping[str, str]) -> Settings:
    """What was typed as values; a control that is left out stands at its default.

    A control with a problem keeps no value. A name that is no control is a problem as well.
    """
    values: dict[str, Setting] = {}
    problems: dict[str, str] = {}
    for one in calculator.controls:
        try:
            values[one.id] = value_of(one, typed[one.id]) if one.id in typed else one.default
        except AnswerRefused as refused:
            problems[one.id] = str(refused)
    problems.update(_strangers(calculator, typed))
    problems.update(_excluded(calculator, values))
    return Settings(values, problems)


def _strangers(calculator: Controlled, typed: Mapping[str, str]) -> Mapping[str, str]:
    known = [one.id for one in calculator.controls]
    return {name: unknown_control(name, known) for name in typed if name not in known}


def unknown_control(name: str, known: list[str]) -> str:
    """A sentence for a name that no control has."""
    near = get_close_matches(name, known, n=1)
    advice = f"the nearest is {near[0]}" if near else f"it has {', '.join(known)}"
    return f"This calculator has nothing called {name[:40]}; {advice}."


def _excluded(calculator: Controlled, values: Mapping[str, Setting]) -> Mapping[str, str]:
    """Levers that cannot be pulled together, at the later one."""
    texts = {lever.id: lever.text for lever in calculator.levers}
    pairs = [(one.id, other) for one in calculator.levers for other in one.excludes]
    order = list(texts)
    found: dict[str, str] = {}
    for pair in pairs:
        if all(values.get(id_) is True for id_ in pair):
            first, last = sorted(pair, key=order.index)
            found[last] = f'This does not go together with "{texts[first]}": take one of them out.'
    return found


def value_of(one: Input, text: str) -> Setting:
    """One value as its input takes it. Raises AnswerRefused with what to write."""
    if one.is_number:
        return _number(one, text)
    if one.kind == "switch":
        if text not in ("true", "false"):
            raise AnswerRefused("Choose on or off: true or false.", one.id)
        return text == "true"
    for choice in one.choices:
        if position(choice.value) == text:
            return choice.value
    values = ", ".join(position(choice.value) for choice in one.choices)
    raise AnswerRefused(f"Choose one of these: {values}.", one.id)


def _number(one: Input, text: str) -> Decimal:
    value = parse_number(text)
    below = one.low is not None and value < one.low
    if below or (one.high is not None and value > one.high):
        raise AnswerRefused(f"Write a number {_limits(one)}.", one.id)
    if not on_grid(one, value):
        sentence = f"Write a number in steps of {plain(one.step or value)} {_limits(one)}"
        raise AnswerRefused(f"{sentence}: {nearest(one, value)}, for instance.", one.id)
    return value


def _limits(one: Input) -> str:
    unit = f" {one.unit}" if one.unit else ""
    if one.high is None:
        return f"from {plain(one.low or Decimal(0))}{unit} up"
    if one.low is None:
        return f"up to {plain(one.high)}{unit}"
    return f"from {plain(one.low)} to {plain(one.high)}{unit}"
