"""Lint of simulations: names and places in phase 4, runs and golden bands in phase 5."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from archlab.domain.architecture import Architecture
from archlab.domain.grading import AnswerRefused
from archlab.domain.pack.bench import Setting
from archlab.domain.pack.blocks.calculator import Input, position
from archlab.domain.pack.blocks.simulation import Client, Prediction, Simulation
from archlab.domain.pack.calculate import resolved
from archlab.domain.pack.draft import Draft, Placed
from archlab.domain.pack.engines import Engines
from archlab.domain.pack.experiment import (
    CLIENT,
    FACTOR,
    RULE_PLACES,
    SCALER,
    Experiment,
    experiment,
    is_of_system,
)
from archlab.domain.pack.outcome import (
    NOTHING,
    OF_A_COMPONENT,
    OF_THE_RUN,
    UNITS,
    Figure,
    metrics_of,
    outcome,
    unit_of,
    usd_run,
)
from archlab.domain.pack.places import unbound
from archlab.domain.pack.problem import Problem, did_you_mean
from archlab.domain.pack.settings import defaults, value_of
from archlab.domain.pack.words import CURRENT
from archlab.domain.pack.yamltext import Path

Values = Mapping[str, Setting]
RATE = "demand.requests_per_day"


def simulation_names(draft: Draft) -> Iterator[Problem]:
    """Flows, components, metrics, levers and places that are not there."""
    for placed in draft.placed:
        if isinstance(placed.block, Simulation):
            systems = draft.systems_at(placed.step.id, placed.block.architecture)
            yield from _Names(placed, placed.block, systems).problems()


class _Names:
    """The names that one simulation uses, in every system that it can meet."""

    def __init__(
        self, placed: Placed, simulation: Simulation, systems: Collection[Architecture]
    ) -> None:
        self.document, self.simulation, self.systems = placed.document, simulation, systems

    def problems(self) -> Iterator[Problem]:
        flows = [one.flows.get(self.simulation.flow) for one in self.systems]
        if None in flows:
            known = {id_ for system in self.systems for id_ in system.flows}
            yield from self._unknown("flow", self.simulation.flow, known - self._absent, ("flow",))
            return
        passed = {hop.at for flow in flows if flow for hop in flow.hops}
        yield from self._components(passed)
        yield from self._levers()
        yield from self._metrics(passed)
        for index, band in enumerate(self.simulation.expect):
            yield from self._values(band.with_, ("expect", index, "with"))

    @property
    def _absent(self) -> set[str]:
        """A flow that one of the systems lacks is none."""
        return {self.simulation.flow}

    def _unknown(
        self, what: str, name: str, known: Collection[str], path: Path
    ) -> Iterator[Problem]:
        if name not in known:
            code = {"flow": "E413", "component": "E412"}.get(what, "E424")
            said, hint = f'no {what} is called "{name}"', did_you_mean(name, known)
            yield self.document.problem(code, said, path, hint)

    def _components(self, passed: set[str]) -> Iterator[Problem]:
        for index, fault in enumerate(self.simulation.faults):
            yield from self._passed(fault.component, passed, ("faults", index, "component"))
        for index, one in enumerate(self.simulation.scalers):
            path: Path = ("scalers", index, "component")
            yield from self._passed(one.component, passed, path)
            for system in self.systems:
                found = system.components.get(one.component)
                if found is not None and not found.scaled_by:
                    said = f"a rule adds tasks or instances, and {found.title} has none to add"
                    yield self.document.problem("E412", said, path)
                    break

    def _passed(self, name: str, passed: set[str], path: Path) -> Iterator[Problem]:
        known = {id_ for system in self.systems for id_ in system.components}
        if name in known and name not in passed:
            said = f'the flow "{self.simulation.flow}" does not come by {name}'
            yield self.document.problem("E412", said, path, did_you_mean(name, passed))
        else:
            yield from self._unknown("component", name, known, path)

    def _levers(self) -> Iterator[Problem]:
        for index, one in enumerate(self.simulation.controls):
            for number, bind in enumerate(one.bind):
                path: tuple[str | int, ...] = ("levers", index, "bind", number)
                if self.document.known(path) != path:
                    path = path[:-1]
                said, hint = self._unbound(one, bind)
                if said:
                    yield self.document.problem("E425", said, path, hint)

    def _unbound(self, one: Input, bind: str) -> tuple[str, str]:
        """What is wrong with a place, and a hint."""
        if bind.startswith(SCALER):
            return self._no_rule(bind)
        if bind == FACTOR:
            is_number = all(isinstance(value, Decimal) for value in one.values)
            return ("" if is_number else "the factor of the traffic is a number", "")
        if bind == RATE:
            return "the traffic says how many come", f'did you mean "{FACTOR}"?'
        if not is_of_system(bind):
            return "", ""
        said, hint = unbound(self.systems, bind, resolved)
        if said and bind.startswith(CLIENT):
            hint = did_you_mean(bind.removeprefix(CLIENT), Client.model_fields) or hint
        return said, hint

    def _no_rule(self, bind: str) -> tuple[str, str]:
        component, _dot, name = bind.removeprefix(SCALER).partition(".")
        rules = [one.component for one in self.simulation.scalers]
        if component not in rules:
            return f'no rule scales "{component}"', did_you_mean(component, rules)
        if name not in RULE_PLACES:
            return f'a rule has nothing to set called "{name}"', did_you_mean(name, RULE_PLACES)
        return "", ""

    def _metrics(self, passed: set[str]) -> Iterator[Problem]:
        asked = [
            *(
                (one.metric, ("predict", n, "metric"))
                for n, one in enumerate(self.simulation.predict)
            ),
            *(
                (one.metric, ("expect", n, "metric"))
                for n, one in enumerate(self.simulation.expect)
            ),
            *((one.metric, ("goal", n, "metric")) for n, one in enumerate(self.simulation.goal)),
        ]
        for name, path in asked:
            yield from self._metric(name, passed, path)
        for index, one in enumerate(self.simulation.predict):
            yield from self._prediction(index, one, passed)

    def _metric(self, name: str, passed: set[str], path: Path) -> Iterator[Problem]:
        kind, dot, component = name.partition(".")
        if name in OF_THE_RUN:
            return
        if kind not in OF_A_COMPONENT or not dot:
            known = [*OF_THE_RUN, *(f"{one}.{id_}" for one in OF_A_COMPONENT for id_ in passed)]
            yield from self._unknown("metric", name, known, path)
        elif kind == "max_tasks":
            rules = {one.component for one in self.simulation.scalers}
            if component not in rules:
                said = f'no rule scales "{component}", so its tasks do not change'
                yield self.document.problem("E424", said, path, did_you_mean(component, rules))
        else:
            yield from self._passed(component, passed, path)

    def _prediction(self, index: int, one: Prediction, passed: set[str]) -> Iterator[Problem]:
        for number, name in enumerate(one.choices):
            if name != NOTHING:
                yield from self._passed(name, passed, ("predict", index, "choices", number))
        known = UNITS.get(unit_of(one.metric), {})
        if one.unit and known and one.unit not in known:
            said = f"{one.metric} is guessed in one of: {', '.join(known)}"
            yield self.document.problem("E204", said, ("predict", index, "unit"))

    def _values(self, values: Values, path: tuple[str | int, ...]) -> Iterator[Problem]:
        known = [one.id for one in self.simulation.controls]
        for name, value in values.items():
            control = self.simulation.control(name)
            if control is None:
                said, hint = f'no lever is called "{name}"', did_you_mean(name, known)
                yield self.document.at_key("E424", said, (*path, name), hint)
                continue
            try:
                value_of(control, position(value))
            except AnswerRefused as refused:
                code = "E205" if control.is_number else "E204"
                yield self.document.problem(code, str(refused), (*path, name))


# ---- phase 5


def simulation_problems(draft: Draft, engines: Engines) -> Iterator[Problem]:
    """Simulations that cannot be run, bands that are missed, questions without an answer."""
    for placed in draft.placed:
        block = placed.block
        if not isinstance(block, Simulation):
            continue
        for system in sorted(
            draft.systems_at(placed.step.id, block.architecture), key=lambda one: one.id
        ):
            systems = {**draft.named, CURRENT: system}
            problems = list(_Proof(placed, block, systems, engines).problems())
            yield from problems
            if problems:
                break


class _Proof:
    """Whether one simulation does what its author expects, in one system."""

    def __init__(
        self,
        placed: Placed,
        simulation: Simulation,
        systems: Mapping[str, Architecture],
        engines: Engines,
    ) -> None:
        self.document, self.simulation = placed.document, simulation
        self.systems, self.engines = systems, engines

    def problems(self) -> Iterator[Problem]:
        start = defaults(self.simulation)
        try:
            made = experiment(self.simulation, start, self.systems)
            known = metrics_of(made)
            if self.simulation.metrics <= {*known}:
                outcome(made)
        except ValueError as refused:
            yield self.document.at_holder("E205", f"this cannot be run: {refused}", ("traffic",))
            return
        lacking = sorted(self.simulation.metrics - {*known})
        if lacking:
            yield self.document.at_holder("E424", _no_value(lacking[0]), ())
            return
        for index, one in enumerate(self.simulation.predict):
            yield from self._prediction(index, one, made)
        for index, band in enumerate(self.simulation.expect):
            said = self._missed(band.metric, band.between, {**start, **band.with_})
            if said:
                yield self.document.problem("E524", said, ("expect", index, "between"))

    def _prediction(self, index: int, one: Prediction, made: Experiment) -> Iterator[Problem]:
        found = figure(made, one.metric, self.engines)
        if one.choices and found.word not in one.choices:
            said = f"{found.word} is saturated first, and that is none of the choices"
            yield self.document.at_holder("E603", said, ("predict", index, "choices"))
        if found.value == 0:
            said = f"{one.metric} is 0 at the defaults, and no guess but 0 is close to that"
            yield self.document.problem("E205", said, ("predict", index, "metric"))

    def _missed(self, metric: str, between: tuple[Decimal, Decimal], values: Values) -> str:
        try:
            found = figure(experiment(self.simulation, values, self.systems), metric, self.engines)
        except ValueError as refused:
            return str(refused)
        if found.value is None:
            return f"{metric} has no value: {found.reason}"
        low, high = between
        return "" if low <= Decimal(repr(found.value)) <= high else f"{metric} is {found.value:.6g}"


def _no_value(metric: str) -> str:
    if metric == "recovery_s":
        return "recovery_s needs a fault, or a stretch with more traffic than the others"
    return f"{metric}: this component has no workers that could be taken"


def figure(made: Experiment, metric: str, engines: Engines) -> Figure:
    """One metric, the cost included."""
    return usd_run(made, made.run(), engines) if metric == "usd_run" else outcome(made)[metric]
