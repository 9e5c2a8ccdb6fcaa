"""What an opened panel shows: lines, a chart up to the present minute, words, a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from archlab.catalog.drawings import drawing
from archlab.domain.grading.drill import series_of
from archlab.domain.pack.blocks import Panel
from archlab.drills import queries
from archlab.drills.models import DrillRun
from archlab.drills.pages.words import amount_of
from archlab.web import content
from archlab.web.charts import Series, line_chart

EMPTY = SafeString("")
MOST_POINTS = 60


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An opened panel; a log can be searched, and `count` says how many lines were found."""

    html: SafeString = EMPTY
    has_search: bool = False
    sought: str = ""
    count: str = ""


def exhibit(run: DrillRun, panel: Panel, minute: int, sought: str) -> Exhibit:
    """What a panel shows at a minute; a panel of any kind may hold a text, a series or a plate."""
    if panel.series:
        return _metric(run, panel, minute)
    if panel.architecture:
        return _drawn(run, panel)
    if panel.kind == "log":
        return _log(panel, sought)
    if panel.kind in ("code", "metric"):
        return Exhibit(content.listing(panel.text, "", panel.title))
    return Exhibit(format_html('<div class="said">{}</div>', panel.text))


def _log(panel: Panel, sought: str) -> Exhibit:
    lines = panel.text.splitlines()
    found = [line for line in lines if sought.casefold() in line.casefold()]
    words = {"n": len(found), "all": len(lines)}
    count = ngettext("%(n)s line of %(all)s", "%(n)s lines of %(all)s", len(found)) % words
    shown = "\n".join(found) or _("No line has these words.")
    return Exhibit(
        content.listing(shown, "log", panel.title), has_search=True, sought=sought, count=count
    )


def _metric(run: DrillRun, panel: Panel, minute: int) -> Exhibit:
    pack = queries.pack_played(run)
    start = queries.drill_of(run).clock.start
    return Exhibit(_chart(panel, f"{pack.scenario.id}/{run.block}", minute, start, get_language()))


@lru_cache(maxsize=256)
def _chart(panel: Panel, seed: str, minute: int, start: str, _language: str | None) -> SafeString:
    """The line so far. The words of the pack (`alt`) tell the whole line, so they wait."""
    values = series_of(panel, seed, minute)
    if not values:
        return format_html("<p>{}</p>", _("No value has come in yet."))
    last = amount_of(values[-1][1])
    return line_chart(
        [Series(panel.title, tuple((Decimal(at), y) for at, y in thinned(values)), "modelled")],
        id_=f"chart-{panel.id}",
        finding=_("%(title)s: %(value)s now") % {"title": panel.title, "value": last},
        x_label=_("minutes since %(start)s") % {"start": start},
        y_label=panel.title,
    )


def thinned(values: tuple[tuple[int, Decimal], ...]) -> tuple[tuple[int, Decimal], ...]:
    """At most as many points as a chart and its table can show, the last one among them."""
    stride = -(-len(values) // MOST_POINTS)
    return values[(len(values) - 1) % stride :: stride]


def _drawn(run: DrillRun, panel: Panel) -> Exhibit:
    system = queries.system_shown(run, panel.architecture)
    return Exhibit(drawing(system, id_=f"plate-{panel.id}", alt=panel.alt))
