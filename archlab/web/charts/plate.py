"""The plate that every chart stands on, with its title block and its numbers as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

EMPTY = SafeString("")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Form:
    """One of the two sizes of a chart."""

    name: Literal["wide", "narrow"]
    width: int
    left: int
    right: int
    row: int
    bar: int

    @property
    def room(self) -> int:
        return self.width - self.left - self.right


def steps_to(top: Decimal, most: int) -> Decimal:
    """The distance of grid lines: 1, 2 or 5 times a power of ten, at most `most` of them."""
    step = Decimal(1)
    while top / step > most:
        lead = step.normalize().as_tuple().digits[0]
        step *= Decimal("2.5") if lead == 2 else 2
    return step


def plate(
    id_: str,
    label: str,
    pictures: SafeString,
    cells: Iterable[tuple[str, str]],
    table: SafeString,
) -> SafeString:
    return format_html(
        '<figure class="plate wide" id="{}"><div class="scroll" tabindex="0" role="group"'
        ' aria-label="{}">{}</div><figcaption>{}</figcaption>'
        '<details class="twin"><summary>{}</summary><div class="scroll" tabindex="0" role="group"'
        ' aria-label="{}">{}</div></details></figure>',
        id_,
        label,
        pictures,
        format_html_join("", "<span>{}{}</span>", ((_bold(n), text) for n, text in cells)),
        gettext("Show as table"),
        gettext("%(chart)s as a table") % {"chart": label},
        table,
    )


def _bold(name: str) -> SafeString:
    return format_html("<b>{}</b>", name) if name else EMPTY


def label(css: str, x: float, y: float, text: str, anchor: str) -> SafeString:
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>',
        css,
        f"{x:.0f}",
        f"{y:.0f}",
        anchor,
        text,
    )
