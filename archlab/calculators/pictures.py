"""The picture of a calculator's answer: what its author asked for, or what its engine found."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archlab.domain.pack import Formulas
from archlab.domain.pack.bench import Setting
from archlab.domain.pack.blocks import Calculator, Input
from archlab.domain.pack.curves import Curve, columns, crossed, curve, rivals
from archlab.domain.pack.results import Answer, Move
from archlab.domain.pricing import BreakEven, Tornado
from archlab.web import charts, numbers

GAPS = {
    "latency": gettext_lazy("overloaded"),
    "downtime": gettext_lazy("not modelled"),
    "alarms": gettext_lazy("never"),
}
"""Why an engine has no value at a setting, where it is not for want of a price."""

MOST_BARS = 12
USD_MONTH = "USD/month"


def gap(calculator: Calculator) -> str:
    """What a place without a value is called in a chart and in its table."""
    return str(GAPS.get(calculator.engine) or _("not priced"))


def picture(
    calculator: Calculator,
    values: Mapping[str, Setting],
    formulas: Formulas,
    answer: Answer,
    *,
    id_: str,
    finding: str,
    interactive: bool,
) -> SafeString:
    """One chart, or nothing where there is nothing to draw."""
    drawing = _Picture(calculator, values, formulas, answer, id_, finding, interactive=interactive)
    if answer.break_even is not None:
        return drawing.rivals(answer.break_even)
    if answer.tornado is not None:
        return drawing.tornado(answer.tornado)
    if calculator.engine == "portfolio":
        return drawing.levers(answer.moves)
    if calculator.chart is not None:
        return drawing.chart()
    return drawing.parts() if calculator.engine == "bill" else SafeString("")


class _Picture:
    """One answer with all that its chart needs."""

    def __init__(
        self,
        calculator: Calculator,
        values: Mapping[str, Setting],
        formulas: Formulas,
        answer: Answer,
        id_: str,
        finding: str,
        *,
        interactive: bool,
    ) -> None:
        self.calculator, self.values, self.formulas = calculator, values, formulas
        self.answer, self.id_, self.finding = answer, id_, finding
        self.interactive = interactive

    def chart(self) -> SafeString:
        text = self.calculator.chart
        line = curve(self.calculator, self.values, self.formulas)
        if text is None or line is None or text.kind == "bar":
            return self._bars()
        found = crossed(self.calculator, self.values, self.formulas)
        labels = {one.id: one.label for one in self.answer.results}
        names = [labels[name] for name in line.outputs]
        unit = self._unit(line.outputs)
        met = _marks(found, names, line.x, unit) if found else []
        return self._lines(
            line, names, [*self._here(line), *met], unit, stepped=text.kind == "step"
        )

    def _unit(self, outputs: tuple[str, ...]) -> str:
        """The one unit of all curves, else nothing but the labels."""
        units = {one.unit for one in self.answer.results if one.id in outputs}
        return units.pop() if len(units) == 1 else ""

    def _lines(
        self,
        line: Curve,
        names: list[str],
        marks: list[charts.Mark],
        unit: str,
        *,
        stepped: bool = False,
    ) -> SafeString:
        series = [
            charts.Series(
                name, tuple((x, heights[place]) for x, heights in line.points), stepped=stepped
            )
            for place, name in enumerate(names)
        ]
        return charts.line_chart(
            series,
            id_=self.id_,
            finding=self.finding,
            x_label=_axis(line.x),
            y_label=unit or names[0],
            marks=marks,
            log_x=line.x.scale == "log",
            interactive=self.interactive,
            lack=gap(self.calculator),
        )

    def _here(self, line: Curve) -> list[charts.Mark]:
        """Where the learner stands."""
        x = self.values[line.x.id]
        first = self.answer.result(line.outputs[0])
        if not isinstance(x, Decimal):
            return []
        return [charts.Mark(x, first.value if first else None, _("here"))]

    def _bars(self) -> SafeString:
        labels = {one.id: (one.label, one.unit) for one in self.answer.results}
        chart = self.calculator.chart
        names = chart.y if chart else ()
        bars = [
            charts.Bar(
                column.label if len(names) == 1 else f"{column.label}, {labels[name][0]}",
                height,
                lack=gap(self.calculator),
            )
            for column in columns(self.calculator, self.values, self.formulas)
            for name, height in zip(names, column.heights, strict=True)
        ]
        label, unit = labels[names[0]]
        return charts.bar_chart(
            bars[: 2 * MOST_BARS],
            id_=self.id_,
            finding=self.finding,
            x_label=unit or label,
            interactive=self.interactive,
        )

    def parts(self) -> SafeString:
        """A bill without a chart of its own: what each component costs."""
        parts = [one for one in self.answer.results[1:] if one.value is None or one.value]
        bars = [charts.Bar(one.label, one.value, reason=one.reason) for one in parts]
        largest = sorted(bars, key=lambda bar: -bar.reach)[:MOST_BARS]
        return charts.bar_chart(
            largest,
            id_=self.id_,
            finding=self.finding,
            x_label=USD_MONTH,
            interactive=self.interactive,
        )

    def rivals(self, found: BreakEven) -> SafeString:
        line = rivals(self.calculator, self.values, self.formulas)
        names = [self.formulas.systems[name].title for name in line.outputs]
        return self._lines(line, names, _marks(found, names, line.x, USD_MONTH), USD_MONTH)

    def tornado(self, found: Tornado) -> SafeString:
        labels = {one.id: one for one in self.calculator.inputs}
        sways = [
            charts.Sway(
                labels[one.assumption.name].label,
                _at(one.assumption.low, one.assumption.unit),
                _at(one.assumption.high, one.assumption.unit),
                found.likely_usd + one.low_usd,
                found.likely_usd + one.high_usd,
            )
            for one in found.sways
        ]
        return charts.tornado_chart(
            sways,
            likely=found.likely_usd,
            id_=self.id_,
            finding=self.finding,
            y_label=USD_MONTH,
            interactive=self.interactive,
        )

    def levers(self, moves: tuple[Move, ...]) -> SafeString:
        left, saved = (one.value for one in self.answer.results)
        start = left + saved if left is not None and saved is not None else None
        steps = [charts.Step(_("Before"), start, "start")]
        steps += [charts.Step(one.text, one.usd, "changed") for one in moves]
        steps.append(charts.Step(_("After"), left, "total"))
        return charts.difference_chart(
            steps,
            id_=self.id_,
            finding=self.finding,
            y_label=USD_MONTH,
            interactive=self.interactive,
        )


def _marks(found: BreakEven, names: list[str], x: Input, unit: str) -> list[charts.Mark]:
    """Where two lines meet; only money is cheaper on one side of it."""
    money = unit.startswith("USD")
    words = (
        _("%(name)s is cheaper from %(x)s %(unit)s on")
        if money
        else _("they meet at %(x)s %(unit)s")
    )
    cheaper = {"a": names[0], "b": names[1], "equal": _("neither")}
    return [
        charts.Mark(
            one.x,
            None,
            words
            % {
                "name": cheaper[one.cheaper_after],
                "x": numbers.fixed(one.x, 0 if abs(one.x) >= 100 else 2),
                "unit": x.unit,
            },
        )
        for one in found.crossings
    ]


def _axis(x: Input) -> str:
    return f"{x.label}, {x.unit}" if x.unit else x.label


def _at(value: Decimal, unit: str) -> str:
    text = f"{value:,f}"
    return f"{text} {unit}".strip()
