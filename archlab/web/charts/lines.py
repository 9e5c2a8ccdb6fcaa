"""When does the other one win? Up to five lines over one axis, with every crossing marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.web.charts.axes import (
    LINE,
    PLANS,
    TOP,
    Frame,
    Plan,
    apart,
    axes,
    frame,
    heads,
    upright,
)
from archlab.web.charts.figures import MOST_SERIES, Mark, Series
from archlab.web.charts.plate import EMPTY, joined, label, picture, plate, table
from archlab.web.charts.scale import ROOMY, bounds, plain, px
from archlab.web.charts.specs import line_spec
from archlab.web.lettering import clipped
from archlab.web.numbers import amount
from archlab.web.templatetags.archlab import BASES

NAME_ROOM = 210
SHAPES = (
    "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
    "m-4-4h8v8h-8z",
    "m0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
    "m0-5.5l5 9h-10z",
    "m-1.7-5h3.4v3.3h3.3v3.4h-3.3v3.3h-3.4v-3.3h-3.3v-3.4h3.3z",
)
"""What ends each line, so that none is told by its colour alone."""


def line_chart(
    series: Sequence[Series],
    *,
    id_: str,
    finding: str,
    x_label: str,
    y_label: str,
    marks: Sequence[Mark] = (),
    log_x: bool = False,
    interactive: bool = False,
    lack: str = "",
) -> SafeString:
    """At most five lines, each named at its end; a gap where a figure is not priced.

    `lack` is what gaps are called where the figures are no prices.
    """
    lack = lack or amount(None)
    if len(series) > MOST_SERIES:
        raise ValueError(f"A chart shows at most {MOST_SERIES} lines, not {len(series)}.")
    across = _axis_name(x_label, log_x=log_x)
    pictures = joined(
        _drawn(series, plan, marks, id_, finding, (across, y_label, lack), log_x=log_x)
        for plan in PLANS
    )
    spec = (
        line_spec(series, x_label=across, y_label=y_label, marks=marks, log_x=log_x, lack=lack)
        if interactive
        else None
    )
    name = gettext("%(height)s over %(width)s") % {"height": y_label, "width": x_label}
    cells = _cells(series, finding, y_label, lack)
    twin = _table(series, marks, x_label, y_label, lack)
    return plate(id_, name, pictures, cells, twin, spec)


def _axis_name(x_label: str, *, log_x: bool) -> str:
    return gettext("%(axis)s, logarithmic") % {"axis": x_label} if log_x else x_label


def _cells(
    series: Sequence[Series], finding: str, y_label: str, lack: str
) -> list[tuple[str, str]]:
    styles = {
        "documented": gettext("Solid"),
        "modelled": gettext("Dashed"),
        "assumed": gettext("Dotted"),
    }
    used = dict.fromkeys(one.basis for one in series)
    cells = [("", finding), (gettext("Height"), y_label)]
    cells += [(styles[basis], str(BASES[basis])) for basis in used]
    meanings = dict.fromkeys(one.band.meaning for one in series if one.band)
    cells += [(gettext("Band"), meaning) for meaning in meanings]
    gaps = [one.name for one in series if len(one.known) < len(one.points)]
    return [*cells, (gettext("Gaps"), f"{lack}: {', '.join(gaps)}")] if gaps else cells


def _drawn(
    series: Sequence[Series],
    plan: Plan,
    marks: Sequence[Mark],
    id_: str,
    told: str,
    names: tuple[str, str, str],
    *,
    log_x: bool,
) -> SafeString:
    across, upward, lack = names
    xs = [x for one in series for x, _y in one.points] + [mark.x for mark in marks]
    ys = [y for one in series for _x, y in one.known]
    ys += [mark.y for mark in marks if mark.y is not None]
    ys += [y for one in series if one.band for y in one.band.reach]
    reach = bounds(xs, zero=False) if xs else (Decimal(1), Decimal(10))
    room = (
        {"keys": sum(1 for one in series if one.known)}
        if plan.form.narrow
        else {"beside": NAME_ROOM}
    )
    laid = frame(plan, reach, bounds(ys), marks, log_x=log_x, **room)
    return picture(
        laid.form,
        laid.height,
        id_,
        told,
        gettext("Lines, each named at its end. The table below has the same numbers."),
        axes(laid, across, upward),
        joined(_band(one, index, laid) for index, one in enumerate(series)),
        joined(_line(one, index, laid) for index, one in enumerate(series)),
        joined(_mark(mark, laid) for mark in marks),
        heads(laid, "redtext onbar"),
        joined((_keys if plan.form.narrow else _names)(series, laid)) or _nothing(laid, lack),
    )


def _nothing(laid: Frame, lack: str) -> SafeString:
    middle = (laid.x.start + laid.x.end) / 2
    return label("", middle, (laid.top + laid.ground) / 2, lack, "middle")


def _band(one: Series, index: int, laid: Frame) -> SafeString:
    """There along the high edge and back along the low one, once for each piece."""
    path = ""
    for run in one.band.runs if one.band else []:
        edges = [(laid.x.at(x), laid.y.at(low), laid.y.at(high)) for x, (low, high) in run]
        path += _path([(x, high) for x, _low, high in edges], stepped=one.stepped)
        _x, low, _high = edges[-1]
        joint = "V{1}H{0}" if one.stepped else "L{0} {1}"
        path += f"V{px(low)}" + "".join(joint.format(px(x), px(low)) for x, low, _ in edges[-2::-1])
        path += "Z"
    return format_html('<path class="band s{}" d="{}"/>', index + 1, path) if path else EMPTY


def _line(one: Series, index: int, laid: Frame) -> SafeString:
    if not one.known:
        return EMPTY
    pieces = [[(laid.x.at(x), laid.y.at(y)) for x, y in run] for run in one.runs]
    ends = [run[-1] for run in pieces if len(run) == 1 or run is pieces[-1]]
    path = "".join(_path(run, stepped=one.stepped) for run in pieces)
    line = format_html('<path class="line {} s{}" d="{}"/>', one.basis, index + 1, path)
    return line + _dot(index, ends)


def _dot(index: int, places: Sequence[tuple[float, float]]) -> SafeString:
    shapes = "".join(f"M{px(x)} {px(y)}{SHAPES[index]}" for x, y in places)
    return format_html('<path class="dot s{}" d="{}"/>', index + 1, shapes)


def _path(run: Sequence[tuple[float, float]], *, stepped: bool) -> str:
    (x, y), *others = run
    joint = "H{0}V{1}" if stepped else "L{0} {1}"
    return f"M{px(x)} {px(y)}" + "".join(joint.format(px(x), px(y)) for x, y in others)


def _mark(mark: Mark, laid: Frame) -> SafeString:
    line = upright(laid, "leader", mark.x, mark.y)
    if mark.y is None:
        return line
    return line + format_html(
        '<circle class="ring" cx="{}" cy="{}" r="6"/>',
        px(laid.x.at(mark.x)),
        px(laid.y.at(mark.y)),
    )


def _names(series: Sequence[Series], laid: Frame) -> Iterator[SafeString]:
    """Beside the end of each line; the shape of the line before a name that had to move."""
    named = [(index, one) for index, one in enumerate(series) if one.known]
    ends = [(laid.x.at(x), laid.y.at(y) + 5) for _index, one in named for x, y in one.known[-1:]]
    heights = apart([y for _x, y in ends], laid.top + 5, laid.ground + 5)
    for (index, one), (x, y), height in zip(named, ends, heights, strict=True):
        text = clipped(one.name, ROOMY, NAME_ROOM - 24)
        if abs(height - y) < 2:
            yield label("onbar", x + 13, height, text, "start")
        else:
            yield _dot(index, [(x + 19, height - 5)])
            yield label("onbar", x + 30, height, text, "start")


def _keys(series: Sequence[Series], laid: Frame) -> Iterator[SafeString]:
    """Over the axes, with the shapes that end the lines: beside them is no room."""
    named = [(index, one) for index, one in enumerate(series) if one.known]
    for row, (index, one) in enumerate(named):
        height = TOP + 6 + row * LINE
        text = clipped(one.name, ROOMY, laid.form.width - 40)
        yield _dot(index, [(18, height - 5)])
        yield label("", 32, height, text, "start")


def _table(
    series: Sequence[Series], marks: Sequence[Mark], x_label: str, y_label: str, lack: str
) -> SafeString:
    columns = [column for one in series for column in _columns(one)]
    xs = sorted({x for _name, column in columns for x in column})
    rows = (
        (
            plain(x),
            *(_cell(column[x], lack) if x in column else "" for _name, column in columns),
        )
        for x in xs
    )
    lines = table((x_label, *(name for name, _column in columns)), rows)
    if not marks:
        return lines
    places = ((m.label, plain(m.x), "" if m.y is None else amount(m.y)) for m in marks)
    return lines + table((gettext("Mark"), x_label, y_label), places)


def _cell(value: Decimal | None, lack: str) -> str:
    return lack if value is None else amount(value)


def _columns(one: Series) -> Iterator[tuple[str, dict[Decimal, Decimal | None]]]:
    """The line, and the edges of its band if it has one; what a band does not know stays empty."""
    yield one.name, dict(one.points)
    if one.band:
        known = [(x, span) for x, span in one.band.points if span is not None]
        yield gettext("%(line)s, low") % {"line": one.name}, {x: low for x, (low, _) in known}
        yield gettext("%(line)s, high") % {"line": one.name}, {x: high for x, (_, high) in known}
