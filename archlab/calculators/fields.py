"""Fields of a calculator: what was typed, what it means, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal, get_args, get_origin

from django.utils.translation import gettext as _
from pydantic.fields import FieldInfo

from archlab.domain.architecture import Value
from archlab.domain.architecture.parameters import limits, word_of
from archlab.domain.grading import AnswerRefused, parse_number
from archlab.domain.money import plain

Kind = Literal["number", "choice", "text"]

WIDEST_SLIDER = 200
"""A slider shows all of a range up to this width, and of a wider one what is near."""


@dataclass(frozen=True, slots=True)
class Slider:
    """The positions of a slider beside a number field; the field itself may go further."""

    low: Decimal
    high: Decimal
    step: Decimal


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values of a setting, and how the page calls it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of an address. `value` is the text as typed; `start` where the system has it."""

    name: str
    label: str
    help: str
    kind: Kind
    value: str
    start: str
    problem: str = ""
    choices: tuple[Choice, ...] = ()
    slider: Slider | None = None

    @property
    def id(self) -> str:
        return field_id(self.name)

    @property
    def is_changed(self) -> bool:
        return self.value != self.start

    @property
    def source(self) -> str:
        """Where the system has it, in words."""
        return next((one.label for one in self.choices if one.value == self.start), self.start)


def field_id(name: str) -> str:
    """The id of the field of one setting."""
    return f"f-{name.replace('.', '-')}"


def field_of(
    name: str, info: FieldInfo, now: Value, start: Value, *, typed: str | None, problem: str
) -> Field:
    """The field of one parameter; `typed` wins over the value so that nothing typed is lost."""
    kind = _kind(info)
    return Field(
        name=name,
        label=name.rpartition(".")[2].replace("_", " "),
        help=info.description or "",
        kind=kind,
        value=text_of(now) if typed is None else typed,
        start=text_of(start),
        problem=problem,
        choices=_choices(info),
        slider=_slider(info, now, start) if kind == "number" else None,
    )


def value_of(info: FieldInfo, typed: str) -> Value:
    """The typed text for the parameter to judge; ValueError when it is no number at all."""
    text = typed.strip()
    if _kind(info) != "number":
        return text
    if not text and _is_optional(info):
        return None
    try:
        number = parse_number(text)
    except AnswerRefused as refused:
        raise ValueError(str(refused)) from refused
    is_whole = word_of(info.annotation) is int and number == number.to_integral_value()
    return int(number) if is_whole else number


def text_of(value: Value) -> str:
    """A value as its field shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = plain(value)
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def _kind(info: FieldInfo) -> Kind:
    word = word_of(info.annotation)
    if word in (int, Decimal) and not _choices(info):
        return "number"
    return "choice" if _choices(info) else "text"


def has_choices(info: FieldInfo) -> bool:
    """Only some values exist, such as the sizes of a task."""
    return bool(_choices(info))


def _choices(info: FieldInfo) -> tuple[Choice, ...]:
    if word_of(info.annotation) is bool:
        return Choice("false", _("no")), Choice("true", _("yes"))
    is_literal = get_origin(info.annotation) is Literal
    return tuple(Choice(str(one), str(one)) for one in get_args(info.annotation) if is_literal)


def _is_optional(info: FieldInfo) -> bool:
    return type(None) in get_args(info.annotation)


def _slider(info: FieldInfo, now: Value, start: Value) -> Slider:
    low, high = limits(info)
    low = low or Decimal(0)
    if high is None or high - low > WIDEST_SLIDER:
        most = max(Decimal(one) for one in (now, start, 10) if isinstance(one, int | Decimal))
        near = round_up(4 * most)
        high = near if high is None else min(near, high)
    step = Decimal(1)
    if word_of(info.annotation) is Decimal:
        step = round_up((high - low) / 1000)
    return Slider(low, high, step)


def round_up(number: Decimal) -> Decimal:
    """The next of 1, 2 or 5 times a power of ten from `number` up."""
    if number <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(number.adjusted())
    lead = (number / power).to_integral_value(ROUND_CEILING)
    return power * next(nice for nice in (1, 2, 5, 10) if lead <= nice)
