"""What changed between two bills: from one total to the other, line by line."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.web.charts.figures import KINDS, Span, Step, climbs, told_step
from archlab.web.charts.plate import joined, plate, table
from archlab.web.charts.rows import NARROW, WIDE, Row, Sheet, rows_svg
from archlab.web.charts.scale import Scale, bounds
from archlab.web.charts.specs import difference_spec
from archlab.web.numbers import amount, signed


def difference_chart(
    steps: Sequence[Step], *, id_: str, finding: str, y_label: str, interactive: bool = False
) -> SafeString:
    """A waterfall in rows: totals from zero, each change from where the one above it ended."""
    spans = climbs(steps)
    low, high = bounds(value for span in spans for value in span)
    scales = (
        (WIDE, Scale(low, high, WIDE.left, WIDE.width - 170)),
        (NARROW, Scale(low, high, NARROW.left, NARROW.width - NARROW.right)),
    )
    rows = [_row(step, span) for step, span in zip(steps, spans, strict=True)]
    sheet = Sheet(id_, finding, y_label)
    pictures = joined(rows_svg(rows, form, scale, sheet) for form, scale in scales)
    cells = [
        ("", finding),
        (gettext("Bars"), gettext("%(amounts)s, modelled") % {"amounts": y_label}),
        (gettext("Red"), gettext("added or changed")),
        (gettext("Empty"), gettext("removed")),
    ]
    spec = difference_spec(steps, y_label=y_label) if interactive else None
    return plate(id_, y_label, pictures, cells, _table(steps, y_label), spec)


def _row(step: Step, span: Span) -> Row:
    words = told_step(step)
    return Row(step.label, span, (words, words), "modelled" if step.is_total else step.kind)


def _table(steps: Sequence[Step], y_label: str) -> SafeString:
    head = (gettext("Line"), gettext("Kind"), y_label)
    rows = ((step.label, str(KINDS[step.kind]), _change(step)) for step in steps)
    return table(head, rows)


def _change(step: Step) -> str:
    return amount(step.change) if step.is_total else signed(step.change, "amount")
