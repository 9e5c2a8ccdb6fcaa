"""Calculators: inputs that a learner moves, and outputs that an engine computes from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic import model_validator as rule

from archlab.domain.architecture import Change
from archlab.domain.money import MONEY, plain
from archlab.domain.pack.blocks.block import Block
from archlab.domain.pack.fields import (
    Free,
    Id,
    Ids,
    Number,
    OneOrMore,
    Positive,
    Strict,
    Tolerance,
    Var,
    Whole,
    fault,
)
from archlab.domain.pack.sources import Sources

MOST_POSITIONS = 1000
ALARM_INPUTS = ("threshold", "datapoints", "period_s")
"""The inputs of the engine `alarms`, which are the rule itself."""
AGAINST = "against:"
"""Before a place of the second system that an input is bound to."""
DRAWS_ITSELF = ("breakeven", "portfolio", "tornado")
"""Engines whose answer has one obvious picture, so that an author writes no `chart`."""

Unit = Annotated[str, Field(min_length=1, max_length=20)]
Formula = Annotated[str, Field(min_length=1, max_length=300)]
OutputId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9-]*)?$", max_length=60)]


class InputChoice(Strict):
    """A position of an input that is not a number on a scale."""

    value: Free
    label: Annotated[str, Field(min_length=1, max_length=60)]


class Input(Strict):
    """Something a learner sets. A slider stands on a grid; a number is free within its limits."""

    id: Var
    label: Annotated[str, Field(min_length=2, max_length=60)]
    kind: Literal["slider", "number", "choice", "switch"] = "slider"
    unit: Unit | Literal[""] = ""
    low: Number | None = Field(None, validation_alias="min")
    high: Number | None = Field(None, validation_alias="max")
    step: Positive | None = None
    scale: Literal["linear", "log"] = "linear"
    default: Free
    choices: Annotated[tuple[InputChoice, ...], Field(min_length=2, max_length=12)] = ()
    bind: Annotated[OneOrMore[str], Field(min_length=1, max_length=4)] = ()
    help: Annotated[str, Field(min_length=1, max_length=300)] = ""

    @property
    def is_number(self) -> bool:
        """Whether it moves along a scale."""
        return self.kind in ("slider", "number")

    @rule(mode="after")
    def _has_what_its_kind_needs(self) -> Input:
        if self.kind != "choice" and self.choices:
            raise fault("E209", "choices need kind: choice")
        if not self.is_number and (self.low, self.high, self.step) != (None, None, None):
            raise fault("E209", f"min, max and step do not go with kind: {self.kind}")
        _RULES[self.kind](self)
        return self

    @property
    def values(self) -> tuple[object, ...]:
        """The default and every choice."""
        return (self.default, *(choice.value for choice in self.choices))

    @property
    def own_places(self) -> tuple[str, ...]:
        """The places of the first system that it sets."""
        return tuple(bind for bind in self.bind if not bind.startswith(AGAINST))

    @property
    def other_places(self) -> tuple[str, ...]:
        """The places of the second system."""
        return tuple(bind.removeprefix(AGAINST) for bind in self.bind if bind.startswith(AGAINST))


def _slider(one: Input) -> None:
    if one.low is None or one.high is None or one.step is None:
        raise fault("E209", "a slider needs min, max and step")
    if not one.low < one.high:
        raise fault("E205", "min is below max", at="max")
    with localcontext(MONEY):
        steps = (one.high - one.low) / one.step
    if steps != steps.to_integral_value() or steps > MOST_POSITIONS:
        said = f"from min to max there are at most {MOST_POSITIONS:,} whole steps"
        raise fault("E205", said, at="step")
    _number(one)
    if not on_grid(one, _decimal(one.default)):
        raise fault("E205", f"the default is a position: {nearest(one)}", at="default")


def _number(one: Input) -> None:
    if not isinstance(one.default, Decimal):
        raise fault("E203", "a number is expected here", at="default")
    if one.scale == "log" and (one.low is None or one.low <= 0):
        raise fault("E205", "a logarithmic scale needs min above 0", at="min")
    low, high = one.low, one.high
    if (low is not None and one.default < low) or (high is not None and one.default > high):
        raise fault("E205", "the default lies between min and max", at="default")


def _choice(one: Input) -> None:
    if not one.choices:
        raise fault("E209", "kind: choice needs choices")
    if one.default not in [choice.value for choice in one.choices]:
        values = ", ".join(position(choice.value) for choice in one.choices)
        raise fault("E204", f"the default is one of: {values}", at="default")


def _switch(one: Input) -> None:
    if not isinstance(one.default, bool):
        raise fault("E203", "the default of a switch is true or false", at="default")


_RULES: Mapping[str, Callable[[Input], None]] = {
    "slider": _slider,
    "number": _number,
    "choice": _choice,
    "switch": _switch,
}


def _decimal(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def on_grid(one: Input, value: Decimal) -> bool:
    """Whether a value is a position of the slider."""
    if one.low is None or one.step is None:
        return True
    with localcontext(MONEY):
        return not (value - one.low) % one.step


def nearest(one: Input, value: Decimal | None = None) -> str:
    """The position of a slider that is nearest to a value, the default's if none is given."""
    wanted = _decimal(one.default) if value is None else value
    if one.low is None or one.step is None:
        return plain(wanted)
    with localcontext(MONEY):
        steps = ((wanted - one.low) / one.step).to_integral_value(ROUND_HALF_EVEN)
        return plain(one.low + steps * one.step)


def position(value: object) -> str:
    """A value as it stands in a form or an address."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Decimal) else str(value)


class Output(Strict):
    """A result of a formula."""

    id: Var
    label: Annotated[str, Field(min_length=2, max_length=60)]
    unit: Unit | Literal[""] = ""
    expr: Formula
    decimals: Annotated[Whole, Field(ge=0, le=6)] = 2
    explain: Annotated[str, Field(min_length=1, max_length=400)] = ""


class LeverText(Strict):
    """One measure of a portfolio, all but what it changes."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    id: Id
    text: Annotated[str, Field(min_length=2, max_length=160)]
    excludes: Annotated[Ids, Field(min_length=1, max_length=8)] = ()
    explanation: Annotated[str, Field(min_length=10, max_length=800)] = ""


class Lever(LeverText):
    """One measure of a portfolio."""

    change: Change


def range_of(value: object) -> object:
    """Two ends of a range, as they are written."""
    if not isinstance(value, tuple) or len(value) != 2:
        raise fault("E206", "write the lowest and the highest value: [1, 2]")
    return value


class Expect(Strict):
    """A golden value, which is a test: what an output is at some setting."""

    with_: Annotated[Mapping[str, Free], Field(min_length=1)] = Field({}, validation_alias="with")
    output: OutputId
    equals: Number | None = None
    tolerance: Tolerance = Tolerance(abs=Decimal("0.005"))
    between: Annotated[tuple[Number, Number] | None, BeforeValidator(range_of)] = None
    src: Sources = ()
    claim: Annotated[str, Field(min_length=1, max_length=48)] = ""

    @rule(mode="after")
    def _exactly_one(self) -> Expect:
        if (self.equals is None) == (self.between is None):
            raise fault("E208", "give exactly one of equals and between")
        if self.between is not None and "tolerance" in self.model_fields_set:
            raise fault("E209", "tolerance needs equals")
        return self

    def admits(self, value: Decimal) -> bool:
        """The value is as expected, both ends included."""
        if self.between is not None:
            return self.between[0] <= value <= self.between[1]
        return self.equals is not None and self.tolerance.admits(value, self.equals)


class ChartText(Strict):
    """Which outputs are drawn along which input."""

    x: Var
    y: Annotated[tuple[OutputId, ...], Field(min_length=1, max_length=4)]
    kind: Literal["line", "bar", "step"] = "line"
    alt: Annotated[str, Field(min_length=20, max_length=400)]


def is_close(guess: Decimal, right: Decimal, share: Decimal) -> bool:
    """The guess is off by at most this share of the right value."""
    with localcontext(MONEY):
        return abs(guess - right) <= share * abs(right)


class Guess(Strict):
    """A prediction of an output at the defaults, before anything is shown.

    `close` is a share of the right value.
    """

    output: OutputId
    question: Annotated[str, Field(min_length=5, max_length=300)]
    unit: Unit | Literal[""] = ""
    close: Annotated[Positive, Field(le=1)] = Decimal("0.2")

    def admits(self, guess: Decimal, right: Decimal) -> bool:
        """The guess is close enough, the boundary included."""
        return is_close(guess, right, self.close)


class Try(Strict):
    """A setting worth a look, one click away."""

    text: Annotated[str, Field(min_length=2, max_length=160)]
    set: Annotated[Mapping[str, Free], Field(min_length=1, max_length=12)]


Engine = Literal[
    "formula", "bill", "breakeven", "portfolio", "tornado", "latency", "downtime", "alarms"
]

NEEDS: Mapping[str, tuple[str, ...]] = {
    "formula": ("outputs", "inputs"),
    "bill": ("architecture", "inputs"),
    "breakeven": ("architecture", "against", "inputs"),
    "portfolio": ("architecture", "levers"),
    "tornado": ("architecture", "inputs"),
    "latency": ("architecture", "flow", "inputs"),
    "downtime": ("architecture", "inputs"),
    "alarms": ("seed", "inputs"),
}
"""The keys without which an engine cannot run, besides those that every calculator needs."""

_TAKES: Mapping[str, tuple[str, ...]] = {
    "outputs": ("formula",),
    "let": ("formula",),
    "against": ("breakeven",),
    "levers": ("portfolio",),
    "target_usd": ("portfolio",),
    "flow": ("latency",),
    "architecture": ("bill", "breakeven", "portfolio", "tornado", "latency", "downtime"),
    "inputs": ("formula", "bill", "breakeven", "tornado", "latency", "downtime", "alarms"),
    "chart": ("formula", "bill", "latency", "downtime", "alarms"),
    "seed": ("alarms",),
}


class CalculatorText(Block):
    """A calculator, all but what its levers change."""

    directive: ClassVar[str] = "calculator"

    engine: Engine
    architecture: str = ""
    against: str = ""
    flow: Id | None = None
    inputs: Annotated[tuple[Input, ...], Field(min_length=1, max_length=12)] = ()
    let: Annotated[Mapping[Var, Formula], Field(min_length=1, max_length=20)] = {}
    outputs: Annotated[tuple[Output, ...], Field(min_length=1, max_length=12)] = ()
    target_usd: Positive | None = None
    seed: Annotated[Whole, Field(ge=1, le=2**31)] | None = None
    expect: Annotated[tuple[Expect, ...], Field(min_length=1, max_length=12)]
    chart: ChartText | None = None
    guess: Guess | None = None
    tries: Annotated[tuple[Try, ...], Field(min_length=1, max_length=6)] = Field(
        (), validation_alias="try"
    )
    takeaway: Annotated[str, Field(min_length=10, max_length=300)] = ""

    @rule(mode="after")
    def _has_what_its_engine_needs(self) -> CalculatorText:
        for key in NEEDS[self.engine]:
            if not getattr(self, key, None):
                raise fault("E209", f"the engine {self.engine} needs {key}")
        for key, engines in _TAKES.items():
            if getattr(self, key, None) and self.engine not in engines:
                raise fault("E209", f"{key} does not go with the engine {self.engine}")
        return self

    @rule(mode="after")
    def _inputs_reach_the_model(self) -> CalculatorText:
        for one in self.inputs:
            by_name = self.engine in ("formula", "alarms")
            if by_name and one.bind:
                raise fault("E209", f'bind needs a model engine: "{one.id}" is used by its name')
            if not by_name and not one.bind:
                raise fault("E209", f'the input "{one.id}" needs bind, a place of the system')
            if self.engine == "tornado":
                _is_assumption(one)
        if self.engine == "breakeven" and not _is_range(self.inputs[0]):
            raise fault("E209", "the first input is swept: it needs a number with min and max")
        if self.engine == "alarms":
            _is_rule(self.inputs)
        return self


def _is_rule(inputs: tuple[Input, ...]) -> None:
    if sorted(one.id for one in inputs) != sorted(ALARM_INPUTS):
        raise fault("E209", f"the inputs of the engine alarms are: {', '.join(ALARM_INPUTS)}")
    if not all(isinstance(value, Decimal) for one in inputs for value in one.values):
        raise fault("E209", "the inputs of the engine alarms are numbers")


def _is_range(one: Input) -> bool:
    return one.is_number and one.low is not None and one.high is not None


def _is_assumption(one: Input) -> None:
    if not _is_range(one):
        raise fault("E209", f'the assumption "{one.id}" is a number with min, default and max')
    if not one.help:
        raise fault("E209", f'the assumption "{one.id}" needs help, the reason for its range')


class Calculator(CalculatorText):
    """A calculator as it is run."""

    levers: Annotated[tuple[Lever, ...], Field(min_length=2, max_length=20)] = ()

    @cached_property
    def controls(self) -> tuple[Input, ...]:
        """What a learner sets: the inputs, or a switch for each lever."""
        return self.inputs + tuple(
            Input.model_construct(id=one.id, label=one.text, kind="switch", default=False)
            for one in self.levers
        )

    def control(self, name: str) -> Input | None:
        """The control of that id."""
        return next((one for one in self.controls if one.id == name), None)
