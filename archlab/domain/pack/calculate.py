"""What a calculator answers at a setting: pure functions, one for each engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext

from archlab.domain.architecture import Architecture, Change, ChangeRefused, apply
from archlab.domain.expressions import Undefined
from archlab.domain.money import MONEY, plain
from archlab.domain.pack.alarms import ALARM_OUTPUTS, alarm_answer
from archlab.domain.pack.bench import Setting
from archlab.domain.pack.blocks.calculator import Calculator, Input, Output, position
from archlab.domain.pack.engines import month_hours
from archlab.domain.pack.formulas import Formulas, Value, parsed, total
from archlab.domain.pack.needles import LATENCY_OUTPUTS, downtime_results, latency_results
from archlab.domain.pack.results import Answer, Move, Result, Worked
from archlab.domain.pack.settings import SettingRefused
from archlab.domain.pricing import (
    Assumption,
    BreakEven,
    Curve,
    Line,
    NoSuchDial,
    Sweep,
    Tornado,
    Unpriced,
    crossings,
    tornado,
    whole_crossings,
)

CLIENT = "client"
USD_MONTH = "USD/month"

Values = Mapping[str, Setting]


def run(calculator: Calculator, values: Values, formulas: Formulas) -> Answer:
    """The outputs at these values, one for every control.

    Raises SettingRefused when the model cannot take a value. What is not priced is a result
    without a value.
    """
    return _ENGINES[calculator.engine](calculator, values, formulas)


# ---- formula


def _formula(calculator: Calculator, values: Values, formulas: Formulas) -> Answer:
    scope = _Scope(values, formulas)
    worked = tuple(scope.part(name, formula) for name, formula in calculator.let.items())
    results = tuple(map(scope.result, calculator.outputs))
    return Answer(results, worked, tuple(formulas.asked))


class _Scope:
    """The names of a formula calculator at one setting."""

    def __init__(self, values: Values, formulas: Formulas) -> None:
        self.formulas = formulas
        self.names: dict[str, Value] = dict(values)
        self.missing: dict[str, str] = {}
        """Parts without a value, and why."""

    def part(self, name: str, formula: str) -> Worked:
        value, reason = self._evaluated(formula)
        if value is None:
            self.missing[name] = reason
        else:
            self.names[name] = value
        return Worked(name, formula, value, reason)

    def result(self, output: Output) -> Result:
        value, reason = self._evaluated(output.expr)
        if value is not None and not isinstance(value, Decimal):
            value, reason = None, f"{output.expr}: a number is expected, not {value}"
        return Result(
            output.id,
            output.label,
            output.unit,
            output.decimals,
            value,
            reason,
            output.explain,
            output.expr,
        )

    def _evaluated(self, formula: str) -> tuple[Value | None, str]:
        for name in parsed(formula).names:
            if name in self.missing:
                return None, self.missing[name]
        try:
            return self.formulas.evaluated(formula, self.names), ""
        except (Unpriced, Undefined) as missing:
            return None, str(missing)


# ---- bill


def _bill(calculator: Calculator, values: Values, formulas: Formulas) -> Answer:
    system = turned(calculator, values, formulas)
    lines = formulas.engines.modelled(system).lines
    results = [_usd("monthly_usd", "In all", lines)]
    for id_, component in system.components.items():
        own = [line for line in lines if id_ in line.components]
        label = component.label or component.title
        results.append(_usd(f"component.{id_}", label, own))
    return Answer(tuple(results))


def _usd(id_: str, label: str, lines: Sequence[Line]) -> Result:
    try:
        return Result(id_, label, USD_MONTH, 2, total(lines, label))
    except Unpriced as missing:
        return Result(id_, label, USD_MONTH, 2, None, str(missing))


def turned(
    calculator: Calculator,
    values: Values,
    formulas: Formulas,
    *,
    against: bool = False,
    without: Input | None = None,
) -> Architecture:
    """The calculator's system, or the second one, with its inputs set, in one fixed month.

    `without` is an input that is left where the system has it.
    """
    system = pinned(formulas.systems[calculator.against if against else calculator.architecture])
    places: dict[str, str] = {}
    owners: dict[str, str] = {}
    for one in calculator.inputs:
        if one is without:
            continue
        for place in one.other_places if against else one.own_places:
            at = resolved(system, place)
            places[at], owners[at] = position(values[one.id]), one.id
    try:
        return apply(system, Change(set=places), named=formulas.systems)
    except ChangeRefused as refused:
        place = refused.key.removeprefix("set.")
        raise SettingRefused(owners.get(place, calculator.inputs[0].id), str(refused)) from None


def pinned(system: Architecture) -> Architecture:
    """The system alone, in the month of its documented bill where it has one."""
    return replace(system, documented=None, month_hours=month_hours(system))


def resolved(system: Architecture, place: str) -> str:
    """A place of this system; `client` stands for its client, whatever that one is called."""
    owner, dot, name = place.partition(".")
    if owner != CLIENT or owner in system.components:
        return place
    clients = [id_ for id_, one in system.components.items() if one.kind == CLIENT]
    return f"{clients[0]}{dot}{name}" if clients else place


# ---- break-even


def _break_even(calculator: Calculator, values: Values, formulas: Formulas) -> Answer:
    swept = calculator.inputs[0]
    low, high = span(swept)
    unit = swept.unit
    try:
        found = _compared(calculator, values, formulas)
    except SettingRefused:
        raise
    except ValueError as missing:  # not priced, or a size inside the range that does not exist
        return Answer(
            (
                Result("first_crossing", swept.label, unit, 2, None, str(missing)),
                Result("crossings", "Crossings", "", 0, None, str(missing)),
            )
        )
    first = found.crossings[0].x if found.crossings else None
    none = "" if found.crossings else f"no crossing from {plain(low)} to {plain(high)}"
    count = Decimal(len(found.crossings))
    return Answer(
        (
            Result("first_crossing", "First crossing", unit, 2, first, none),
            Result("crossings", "Crossings", "", 0, count),
        ),
        break_even=found,
    )


def _compared(calculator: Calculator, values: Values, formulas: Formulas) -> BreakEven:
    swept = calculator.inputs[0]
    low, high = span(swept)
    first, second, is_whole = both_curves(calculator, values, formulas)
    search = whole_crossings if is_whole else crossings
    return search(first, second, low, high)


def both_curves(
    calculator: Calculator, values: Values, formulas: Formulas
) -> tuple[Curve, Curve, bool]:
    """USD a month of both systems along the first input, and whether that counts whole things."""
    curves: list[Curve] = []
    is_whole = False
    for against in (False, True):
        swept = calculator.inputs[0]
        system = turned(calculator, values, formulas, against=against, without=swept)
        places = swept.other_places if against else swept.own_places
        sweep = formulas.engines.sweep(system, [resolved(system, one) for one in places])
        is_whole = is_whole or True in sweep.dials.are_whole
        curves.append(along(sweep))
    return curves[0], curves[1], is_whole


def along(sweep: Sweep) -> Curve:
    """All dials of a sweep at one value; between two whole positions the lower one holds."""
    are_whole = sweep.dials.are_whole
    if not are_whole:
        constant = sweep.usd([])
        return lambda x: constant
    return lambda x: sweep.usd([Decimal(int(x)) if whole else x for whole in are_whole])


def span(one: Input) -> tuple[Decimal, Decimal]:
    """From where to where an input moves."""
    if one.low is None or one.high is None:
        raise ValueError(f"{one.id} has no limits: write min and max")
    return one.low, one.high


# ---- tornado


def _tornado(calculator: Calculator, values: Values, formulas: Formulas) -> Answer:
    assumptions = [
        Assumption(one.id, low, likely, high, one.unit, one.help)
        for one in calculator.inputs
        for (low, high), likely in [(span(one), _likely(one, values))]
    ]
    try:
        found = tornado(_cost(calculator, values, formulas), assumptions)
    except Unpriced as missing:
        return Answer(tuple(_sways(None, str(missing))))
    return Answer(tuple(_sways(found, "")), tornado=found)


def _likely(one: Input, values: Values) -> Decimal:
    value = values[one.id]
    return value if isinstance(value, Decimal) else Decimal(0)


def _sways(found: Tornado | None, reason: str) -> Iterator[Result]:
    likely = low = high = None
    if found is not None:
        likely, low, high = found.likely_usd, found.all_low_usd, found.all_high_usd
    yield Result("likely_usd", "All at their likely value", USD_MONTH, 2, likely, reason)
    yield Result("low_usd", "All at their low value", USD_MONTH, 2, low, reason)
    yield Result("high_usd", "All at their high value", USD_MONTH, 2, high, reason)


def _cost(
    calculator: Calculator, values: Values, formulas: Formulas
) -> Callable[[Mapping[str, Decimal]], Decimal]:
    """USD a month at values of the inputs, by the short way where every place is a number."""
    system = pinned(formulas.systems[calculator.architecture])
    places = [(resolved(system, place), one.id) for one in calculator.inputs for place in one.bind]
    try:
        sweep = formulas.engines.sweep(system, [place for place, _id in places])
    except NoSuchDial:
        return lambda at: _modelled(calculator, {**values, **at}, formulas)
    return lambda at: sweep.usd([at[id_] for _place, id_ in places])


def _modelled(calculator: Calculator, values: Values, formulas: Formulas) -> Decimal:
    system = turned(calculator, values, formulas)
    return total(formulas.engines.modelled(system).lines, system.title)


# ---- portfolio


def _portfolio(calculator: Calculator, values: Values, formulas: Formulas) -> Answer:
    system = pinned(formulas.systems[calculator.architecture])
    try:
        start = usd = _system_usd(system, formulas)
        moves: list[Move] = []
        for lever in calculator.levers:
            if values[lever.id] is not True:
                continue
            system = _pulled(system, lever.id, lever.change, formulas)
            after = _system_usd(system, formulas)
            with localcontext(MONEY):
                moves.append(Move(lever.id, lever.text, after - usd))
            usd = after
    except Unpriced as missing:
        return Answer(
            (
                Result("total_usd", "What is left", USD_MONTH, 2, None, str(missing)),
                Result("saved_usd", "Saved", USD_MONTH, 2, None, str(missing)),
            )
        )
    with localcontext(MONEY):
        saved = start - usd
    results = (
        Result("total_usd", "What is left", USD_MONTH, 2, usd),
        Result("saved_usd", "Saved", USD_MONTH, 2, saved),
    )
    return Answer(results, moves=tuple(moves))


def _pulled(system: Architecture, lever: str, change: Change, formulas: Formulas) -> Architecture:
    try:
        return apply(system, change, named=formulas.systems)
    except ChangeRefused as refused:
        raise SettingRefused(lever, str(refused)) from None


def _system_usd(system: Architecture, formulas: Formulas) -> Decimal:
    return total(formulas.engines.modelled(system).lines, system.title)


# ---- latency and downtime


def _latency(calculator: Calculator, values: Values, formulas: Formulas) -> Answer:
    return Answer(tuple(latency_results(turned(calculator, values, formulas), calculator.flow)))


def _downtime(calculator: Calculator, values: Values, formulas: Formulas) -> Answer:
    return Answer(tuple(downtime_results(turned(calculator, values, formulas))))


def _alarms(calculator: Calculator, values: Values, _formulas: Formulas) -> Answer:
    return alarm_answer(values, calculator.seed or 1)


_ENGINES: Mapping[str, Callable[[Calculator, Values, Formulas], Answer]] = {
    "formula": _formula,
    "bill": _bill,
    "breakeven": _break_even,
    "tornado": _tornado,
    "portfolio": _portfolio,
    "latency": _latency,
    "downtime": _downtime,
    "alarms": _alarms,
}


def output_ids(calculator: Calculator, system: Architecture | None) -> list[str]:
    """The outputs that a calculator has; those of components need the system."""
    if calculator.engine == "formula":
        return [one.id for one in calculator.outputs]
    if calculator.engine == "bill":
        components = system.components if system else {}
        return ["monthly_usd", *(f"component.{id_}" for id_ in components)]
    return list(_OUTPUTS[calculator.engine])


_OUTPUTS: Mapping[str, tuple[str, ...]] = {
    "breakeven": ("first_crossing", "crossings"),
    "portfolio": ("total_usd", "saved_usd"),
    "tornado": ("low_usd", "likely_usd", "high_usd"),
    "latency": LATENCY_OUTPUTS,
    "downtime": ("minutes_month", "percent"),
    "alarms": ALARM_OUTPUTS,
}
