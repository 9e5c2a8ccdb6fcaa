"""Where the milliseconds go: the hops of a request end to end, waiting apart from service."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.web.charts.figures import Span, Stretch, ends, told_stretch
from archlab.web.charts.plate import joined, plate, table
from archlab.web.charts.rows import NARROW, WIDE, Row, Sheet, rows_svg
from archlab.web.charts.scale import Scale
from archlab.web.charts.specs import waterfall_spec
from archlab.web.numbers import fixed


def waterfall_chart(
    stretches: Sequence[Stretch],
    *,
    id_: str,
    finding: str,
    x_label: str,
    reach: Decimal = Decimal(0),
    interactive: bool = False,
) -> SafeString:
    """Each stretch from where the one above it ended; two charts with one `reach` compare."""
    spans = ends(stretches)
    high = max(reach, *(end for _begin, end in spans), Decimal(1)) if spans else Decimal(1)
    scales = (
        (WIDE, Scale(Decimal(0), high, WIDE.left, WIDE.width - 170)),
        (NARROW, Scale(Decimal(0), high, NARROW.left, NARROW.width - NARROW.right)),
    )
    rows = [_row(one, span) for one, span in zip(stretches, spans, strict=True)]
    sheet = Sheet(id_, finding, x_label)
    pictures = joined(rows_svg(rows, form, scale, sheet) for form, scale in scales)
    cells = [("", finding), (gettext("Hatched"), gettext("service, modelled"))]
    if any(one.is_wait for one in stretches):
        cells.append((gettext("Red"), gettext("waiting for a free worker")))
    spec = waterfall_spec(stretches, x_label=x_label, reach=high) if interactive else None
    return plate(id_, x_label, pictures, cells, _table(stretches, spans), spec)


def _row(one: Stretch, span: Span) -> Row:
    words = told_stretch(one)
    return Row(one.label, span, (words, words), "open" if one.is_wait else "modelled")


def _table(stretches: Sequence[Stretch], spans: Sequence[Span]) -> SafeString:
    head = (gettext("Hop"), gettext("Starts at, ms"), gettext("Takes, ms"), gettext("Ends at, ms"))
    return table(
        head,
        (
            (one.label, fixed(begin, 2), fixed(one.ms, 2), fixed(end, 2))
            for one, (begin, end) in zip(stretches, spans, strict=True)
        ),
    )
