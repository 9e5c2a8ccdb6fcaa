"""A journey as its steps with their height in USD a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.web.charts.plate import EMPTY, Form, label, plate
from archlab.web.charts.scale import ZERO, steps_to
from archlab.web.numbers import amount, exact, fixed, signed


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of a journey; `usd` is None where it is not to be shown, as ahead of the learner."""

    number: str
    title: str
    usd: Decimal | None
    state: Literal["done", "here", "ahead", "skipped"] = "done"


GROUND = Stop("", "", ZERO)


@dataclass(frozen=True, slots=True)
class Stair:
    """The staircase in one size."""

    form: Form
    height: int
    foot: int
    head: int

    def y(self, usd: Decimal, full: Decimal) -> float:
        room = self.height - self.head - self.foot
        return self.height - self.foot - float(usd / full) * room


STAIRS = (
    Stair(Form("wide", 1184, 56, 20, 0, 0), 280, 34, 40),
    Stair(Form("narrow", 360, 34, 6, 0, 0), 200, 28, 34),
)


def step_chart(stops: Sequence[Stop], *, finding: str = "", id_: str = "steps-chart") -> SafeString:
    """A journey's steps as a staircase: height is USD a month, dashes are still ahead."""
    told = finding or step_finding(stops)
    pictures = format_html_join(
        "", "{}", ((_stair_svg(stops, stair, told, id_),) for stair in STAIRS)
    )
    cells = [
        ("", told),
        (gettext("Height"), gettext("USD a month, modelled")),
    ]
    if any(stop.state == "ahead" and stop.usd is not None for stop in stops):
        cells.append((gettext("Dashed"), gettext("ahead, as the source went on")))
    table = format_html(
        '<table><thead><tr><th scope="col">{}</th><th scope="col">{}</th>'
        '<th scope="col" class="end">{}</th></tr></thead><tbody>{}</tbody></table>',
        gettext("Step"),
        gettext("Title"),
        gettext("USD a month"),
        format_html_join(
            "",
            '<tr><td>{}</td><th scope="row">{}</th><td class="num end">{}</td></tr>',
            ((stop.number, stop.title, _told(stop)) for stop in stops),
        ),
    )
    return plate(id_, gettext("Chart of the steps"), pictures, cells, table)


def _told(stop: Stop) -> str:
    return gettext("ahead") if stop.usd is None and stop.state == "ahead" else amount(stop.usd)


def step_finding(stops: Sequence[Stop]) -> str:
    """The sentence that a staircase shows: its highest step so far."""
    taken = [stop for stop in stops if stop.state != "ahead" and stop.usd is not None]
    rises = [((b.usd or ZERO) - (a.usd or ZERO), b) for a, b in _neighbours(taken)]
    rise, stop = max(rises, key=lambda pair: pair[0], default=(ZERO, GROUND))
    if rise <= 0:
        return gettext("No step so far costs anything")
    words = {"title": stop.title, "rise": signed(rise, "amount")}
    return gettext("The highest step so far: %(title)s, %(rise)s USD a month") % words


def _neighbours(stops: Sequence[Stop]) -> list[tuple[Stop, Stop]]:
    return list(pairwise([GROUND, *stops]))


def _stair_svg(stops: Sequence[Stop], stair: Stair, told: str, id_: str) -> SafeString:
    form = stair.form
    top = max([stop.usd or ZERO for stop in stops] + [Decimal(1)])
    step = steps_to(top, 4)
    full = step * (top / step).to_integral_value(ROUND_CEILING)
    name = f"{id_}-{form.name}"
    return format_html(
        '<svg class="chart {}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}{}{}{}</svg>',
        form.name,
        form.width,
        stair.height,
        name,
        name,
        name,
        told,
        name,
        gettext("A staircase, one tread for each step. The table below has the same numbers."),
        _levels(stair, step, full),
        _under(stops, stair, full),
        _treads(stops, stair, full),
        _treads_text(stops, stair, full),
    )


def _levels(stair: Stair, step: Decimal, full: Decimal) -> SafeString:
    marks = [step * count for count in range(int(full / step) + 1)]
    rows = (
        (
            stair.form.left,
            f"{y:.1f}",
            stair.form.width - stair.form.right,
            stair.form.left - 8,
            f"{y + 5:.1f}",
            fixed(exact(mark), 0),
        )
        for mark in marks
        for y in [stair.y(mark, full)]
    )
    return format_html_join(
        "",
        '<path class="grid" d="M{} {}H{}"/><text class="sub" x="{}" y="{}" text-anchor="end">'
        "{}</text>",
        rows,
    )


def _left(index: int, count: int, form: Form) -> float:
    return form.left + form.room * index / count


def _under(stops: Sequence[Stop], stair: Stair, full: Decimal) -> SafeString:
    """The quiet ground under the part that is done."""
    form, count = stair.form, len(stops)
    ground = stair.y(ZERO, full)
    shape = "".join(
        f"M{_left(index, count, form):.1f} {ground:.1f}V{stair.y(stop.usd, full):.1f}"
        f"H{_left(index + 1, count, form):.1f}V{ground:.1f}z"
        for index, stop in enumerate(stops)
        if stop.state != "ahead" and stop.usd
    )
    return format_html('<path class="under" d="{}"/>', shape) if shape else EMPTY


def _treads(stops: Sequence[Stop], stair: Stair, full: Decimal) -> SafeString:
    rows = []
    last = stair.y(ZERO, full)
    for index, stop in enumerate(stops):
        if stop.usd is None:
            continue
        x, end = (_left(index + more, len(stops), stair.form) for more in (0, 1))
        y = stair.y(stop.usd, full)
        css = {"ahead": " ahead", "here": " here"}.get(stop.state, "")
        rows.append((css, f"M{x:.1f} {last:.1f}V{y:.1f}H{end:.1f}"))
        last = y
    return format_html_join("", '<path class="stair{}" d="{}"/>', rows)


def _treads_text(stops: Sequence[Stop], stair: Stair, full: Decimal) -> SafeString:
    """Numbers under the ground; an amount over each tread that is higher or lower than the last."""
    form, count = stair.form, len(stops)
    middle = [(_left(i, count, form) + _left(i + 1, count, form)) / 2 for i in range(count)]
    numbers = format_html_join(
        "",
        '<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (
                "redtext" if stop.state == "here" else "sub",
                f"{x:.0f}",
                stair.height - 10,
                stop.number,
            )
            for stop, x in zip(stops, middle, strict=True)
        ),
    )
    return numbers + format_html_join("", "{}", ((text,) for text in _amounts(stops, stair, full)))


def _amounts(stops: Sequence[Stop], stair: Stair, full: Decimal) -> list[SafeString]:
    """Each amount stands over its tread, unless the one before it needs the room."""
    form, count, free = stair.form, len(stops), 0.0
    texts = []
    for index, (before, stop) in enumerate(_neighbours(stops)):
        x = _left(index, count, form) + 2
        told = amount(stop.usd) if stop.usd is not None else ""
        if not told or stop.usd == before.usd or x < free:
            continue
        css = "redtext" if stop.state == "here" else "sub" if stop.state == "ahead" else ""
        y = stair.y(stop.usd or ZERO, full) - 8
        end = x + 8 * len(told)
        if end > form.width:
            texts.append(label(css, form.width - form.right, y, told, "end"))
        else:
            texts.append(label(css, x, y, told, "start"))
        free = end + 4
    return texts
