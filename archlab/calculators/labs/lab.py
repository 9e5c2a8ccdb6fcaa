"""A lab: controls set up an experiment, the engine runs it, and the page shows what came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from archlab.calculators.tables import Cell
from archlab.domain.pack.bench import Setting
from archlab.domain.pack.blocks import Input
from archlab.domain.pack.blocks.calculator import LeverText

Values = Mapping[str, Setting]


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure of an answer, as text with its unit, and what it is made of."""

    label: str
    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text below the figures; the first column names the row."""

    id: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[str, ...] = ()

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """Each cell with the name of its column, for narrow screens."""
        return [list(zip(self.head, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Answer:
    """What an experiment gave. `method` names the engine, and is empty when none ran.

    `rows` under `heading` are the file; `measured` holds what a guess can be compared with. While
    the simulator is being prepared the answer is `pending`, and the page asks again.
    """

    finding: str
    method: str
    exact: bool
    readings: tuple[Reading, ...]
    drawings: tuple[SafeString, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    measured: Mapping[str, Decimal] | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before the answer is shown; `metric` is a name in `Answer.measured`."""

    text: str
    unit: str
    metric: str


@dataclass(frozen=True, slots=True)
class Story:
    """A setting worth a look: what is changed from the defaults, and what for."""

    text: str
    set: Mapping[str, str]


@dataclass(frozen=True)
class Lab:
    """A page of its own. `answer` raises SettingRefused for settings that do not fit together."""

    slug: str
    title: str
    summary: str
    why: str
    controls: tuple[Input, ...]
    answer: Callable[[Values], Answer]
    limits: tuple[str, ...]
    sources: tuple[str, ...]
    stories: tuple[Story, ...] = ()
    question: Question | None = None
    levers: tuple[LeverText, ...] = ()


def slider(
    id_: str,
    label: str,
    span: tuple[str, str, str],
    default: str,
    *,
    unit: str = "",
    help_: str = "",
) -> Input:
    """A number on a grid; `span` is its lowest value, its highest and its step."""
    low, high, step = span
    raw = {"id": id_, "label": label, "kind": "slider", "min": low, "max": high, "step": step}
    return _input({**raw, "default": default}, unit, help_)


def quantity(
    id_: str, label: str, span: tuple[str, str], default: str, *, unit: str = "", help_: str = ""
) -> Input:
    """A whole number that is typed, for a span of powers of ten; `span` is lowest and highest."""
    raw = {"id": id_, "label": label, "kind": "number", "min": span[0], "max": span[1], "step": "1"}
    return _input({**raw, "default": default}, unit, help_)


def choice(id_: str, label: str, choices: Mapping[str, str], *, help_: str = "") -> Input:
    """One of some words, with what the page calls them; the first is the default."""
    known = tuple({"value": value, "label": words} for value, words in choices.items())
    raw = {"id": id_, "label": label, "kind": "choice", "choices": known}
    return _input({**raw, "default": next(iter(choices))}, "", help_)


def switch(id_: str, label: str, *, on: bool = False, help_: str = "") -> Input:
    raw = {"id": id_, "label": label, "kind": "switch", "default": "true" if on else "false"}
    return _input(raw, "", help_)


def _input(raw: Mapping[str, object], unit: str, help_: str) -> Input:
    more = {"unit": unit, "help": help_}
    return Input.model_validate({**raw, **{name: text for name, text in more.items() if text}})


def number(values: Values, name: str) -> float:
    """A numeric setting for the engine."""
    value = values[name]
    if not isinstance(value, Decimal):
        raise TypeError(f"{name} is no number")
    return float(value)
