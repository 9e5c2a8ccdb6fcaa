"""Simulations: traffic over minutes on a system, guessed by the learner before it is run."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from archlab.domain.pack.blocks.block import Block
from archlab.domain.pack.blocks.calculator import Input, OutputId, Unit, is_close, range_of
from archlab.domain.pack.fields import Free, Id, Ids, Number, Positive, Share, Strict, Whole, fault

Label = Annotated[str, Field(min_length=1, max_length=60)]
NotNegative = Annotated[Number, Field(ge=0)]
Seconds = Annotated[Whole, Field(ge=0, le=86_400)]
Show = Literal["p50", "p95", "p99", "errors", "queue", "tasks", "utilisation", "cost"]

FIRST_SATURATED = "first_saturated"
"""The one metric whose value is a component and no number."""


def _mode(value: object) -> object:
    if value == "closed":
        said = 'this archlab does not run the mode "closed" yet: give every segment its rps'
        raise fault("E204", said)
    return value


class Segment(Strict):
    """Requests per second for a while; with `to_rps` they rise or fall to that rate."""

    for_s: Annotated[Whole, Field(ge=1, le=21_600)]
    rps: Annotated[NotNegative, Field(le=100_000)]
    to_rps: Annotated[NotNegative, Field(le=100_000)] | None = None
    label: Label | Literal[""] = ""


class Client(Strict):
    """What a caller does when no answer comes, or an error."""

    timeout_ms: Annotated[Whole, Field(ge=1, le=3_600_000)] = 30_000
    attempts: Annotated[Whole, Field(ge=1, le=10)] = 1
    backoff_ms: Annotated[Whole, Field(ge=0, le=600_000)] = 500
    backoff_cap_ms: Annotated[Whole, Field(ge=0, le=3_600_000)] = 20_000
    jitter: Literal["none", "full"] = "full"
    limit_ratio: Share | None = None


class ScalerText(Strict):
    """A rule that adds and removes tasks. Utilisation and its targets are in per cent."""

    component: Id
    rule: Literal["target", "step", "backlog_per_task"]
    metric: (
        Literal["util_cpu", "util_busy", "requests_per_target", "queue_depth", "backlog_per_task"]
        | None
    ) = None
    target: Positive | None = None
    out_above: Positive | None = None
    in_below: NotNegative | None = None
    out_for_s: Seconds = 60
    in_for_s: Seconds = 300
    low: Annotated[Whole, Field(ge=1, le=5000)] = Field(validation_alias="min")
    high: Annotated[Whole, Field(ge=1, le=5000)] = Field(validation_alias="max")
    step: Annotated[Whole, Field(ge=1, le=100)] = 1
    provision_s: Seconds = 60
    cooldown_out_s: Seconds = 60
    cooldown_in_s: Seconds = 300

    @model_validator(mode="after")
    def _has_what_its_rule_needs(self) -> ScalerText:
        if self.low > self.high:
            raise fault("E205", "min is at most max", at="max")
        if self.rule == "step":
            self._steps()
        else:
            self._aims()
        return self

    def _steps(self) -> None:
        if self.metric is None or self.out_above is None or self.in_below is None:
            raise fault("E209", "the rule step needs metric, out_above and in_below")
        if self.target is not None:
            raise fault("E208", "target does not go with the rule step")
        if self.in_below > self.out_above:
            raise fault("E205", "in_below is at most out_above", at="in_below")

    def _aims(self) -> None:
        if self.target is None:
            raise fault("E209", f"the rule {self.rule} needs target")
        if self.out_above is not None or self.in_below is not None:
            raise fault("E208", f"out_above and in_below do not go with the rule {self.rule}")
        if self.rule == "backlog_per_task":
            if self.metric not in (None, "backlog_per_task"):
                raise fault("E208", "the rule backlog_per_task has its own metric")
        elif self.metric is None:
            raise fault("E209", "the rule target needs metric")
        elif self.metric == "queue_depth":
            said = "more tasks do not divide the depth of a queue: aim at backlog_per_task"
            raise fault("E204", said, at="metric")


class FaultText(Strict):
    """A window in which a component refuses, hangs, or is `factor` times as slow."""

    start_s: Seconds
    for_s: Annotated[Whole, Field(ge=1, le=86_400)]
    component: Id
    mode: Literal["refuse", "hang", "slow"]
    factor: Annotated[Number, Field(ge=1, le=1000)] | None = None

    @model_validator(mode="after")
    def _only_slow_has_a_factor(self) -> FaultText:
        if (self.factor is not None) != (self.mode == "slow"):
            raise fault("E209", "factor goes with mode: slow, and slow needs it")
        return self


class Prediction(Strict):
    """A question about the run at the defaults; `close` is a share of the right value."""

    id: Id
    question: Annotated[str, Field(min_length=5, max_length=300)]
    metric: OutputId
    unit: Unit | Literal[""] = ""
    close: Annotated[Positive, Field(le=1)] = Decimal("0.25")
    choices: Annotated[Ids, Field(min_length=2, max_length=12)] = ()
    after: Annotated[str, Field(min_length=10, max_length=500)]

    @model_validator(mode="after")
    def _only_components_are_chosen(self) -> Prediction:
        if (self.metric == FIRST_SATURATED) != bool(self.choices):
            raise fault("E209", f"choices go with the metric {FIRST_SATURATED}, which needs them")
        if self.choices and self.unit:
            raise fault("E208", f"{FIRST_SATURATED} is a component and has no unit")
        return self

    def admits(self, guess: Decimal, right: Decimal) -> bool:
        """The guess is close enough, the boundary included."""
        return is_close(guess, right, self.close)


class Band(Strict):
    """A golden value, which is a test: between which values a metric lies at some setting."""

    with_: Annotated[Mapping[str, Free], Field(min_length=1)] = Field({}, validation_alias="with")
    metric: OutputId
    between: Annotated[tuple[Number, Number], BeforeValidator(range_of)]

    @model_validator(mode="after")
    def _has_a_component_for_no_number(self) -> Band:
        if self.metric == FIRST_SATURATED:
            raise fault("E204", f"{FIRST_SATURATED} is no number", at="metric")
        return self


class Goal(Strict):
    """What a learner turns the levers for."""

    metric: OutputId
    at_most: Number | None = None
    at_least: Number | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Goal:
        if (self.at_most is None) == (self.at_least is None):
            raise fault("E208", "give exactly one of at_most and at_least")
        if self.metric == FIRST_SATURATED:
            raise fault("E204", f"{FIRST_SATURATED} is no number", at="metric")
        return self

    def is_reached(self, value: Decimal) -> bool:
        """The bound itself is reached."""
        if self.at_most is not None:
            return value <= self.at_most
        return self.at_least is not None and value >= self.at_least


class Simulation(Block):
    """One flow of a system under traffic. `controls` are what an author writes as `levers`."""

    directive: ClassVar[str] = "simulation"

    architecture: str
    flow: Id
    traffic: Annotated[tuple[Segment, ...], Field(min_length=1, max_length=24)]
    mode: Annotated[Literal["open"], BeforeValidator(_mode)] = "open"
    client: Client = Client()
    scalers: Annotated[tuple[ScalerText, ...], Field(min_length=1, max_length=8)] = ()
    faults: Annotated[tuple[FaultText, ...], Field(min_length=1, max_length=8)] = ()
    controls: Annotated[tuple[Input, ...], Field(min_length=1, max_length=8)] = Field(
        (), validation_alias="levers"
    )
    predict: Annotated[tuple[Prediction, ...], Field(min_length=1, max_length=4)]
    show: Annotated[tuple[Show, ...], Field(min_length=1, max_length=8)] = (
        "p50",
        "p95",
        "errors",
        "tasks",
    )
    seed: Annotated[Whole, Field(ge=0, le=2**31)] = 1
    replications: Annotated[Whole, Field(ge=1, le=32)] = 8
    slot_s: Annotated[Whole, Field(ge=1, le=60)] = 10
    expect: Annotated[tuple[Band, ...], Field(min_length=1, max_length=12)] = ()
    goal: Annotated[tuple[Goal, ...], Field(min_length=1, max_length=4)] = ()

    @property
    def levers(self) -> tuple[()]:
        """Measures of a portfolio, which a simulation does not have."""
        return ()

    @property
    def horizon_s(self) -> int:
        """Length of the traffic in seconds."""
        return sum(one.for_s for one in self.traffic)

    @property
    def metrics(self) -> frozenset[str]:
        """Every metric that something in the block asks for."""
        guessed = (one.metric for one in self.predict)
        wanted = (one.metric for one in self.goal)
        return frozenset([*guessed, *wanted, *(one.metric for one in self.expect)])

    def control(self, name: str) -> Input | None:
        """The lever of that id."""
        return next((one for one in self.controls if one.id == name), None)

    @model_validator(mode="after")
    def _holds_together(self) -> Simulation:
        for one in self.controls:
            if not one.bind:
                raise fault("E209", f'the lever "{one.id}" needs bind, a place that it sets')
        for index, fault_ in enumerate(self.faults):
            if fault_.start_s + fault_.for_s > self.horizon_s:
                said = f"fault {index + 1} ends after the traffic, which lasts {self.horizon_s} s"
                raise fault("E205", said, at="faults")
        if not any(one.rps or one.to_rps for one in self.traffic):
            raise fault("E205", "somebody has to come: write an rps above 0", at="traffic")
        return self
