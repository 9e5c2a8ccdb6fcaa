"""Whether this site makes PDFs, for the pages that offer one."""

from __future__ import annotations

from django import template

from archlab.records import pdf

register = template.Library()


@register.simple_tag
def can_print() -> bool:
    return pdf.is_available()


@register.simple_tag
def no_printer() -> str:
    """The sentence that says what is missing."""
    return str(pdf.NoPrinter())
