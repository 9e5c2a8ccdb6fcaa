"""Amounts as horizontal bars, largest first, with a tick where a figure is documented."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.web.charts.figures import Bar, largest_first, told_bar
from archlab.web.charts.plate import joined, plate, table
from archlab.web.charts.rows import NARROW, WIDE, Row, Sheet, rows_svg
from archlab.web.charts.scale import ZERO, Scale, bounds
from archlab.web.charts.specs import bar_spec
from archlab.web.numbers import amount
from archlab.web.templatetags.archlab import BASES


def bar_chart(
    bars: Sequence[Bar], *, id_: str, finding: str, x_label: str, interactive: bool = False
) -> SafeString:
    """Bars from zero, largest first; `x_label` names the amounts and their unit."""
    bars = largest_first(bars)
    cells = [("", finding), (gettext("Bars"), f"{x_label}, {_bases(bars)}")]
    if any(bar.documented is not None for bar in bars):
        cells.append((gettext("Ticks"), gettext("documented")))
    spec = bar_spec(bars, x_label=x_label) if interactive else None
    pictures = bars_pictures(bars, id_=id_, told=finding, axis=x_label)
    return plate(id_, x_label, pictures, cells, _table(bars, x_label), spec)


def bars_pictures(bars: Sequence[Bar], *, id_: str, told: str, axis: str) -> SafeString:
    """Both drawings of the bars, in the order given."""
    rows = [_row(bar) for bar in bars]
    sheet = Sheet(id_, told, axis)
    low, top = bounds(x for bar in bars for x in (bar.value or ZERO, bar.documented or ZERO))
    scales = (
        (WIDE, Scale(low, top * Decimal("1.04"), WIDE.left, WIDE.width - WIDE.right)),
        (NARROW, Scale(low, top, NARROW.left, NARROW.width - NARROW.right)),
    )
    return joined(rows_svg(rows, form, scale, sheet) for form, scale in scales)


def _bases(bars: Sequence[Bar]) -> str:
    found = dict.fromkeys(bar.basis for bar in bars if bar.value is not None)
    return ", ".join(str(BASES[basis]) for basis in found) or gettext("not priced")


def _row(bar: Bar) -> Row:
    value = bar.value or ZERO
    look = "open" if bar.open_ else bar.basis
    return Row(bar.label, (ZERO, value), _words(bar), look, bar.documented)


def _words(bar: Bar) -> tuple[str, str]:
    if bar.value is None:
        return told_bar(bar), bar.told
    if not bar.open_ or bar.documented is None:
        return told_bar(bar), told_bar(bar)
    pair = {"source": amount(bar.documented), "model": amount(bar.value)}
    return told_bar(bar), gettext("%(model)s, not %(source)s") % pair


def _table(bars: Sequence[Bar], x_label: str) -> SafeString:
    head = (gettext("Line"), gettext("Documented"), x_label, gettext("State"))
    return table(
        head,
        (
            (
                bar.label,
                "" if bar.documented is None else amount(bar.documented),
                bar.told,
                str(BASES[bar.basis]) if bar.value is not None else bar.reason,
            )
            for bar in bars
        ),
    )
