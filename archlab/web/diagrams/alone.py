"""A drawing as a file of its own: the same ink as on its plate, with nothing to fetch."""

from __future__ import annotations

import re
from functools import cache

from django.conf import settings

from archlab.domain.architecture.layout import Drawing
from archlab.web.diagrams.plate import outline

_RULE = re.compile(
    r"^ +((?:\.draw|\.node|\.link|\.head|\.cloud|\.rev|\.balloon|:is\(\.node)[^{}@]*\{[^}]*\})$",
    re.MULTILINE,
)
_LIGHT = re.compile(r"--([\w-]+): (?:light-dark\(([^,]+),[^;]*\)|([^;]+));")
_FONT = re.compile(r"font: (?:(italic) )?([\d.]+px) ([^;}]+)")
"""In one word, which not every program that shows SVG can read."""
_SYMBOL = re.compile(r'<symbol id="([\w-]+)".*?</symbol>', re.DOTALL)


def alone(drawing: Drawing, *, alt: str = "") -> str:
    """SVG with its rules and glyphs inside, in the colours of the day."""
    svg = outline(drawing, alt=alt)
    used = [symbol for name, symbol in _symbols().items() if f'href="#{name}"' in svg]
    size = f'xmlns="http://www.w3.org/2000/svg" width="{drawing.width}" height="{drawing.height}"'
    opening, _end, rest = svg.partition("</desc>")
    inside = f"<defs>{''.join(used)}</defs><style>{_rules()}</style>"
    return f"{opening.replace('<svg', f'<svg {size}', 1)}</desc>{inside}{rest}"


@cache
def _symbols() -> dict[str, str]:
    text = (settings.ROOT / "static" / "glyphs.svg").read_text(encoding="utf-8")
    return {found[1]: found[0] for found in _SYMBOL.finditer(text)}


@cache
def _rules() -> str:
    """The site's own rules for drawings, with its light colours in the place of their names."""
    css = (settings.ROOT / "static" / "archlab.css").read_text(encoding="utf-8")
    found = reversed(_LIGHT.findall(css))  # what stands first; later ones are for some readers
    values = {name: (light or plain).strip() for name, light, plain in found}
    rules = "\n".join(_RULE.findall(css.partition("@media print")[0]))
    coloured = re.sub(r"var\(--([\w-]+)\)", lambda name: values[name[1]], rules)
    return _FONT.sub(_in_full, coloured)


def _in_full(font: re.Match[str]) -> str:
    """Nodes are drawn for a narrow letter, which a plain Debian has by this name alone."""
    family = font[3].replace(", sans-serif", ', "DejaVu Sans Condensed", sans-serif')
    return f"font-style: {font[1] or 'normal'}; font-size: {font[2]}; font-family: {family}"
