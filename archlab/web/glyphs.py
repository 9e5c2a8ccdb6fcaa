"""The one place for pictures: neutral glyphs of `static/glyphs.svg`, used by reference.

An external sprite keeps pages light; Chromium draws it under `img-src 'self'`.
"""

from __future__ import annotations

from typing import get_args

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from archlab.domain.architecture import Glyph

NAMES = frozenset({*get_args(Glyph), "arrow", "mark", "scale"})
"""The category of every kind of component, and the signs of the pages."""


def sprite() -> str:
    """The address of the sprite; one of its symbols follows after a `#`."""
    return static("glyphs.svg")


def href(name: str) -> str:
    """The address of one symbol; an unknown name is drawn as plain compute, never as nothing."""
    return f"{sprite()}#{name if name in NAMES else 'compute'}"


def glyph(name: str, *, css: str = "glyph") -> SafeString:
    """A decorative glyph in the line of a text, hidden from screen readers."""
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"/></svg>',
        css,
        href(name),
    )
