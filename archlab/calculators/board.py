"""A calculator on a page or in a step: its fields as typed, its answer, its picture, its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archlab.calculators.mistakes import FORMAT, LAST, LONGEST, Fault
from archlab.calculators.pictures import gap, picture
from archlab.calculators.tables import Cell
from archlab.domain.pack import Formulas
from archlab.domain.pack.bench import Setting
from archlab.domain.pack.blocks import Calculator, Input
from archlab.domain.pack.blocks.calculator import position
from archlab.domain.pack.calculate import run
from archlab.domain.pack.curves import columns, curve
from archlab.domain.pack.formulas import Value
from archlab.domain.pack.results import Answer, Lack, Result
from archlab.domain.pack.settings import SettingRefused, Settings, defaults, read
from archlab.web import numbers

HEADING = ("part", "name", "at", "value", "unit", "formula")

LACKS: Mapping[Lack, Promise] = {
    "not priced": gettext_lazy("not priced"),
    "not modelled": gettext_lazy("not modelled"),
    "overloaded": gettext_lazy("overloaded"),
    "never": gettext_lazy("never"),
}

Shown = tuple[Mapping[str, Setting], Answer]


@dataclass(frozen=True, slots=True)
class Position:
    """A choice of a field, or one of the two ends of a switch."""

    value: str
    label: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A control with what stands in it; `problem` is the sentence beside it."""

    control: Input
    id: str
    value: str
    problem: str

    @property
    def positions(self) -> list[Position]:
        return [
            Position(position(one.value), one.label, position(one.value) == self.value)
            for one in self.control.choices
        ]

    @property
    def is_on(self) -> bool:
        return self.value == "true"

    @property
    def is_slider(self) -> bool:
        return self.control.kind == "slider"

    @property
    def hint(self) -> str:
        """From where to where, and why."""
        one = self.control
        if one.low is None or one.high is None:
            return one.help
        words = {"low": number(one.low), "high": number(one.high), "unit": one.unit}
        limits = (_("%(low)s to %(high)s %(unit)s") % words).strip()
        return f"{limits}. {one.help}" if one.help else limits


@dataclass(frozen=True, slots=True)
class Setup:
    """A setting worth a look, as an address."""

    text: str
    query: str


@dataclass(frozen=True)
class Board:
    """A calculator at the settings of an address. `problems` maps a name to its sentence.

    With a problem, `values` and `answer` are those of the last state without a mistake.
    """

    calculator: Calculator
    formulas: Formulas
    prefix: str
    typed: Mapping[str, str]
    values: Mapping[str, Setting]
    answer: Answer
    problems: Mapping[str, str]
    interactive: bool = False

    @property
    def is_wrong(self) -> bool:
        return bool(self.problems)

    @cached_property
    def fields(self) -> list[Field]:
        return [self._field(one) for one in self.calculator.controls]

    def _field(self, one: Input) -> Field:
        value = self.typed.get(one.id, position(self.values[one.id]))
        return Field(one, f"{self.prefix}-{one.id}", value, self.problems.get(one.id, ""))

    @property
    def faults(self) -> list[Fault]:
        labels = {one.id: one.label for one in self.calculator.controls}
        return [
            Fault(f"{self.prefix}-{name}" if name in labels else "", labels.get(name, name), said)
            for name, said in self.problems.items()
        ]

    @property
    def query(self) -> str:
        """The address of what is shown."""
        return query_of(self.values)

    @cached_property
    def setups(self) -> list[Setup]:
        start = defaults(self.calculator)
        return [Setup(one.text, query_of({**start, **one.set})) for one in self.calculator.tries]

    @property
    def at(self) -> str:
        """The settings of what is shown, in words."""
        return "; ".join(
            setting_words(one, self.values[one.id]) for one in self.calculator.controls
        )

    @property
    def finding(self) -> str:
        """The result that was to be guessed, otherwise the first one, in one line."""
        guess = self.calculator.guess
        told = self.answer.result(guess.output) if guess else None
        result = told or self.answer.results[0]
        return f"{result.label}: {shown(result)}"

    @property
    def results(self) -> list[tuple[Result, str]]:
        return [(one, shown(one)) for one in self.answer.results]

    @property
    def worked(self) -> list[tuple[str, str, str]]:
        """Name, formula and value of each step on the way."""
        return [
            (one.name, one.formula, one.reason if one.value is None else text_of(one.value))
            for one in self.answer.worked
        ]

    @cached_property
    def picture(self) -> SafeString:
        return picture(
            self.calculator,
            self.values,
            self.formulas,
            self.answer,
            id_=f"{self.prefix}-chart",
            finding=self.finding,
            interactive=self.interactive,
        )

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """The page as a table: inputs, steps on the way, results, and the points of the chart."""
        for one in self.calculator.controls:
            value = position(self.values[one.id])
            yield ("input", one.label, "", value, one.unit, "")
        for step in self.answer.worked:
            text = step.reason if step.value is None else position(step.value)
            yield ("step", step.name, "", text, "", step.formula)
        for result in self.answer.results:
            value = str(LACKS[result.lack]) if result.value is None else position(result.value)
            yield ("result", result.label, "", value, result.unit, result.formula)
        yield from self._points()

    def _points(self) -> Iterator[tuple[Cell, ...]]:
        units = {one.id: (one.label, one.unit) for one in self.answer.results}
        names: tuple[str, ...] = self.calculator.chart.y if self.calculator.chart else ()
        line = curve(self.calculator, self.values, self.formulas)
        points = [(position(x), heights) for x, heights in line.points] if line else []
        if line is None:
            stations = columns(self.calculator, self.values, self.formulas)
            points = [(one.label, one.heights) for one in stations]
        for at, heights in points:
            for name, height in zip(names, heights, strict=True):
                label, unit = units[name]
                told: Cell = gap(self.calculator) if height is None else height
                yield ("curve", label, at, told, unit, "")


def setting_words(one: Input, value: Setting) -> str:
    """One setting in words, with its label."""
    labels = {choice.value: choice.label for choice in one.choices}
    if isinstance(value, bool):
        told = _("on") if value else _("off")
    elif value in labels:
        told = labels[value]
    elif isinstance(value, Decimal):
        told = f"{number(value)} {numbers.unit_word(one.unit, value)}"
    else:
        told = value
    return f"{one.label} {told}".strip()


def query_of(values: Mapping[str, Setting]) -> str:
    """Settings as an address, each once."""
    return urlencode({name: position(value) for name, value in values.items()})


def text_of(value: Value) -> str:
    """A step on the way with all its digits."""
    if isinstance(value, Decimal):
        return number(value.quantize(Decimal(1).scaleb(-10)))
    return position(value)


def number(value: Decimal) -> str:
    """Grouped, with as many decimals as it has."""
    text = f"{value:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", numbers.MINUS)


def shown(result: Result) -> str:
    """A result with its unit, or why there is none."""
    if result.value is None:
        return f"{LACKS[result.lack]}: {result.reason}"
    cents = result.value == round(result.value, 2)
    places = min(result.decimals, 2) if cents else result.decimals
    text = numbers.fixed(result.value, places)
    return f"{text} {numbers.unit_word(result.unit, result.value)}".strip()


def board(
    calculator: Calculator,
    query: Mapping[str, str],
    formulas: Formulas,
    *,
    prefix: str,
    interactive: bool = False,
) -> Board:
    """Read an address. With mistakes in it, what is shown is `_last`, or where all stood first."""
    typed = {name: text for name, text in query.items() if name not in (LAST, FORMAT)}
    settings = read(calculator, typed)
    problems = dict(settings.problems)
    state = _tried(calculator, settings, formulas, problems)
    values, answer = state or _last(calculator, query.get(LAST, ""), formulas)
    return Board(calculator, formulas, prefix, typed, values, answer, problems, interactive)


def _tried(
    calculator: Calculator, settings: Settings, formulas: Formulas, problems: dict[str, str]
) -> Shown | None:
    """The answer at these settings; a value that the model cannot take becomes a problem."""
    if settings.problems:
        return None
    try:
        return settings.values, run(calculator, settings.values, formulas)
    except SettingRefused as refused:
        problems[refused.control] = str(refused)
        return None


def _last(calculator: Calculator, last: str, formulas: Formulas) -> Shown:
    typed = dict(parse_qsl(last, max_num_fields=100)) if len(last) <= LONGEST else {}
    state = _tried(calculator, read(calculator, typed), formulas, {})
    start = defaults(calculator)
    return state or (start, run(calculator, start, formulas))
