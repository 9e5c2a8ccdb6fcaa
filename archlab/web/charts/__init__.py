"""Charts as server-made SVG, each with its numbers as a table.

Modelled bars are hatched and modelled lines dashed, what is assumed is dotted, documented figures
are solid; what is still open is red. A wide and a narrow drawing stand side by side; the style
sheet shows the one that fits. With `interactive=True` the figure carries a specification, and
`static/js/chart.js` draws it again when it is touched: on calculator pages and in the load lab.
"""

from __future__ import annotations

from archlab.web.charts.bars import bar_chart
from archlab.web.charts.bills import bill_chart, bill_finding
from archlab.web.charts.differences import difference_chart
from archlab.web.charts.figures import (
    Band,
    Bar,
    Basis,
    Bin,
    Mark,
    Series,
    Span,
    Step,
    Stretch,
    Sway,
)
from archlab.web.charts.lines import line_chart
from archlab.web.charts.ranges import range_chart
from archlab.web.charts.scale import steps_to
from archlab.web.charts.stairs import Stop, step_chart, step_finding
from archlab.web.charts.tornado import tornado_chart
from archlab.web.charts.waterfalls import waterfall_chart

__all__ = [
    "Band",
    "Bar",
    "Basis",
    "Bin",
    "Mark",
    "Series",
    "Span",
    "Step",
    "Stop",
    "Stretch",
    "Sway",
    "bar_chart",
    "bill_chart",
    "bill_finding",
    "difference_chart",
    "line_chart",
    "range_chart",
    "step_chart",
    "step_finding",
    "steps_to",
    "tornado_chart",
    "waterfall_chart",
]
