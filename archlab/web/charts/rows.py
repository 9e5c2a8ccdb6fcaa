"""Bars in rows, each with its name and its words: bills, differences and tornadoes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.web.charts.figures import Span
from archlab.web.charts.plate import EMPTY, Form, joined, label, picture
from archlab.web.charts.scale import ROOMY, ZERO, Scale, plain, px
from archlab.web.lettering import clipped, width_of

WIDE = Form("wide", 1184, 250, 84, 38, 24)
NARROW = Form("narrow", 360, 12, 20, 58, 18)
FOOT = 56
FILLED = {"modelled": "hatch", "open": "red", "added": "red", "changed": "red"}
"""Looks that are hatched, by the hatch that they take."""


@dataclass(frozen=True, slots=True)
class Row:
    """One bar from `span` to `span`; `words` stand after its far end, in two lengths.

    `look` is the basis of its figure, or `open`, `added`, `changed`, `removed`. `before` stands at
    the near end and needs a scale with room for it.
    """

    label: str
    span: Span
    words: tuple[str, str]
    look: str = "modelled"
    tick: Decimal | None = None
    before: str = ""

    @property
    def reach(self) -> Decimal:
        return max(*self.span, *([] if self.tick is None else [self.tick]))

    @property
    def css(self) -> str:
        return "redtext" if self.look == "open" else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the rows of one chart have in common."""

    id_: str
    told: str
    axis: str
    rule: Decimal | None = None


def rows_svg(rows: Sequence[Row], form: Form, scale: Scale, sheet: Sheet) -> SafeString:
    ground = 14 + max(len(rows), 1) * form.row
    name = f"{sheet.id_}-{form.name}"
    return picture(
        form,
        ground + FOOT,
        sheet.id_,
        sheet.told,
        gettext("Horizontal bars, one for each line. The table below has the same numbers."),
        format_html("<defs>{}</defs>", _hatches(name)),
        _grid(form, scale, ground, sheet.axis),
        joined(_row(row, place, form, scale, name) for place, row in enumerate(rows))
        or label("", scale.at(scale.low) + 12, 38, gettext("no lines"), "start"),
        _upright("axis", scale.at(ZERO), ground) if scale.low <= ZERO <= scale.high else EMPTY,
        EMPTY if sheet.rule is None else _upright("likely", scale.at(sheet.rule), ground),
    )


def _hatches(name: str) -> SafeString:
    return format_html_join(
        "",
        '<pattern id="{}" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><path class="{}" d="M0 0V6"/></pattern>',
        ((f"{name}-hatch", "hatchline"), (f"{name}-red", "hatchred")),
    )


def _upright(css: str, x: float, ground: float) -> SafeString:
    return format_html('<path class="{}" d="M{} 8V{}"/>', css, px(x), ground)


def _grid(form: Form, scale: Scale, ground: int, axis: str) -> SafeString:
    lines = format_html_join(
        "",
        '<path class="grid" d="M{} 8V{}"/><text class="sub" x="{}" y="{}" text-anchor="middle">'
        "{}</text>",
        (
            (px(scale.at(mark)), ground, px(scale.at(mark)), ground + 24, plain(mark))
            for mark in scale.marks(4 if form.narrow else 8)
        ),
    )
    room = form.width - 24
    return lines + label("sub", form.width - 12, ground + 46, clipped(axis, 14, room), "end")


def _row(row: Row, place: int, form: Form, scale: Scale, name: str) -> SafeString:
    top = 20 + place * form.row + (18 if form.narrow else 0)
    left, right = sorted(scale.at(value) for value in row.span)
    hatch = FILLED.get(row.look)
    return format_html(
        '{}<rect class="mod {}"{} x="{}" y="{}" width="{}" height="{}"/>{}{}',
        _name(row, top, form),
        row.look,
        format_html(' fill="url(#{}-{})"', name, hatch) if hatch else EMPTY,
        px(left),
        top,
        px(right - left),
        form.bar,
        _tick(row, top, form, scale),
        _narrow_words(row, top, form) if form.narrow else _words(row, top, form, scale),
    )


def _name(row: Row, top: int, form: Form) -> SafeString:
    if form.narrow:
        beside = "" if row.before else row.words[1]
        room = form.room - round(width_of(beside, ROOMY)) - 12
        return label(row.css, form.left, top - 7, clipped(row.label, ROOMY, room), "start")
    text = clipped(row.label, ROOMY, form.left - 20)
    return label(row.css, form.left - 14, top + 18, text, "end")


def _tick(row: Row, top: int, form: Form, scale: Scale) -> SafeString:
    if row.tick is None:
        return EMPTY
    css = "doc hot" if row.look == "open" else "doc"
    return format_html(
        '<path class="{}" d="M{} {}v{}"/>', css, px(scale.at(row.tick)), top - 5, form.bar + 10
    )


def _words(row: Row, top: int, form: Form, scale: Scale) -> SafeString:
    """Right of the bar, or before its end where the sheet ends; `before` left of it."""
    near, end = scale.at(min(row.span)), scale.at(row.reach)
    text = row.words[0]
    before = label("", near - 10, top + 18, row.before, "end") if row.before else EMPTY
    if end + 12 + width_of(text, ROOMY) > form.width:
        return before + label(f"{row.css} onbar", end - 12, top + 17, text, "end")
    return before + label(row.css, end + 12, top + 18, text, "start")


def _narrow_words(row: Row, top: int, form: Form) -> SafeString:
    """On the line of the name; two of them under the bar."""
    edge = form.width - form.right
    if not row.before:
        return label(row.css, edge, top - 7, row.words[1], "end")
    under = top + form.bar + 17
    room = form.room // 2 - 6
    return label("sub", form.left, under, clipped(row.before, ROOMY, room), "start") + label(
        "sub", edge, under, clipped(row.words[1], ROOMY, room), "end"
    )
