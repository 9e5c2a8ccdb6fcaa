"""The same charts as specifications for Plotly: plain dicts, drawn by `static/js/chart.js`.

Only here do exact figures become floats. Colours are names of tokens, which the script reads from
the page, so that a chart follows the theme. Names are escaped, because Plotly reads its own markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape
from math import log10
from typing import Any

from django.utils.translation import gettext

from archlab.web.charts.figures import (
    Bar,
    Basis,
    Bin,
    Mark,
    Series,
    Span,
    Spec,
    Step,
    Stretch,
    Sway,
    climbs,
    ends,
    told_bar,
    told_step,
    told_stretch,
    told_sway,
)
from archlab.web.charts.scale import ROOMY, ZERO, bounds
from archlab.web.lettering import clipped
from archlab.web.numbers import amount

CONFIG: Spec = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,
    "responsive": True,
}
"""No toolbar: the default one offers to send the chart to a vendor."""

DASHES: dict[Basis, str] = {"documented": "solid", "modelled": "dash", "assumed": "dot"}
SIGNS = "●■◆▲✚"
"""What ends each line and stands before its name, as in the drawing."""

INK, RED, CLEAR = "var(--ink)", "var(--accent)", "rgba(0,0,0,0)"
HATCHES = {"documented": "", "assumed": ".", "removed": ""}
"""Looks that are not hatched with strokes."""

ROW, BAR = 72, 0.28
"""Pixels of a row, which has two lines of words, and the part below them that the bar takes."""

HEAD = 22
"""Pixels of a line of names above the axes."""


def line_spec(
    series: Sequence[Series],
    *,
    x_label: str,
    y_label: str,
    lack: str,
    marks: Sequence[Mark] = (),
    log_x: bool = False,
) -> Spec:
    x = _axis(x_label, zeroline=False, **({"type": "log", "dtick": 1} if log_x else {}))
    ends = [_end(one, index, log_x=log_x) for index, one in enumerate(series) if one.known]
    rings = [mark for mark in marks if mark.y is not None]
    return _spec(
        [
            *(edge for index, one in enumerate(series) for edge in _band(one, index)),
            *(_line(one, index) for index, one in enumerate(series)),
            *([_rings(rings)] if rings else []),
        ],
        440 + HEAD * len(marks),
        x,
        _axis(y_label, rangemode="tozero"),
        annotations=[
            *(ends or [_nothing(lack)]),
            *_heads(marks, RED, log_x=log_x),
        ],
        shapes=[_upright(mark.x, RED, "solid", 1) for mark in marks],
        legend={
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        margin=_margin(HEAD * len(marks)),
    )


def _band(one: Series, index: int) -> Iterator[Spec]:
    """Two edges for each piece, the space between them filled: gaps inside would be filled too."""
    for run in one.band.runs if one.band else []:
        for edge in (0, 1):
            yield {
                "type": "scatter",
                "mode": "lines",
                "showlegend": False,
                "hoverinfo": "skip",
                "opacity": 0.5,
                "x": [float(x) for x, _span in run],
                "y": [float(span[edge]) for _x, span in run],
                "line": {
                    "color": f"var(--series-{index + 1})",
                    "width": 0.8,
                    "shape": "hv" if one.stepped else "linear",
                },
                **({"fill": "tonexty", "fillcolor": "var(--band)"} if edge else {}),
            }


def _line(one: Series, index: int) -> Spec:
    colour = f"var(--series-{index + 1})"
    line = {"color": colour, "width": 2.4, "dash": DASHES[one.basis]}
    alone = any(len(run) == 1 for run in one.runs)  # a point between gaps has no line to show it
    return {
        "type": "scatter",
        "mode": "lines+markers" if alone else "lines",
        "name": f"{SIGNS[index]} {escape(one.name)}",
        "x": [float(x) for x, _y in one.points],
        "y": [None if y is None else float(y) for _x, y in one.points],
        "connectgaps": False,
        "line": line | {"shape": "hv" if one.stepped else "linear"},
    }


def _rings(marks: Sequence[Mark]) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "x": [float(mark.x) for mark in marks],
        "y": [float(mark.y or 0) for mark in marks],
        "text": [escape(mark.label) for mark in marks],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"symbol": "circle-open", "size": 13, "color": RED, "line": {"width": 2.4}},
    }


def _place(x: Decimal, *, log_x: bool) -> float:
    """Words on a logarithmic axis are placed by the exponent."""
    return log10(x) if log_x else float(x)


def _end(one: Series, index: int, *, log_x: bool) -> Spec:
    x, y = one.known[-1]
    return {
        "x": _place(x, log_x=log_x),
        "y": float(y),
        "text": SIGNS[index],
        "showarrow": False,
        "font": {"color": f"var(--series-{index + 1})"},
    }


def _heads(marks: Sequence[Mark], colour: str, *, log_x: bool = False) -> list[Spec]:
    """The names of marks over the axes, one a line, because no width is known here."""
    return [
        {
            "x": _place(mark.x, log_x=log_x),
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": HEAD * row,
            "text": escape(mark.label),
            "font": {"color": colour},
            "showarrow": False,
        }
        for row, mark in enumerate(marks)
    ]


def _upright(x: Decimal, colour: str, dash: str, width: float) -> Spec:
    line = {"color": colour, "dash": dash, "width": width}
    ends = {"x0": float(x), "x1": float(x), "y0": 0, "y1": 1}
    return {"type": "line", "yref": "paper", **ends, "line": line}


def range_spec(bins: Sequence[Bin], *, marks: Sequence[Mark], x_label: str, y_label: str) -> Spec:
    trace = {
        "type": "bar",
        "x": [float((one.low + one.high) / 2) for one in bins],
        "y": [one.count for one in bins],
        "width": [float(one.high - one.low) for one in bins],
        "text": [f"{amount(one.low)} \N{EN DASH} {amount(one.high)}" for one in bins],
        "textposition": "none",
        "hovertemplate": "%{text}: %{y}<extra></extra>",
        "marker": _marker(["modelled"] * len(bins)),
    }
    return _spec(
        [trace],
        420 + HEAD * len(marks),
        _axis(x_label, zeroline=False),
        _axis(y_label, rangemode="tozero"),
        annotations=_heads(marks, INK) if bins else [_nothing(gettext("no results"))],
        shapes=[_upright(mark.x, INK, DASHES[mark.basis], 2) for mark in marks],
        margin=_margin(HEAD * len(marks)),
    )


def bar_spec(bars: Sequence[Bar], *, x_label: str) -> Spec:
    """`bars` in the order in which they are drawn."""
    spans = [(ZERO, bar.value or ZERO) for bar in bars]
    trace = _rows(spans, ["open" if bar.open_ else bar.basis for bar in bars])
    trace["x"] = [None if bar.value is None else float(bar.value) for bar in bars]
    ticks = [(row, bar.documented) for row, bar in enumerate(bars) if bar.documented is not None]
    documented = {
        "type": "scatter",
        "mode": "markers",
        "x": [float(value) for _row, value in ticks],
        "y": [row + BAR / 2 for row, _value in ticks],
        "text": [amount(value) for _row, value in ticks],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"symbol": "line-ns", "size": 24, "line": {"width": 3, "color": INK}},
    }
    names = [(bar.label, told_bar(bar)) for bar in bars]
    reach = bounds([x for _begin, x in spans] + [value for _row, value in ticks])
    return _row_spec([trace, documented], names, x_label, reach)


def tornado_spec(sways: Sequence[Sway], *, likely: Decimal, y_label: str) -> Spec:
    """`sways` in the order in which they are drawn."""
    spans = [(low, high) for (low, _at), (high, _too) in (sway.ends for sway in sways)]
    trace = _rows(spans, ["modelled"] * len(sways))
    names = [(sway.label, " \N{EN DASH} ".join(told_sway(sway))) for sway in sways]
    reach = bounds([likely, *(x for span in spans for x in span)], zero=False)
    shapes = [_upright(likely, RED, "solid", 2)]
    return _row_spec([trace], names, y_label, reach, shapes=shapes)


def difference_spec(steps: Sequence[Step], *, y_label: str) -> Spec:
    spans = climbs(steps)
    trace = _rows(spans, ["modelled" if step.is_total else step.kind for step in steps])
    trace["x"] = [None if step.change is None else float(step.change) for step in steps]
    names = [(step.label, told_step(step)) for step in steps]
    return _row_spec([trace], names, y_label, bounds(x for span in spans for x in span))


def waterfall_spec(stretches: Sequence[Stretch], *, x_label: str, reach: Decimal) -> Spec:
    trace = _rows(ends(stretches), ["open" if one.is_wait else "modelled" for one in stretches])
    names = [(one.label, told_stretch(one)) for one in stretches]
    return _row_spec([trace], names, x_label, (ZERO, reach))


def _rows(spans: Sequence[Span], looks: Sequence[str]) -> Spec:
    return {
        "type": "bar",
        "orientation": "h",
        "base": [float(begin) for begin, _end in spans],
        "x": [float(end - begin) for begin, end in spans],
        "y": list(range(len(spans))),
        "offset": 0,
        "width": BAR,
        "hoverinfo": "none",
        "marker": _marker(looks),
    }


def _marker(looks: Sequence[str]) -> Spec:
    """Hatches are drawn in the colour of the bar, on the colour of the plate."""
    inks = [RED if look in {"open", "added", "changed"} else INK for look in looks]
    return {
        "color": [
            CLEAR if look == "removed" else ink for look, ink in zip(looks, inks, strict=True)
        ],
        "line": {"width": 1.4, "color": inks},
        "pattern": {
            "shape": [HATCHES.get(look, "/") for look in looks],
            "bgcolor": "var(--card)",
            "size": 6,
            "solidity": 0.2,
        },
    }


def _row_spec(
    traces: Sequence[Spec],
    names: Sequence[tuple[str, str]],
    x_label: str,
    reach: Span,
    **more: Any,
) -> Spec:
    """Bars below their names and amounts, which so have the whole width at any size."""
    low, high = reach
    beside = (high - low) / 40
    x = _axis(x_label, range=[float(low - (beside if low else 0)), float(high + beside)])
    y = {
        "range": [len(names) - 0.5, -0.75],
        "fixedrange": True,
        "showticklabels": False,
        "showgrid": False,
        "zeroline": False,
    }
    words = [_words(row, *name) for row, name in enumerate(names)] or [
        _nothing(gettext("no lines"))
    ]
    return _spec(traces, 70 + ROW * max(len(names), 1), x, y, annotations=words, **more)


def _words(row: int, name: str, told: str) -> Spec:
    """No bold and no colours inside: Plotly would write them as inline styles."""
    return {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": row,
        "yanchor": "bottom",
        "align": "left",
        "text": f"{escape(clipped(name, ROOMY, 260))}<br>{escape(clipped(told, ROOMY, 275))}",
        "showarrow": False,
    }


def _nothing(text: str) -> Spec:
    middle = {"x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper"}
    return {**middle, "text": escape(text), "showarrow": False}


def _axis(title: str, **more: Any) -> Spec:
    return {
        "title": {"text": escape(title), "font": {"size": 14}},
        "automargin": True,
        "fixedrange": True,
        "separatethousands": True,
        "exponentformat": "none",
        "gridcolor": "var(--faint)",
        "ticks": "outside",
        "ticklen": 5,
        "tickcolor": CLEAR,
        "zerolinecolor": INK,
        **more,
    }


def _margin(above: int = 0) -> Spec:
    return {"l": 16, "r": 28, "t": 24 + above, "b": 16}


def _spec(traces: Sequence[Spec], height: int, x: Spec, y: Spec, **more: Any) -> Spec:
    layout = {
        "height": height,
        "autosize": True,
        "margin": _margin(),
        "dragmode": False,
        "hovermode": "closest",
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"color": INK, "family": "var(--sans)", "size": 14},
        "hoverlabel": {"bgcolor": "var(--card)", "font": {"color": INK}},
        "showlegend": "legend" in more,
        "xaxis": x,
        "yaxis": y,
        **more,
    }
    return {"data": list(traces), "layout": layout, "config": CONFIG}
