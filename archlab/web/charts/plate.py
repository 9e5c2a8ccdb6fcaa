"""The plate that every chart stands on, with its title block and its numbers as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from archlab.web.charts.figures import Spec
from archlab.web.charts.validator import installed, validated

EMPTY = SafeString("")


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

    @property
    def narrow(self) -> bool:
        return self.name == "narrow"


def plate(
    id_: str,
    label: str,
    pictures: SafeString,
    cells: Iterable[tuple[str, str]],
    table: SafeString,
    spec: Spec | None = None,
) -> SafeString:
    """The figure; with a `spec`, `static/js/chart.js` may draw it again when it is touched."""
    if spec is not None and settings.DEBUG and installed():
        validated(spec)
    return format_html(
        '<figure class="plate wide" id="{}"{}><div class="scroll" tabindex="0" role="group"'
        ' aria-label="{}">{}</div><figcaption>{}</figcaption>'
        '<details class="twin"><summary>{}</summary><div class="scroll" tabindex="0" role="group"'
        ' aria-label="{}">{}</div></details>{}</figure>',
        id_,
        EMPTY if spec is None else format_html(' data-plotly="{}"', static("npm/plotly.js")),
        label,
        pictures,
        format_html_join("", "<span>{}{}</span>", ((_bold(n), text) for n, text in cells)),
        gettext("Show as table"),
        gettext("%(chart)s as a table") % {"chart": label},
        table,
        EMPTY if spec is None else json_script(spec, f"{id_}-spec"),
    )


def picture(
    form: Form, height: float, id_: str, told: str, desc: str, *parts: SafeString
) -> SafeString:
    """One drawing: what it shows is its title, what it looks like its description."""
    name = f"{id_}-{form.name}"
    return format_html(
        '<svg class="chart {}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>',
        form.name,
        form.width,
        f"{height:.0f}",
        name,
        name,
        name,
        told,
        name,
        desc,
        joined(parts),
    )


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def table(head: Sequence[str], *bodies: Iterable[Sequence[str]]) -> SafeString:
    """A table whose first column names its rows; the others are figures."""
    columns = format_html_join("", '<th scope="col" class="end">{}</th>', ((x,) for x in head[1:]))
    return format_html(
        '<table><thead><tr><th scope="col">{}</th>{}</tr></thead>{}</table>',
        head[0],
        columns,
        format_html_join("", "<tbody>{}</tbody>", ((_rows(body),) for body in bodies)),
    )


def _rows(body: Iterable[Sequence[str]]) -> SafeString:
    cells = (
        (name, format_html_join("", '<td class="num end">{}</td>', ((x,) for x in figures)))
        for name, *figures in body
    )
    return format_html_join("", '<tr><th scope="row">{}</th>{}</tr>', cells)


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
