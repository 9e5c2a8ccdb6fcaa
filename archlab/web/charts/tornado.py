"""What matters most: each assumption at both ends of its range, the widest swing on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.web.charts.figures import Sway, told_sway, widest_first
from archlab.web.charts.plate import joined, plate, table
from archlab.web.charts.rows import NARROW, WIDE, Row, Sheet, rows_svg
from archlab.web.charts.scale import Scale, bounds
from archlab.web.charts.specs import tornado_spec
from archlab.web.numbers import amount

END_ROOM = 190
"""Pixels beside the longest bar for the words at its ends."""

TALL = replace(NARROW, row=82)


def tornado_chart(
    sways: Sequence[Sway],
    *,
    likely: Decimal,
    id_: str,
    finding: str,
    y_label: str,
    interactive: bool = False,
) -> SafeString:
    """Bars around the `likely` result, the amounts at their ends; `y_label` names the amounts."""
    sways = widest_first(sways)
    cells = [
        ("", finding),
        (gettext("Bars"), gettext("%(amounts)s, modelled") % {"amounts": y_label}),
        (gettext("Upright line"), gettext("%(amount)s, likely") % {"amount": amount(likely)}),
    ]
    low, high = bounds([likely, *(x for s in sways for x in (s.low, s.high))], zero=False)
    wide = Scale(low, high, WIDE.left + END_ROOM, WIDE.width - END_ROOM)
    narrow = Scale(low, high, TALL.left, TALL.width - TALL.right)
    rows = [_row(sway) for sway in sways]
    sheet = Sheet(id_, finding, y_label, rule=likely)
    pictures = joined(
        rows_svg(rows, form, scale, sheet) for form, scale in ((WIDE, wide), (TALL, narrow))
    )
    spec = tornado_spec(sways, likely=likely, y_label=y_label) if interactive else None
    return plate(id_, y_label, pictures, cells, _table(sways, likely), spec)


def _row(sway: Sway) -> Row:
    (low, _at), (high, _too) = sway.ends
    before, after = told_sway(sway)
    return Row(sway.label, (low, high), (after, after), before=before)


def _table(sways: Sequence[Sway], likely: Decimal) -> SafeString:
    head = (
        gettext("Assumption"),
        gettext("Low value"),
        gettext("Amount"),
        gettext("High value"),
        gettext("Amount"),
    )
    rows = ((s.label, s.low_at, amount(s.low), s.high_at, amount(s.high)) for s in sways)
    return table(head, rows, [(gettext("Likely"), "", amount(likely), "", amount(likely))])
