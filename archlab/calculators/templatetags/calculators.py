from __future__ import annotations

from itertools import groupby

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from archlab.calculators.desk import Desk
from archlab.calculators.mistakes import Page, faults
from archlab.calculators.systems import System, systems

register = template.Library()


@register.inclusion_tag("calculators/_problems.html", takes_context=True)
def problems(context: Context, page: Page, shown: Page) -> dict[str, object]:
    """The summary of the mistakes on `page`; it takes the focus of a page, not that of a swap."""
    is_swap = context["request"].htmx.request_type == "partial"
    return {"faults": faults(page), "kept": shown is not page, "focus": not is_swap}


@register.inclusion_tag("calculators/_basis.html")
def basis(*desks: Desk) -> dict[str, object]:
    """Under which month, region and price book the money of these systems stands."""
    return {"desks": desks}


@register.simple_tag
def system_options(desk: Desk) -> SafeString:
    """Every system as an option, by journey; an altered one is an option of its own."""
    changes = len(desk.changes)
    known = all_systems("" if changes else desk.system.name)
    if not changes:
        return known
    words = {"n": changes, "title": desk.start.title}
    told = ngettext("%(title)s, %(n)s change", "%(title)s, %(n)s changes", changes) % words
    return known + format_html('<option value="{}" selected>{}</option>', desk.query, told)


@register.simple_tag
def all_systems(chosen: str = "") -> SafeString:
    """Every system as an option, by journey."""
    groups = groupby(systems(), key=lambda one: one.scenario)
    return format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        ((scenario, _options(list(found), chosen)) for scenario, found in groups),
    )


def _options(found: list[System], chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((one.name, SafeString(" selected" * (one.name == chosen)), _name(one)) for one in found),
    )


def _name(system: System) -> str:
    title = system.architecture.title
    if system.architecture.documented is None:
        return title
    return gettext("%(title)s (documented)") % {"title": title}
