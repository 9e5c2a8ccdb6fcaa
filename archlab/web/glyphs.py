"""The one place for pictures: neutral glyphs of `static/glyphs.svg`, used by reference.

An external sprite keeps pages light; Chromium draws it under `img-src 'self'`.
"""

from __future__ import annotations

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

NAMES = frozenset(
    [
        "person",
        "outside",
        "edge",
        "guard",
        "network",
        "exit",
        "container",
        "function",
        "compute",
        "data",
        "cache",
        "queue",
        "secret",
        "store",
        "observe",
        "arrow",
        "mark",
        "scale",
    ]
)


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
