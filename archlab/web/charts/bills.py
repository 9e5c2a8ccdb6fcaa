"""The chart of a bill: modelled bars beside documented ticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archlab.domain.pricing import Bill, Line, Status
from archlab.web.charts.plate import EMPTY, ZERO, Form, label, plate, steps_to
from archlab.web.lettering import clipped, width_of
from archlab.web.numbers import amount, percent, signed

OPEN = (Status.RESIDUAL, Status.UNPRICED)
STATUS = {
    Status.CLOSED: _("closed"),
    Status.RESIDUAL: _("residual"),
    Status.UNPRICED: _("not priced"),
    Status.UNDOCUMENTED: _("not on the bill"),
}


WIDE = Form("wide", 1184, 190, 84, 38, 24)
NARROW = Form("narrow", 360, 12, 20, 58, 18)
LABEL_ROOM = 260
"""A value this near to the right edge is written before the end of its bar."""


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
    lines = sorted(bill.lines, key=lambda line: -_longer(line))
    told = finding or bill_finding(bill)
    pictures = format_html_join(
        "", "{}", ((_bill_svg(lines, form, told, id_),) for form in (WIDE, NARROW))
    )
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


def _longer(line: Line) -> Decimal:
    return max(line.usd or ZERO, line.documented_usd or ZERO)


def _bill_svg(lines: Sequence[Line], form: Form, told: str, id_: str) -> SafeString:
    top = max([_longer(line) for line in lines] + [Decimal(1)])
    step = steps_to(top, 8 if form is WIDE else 4)
    full = top if form is NARROW else top * Decimal("1.04")
    height = 14 + len(lines) * form.row + 38
    name = f"{id_}-{form.name}"
    hatches = f"{name}-hatch", f"{name}-red"
    return format_html(
        '<svg class="chart {}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc><defs>{}</defs>{}{}'
        '<path class="axis" d="M{} 8V{}"/></svg>',
        form.name,
        form.width,
        height,
        name,
        name,
        name,
        told,
        name,
        gettext("Horizontal bars, one for each line. The table below has the same numbers."),
        _hatches(*hatches),
        _grid(form, step, full, height),
        format_html_join(
            "",
            "{}",
            ((_bar(line, row, form, full, hatches),) for row, line in enumerate(lines)),
        ),
        form.left,
        height - 38,
    )


def _hatches(ink: str, red: str) -> SafeString:
    return format_html_join(
        "",
        '<pattern id="{}" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><path class="{}" d="M0 0V6"/></pattern>',
        ((ink, "hatchline"), (red, "hatchred")),
    )


def _x(form: Form, value: Decimal, full: Decimal) -> str:
    return f"{form.left + float(value / full) * form.room:.1f}"


def _grid(form: Form, step: Decimal, full: Decimal, height: int) -> SafeString:
    marks = [step * count for count in range(int(full / step) + 1)]
    rows = (
        (
            _x(form, mark, full),
            height - 38,
            _x(form, mark, full),
            height - 14,
            f"{mark.normalize():f}",
        )
        for mark in marks
    )
    lines = format_html_join(
        "",
        '<path class="grid" d="M{} 8V{}"/><text class="sub" x="{}" y="{}" text-anchor="middle">'
        "{}</text>",
        rows,
    )
    if form is NARROW:
        return lines
    return format_html(
        '{}<text class="sub" x="{}" y="{}" text-anchor="end">USD</text>',
        lines,
        form.width - 16,
        height - 14,
    )


def _bar(line: Line, row: int, form: Form, full: Decimal, hatches: tuple[str, str]) -> SafeString:
    open_ = line.status in OPEN
    top = 20 + row * form.row + (form.row - form.bar - 14 if form is NARROW else 0)
    end = form.left + float(_longer(line) / full) * form.room
    return format_html(
        '{}<rect class="mod{}" fill="url(#{})" x="{}" y="{}" width="{}" height="{}"/>{}{}',
        _bar_name(line, top, form, open_=open_),
        " hot" if open_ else "",
        hatches[open_],
        form.left,
        top,
        f"{float((line.usd or ZERO) / full) * form.room:.1f}",
        form.bar,
        _tick(line, top, form, full, open_=open_),
        _value(line, top, form, end, open_=open_),
    )


def _bar_name(line: Line, top: int, form: Form, *, open_: bool) -> SafeString:
    css = "redtext" if open_ else ""
    if form is NARROW:
        room = form.room - round(width_of(_words(line, form), 15)) - 12
        return label(css, form.left, top - 7, clipped(line.label, 15, room), "start")
    return label(css, form.left - 14, top + 18, clipped(line.label, 15, form.left - 22), "end")


def _tick(line: Line, top: int, form: Form, full: Decimal, *, open_: bool) -> SafeString:
    if line.documented_usd is None:
        return EMPTY
    return format_html(
        '<path class="doc{}" d="M{} {}v{}"/>',
        " hot" if open_ else "",
        _x(form, line.documented_usd, full),
        top - 5,
        form.bar + 10,
    )


def _value(line: Line, top: int, form: Form, end: float, *, open_: bool) -> SafeString:
    """Right of the bar; in the narrow form on the line of the label."""
    text = _words(line, form)
    css = "redtext" if open_ else ""
    if form is NARROW:
        return label(css, form.width - form.right, top - 7, text, "end")
    if end > form.width - LABEL_ROOM and len(text) > 12:
        return label(f"{css} onbar", end - 12, top + 17, text, "end")
    return label(css, end + 12, top + 18, text, "start")


def _words(line: Line, form: Form) -> str:
    """What a bar's end says: one figure where both agree, both where they do not."""
    if line.usd is None:
        return gettext("not priced")
    if line.status is Status.RESIDUAL:
        pair = {"source": amount(line.documented_usd), "model": amount(line.usd)}
        if form is NARROW:
            return gettext("%(model)s, not %(source)s") % pair
        return gettext("%(source)s documented, %(model)s modelled") % pair
    return amount(line.usd)


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
