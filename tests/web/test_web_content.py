from __future__ import annotations

import pytest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from archlab.web.content import inline, listing, prose, record


class Glossary:
    """Roles with answers that can be told apart, one of them not escaped by mistake."""

    def term(self, name: str) -> SafeString:
        return format_html('<a class="term" href="/glossary/#{}">{}</a>', name, name)

    def source(self, ref: str) -> SafeString:
        return format_html('<a class="chip" href="/evidence/">{}</a>', ref)

    def claim(self, id_: str) -> SafeString:
        return "<b>not safe</b>" + id_  # type: ignore[return-value]

    def value(self, expression: str) -> SafeString:
        return format_html("<bdi>{}</bdi>", expression)

    def step(self, id_: str) -> str:
        return f"/journeys/1/{id_}/" if id_ == "j0-02" else ""

    def record(self, id_: str) -> str:
        return f"/decisions/{id_}/"


ROLES = Glossary()


def test_paragraphs_lists_and_emphasis_are_rendered() -> None:
    assert prose("A *b* **c**.\n\n- d\n") == (
        "<p>A <em>b</em> <strong>c</strong>.</p>\n<ul>\n<li>d</li>\n</ul>"
    )


def test_a_line_has_no_paragraph_around_it() -> None:
    assert inline("A *b*") == "A <em>b</em>"


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hi)",
        "[x](//evil.example/)",
        "[x](/\\evil.example)",
        "[x](http://example.org/)",
        "[x](https://user:secret@example.org/)",
        "[x](mailto:a@example.org?cc=b)",
        "![pixel](https://evil.example/pixel.png)",
        "<a href='https://example.org'>x</a>",
    ],
)
def test_hostile_text_makes_no_element(evil: str) -> None:
    html = prose(evil)
    assert "<a " not in html
    assert "<img" not in html
    assert "<script" not in html


def test_an_honest_link_survives() -> None:
    """The control of the test above."""
    assert prose("[x](https://example.org/?a=1&b=2)") == (
        '<p><a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">x</a></p>'
    )


def test_a_picture_is_its_alternative_text() -> None:
    assert inline("![a gateway](media/x.svg)") == "a gateway"


def test_headings_have_ids_that_cannot_meet_those_of_the_page() -> None:
    html = prose("## Main & more\n\n[up](#main-more)")
    assert '<h2 id="h-main-more">' in html
    assert 'href="#h-main-more"' in html


def test_roles_are_asked_and_their_html_stays() -> None:
    html = inline("The {term}`NAT` and {value}`cost()` from {src}`seed-000:1`.", ROLES)
    assert '<a class="term" href="/glossary/#NAT">NAT</a>' in html
    assert "<bdi>cost()</bdi>" in html
    assert '<a class="chip" href="/evidence/">seed-000:1</a>' in html


def test_what_a_role_forgets_to_escape_is_escaped() -> None:
    assert inline("{claim}`nat`", ROLES) == "&lt;b&gt;not safe&lt;/b&gt;nat"


def test_a_role_cannot_be_forged_by_the_characters_that_mark_its_gap() -> None:
    assert inline("\ue0000\ue001 {term}`NAT`") == "0 NAT"


def test_without_roles_their_words_are_shown() -> None:
    assert inline("The {term}`NAT <gateway>`") == "The NAT &lt;gateway&gt;"


def test_a_step_that_can_be_opened_is_a_link_and_another_one_is_not() -> None:
    assert inline("[on](step:j0-02)", ROLES) == '<a href="/journeys/1/j0-02/">on</a>'
    assert inline("[on](step:j0-09)", ROLES) == "on"


def test_the_same_text_is_filled_with_each_readers_roles() -> None:
    assert "/glossary/" in inline("{term}`NAT`", ROLES)
    assert "/glossary/" not in inline("{term}`NAT`")


def test_a_listing_takes_only_known_languages() -> None:
    html = prose('```dockerfile" onclick="x\nFROM <node>\n```\n\n```json\n{}\n```')
    assert "onclick" not in html
    assert "FROM &lt;node&gt;" in html
    assert '<code data-lang="JSON">{}</code>' in html


def test_a_listing_scrolls_by_keyboard() -> None:
    assert listing("a\n", caption="A file").startswith(
        '<div class="scroll" tabindex="0" role="group" aria-label="A file">'
    )


def test_a_column_of_numbers_is_aligned_without_an_inline_style() -> None:
    html = prose("| a | b |\n|---|--:|\n| 1 | 2 |\n")
    assert '<td class="end">2</td>' in html
    assert "style" not in html
    assert html.startswith('<div class="scroll" tabindex="0" role="group"')


def test_a_records_headings_go_one_level_down_and_have_no_ids() -> None:
    html = record("# Title\n\n## Status\n\n```sh\n# a comment\n```\n")
    assert "<h2>Title</h2>" in html
    assert "<h3>Status</h3>" in html
    assert "# a comment" in html
