"""How far off may the result be? Many results as bars of their counts, percentiles marked."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.web.charts.axes import PLANS, Frame, Plan, axes, frame, heads, upright
from archlab.web.charts.figures import Bin, Mark
from archlab.web.charts.plate import joined, label, picture, plate, table
from archlab.web.charts.scale import bounds, px
from archlab.web.charts.specs import range_spec
from archlab.web.numbers import amount, fixed


def range_chart(
    bins: Sequence[Bin],
    *,
    marks: Sequence[Mark],
    id_: str,
    finding: str,
    x_label: str,
    interactive: bool = False,
) -> SafeString:
    """Counts from zero; percentiles are dashed lines, a documented amount is a solid one."""
    counts = gettext("Results")
    pictures = joined(_drawn(bins, plan, marks, id_, finding, (x_label, counts)) for plan in PLANS)
    total = fixed(sum(one.count for one in bins), 0)
    cells = [
        ("", finding),
        (gettext("Bars"), gettext("%(count)s results, modelled") % {"count": total}),
    ]
    if marks:
        cells.append((gettext("Upright lines"), "; ".join(mark.label for mark in marks)))
    spec = range_spec(bins, marks=marks, x_label=x_label, y_label=counts) if interactive else None
    return plate(id_, x_label, pictures, cells, _table(bins, marks, x_label, counts), spec)


def _drawn(
    bins: Sequence[Bin],
    plan: Plan,
    marks: Sequence[Mark],
    id_: str,
    told: str,
    names: tuple[str, str],
) -> SafeString:
    xs = [x for one in bins for x in (one.low, one.high)] + [mark.x for mark in marks]
    heights = bounds(Decimal(one.count) for one in bins)
    laid = frame(plan, bounds(xs, zero=not xs), heights, marks)
    hatch = f"{id_}-{plan.name}-hatch"
    return picture(
        laid.form,
        laid.height,
        id_,
        told,
        gettext("Upright bars, one for each range. The table below has the same numbers."),
        format_html(
            '<defs><pattern id="{}" width="6" height="6" patternUnits="userSpaceOnUse"'
            ' patternTransform="rotate(45)"><path class="hatchline" d="M0 0V6"/></pattern></defs>',
            hatch,
        ),
        axes(laid, *names),
        _bars(bins, laid, hatch),
        joined(upright(laid, f"percentile {mark.basis}", mark.x) for mark in marks),
        heads(laid, "onbar"),
        joined([] if bins else [_nothing(laid)]),
    )


def _nothing(laid: Frame) -> SafeString:
    middle = (laid.x.start + laid.x.end) / 2
    return label("", middle, (laid.top + laid.ground) / 2, gettext("no results"), "middle")


def _bars(bins: Sequence[Bin], laid: Frame, hatch: str) -> SafeString:
    return format_html_join(
        "",
        '<rect class="mod modelled" fill="url(#{})" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (hatch, px(left), px(top), px(laid.x.at(one.high) - left), px(laid.ground - top))
            for one in bins
            for left, top in [(laid.x.at(one.low), laid.y.at(Decimal(one.count)))]
        ),
    )


def _table(bins: Sequence[Bin], marks: Sequence[Mark], x_label: str, counts: str) -> SafeString:
    rows = (
        (
            gettext("%(low)s to %(high)s") % {"low": amount(one.low), "high": amount(one.high)},
            fixed(one.count, 0),
        )
        for one in bins
    )
    places = ((mark.label, amount(mark.x)) for mark in marks)
    return table((x_label, counts), rows) + table((gettext("Mark"), x_label), places)
