from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from sampling import FULL

from archlab.domain.records import Own, escape, one_line
from archlab.domain.records.text import code, inline, paragraphs, sentence

FRAGMENTS = (
    "*b*", "_i_", "`c`", "``", "[a](b)", "![x](y)", "<b>", "<http://x>", "&amp;", "&#35;", "a|b",
    "\\", "\\|", "# h", "- l", "1. n", "1) n", "+ p", "===", "---", ":-", "> q", "~~s~~", "~~~",
    "http://x.org", "www.x.org", "a@b.org", "@ada", "#12", "!", ":", "\n", "\n\n", "\r\n", "\t",
    "    ", "  \n", "\u202e", "\u0000", "é", "e\u0301", "\U0001f600", "`j0`", "</script>", "\u2028",
)  # fmt: skip
WORDS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=8).map("".join)
EXAMPLES = 20_000 if FULL else 500
PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")
CONTEXTS: dict[str, Callable[[str], str]] = {
    "item": lambda text: f"- A, confidence 5 of 5: {text}",
    "cell": lambda text: f"| head | x |\n| ---- | ---- |\n| q {text} | z |",
    "heading": lambda text: f"### A: {text}",
    "paragraph": lambda text: f"Reason: {text}",
}
BEFORE = {"item": "A, confidence 5 of 5: ", "cell": "q ", "heading": "A: ", "paragraph": "Reason: "}


def texts(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_plain(child) for child in token.children or [])


def _plain(token: Token) -> str:
    assert token.type in {"text", "text_special", "softbreak"}, f"{token.type} got through"
    return "\n" if token.type == "softbreak" else token.content


@pytest.mark.fault
@settings(max_examples=EXAMPLES, deadline=None)
@given(words=WORDS, context=st.sampled_from(sorted(CONTEXTS)))
def test_escaped_words_render_as_themselves(words: str, context: str) -> None:
    tokens = PARSER.parse(CONTEXTS[context](escape(words)))
    shown = "\x00".join(texts(tokens))
    assert (BEFORE[context] + one_line(words)).strip() in shown


@pytest.mark.fault
@settings(max_examples=EXAMPLES, deadline=None)
@given(words=WORDS, context=st.sampled_from(sorted(CONTEXTS)))
def test_reviewed_text_renders_as_itself_too(words: str, context: str) -> None:
    tokens = PARSER.parse(CONTEXTS[context](inline(words)))
    assert (BEFORE[context] + one_line(words)).strip() in "\x00".join(texts(tokens))


@pytest.mark.fault
@settings(max_examples=EXAMPLES, deadline=None)
@given(words=WORDS, own=st.booleans())
def test_paragraphs_of_words_are_only_paragraphs(words: str, *, own: bool) -> None:
    tokens = PARSER.parse(paragraphs(Own(words) if own else words))
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    shown = " ".join(" ".join(texts(tokens)).split())
    assert shown == one_line(words)


@pytest.mark.parametrize("words", ["a | b\n:-", "a\n===", "a\n- b", "a\n\n1) b", "+ a", "    a"])
def test_no_line_of_a_paragraph_starts_a_block(words: str) -> None:
    tokens = PARSER.parse(paragraphs(words))
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}


@pytest.mark.fault
@settings(max_examples=EXAMPLES, deadline=None)
@given(words=WORDS)
def test_a_code_span_holds_any_text(words: str) -> None:
    line = one_line(words)
    tokens = PARSER.parse(f"x {code(words)} y") if line else []
    spans = [c.content for t in tokens for c in t.children or [] if c.type == "code_inline"]
    assert spans == ([line] if line else [])


def test_the_property_notices_unescaped_words() -> None:
    tokens = PARSER.parse(CONTEXTS["item"]("*b*"))
    with pytest.raises(AssertionError, match="em_open got through"):
        list(texts(tokens))


@pytest.mark.parametrize(
    ("words", "markdown"),
    [
        ("a fixed address #fixedip", "a fixed address \\#fixedip"),
        ("a rounding error <3", "a rounding error \\<3"),
        ("see https://x.org", "see https\\://x.org"),
        ("see WWW.x.org", "see WWW\\.x.org"),
        ("a | b", "a \\| b"),
        ("@ada &amp; !", "\\@ada \\&amp; \\!"),
        (" two\nlines\u0000 ", "two lines"),
    ],
)
def test_words_are_escaped_so_that_no_tool_makes_more_of_them(words: str, markdown: str) -> None:
    assert escape(words) == markdown


def test_a_line_is_normalised_and_loses_what_cannot_be_seen() -> None:
    line = one_line("e\u0301\u202e \t x\u00a0y\ud800")
    assert line == "\u00e9 x y"
    assert unicodedata.is_normalized("NFC", line)


def test_reviewed_text_keeps_its_colons_but_makes_no_link() -> None:
    assert inline("Bill: 60.00 USD, see https://x.org") == "Bill: 60.00 USD, see https\\://x.org"


@pytest.mark.parametrize(
    ("words", "ended"),
    [("it is cheap", "it is cheap."), ("it is cheap. ", "it is cheap."), ("why not?", "why not?")],
)
def test_a_reason_ends_with_one_full_stop(words: str, ended: str) -> None:
    assert sentence(Own(words)) == ended
