"""Numbers that packs compute: the functions of an expression over systems, facts and prices."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeVar

from archlab.domain.architecture import Architecture, Flow
from archlab.domain.expressions import Expression, Undefined, parse
from archlab.domain.money import MONEY, plain
from archlab.domain.pack.engines import Engines, month_hours
from archlab.domain.pack.model import Fact
from archlab.domain.pack.words import CURRENT
from archlab.domain.pricing import Bill, Line, Unpriced

T = TypeVar("T")
Value = Decimal | bool | str


@dataclass(frozen=True, slots=True)
class Figure:
    """A computed number with its unit; `value` is None when `reason` says why not."""

    value: Decimal | None
    unit: str
    formula: str
    reason: str = ""


class Formulas:
    """Evaluates expressions over the systems and facts of one pack."""

    def __init__(
        self,
        systems: Mapping[str, Architecture],
        facts: Mapping[str, Fact],
        engines: Engines,
        *,
        current: Architecture | None = None,
    ) -> None:
        self.systems = {**systems, CURRENT: current} if current is not None else systems
        self.facts, self.engines = facts, engines
        self.unverified: set[tuple[str, str]] = set()
        """Rows of low confidence that an expression has asked for: key and region."""
        self.asked: dict[tuple[str, str], None] = {}
        """Every row that an expression has asked for, in that order: key and region."""
        self._bills: dict[tuple[str, bool], Bill] = {}
        self._prices: dict[tuple[str, str], Decimal] = {}
        self.functions: Mapping[str, Callable[..., Value]] = {
            "price": self._price,
            "tiered": self._tiered,
            "cost": self._cost,
            "bill": self._documented,
            "line": self._line,
            "hours": lambda system: Decimal(month_hours(self._system(system))),
            "param": self._param,
            "demand": self._demand,
            "flow_ms": self._flow_ms,
            "hop_ms": self._hop_ms,
            "fact": self._fact,
        }

    def at(self, current: Architecture) -> Formulas:
        """The same where the learner has built `current`."""
        return Formulas(self.systems, self.facts, self.engines, current=current)

    def value(self, text: str, let: Mapping[str, str] | None = None) -> Value:
        """The value of an expression after its named parts.

        Raises BadExpression for a mistake and Unpriced where the book has no number.
        """
        names: dict[str, Value] = {}
        for name, part in (let or {}).items():
            names[name] = self.evaluated(part, names)
        return self.evaluated(text, names)

    def number(self, text: str, let: Mapping[str, str] | None = None) -> Decimal:
        """The same where only a number makes sense."""
        value = self.value(text, let)
        if not isinstance(value, Decimal):
            raise Undefined(f"{text}: a number is expected, not {value}")
        return value

    def figure(self, text: str) -> Figure:
        """The content of a `{value}` role: an expression, optionally with `; unit`.

        A price that is not known makes a figure without a value. Raises BadExpression.
        """
        formula, _, unit = (part.strip() for part in text.partition(";"))
        try:
            return Figure(self.number(formula), unit, formula)
        except Unpriced as missing:
            return Figure(None, unit, formula, str(missing))

    def evaluated(self, text: str, names: Mapping[str, Value]) -> Value:
        """The value of an expression with these names; raises as `value` does."""
        expression = parsed(text)
        expression.check(names.keys(), self.functions.keys())
        return expression.evaluate(names, self.functions)

    def _system(self, name: object) -> Architecture:
        return _named("system", name, self.systems)

    def _bill(self, name: str, *, documented: bool) -> Bill:
        key = (name, documented)
        if key not in self._bills:
            engine = self.engines.bill if documented else self.engines.modelled
            self._bills[key] = engine(self._system(name))
        return self._bills[key]

    def _price(self, key: str, region: str) -> Decimal:
        self._ask(key, region)
        row = (key, region)
        if row not in self._prices:
            self._prices[row] = self.engines.price(key, region)
        return self._prices[row]

    def _ask(self, key: str, region: str) -> None:
        if (_text(key), _text(region)) in self.asked:
            return
        self.asked[key, region] = None
        if not self.engines.is_verified(key, region):
            self.unverified.add((key, region))

    def _tiered(self, key: str, region: str, quantity: Decimal) -> Decimal:
        self._ask(key, region)
        return self.engines.tiered(key, region, quantity)

    def _cost(self, system: str, component: str | None = None) -> Decimal:
        lines = self._bill(_text(system), documented=False).lines
        if component is not None:
            _named("component", component, self._system(system).components)
            lines = tuple(line for line in lines if component in line.components)
        return total(lines, component or system)

    def _documented(self, system: str) -> Decimal:
        bill = self._system(system).documented
        if bill is None:
            raise Undefined(f"{system} has no documented bill")
        return sum((line.usd for line in bill.lines), Decimal(0))

    def _line(self, system: str, line: str) -> Decimal:
        bill = self._system(system).documented
        lines = {one.id: one.usd for one in bill.lines} if bill else {}
        return _named("line", line, lines)

    def _param(self, system: str, component: str, name: str) -> Value:
        found = _named("component", component, self._system(system).components)
        value = _named("parameter", name, found.parameters())
        return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value  # type: ignore[return-value]

    def _demand(self, system: str, name: str) -> Decimal:
        return demand_value(self._system(system), _text(name))

    def _flow_ms(self, system: str, flow: str) -> Decimal:
        return hops_ms(_named("flow", flow, self._system(system).flows))

    def _hop_ms(self, system: str, flow: str, number: Decimal) -> Decimal:
        hops = _named("flow", flow, self._system(system).flows).hops
        if number != number.to_integral_value() or not 1 <= number <= len(hops):
            raise Undefined(f"{flow} has the hops 1 to {len(hops)}")
        return hops[int(number) - 1].p50_ms

    def _fact(self, fact: str) -> Decimal:
        value = _named("fact", fact, self.facts).value
        if not isinstance(value, Decimal):
            raise Undefined(f"{fact} documents no number")
        return value


def total(lines: Sequence[Line], what: str) -> Decimal:
    """The exact sum of lines of a bill; Unpriced with the name of `what` where one has none."""
    known = [line.usd for line in lines if line.usd is not None]
    if len(known) < len(lines):
        raise Unpriced(f"a part of {what} is not priced")
    with localcontext(MONEY):
        return sum(known, Decimal(0))


def demand_value(system: Architecture, name: str) -> Decimal:
    """A value of the demand, the derived ones included."""
    demand = system.demand
    values = {
        "requests_per_day": demand.requests_per_day,
        "peak_factor": demand.peak_factor,
        "peak_rps": demand.peak_per_second,
        "users": demand.users,
        "request_kib": demand.request_kib,
        "response_kib": demand.response_kib,
        "internet_out_gb": demand.out_gb(month_hours(system)),
    }
    value = _named("value of the demand", name, values)
    if value is None:
        raise Undefined(f"the demand of {system.id} does not say {name}")
    return value


def hops_ms(flow: Flow) -> Decimal:
    """The sum of the medians of the hops; hops side by side count as their slowest."""
    total = Decimal(0)
    beside: dict[str, Decimal] = {}
    for hop in flow.hops:
        if hop.parallel:
            beside[hop.parallel] = max(beside.get(hop.parallel, Decimal(0)), hop.p50_ms)
        else:
            total += hop.p50_ms
    return total + sum(beside.values(), Decimal(0))


@lru_cache(maxsize=2048)
def parsed(text: str) -> Expression:
    """A checked expression, read once."""
    return parse(text)


def short(value: Decimal) -> str:
    """A computed number for a message: at most six decimals."""
    return plain(value.quantize(Decimal("0.000001")).normalize())


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Undefined(f"{value} stands where a name in quotes is needed")
    return value


def _named(what: str, name: object, known: Mapping[str, T]) -> T:
    word = _text(name)
    if word not in known:
        raise Undefined(unknown(what, word, known))
    return known[word]


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """A sentence for a name that is not there, with the nearest one that is."""
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"no {what} is called {name}" + (f"; the nearest is {near[0]}" if near else "")
