"""Charts as server-made SVG, each with its numbers as a table.

Modelled bars are hatched, documented figures are solid ticks, what is still open is red. A wide and
a narrow drawing stand side by side; the style sheet shows the one that fits.
"""

from __future__ import annotations

from archlab.web.charts.bills import bill_chart, bill_finding
from archlab.web.charts.plate import steps_to
from archlab.web.charts.stairs import Stop, step_chart, step_finding

__all__ = ["Stop", "bill_chart", "bill_finding", "step_chart", "step_finding", "steps_to"]
