"""Lint of calculators: names and places in phase 4, formulas and golden values in phase 5."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from archlab.domain.architecture import Architecture
from archlab.domain.expressions import BadExpression
from archlab.domain.grading import AnswerRefused
from archlab.domain.pack.bench import Setting
from archlab.domain.pack.blocks import Calculator, Expect, Guess, Input
from archlab.domain.pack.blocks.calculator import position
from archlab.domain.pack.calculate import both_curves, output_ids, resolved, run
from archlab.domain.pack.draft import Draft, Placed
from archlab.domain.pack.figures import Figures
from archlab.domain.pack.formulas import Formulas, short
from archlab.domain.pack.places import unbound
from archlab.domain.pack.problem import Problem, did_you_mean
from archlab.domain.pack.settings import SettingRefused, defaults, read, value_of
from archlab.domain.pack.words import CURRENT
from archlab.domain.pack.yamltext import Path
from archlab.domain.pricing import NoSuchDial, Unpriced


def calculator_names(draft: Draft) -> Iterator[Problem]:
    """Outputs, inputs, levers and places that are not there, and values that do not fit."""
    for placed in draft.placed:
        if isinstance(placed.block, Calculator):
            yield from _Names(draft, placed, placed.block).problems()


class _Names:
    """The names that one calculator uses."""

    def __init__(self, draft: Draft, placed: Placed, calculator: Calculator) -> None:
        self.placed, self.calculator = placed, calculator
        step = placed.step.id
        self.systems = draft.systems_at(step, calculator.architecture)
        self.others = draft.systems_at(step, calculator.against)
        self.controls = [one.id for one in calculator.controls]
        self.outputs = list(
            dict.fromkeys(
                name
                for system in (*sorted(self.systems, key=lambda one: one.id), None)
                for name in output_ids(calculator, system)
            )
        )

    def problems(self) -> Iterator[Problem]:
        calculator = self.calculator
        yield from self._clashes()
        yield from self._binds()
        yield from self._levers()
        for index, golden in enumerate(calculator.expect):
            yield from self._output(golden.output, ("expect", index, "output"))
            yield from self._values(golden.with_, ("expect", index, "with"))
        for index, one in enumerate(calculator.tries):
            yield from self._values(one.set, ("try", index, "set"))
        if calculator.guess is not None:
            yield from self._guess(calculator.guess)
        yield from self._chart()

    def _unknown(
        self, what: str, name: str, known: Collection[str], path: Path, *, key: bool = False
    ) -> Iterator[Problem]:
        if name not in known:
            said, hint = f'no {what} is called "{name}"', did_you_mean(name, known)
            at = self.placed.document.at_key if key else self.placed.document.problem
            yield at("E424", said, path, hint)

    def _output(self, name: str, path: Path) -> Iterator[Problem]:
        yield from self._unknown("output", name, self.outputs, path)

    def _guess(self, guess: Guess) -> Iterator[Problem]:
        path = ("guess", "output")
        yield from self._output(guess.output, path)
        golden = [one.output for one in self.calculator.expect if not one.with_]
        if guess.output in self.outputs and guess.output not in golden:
            said = f"expect needs a value of {guess.output} at the defaults, which is guessed"
            yield self.placed.document.problem("E209", said, path)

    def _values(
        self, values: Mapping[str, Setting], path: tuple[str | int, ...]
    ) -> Iterator[Problem]:
        what = "lever" if self.calculator.levers else "input"
        for name, value in values.items():
            control = self.calculator.control(name)
            yield from self._unknown(what, name, self.controls, (*path, name), key=True)
            if control is not None:
                yield from self._value(control, value, (*path, name))

    def _value(self, control: Input, value: Setting, path: Path) -> Iterator[Problem]:
        try:
            value_of(control, position(value))
        except AnswerRefused as refused:
            code = "E205" if control.is_number else "E204"
            yield self.placed.document.problem(code, str(refused), path)

    def _chart(self) -> Iterator[Problem]:
        chart = self.calculator.chart
        if chart is None:
            return
        yield from self._unknown("input", chart.x, self.controls, ("chart", "x"))
        for index, name in enumerate(chart.y):
            yield from self._output(name, ("chart", "y", index))
        x = self.calculator.control(chart.x)
        if x is None:
            return
        document = self.placed.document
        if x.is_number and (x.low is None or x.high is None):
            said = f'the chart runs along "{x.id}", which needs min and max'
            yield document.at_holder("E209", said, ("chart",))
        elif not x.is_number and chart.kind != "bar":
            said = f'"{x.id}" is no number, so the chart has bars: kind: bar'
            yield document.at_holder("E209", said, ("chart",))

    def _clashes(self) -> Iterator[Problem]:
        for name in self.calculator.let:
            if name in self.controls:
                said = f'an input is called "{name}" already'
                yield self.placed.document.at_key("E420", said, ("let", name))

    def _levers(self) -> Iterator[Problem]:
        ids = [lever.id for lever in self.calculator.levers]
        for index, lever in enumerate(self.calculator.levers):
            for number, name in enumerate(lever.excludes):
                path = ("levers", index, "excludes", number)
                others = [one for one in ids if one != lever.id]
                yield from self._unknown("other lever", name, others, path)

    def _binds(self) -> Iterator[Problem]:
        for index, one in enumerate(self.calculator.inputs):
            for number, bind in enumerate(one.bind):
                path: tuple[str | int, ...] = ("inputs", index, "bind", number)
                if self.placed.document.known(path) != path:
                    path = path[:-1]
                yield from self._bind(bind, path)

    def _bind(self, bind: str, path: Path) -> Iterator[Problem]:
        against, place = bind.startswith("against:"), bind.removeprefix("against:")
        document = self.placed.document
        if against and self.calculator.engine != "breakeven":
            said = "only the engine breakeven has a second system to bind to"
            yield document.problem("E425", said, path)
            return
        systems = self.others if against else self.systems
        said, hint = unbound(systems, place, resolved)
        if said:
            yield document.problem("E425", said, path, hint)


# ---- phase 5


def calculator_problems(draft: Draft, figures: Figures) -> Iterator[Problem]:
    """Formulas that have no value, sweeps that cannot move, golden values that are missed."""
    for placed in draft.placed:
        block = placed.block
        if isinstance(block, Calculator):
            proof = _Proof(placed, block)
            for system in sorted(_systems(draft, placed, block), key=lambda one: one.id):
                formulas = figures.formulas.at(system)
                problems = list(proof.problems(formulas))
                yield from problems
                for row in formulas.unverified:
                    figures.uses.setdefault(row, proof.at)
                if problems:
                    break


def _systems(draft: Draft, placed: Placed, calculator: Calculator) -> Collection[Architecture]:
    """The systems that `current` can be here; any one will do where it is not asked for."""
    entered = draft.systems_at(placed.step.id, CURRENT)
    asks = CURRENT in (calculator.architecture, calculator.against) or any(
        CURRENT in formula
        for formula in (*calculator.let.values(), *(one.expr for one in calculator.outputs))
    )
    return entered if asks else sorted(entered, key=lambda one: one.id)[:1]


class _Proof:
    """Whether one calculator does what its author expects."""

    def __init__(self, placed: Placed, calculator: Calculator) -> None:
        self.document, self.calculator = placed.document, calculator

    def at(self, code: str, message: str) -> Problem:
        """A finding about the calculator as a whole."""
        return self.document.at_holder(code, message, ())

    def problems(self, formulas: Formulas) -> Iterator[Problem]:
        broken = [*self._formulas(formulas), *self._sweep(formulas)]
        yield from broken
        if not broken:
            for index, golden in enumerate(self.calculator.expect):
                yield from self._golden(index, golden, formulas)
            yield from self._guess(formulas)

    def _formulas(self, formulas: Formulas) -> Iterator[Problem]:
        """Mistakes in the text of a formula, at the defaults; a missing price is none."""
        names = dict(defaults(self.calculator))
        places: list[tuple[tuple[str | int, ...], str, str]] = [
            (("let", name), name, text) for name, text in self.calculator.let.items()
        ]
        places += [
            (("outputs", index, "expr"), "", one.expr)
            for index, one in enumerate(self.calculator.outputs)
        ]
        for path, name, text in places:
            try:
                value = formulas.evaluated(text, names)
            except Unpriced:
                return
            except BadExpression as error:
                yield self.document.problem("E525", str(error), path)
                return
            if name:
                names[name] = value

    def _sweep(self, formulas: Formulas) -> Iterator[Problem]:
        if self.calculator.engine != "breakeven":
            return
        try:
            both_curves(self.calculator, defaults(self.calculator), formulas)
        except NoSuchDial as error:
            said = f"the first input moves along a number: {error}"
            yield self.document.problem("E425", said, ("inputs", 0, "bind"))
        except (Unpriced, SettingRefused):
            return  # the golden values say so

    def _guess(self, formulas: Formulas) -> Iterator[Problem]:
        """A guess that cannot be compared with what it is about."""
        guess = self.calculator.guess
        if guess is None:
            return
        try:
            found = run(self.calculator, defaults(self.calculator), formulas).result(guess.output)
        except SettingRefused:
            return  # the golden value says so
        if found is None or found.value is None:
            return
        if not found.value:
            said = f"{guess.output} is 0 at the defaults, and no guess but 0 is close to that"
            yield self.document.problem("E205", said, ("guess", "output"))
        if guess.unit not in ("", found.unit):
            said = f"{guess.output} is in {found.unit or 'no unit'}: guess it in the same"
            yield self.document.problem("E204", said, ("guess", "unit"))

    def _golden(self, index: int, golden: Expect, formulas: Formulas) -> Iterator[Problem]:
        typed = {name: position(value) for name, value in golden.with_.items()}
        settings = read(self.calculator, typed)
        said = next(iter(settings.problems.values()), "")
        if not said:
            said = self._missed(golden, settings.values, formulas)
        if said:
            key = "between" if golden.between is not None else "equals"
            yield self.document.problem("E524", said, ("expect", index, key))

    def _missed(self, golden: Expect, values: Mapping[str, Setting], formulas: Formulas) -> str:
        try:
            found = run(self.calculator, values, formulas).result(golden.output)
        except ValueError as refused:
            return str(refused)
        if found is None:
            return f"this system has no output {golden.output}"
        if found.value is None:
            return f"{golden.output} has no value: {found.reason}"
        return "" if golden.admits(found.value) else f"{golden.output} is {short(found.value)}"
