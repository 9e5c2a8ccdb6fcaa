"""The same charts as specifications for Plotly: plain dicts, drawn by `static/js/chart.js`.

Only here do exact figures become floats. Colours are names of tokens, which the script reads from
the page, so that a chart follows the theme. Names are escaped, because Plotly reads its own markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from math import log10
from typing import Any

from archlab.web.charts.figures import Bar, Basis, Bin, Mark, Series, Span, Step, Sway, climbs
from archlab.web.numbers import amount, signed

Spec = dict[str, Any]

CONFIG: Spec = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,
    "responsive": True,
}
"""No toolbar: the default one offers to send the chart to a vendor."""

DASHES: dict[Basis, str] = {"documented": "solid", "modelled": "dash", "assumed": "dot"}
HATCHES: dict[str, str] = {"documented": "", "modelled": "/", "assumed": ".", "removed": ""}
SIGNS = "●■◆▲✚"
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross")
INK, RED = "var(--ink)", "var(--accent)"
ROW, BAR = 46, 0.42
"""Pixels of a row, and the part of it below its name that the bar takes."""


def line_spec(
    series: Sequence[Series],
    *,
    x_label: str,
    y_label: str,
    marks: Sequence[Mark] = (),
    log_x: bool = False,
) -> Spec:
    traces = [_line(one, index) for index, one in enumerate(series)]
    rings = [mark for mark in marks if mark.y is not None]
    if rings:
        traces.append(_rings(rings))
    x = _axis(x_label, type="log" if log_x else "linear")
    y = _axis(y_label, rangemode="tozero")
    notes = [_end(one, index, log_x=log_x) for index, one in enumerate(series) if one.known]
    notes += [_note(mark, n, log_x=log_x) for n, mark in enumerate(marks)]
    return _spec(traces, 440, x, y, annotations=notes)


def _line(one: Series, index: int) -> Spec:
    colour = f"var(--series-{index + 1})"
    dotted = any(len(run) == 1 for run in one.runs)
    return {
        "type": "scatter",
        "mode": "lines+markers" if dotted else "lines",
        "name": escape(one.name),
        "x": [float(x) for x, _y in one.points],
        "y": [None if y is None else float(y) for _x, y in one.points],
        "connectgaps": False,
        "line": {
            "color": colour,
            "width": 2.4,
            "dash": DASHES[one.basis],
            "shape": "hv" if one.stepped else "linear",
        },
        "marker": {"color": colour, "symbol": SYMBOLS[index], "size": 9},
    }


def _rings(marks: Sequence[Mark]) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "",
        "x": [float(mark.x) for mark in marks],
        "y": [float(mark.y or 0) for mark in marks],
        "text": [escape(mark.label) for mark in marks],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"symbol": "circle-open", "size": 13, "color": RED, "line": {"width": 2.4}},
    }


def _place(x: Decimal, *, log_x: bool) -> float:
    """Notes on a logarithmic axis are placed by the exponent."""
    return log10(x) if log_x else float(x)


def _end(one: Series, index: int, *, log_x: bool) -> Spec:
    x, y = one.known[-1]
    return {
        "x": _place(x, log_x=log_x),
        "y": float(y),
        "text": f"{SIGNS[index]} {escape(one.name)}",
        "showarrow": False,
        "xanchor": "right",
        "yanchor": "bottom",
        "font": {"color": f"var(--series-{index + 1})"},
        "bgcolor": "var(--card)",
    }


def _note(mark: Mark, place: int, *, log_x: bool) -> Spec:
    """The name of a mark, on a stalk; neighbours stand at different heights."""
    upright = mark.y is None
    return {
        "x": _place(mark.x, log_x=log_x),
        "y": 0 if mark.y is None else float(mark.y),
        "yref": "paper" if upright else "y",
        "text": escape(mark.label),
        "font": {"color": RED},
        "bgcolor": "var(--card)",
        "showarrow": True,
        "arrowhead": 0,
        "arrowcolor": RED,
        "standoff": 7,
        "ax": 0,
        "ay": -36 - 24 * (place % 4),
    }


def range_spec(bins: Sequence[Bin], *, marks: Sequence[Mark], x_label: str, y_label: str) -> Spec:
    trace = {
        "type": "bar",
        "x": [float((one.low + one.high) / 2) for one in bins],
        "y": [one.count for one in bins],
        "width": [float(one.high - one.low) for one in bins],
        "customdata": [[float(one.low), float(one.high)] for one in bins],
        "text": [f"{amount(one.low)} \N{EN DASH} {amount(one.high)}" for one in bins],
        "textposition": "none",
        "hovertemplate": "%{text}: %{y}<extra></extra>",
        "marker": _marker("modelled"),
    }
    lines = [
        {
            "type": "line",
            "x0": float(mark.x),
            "x1": float(mark.x),
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "line": {"color": INK, "width": 2, "dash": DASHES[mark.basis]},
        }
        for mark in marks
    ]
    notes = [_head(mark, place) for place, mark in enumerate(marks)]
    x, y = _axis(x_label), _axis(y_label, rangemode="tozero")
    return _spec([trace], 420, x, y, shapes=lines, annotations=notes, top=96)


def _head(mark: Mark, place: int) -> Spec:
    return {
        "x": float(mark.x),
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 22 * (place % 4),
        "text": escape(mark.label),
        "showarrow": False,
    }


def bar_spec(bars: Sequence[Bar], *, x_label: str) -> Spec:
    """`bars` in the order in which they are drawn."""
    spans = [(Decimal(0), bar.value or Decimal(0)) for bar in bars]
    texts = [_told(bar) for bar in bars]
    looks = ["open" if bar.open_ else bar.basis for bar in bars]
    ticks = [(place, bar) for place, bar in enumerate(bars) if bar.documented is not None]
    trace = _rows(spans, texts, looks)
    trace["x"] = [None if bar.value is None else float(bar.value) for bar in bars]
    documented = {
        "type": "scatter",
        "mode": "markers",
        "name": "documented",
        "x": [float(bar.documented or 0) for _place, bar in ticks],
        "y": [place + BAR / 2 for place, _bar in ticks],
        "text": [amount(bar.documented) for _place, bar in ticks],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"symbol": "line-ns", "size": 26, "line": {"width": 3, "color": INK}},
    }
    return _row_spec([trace, documented], [bar.label for bar in bars], x_label)


def _told(bar: Bar) -> str:
    return (
        f"{amount(None)}: {escape(bar.reason)}"
        if bar.value is None and bar.reason
        else amount(bar.value)
    )


def tornado_spec(sways: Sequence[Sway], *, likely: Decimal, y_label: str) -> Spec:
    """`sways` in the order in which they are drawn."""
    spans = [(low, high) for (low, _at), (high, _too) in (sway.ends for sway in sways)]
    texts = [
        f"{amount(low)} ({escape(low_at)}) \N{EN DASH} {amount(high)} ({escape(high_at)})"
        for (low, low_at), (high, high_at) in (sway.ends for sway in sways)
    ]
    trace = _rows(spans, texts, ["modelled"] * len(sways))
    trace["textposition"] = "inside"
    rule = {
        "type": "line",
        "x0": float(likely),
        "x1": float(likely),
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": RED, "width": 2},
    }
    return _row_spec([trace], [sway.label for sway in sways], y_label, shapes=[rule])


def difference_spec(steps: Sequence[Step], *, y_label: str) -> Spec:
    totals = {"start", "total"}
    texts = [
        amount(step.change) if step.kind in totals else signed(step.change, "amount")
        for step in steps
    ]
    looks = ["modelled" if step.kind in totals else step.kind for step in steps]
    trace = _rows(climbs(steps), texts, looks)
    trace["x"] = [None if step.change is None else float(step.change) for step in steps]
    return _row_spec([trace], [step.label for step in steps], y_label)


def _rows(spans: Sequence[Span], texts: Sequence[str], looks: Sequence[str]) -> Spec:
    """Bars below the names of their rows; a name of any length has the whole width."""
    return {
        "type": "bar",
        "orientation": "h",
        "base": [float(begin) for begin, _end in spans],
        "x": [float(end - begin) for begin, end in spans],
        "y": list(range(len(spans))),
        "offset": 0,
        "width": BAR,
        "text": list(texts),
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "color": [
                "rgba(0,0,0,0)" if HATCHES.get(x, "/") == "" else "var(--card)" for x in looks
            ],
            "line": {"width": 1.4, "color": [_ink(look) for look in looks]},
            "pattern": {
                "shape": [HATCHES.get(look, "/") for look in looks],
                "fgcolor": [_ink(look) for look in looks],
                "bgcolor": "var(--card)",
                "size": 6,
                "solidity": 0.25,
            },
        },
    }


def _ink(look: str) -> str:
    return RED if look in {"open", "added", "changed"} else INK


def _marker(look: str) -> Spec:
    line = {"width": 1.4, "color": _ink(look)}
    pattern = {"shape": HATCHES[look], "fgcolor": _ink(look), "bgcolor": "var(--card)", "size": 6}
    return {"color": "var(--card)", "line": line, "pattern": pattern | {"solidity": 0.25}}


def _row_spec(traces: Sequence[Spec], names: Sequence[str], x_label: str, **more: Any) -> Spec:
    y = {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": [escape(name) for name in names],
        "ticklabelposition": "inside top",
        "range": [len(names) - 0.4, -0.6],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
    }
    return _spec(traces, 60 + ROW * max(len(names), 1), _axis(x_label), y, **more)


def _axis(title: str, **more: Any) -> Spec:
    return {
        "title": {"text": escape(title)},
        "automargin": True,
        "fixedrange": True,
        "gridcolor": "var(--faint)",
        "zerolinecolor": INK,
        **more,
    }


def _spec(
    traces: Sequence[Spec], height: int, x: Spec, y: Spec, *, top: int = 24, **more: Any
) -> Spec:
    layout = {
        "height": height,
        "autosize": True,
        "margin": {"l": 16, "r": 24, "t": top, "b": 16},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": INK, "family": "var(--sans)", "size": 14},
        "hoverlabel": {"bgcolor": "var(--card)", "font": {"color": INK}},
        "xaxis": x,
        "yaxis": y,
        **more,
    }
    return {"data": list(traces), "layout": layout, "config": CONFIG}
