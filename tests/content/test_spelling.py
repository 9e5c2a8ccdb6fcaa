"""What people read is spelled as a dictionary has it, or as words.txt says the field has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from spellchecker import SpellChecker

ROOT = Path(__file__).resolve().parents[2]
OWN = Path(__file__).with_name("words.txt")
READ = sorted(
    path
    for pattern in ("scenarios/*/*.yaml", "scenarios/*/steps/*.md", "docs/**/*.md", "*.md")
    for path in ROOT.glob(pattern)
)
NOT_PROSE = re.compile(r"`[^`]*`|\{[a-z]+\}|https?://\S+|<[^>]*>")
CODE = re.compile(r"^( *)(`{3,})[a-z]+\n.*?^\1\2$", re.MULTILINE | re.DOTALL)
WORD = re.compile(r"[A-Z]?[a-z]{3,}(?:'[a-z]+)?")
NAME = re.compile(r"[0-9_/:.=(@*+$]|[a-z][A-Z]")
"""A token with one of these in the midst of it is an id, an address, an expression or a product."""


@pytest.fixture(scope="module")
def dictionary() -> SpellChecker:
    known = SpellChecker(distance=1)
    known.word_frequency.load_words(OWN.read_text(encoding="utf-8").split())
    return known


def words(text: str) -> Iterator[str]:
    for token in NOT_PROSE.sub(" ", CODE.sub("", text)).split():
        bare = token.strip("\"'*_.,;:!?()[]{}<>|#~-\u2019")
        if bare and not NAME.search(bare):
            for part in re.split(r"[-,;|]", bare):
                if WORD.fullmatch(part):
                    yield part.lower().removesuffix("'s")


def misspelled(dictionary: SpellChecker, text: str) -> set[str]:
    return set(dictionary.unknown(set(words(text))))


@pytest.mark.parametrize("path", READ, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_is_in_the_dictionary_or_a_word_of_the_field(
    dictionary: SpellChecker, path: Path
) -> None:
    assert misspelled(dictionary, path.read_text(encoding="utf-8")) == set()


def test_a_slip_would_be_found(dictionary: SpellChecker) -> None:
    assert misspelled(dictionary, "The balencer costs `xyzzy` j0-d1 AmazonVPC.") == {"balencer"}


def test_no_word_of_the_list_has_become_idle() -> None:
    used = {word for path in READ for word in words(path.read_text(encoding="utf-8"))}
    listed = OWN.read_text(encoding="utf-8").split()
    assert [word for word in listed if word not in used] == []
    assert listed == sorted(set(listed))
