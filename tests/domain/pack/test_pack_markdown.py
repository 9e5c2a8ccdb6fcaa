"""Inline roles, and what the reader of a step finds in its Markdown."""

from __future__ import annotations

import pytest

from archlab.domain.pack.markdown import parser
from archlab.domain.pack.prose import mentions, scan


def roles(text: str) -> list[tuple[str, str]]:
    children = parser().parseInline(text)[0].children or []
    return [(one.meta["role"], one.meta["content"]) for one in children if one.type == "role"]


def test_a_role_is_a_word_in_braces_before_a_code_span() -> None:
    assert roles("The {term}`NAT gateway` costs {value}`bill('a'); USD`.") == [
        ("term", "NAT gateway"),
        ("value", "bill('a'); USD"),
    ]


@pytest.mark.parametrize("text", ["{term} `x`", "`{term}`", "{term}", "term`x`", "{ term}`x`"])
def test_what_only_resembles_a_role_is_text(text: str) -> None:
    assert roles(text) == []


def test_the_word_in_braces_is_not_shown() -> None:
    children = parser().parseInline("a {src}`x:1` b")[0].children or []
    assert [one.content for one in children] == ["a ", "x:1", " b"]


def test_html_and_references_stay_text() -> None:
    html = parser().render("<b>x</b> [a][r]\n\n[r]: https://example.org\n")
    assert "<b>" not in html
    assert "<a" not in html


SAMPLES = [
    "Plain {term}`a` and {claim}`b-1`.",
    "Two lines {value}`bill('a');\nUSD` here, `code` there.",
    "A [link](https://a.org) with {src}`s:1`, <https://b.org> and ![x](media/a.svg).",
    r"An escaped \`{term}`x` and `{y}`.",
    "Double ``{term}`x` `` quotes.",
    "{term}`a`{src}`b`",
]


@pytest.mark.parametrize("text", SAMPLES)
def test_the_quick_look_finds_the_roles_that_the_parser_finds(text: str) -> None:
    found = [
        (one.kind, one.text)
        for one in mentions(text)
        if one.kind in {"term", "src", "claim", "value"}
    ]
    assert found == roles(text)


def test_mentions_stand_where_they_are_written() -> None:
    lines = ["", "See {term}`a` and", "then {src}`s:1` or [it](step:b).", "", "- {claim}`c`"]
    body = scan("x.md", lines, first_line=5)
    places = [(one.kind, one.line, one.column) for one in body.mentions]
    assert places == [("term", 6, 5), ("src", 7, 6), ("link", 7, 20), ("claim", 9, 3)]


def test_a_mention_in_a_table_stands_on_its_row() -> None:
    lines = ["| a | b |", "| --- | --- |", "| x | {term}`y` |"]
    [mention] = scan("x.md", lines, first_line=1).mentions
    assert (mention.line, mention.column) == (3, 7)


def test_directives_are_cut_out_as_the_parser_would_cut_them() -> None:
    lines = [
        "a",
        "```{quiz} q",
        "x: 1",
        "```",
        "````{quiz} r",
        "```",
        "````",
        "b",
        "```ts",
        "c",
        "```",
    ]
    quick = scan("x.md", lines, first_line=1).fences
    indented = [*lines, "", " ```ts", "d", " ```"]
    whole = scan("x.md", indented, first_line=1).fences
    assert [(one.info, one.content, one.lines) for one in quick] == [
        (one.info, one.content, one.lines) for one in whole[:-1]
    ]
