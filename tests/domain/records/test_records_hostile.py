"""Whatever people write, every file of an export shows it as text and nothing more."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator

import pytest
from hostile_words import FRAGMENTS
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from records_examples import saying, team_chain
from sampling import FULL

from archlab.domain.records import Profile, tree
from archlab.domain.records.text import one_line

WORDS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), min_size=1, max_size=6)
PARSER = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
INERT = {"text", "text_special", "softbreak", "code_inline", "inline", "link_open", "link_close"}
BLOCKS = (
    "heading",
    "paragraph",
    "bullet_list",
    "list_item",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
)
INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
OURS = re.compile(r"<!-- adrlog(?:stop)? -->|\A---\n.*?\n---\n", re.DOTALL)
"""What the writers put there that is no text: the markers of the index, the front matter."""
TARGET = re.compile(
    r"[0-9]{4}-[a-z0-9-]+\.md|evidence/[0-9]{4}-[a-z]+\.(csv|svg)|https://archlab\.example/r/\w+"
)
NUMBERS = {
    "quantity",
    "rate_per_s",
    "per_month",
    "minutes_each",
    "votes",
    "mean_confidence",
    "seed",
}


def all_tokens(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from all_tokens(token.children or [])


def check_markdown(text: str) -> None:
    """Only blocks that the writers make, and links only to files of the tree."""
    blocks = {f"{name}_{end}" for name in BLOCKS for end in ("open", "close")}
    for token in all_tokens(PARSER.parse(text)):
        assert token.type in INERT | blocks, f"{token.type} got through"
        if token.type == "link_open":
            assert TARGET.fullmatch(str(token.attrs["href"])), f"{token.attrs['href']} got through"


def check_sheet(text: str) -> None:
    heading, *rows = csv.reader(io.StringIO(text))
    for row in rows:
        assert len(row) == len(heading)
        for name, cell in zip(heading, row, strict=True):
            if name not in NUMBERS and not name.endswith(("_usd", "_ms")):
                assert not re.match(r"\s*[=+\-@\uff1d]", cell), f"{cell!r} is a formula"


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, str):
        yield value


@pytest.mark.fault
@settings(max_examples=2_000 if FULL else 100, deadline=None)
@given(words=WORDS.map("".join), profile=st.sampled_from(list(Profile)))
def test_hostile_words_are_text_in_every_file(words: str, profile: Profile) -> None:
    plain = tree(team_chain(), profile=profile)
    files = tree([saying(record, words) for record in team_chain()], profile=profile)
    for path, text in files.items():
        assert not INVISIBLE.search(text), path
        if path.endswith(".csv"):
            check_sheet(text)
            assert text.count("\n") == plain[path].count("\n")
        elif path.endswith(".md"):
            check_markdown(OURS.sub("", text))
    said = set(strings(json.loads(files["decisions.json"])["records"]))
    assert one_line(words) in said


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("- <b>x</b>", "html_inline"),
        ("<script>x</script>", "html_block"),
        ("- *x*", "em_open"),
        ("- [x](https://x.org)", "https://x.org"),
        ("> x", "blockquote_open"),
        ("```\nx\n```", "fence"),
    ],
)
def test_the_check_notices_live_markdown(text: str, what: str) -> None:
    with pytest.raises(AssertionError, match=f"{re.escape(what)} got through"):
        check_markdown(text)


def test_the_check_notices_a_formula() -> None:
    with pytest.raises(AssertionError, match="is a formula"):
        check_sheet("line,A_usd\n=1+1,2.00\n")
