"""The chart of a bill: modelled bars beside documented ticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archlab.domain.pricing import Bill, Line, Status
from archlab.web.charts.bars import bars_pictures
from archlab.web.charts.figures import Bar
from archlab.web.charts.plate import plate
from archlab.web.charts.scale import ZERO
from archlab.web.numbers import amount, percent, signed

OPEN = (Status.RESIDUAL, Status.UNPRICED)
STATUS = {
    Status.CLOSED: _("closed"),
    Status.RESIDUAL: _("residual"),
    Status.UNPRICED: _("not priced"),
    Status.UNDOCUMENTED: _("not on the bill"),
}


def bill_chart(
    bill: Bill,
    *,
    finding: str = "",
    labels: Mapping[str, str] | None = None,
    id_: str = "bill-chart",
) -> SafeString:
    """Modelled bars beside documented ticks, dearest first, on a plate with its table twin.

    `labels` names components: a line that is on no documented bill is called by its component.
    """
    names = labels or {}
    bill = replace(
        bill, lines=tuple(replace(x, label=names.get(x.label, x.label)) for x in bill.lines)
    )
    lines = sorted(bill.lines, key=lambda line: -_bar(line).reach)
    told = finding or bill_finding(bill)
    bars = [_bar(line) for line in lines]
    pictures = bars_pictures(bars, id_=id_, told=told, axis=gettext("USD"))
    cells = [
        ("", told),
        (
            gettext("Bars"),
            gettext("modelled, USD for %(hours)s hours") % {"hours": bill.month_hours},
        ),
    ]
    if any(line.documented_usd is not None for line in lines):
        cells.append((gettext("Ticks"), gettext("documented")))
    return plate(id_, gettext("Chart of the bill"), pictures, cells, _bill_table(lines, bill))


def bill_finding(bill: Bill) -> str:
    """The sentence that a bill's chart shows: its largest line and that line's share."""
    priced = [line for line in bill.lines if line.usd]
    total = sum((line.usd or ZERO for line in priced), ZERO)
    if not total:
        return gettext("Nothing on this bill costs anything")
    largest = max(priced, key=lambda line: line.usd or ZERO)
    share = percent((largest.usd or ZERO) / total)
    return gettext("%(line)s: %(share)s of the bill") % {"line": largest.label, "share": share}


def _bar(line: Line) -> Bar:
    """One figure is written for a line that closes, both for one that does not."""
    open_ = line.status in OPEN
    return Bar(line.label, line.usd, line.documented_usd, open_=open_)


def _bill_table(lines: Sequence[Line], bill: Bill) -> SafeString:
    rows = (
        (
            line.label,
            "" if line.documented_usd is None else amount(line.documented_usd),
            amount(line.usd),
            str(STATUS[line.status]) + _delta(line),
        )
        for line in lines
    )
    return format_html(
        '<table><thead><tr><th scope="col">{}</th><th scope="col" class="end">{}</th>'
        '<th scope="col" class="end">{}</th><th scope="col">{}</th></tr></thead><tbody>{}</tbody>'
        '<tfoot><tr><th scope="row">{}</th><td class="num end">{}</td><td class="num end">{}</td>'
        "<td></td></tr></tfoot></table>",
        gettext("Line"),
        gettext("Documented, USD"),
        gettext("Modelled, USD"),
        gettext("State"),
        format_html_join(
            "",
            '<tr><th scope="row">{}</th><td class="num end">{}</td><td class="num end">{}</td>'
            "<td>{}</td></tr>",
            rows,
        ),
        gettext("Total"),
        "" if bill.documented_usd is None else amount(bill.documented_usd),
        amount(bill.total_usd),
    )


def _delta(line: Line) -> str:
    if line.status is not Status.RESIDUAL or line.delta_usd is None:
        return ""
    return f" {signed(line.delta_usd, 'amount')}"
