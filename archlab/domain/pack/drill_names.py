"""Phase 4 for drills: every action, panel, variable and flag that a drill names is there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from archlab.domain.expressions import BadExpression, Call, Expression, Value, parse
from archlab.domain.grading.drill import FUNCTIONS, NAMES
from archlab.domain.grading.drill.conditions import functions
from archlab.domain.pack.blocks import Action, Adjustment, Drill, DrillEvent, Panel
from archlab.domain.pack.model import StateFlag
from archlab.domain.pack.problem import Problem, did_you_mean
from archlab.domain.pack.yamltext import Document, Path

_ARGUMENTS = {"did": (1, 1), "saw": (1, 1), "before": (2, 2), "cause": (1, 1), "flag": (1, 2)}


def drill_name_problems(
    document: Document, drill: Drill, flags: Mapping[str, StateFlag]
) -> Iterator[Problem]:
    """Names that are not defined, names defined twice, minutes after the end, bad conditions."""
    names = _Names(document, drill, flags)
    yield from names.twice()
    yield from names.needed()
    yield from names.variables()
    yield from names.minutes()
    for path, text in conditions(drill):
        yield from names.condition(path, text)


def conditions(drill: Drill) -> Iterator[tuple[Path, str]]:
    """Every condition of a drill with its path in the body."""
    yield ("win",), drill.win
    if drill.lose:
        yield ("lose",), drill.lose
    lists: Mapping[str, Sequence[DrillEvent | Adjustment]] = {
        "events": drill.events,
        "adjust": drill.adjust,
    }
    for key, items in lists.items():
        for number, one in enumerate(items):
            if one.when:
                yield (key, number, "when"), one.when
    for number, row in enumerate(drill.scoring):
        yield ("scoring", number, "when"), row.when
    for number, cap in enumerate(drill.caps):
        yield ("caps", number, "when"), cap.when


class _Names:
    """What a drill defines, asked for name by name."""

    def __init__(self, document: Document, drill: Drill, flags: Mapping[str, StateFlag]) -> None:
        self.document, self.drill, self.flags = document, drill, flags
        self.panels = [one.id for one in drill.panels]
        self.actions = [one.id for one in drill.actions]
        self.preventions = [one.id for one in drill.prevention]
        self.moves = [*self.panels, *self.actions]
        self.causes = [one.id for one in drill.causes]

    def known(
        self, code: str, what: str, name: str, known: Collection[str], path: Path
    ) -> Iterator[Problem]:
        if name not in known:
            said = f'no {what} is called "{name}"'
            yield self.document.problem(code, said, path, did_you_mean(name, known))

    def twice(self) -> Iterator[Problem]:
        """Panels, actions and preventions share their ids; the linter sees doubles in one list."""
        panels, actions = set(self.panels), set(self.actions)
        for number, id_ in enumerate(self.actions):
            if id_ in panels:
                said = f'a panel is called "{id_}" as well'
                yield self.document.problem("E420", said, ("actions", number, "id"))
        for number, id_ in enumerate(self.preventions):
            if id_ in panels | actions:
                said = f'a panel or an action is called "{id_}" as well'
                yield self.document.problem("E420", said, ("prevention", number, "id"))
        for name in NAMES:
            if name in self.drill.state:
                said = f'"{name}" is what conditions call something else'
                yield self.document.at_key("E420", said, ("state", name))

    def needed(self) -> Iterator[Problem]:
        drill = self.drill
        lists: Mapping[str, Sequence[Panel | Action | DrillEvent]] = {
            "panels": drill.panels,
            "actions": drill.actions,
            "events": drill.events,
        }
        for key, items in lists.items():
            for number, one in enumerate(items):
                for field in ("requires", "forbids", "unless"):
                    for index, id_ in enumerate(getattr(one, field, ())):
                        path: Path = (key, number, field, index)
                        yield from self.known("E426", "action or panel", id_, self.moves, path)
        solving = [*self.moves, *self.preventions]
        for index, id_ in enumerate(drill.model_solution):
            path = ("model_solution", index)
            yield from self.known("E426", "action, panel or prevention", id_, solving, path)

    def variables(self) -> Iterator[Problem]:
        drill, known = self.drill, self.drill.state
        lists: Mapping[str, Sequence[Action | DrillEvent | Adjustment]] = {
            "actions": drill.actions,
            "events": drill.events,
            "adjust": drill.adjust,
        }
        for key, items in lists.items():
            for number, one in enumerate(items):
                for name in one.effects:
                    if name not in known:
                        said, hint = f'no variable is called "{name}"', did_you_mean(name, known)
                        path: Path = (key, number, "effects", name)
                        yield self.document.at_key("E427", said, path, hint)

    def minutes(self) -> Iterator[Problem]:
        end = self.drill.clock.minutes
        for number, event in enumerate(self.drill.events):
            if event.at_min > end:
                said = f"the clock ends at minute {end}, so this never happens"
                yield self.document.problem("E205", said, ("events", number, "at_min"))

    def condition(self, path: Path, text: str) -> Iterator[Problem]:
        try:
            expression = parse(text)
            expression.check((*self.drill.state, *NAMES), FUNCTIONS)
            self._check_calls(expression)
        except BadExpression as error:
            yield self.document.problem("E525", str(error), path)
            return
        wrong = list(self._named(expression, path))
        yield from wrong
        if not wrong and not self._asks_for_truth(expression):
            said = "a condition is true or false: compare the number with something"
            yield self.document.problem("E525", said, path)

    def _check_calls(self, expression: Expression) -> None:
        for call in expression.calls:
            least, most = _ARGUMENTS.get(call.name, (0, len(call.arguments)))
            if not least <= len(call.arguments) <= most:
                words = f"{least}" if least == most else f"{least} or {most}"
                raise BadExpression(f"{call.name}() takes {words} names in quotes", call.column)
            if call.name in _ARGUMENTS and not all(isinstance(a, str) for a in call.arguments):
                raise BadExpression(f"{call.name}() takes names in quotes", call.column)

    def _named(self, expression: Expression, path: Path) -> Iterator[Problem]:
        for call in expression.calls:
            if call.name in _ARGUMENTS:
                yield from _ASKED[call.name](self, call, path)

    def _did(self, call: Call, path: Path) -> Iterator[Problem]:
        known = [*self.actions, *self.preventions]
        yield from self.known("E426", "action or prevention", str(call.arguments[0]), known, path)

    def _saw(self, call: Call, path: Path) -> Iterator[Problem]:
        yield from self.known("E426", "panel", str(call.arguments[0]), self.panels, path)

    def _before(self, call: Call, path: Path) -> Iterator[Problem]:
        for id_ in call.arguments:
            yield from self.known("E426", "action or panel", str(id_), self.moves, path)

    def _cause(self, call: Call, path: Path) -> Iterator[Problem]:
        yield from self.known("E426", "cause", str(call.arguments[0]), self.causes, path)

    def _flag(self, call: Call, path: Path) -> Iterator[Problem]:
        name, *value = map(str, call.arguments)
        flag = self.flags.get(name)
        if flag is None:
            yield from self.known("E433", "flag", name, self.flags, path)
        elif value and value[0] not in flag.values:
            allowed = ", ".join(flag.values) or "none: it is true or false by itself"
            said = f'the flag "{name}" has the values {allowed}'
            yield self.document.problem("E204", said, path, did_you_mean(value[0], flag.values))
        elif flag.values and not value:
            said = f"the flag \"{name}\" has words as values: write flag('{name}', 'value')"
            yield self.document.problem("E525", said, path)

    def _asks_for_truth(self, expression: Expression) -> bool:
        """Its value at the start is true or false; one that has none there may have one later."""
        names: dict[str, Value] = {id_: one.initial for id_, one in self.drill.state.items()}
        names |= {"minute": Decimal(0), "won": False}
        try:
            return isinstance(expression.evaluate(names, functions((), "", {})), bool)
        except ValueError:
            return True


_ASKED: Mapping[str, Callable[[_Names, Call, Path], Iterator[Problem]]] = {
    "did": _Names._did,
    "saw": _Names._saw,
    "before": _Names._before,
    "cause": _Names._cause,
    "flag": _Names._flag,
}
