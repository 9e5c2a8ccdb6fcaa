"""Two axes with their marks, and names that keep out of each other's way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from archlab.web.charts.figures import Mark
from archlab.web.charts.plate import Form, label
from archlab.web.charts.scale import ROOMY, Scale, plain, px
from archlab.web.lettering import clipped, width_of

FOOT = 58
LINE = 20
TOP = 34


@dataclass(frozen=True, slots=True)
class Plan:
    """The sheet of one drawing, before it is known how wide the marks of its axis are."""

    name: str
    form: Form
    room: int
    """Pixels from the top of the axes to their ground."""


PLANS = (
    Plan("wide", Form("wide", 1184, 0, 24, 0, 0), 300),
    Plan("narrow", Form("narrow", 360, 0, 14, 0, 0), 210),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """Axes that are laid out: marks of `y` fit on the left, names of marks above."""

    form: Form
    x: Scale
    y: Scale
    heads: tuple[tuple[float, int, str], ...]
    keys: int

    @property
    def ground(self) -> float:
        return self.y.start

    @property
    def top(self) -> float:
        return self.y.end

    @property
    def height(self) -> float:
        return self.ground + FOOT


def frame(
    plan: Plan,
    x: tuple[Decimal, Decimal],
    y: tuple[Decimal, Decimal],
    marks: Sequence[Mark] = (),
    *,
    log_x: bool = False,
    beside: int = 0,
    keys: int = 0,
) -> Frame:
    """Lay the axes out, with `beside` pixels free on their right and `keys` lines above."""
    form = plan.form
    widest = max(width_of(plain(mark), 14) for mark in Scale(*y, 0, 1).marks(5))
    left, right = widest + 22, form.width - form.right - beside
    across = Scale(*x, left, right, log=log_x)
    heads = _heads(marks, across, form)
    top = TOP + LINE * (keys + max((row + 1 for _x, row, _text in heads), default=0))
    return Frame(form, across, Scale(*y, top + plan.room, top), heads, keys)


def _heads(marks: Sequence[Mark], x: Scale, form: Form) -> tuple[tuple[float, int, str], ...]:
    """Where the names of marks stand: middle, row from the top, text; none over another.

    A name is moved aside as long as it still stands over its mark; then it takes another row.
    """
    taken: list[float] = []
    heads = []
    for mark in sorted(marks, key=lambda mark: mark.x):
        text, at = clipped(mark.label, ROOMY, form.width - 16), x.at(mark.x)
        half = width_of(text, ROOMY) / 2
        left, right = 8 + half, form.width - 8 - half
        row = next((n for n, end in enumerate(taken) if end <= min(at, right - half)), len(taken))
        free = taken[row] if row < len(taken) else 0
        middle = min(max(at, left, free + half), max(right, left))
        taken[row : row + 1] = [middle + half + 12]
        heads.append((middle, row, text))
    return tuple(heads)


def axes(laid: Frame, x_label: str, y_label: str) -> SafeString:
    form = laid.form
    right = laid.x.end
    levels = format_html_join(
        "",
        '<path class="grid" d="M{} {}H{}"/><text class="sub" x="{}" y="{}" text-anchor="end">'
        "{}</text>",
        (
            (px(laid.x.start), px(y), px(right), px(laid.x.start - 8), px(y + 5), plain(mark))
            for mark in laid.y.marks(5)
            for y in [laid.y.at(mark)]
        ),
    )
    across = format_html_join(
        "",
        '<path class="grid" d="M{} {}v6"/><text class="sub" x="{}" y="{}" text-anchor="middle">'
        "{}</text>",
        (
            (px(x), px(laid.ground), px(middle), px(laid.ground + 24), text)
            for x, middle, text in _shown(laid)
        ),
    )
    room = form.width - 24
    return format_html(
        '{}{}<path class="axis" d="M{} {}H{}"/>{}{}',
        levels,
        across,
        px(laid.x.start),
        px(laid.ground),
        px(right),
        label("sub", 8, 18, clipped(y_label, 14, room), "start"),
        label("sub", form.width - 12, laid.height - 8, clipped(x_label, 14, room), "end"),
    )


def _shown(laid: Frame) -> list[tuple[float, float, str]]:
    """Marks of the x axis that have room beside the one before: place, middle of text, text."""
    shown, free = [], 0.0
    for mark in laid.x.marks(4 if laid.form.narrow else 8):
        text = plain(mark)
        half = width_of(text, 16) / 2
        middle = min(laid.x.at(mark), laid.form.width - 2 - half)
        if middle - half >= free:
            shown.append((laid.x.at(mark), middle, text))
            free = middle + half + 10
    return shown


def heads(laid: Frame, css: str) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (label(css, x, TOP + 6 + (laid.keys + row) * LINE, text, "middle"),)
            for x, row, text in laid.heads
        ),
    )


def upright(laid: Frame, css: str, x: Decimal, until: Decimal | None = None) -> SafeString:
    foot = laid.ground if until is None else laid.y.at(until)
    return format_html(
        '<path class="{}" d="M{} {}V{}"/>', css, px(laid.x.at(x)), px(laid.top - 6), px(foot)
    )


def apart(wanted: Sequence[float], low: float, high: float, gap: float = 19) -> list[float]:
    """Heights as near as they go to those wanted, `gap` apart, from `low` to `high`."""
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    placed = [0.0] * len(wanted)
    free = low
    for n in order:
        placed[n] = free = max(wanted[n], free)
        free += gap
    limit = high
    for n in reversed(order):
        placed[n] = min(placed[n], limit)
        limit = placed[n] - gap
    return placed
