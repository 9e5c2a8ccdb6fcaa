"""What the style sheet, the scripts and the templates promise as text."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings

from archlab.domain.architecture.layout import ROW_OF
from archlab.web import glyphs

ROOT = Path(settings.ROOT)
CSS = (ROOT / "static/archlab.css").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|top|bottom|float"
    r"|(?:min-|max-)?(?:width|height))\s*:|text-align:\s*(?:left|right)"
)
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:|hx-on", re.I)


def declarations(css: str) -> str:
    """The style sheet without the conditions of its media and container queries."""
    return re.sub(r"@(?:media|container)[^{]*\{", "{", css)


def zipped(*texts: str) -> int:
    return sum(len(gzip.compress(text.encode(), 9)) for text in texts)


def test_the_style_sheet_weighs_at_most_twelve_kilobytes() -> None:
    assert zipped(CSS) <= 12 * 1024


def test_the_scripts_weigh_at_most_six_kilobytes() -> None:
    assert zipped(*(script.read_text(encoding="utf-8") for script in SCRIPTS)) <= 6 * 1024


def test_the_style_sheet_knows_no_left_and_no_right() -> None:
    assert PHYSICAL.findall(declarations(RULES)) == []


@pytest.mark.parametrize("rule", ["a { margin-left: 1px }", "b{float:left}", "c { width: 3px }"])
def test_a_physical_property_is_found(rule: str) -> None:
    assert PHYSICAL.search(declarations(rule))


def test_no_rule_shouts_and_none_hangs_on_an_id() -> None:
    assert "!important" not in RULES
    ids = set(re.findall(r"(?<![\w(:])#([a-z][\w-]*)(?=[\s.:,{])", RULES))
    assert ids <= {"alert"}


def test_every_colour_is_a_token() -> None:
    components = RULES[RULES.index("@layer base {") :]
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", components) == []


def test_every_token_that_is_used_is_defined() -> None:
    used = set(re.findall(r"var\((--[\w-]+)", RULES))
    assert used <= set(re.findall(r"(--[\w-]+)\s*:", RULES))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_an_inline_style_or_script(template: Path) -> None:
    assert INLINE.findall(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "bad", ['<p style="x">', "<script>x</script>", '<a onclick="x">', "<style>", 'hx-on:click="x"']
)
def test_an_inline_style_or_script_is_found(bad: str) -> None:
    assert INLINE.search(bad)


def test_scripts_write_no_markup_and_keep_no_state() -> None:
    for script in SCRIPTS:
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|eval\(|\.style\b", text)


def test_one_module_alone_calls_text_safe() -> None:
    found = [
        str(path.relative_to(ROOT / "archlab"))
        for path in (ROOT / "archlab").rglob("*.py")
        if re.search(
            r"mark_safe|django.template import .*\bTemplate\b|from_string|autoescape",
            path.read_text("utf-8"),
        )
    ]
    assert found == ["web/content.py"]


def test_every_glyph_is_drawn_and_every_category_has_one() -> None:
    sprite = ET.parse(ROOT / "static/glyphs.svg").getroot()  # noqa: S314 - our own file
    assert {symbol.get("id") for symbol in sprite} == glyphs.NAMES
    assert set(ROW_OF) <= glyphs.NAMES


def test_an_unknown_glyph_is_drawn_as_something() -> None:
    assert glyphs.href("nothing").endswith("#compute")
